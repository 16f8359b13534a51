package dev.renkei.warehouse.bigquery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Encoded rows of a log as a load job takes them: a line of JSON each, where a value has the form
 * that BigQuery documents for its type. Whole numbers and decimals are texts, as numbers of JSON
 * may lose digits.
 *
 * @see <a
 *     href="https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#details_of_loading_json_data">
 *     its forms</a>
 */
final class JsonRows implements AutoCloseable {
  private record Place(String name, BigType type) {}

  private final Map<Integer, Place> places = new HashMap<>();
  private final JsonGenerator json;

  JsonRows(StoredTable table, OutputStream to) throws IOException {
    for (Own own : OwnColumns.OF_LOG) {
      places.put(own.number(), new Place(own.name(), own.type()));
    }
    int number = OwnColumns.FIRST_OF_SOURCE;
    for (Field field : table.fields()) {
      places.put(number++, new Place(field.name(), field.type()));
    }
    json = new JsonFactory().createGenerator(to);
    json.setRootValueSeparator(null);
  }

  void write(byte[] row) throws IOException {
    CodedInputStream from = CodedInputStream.newInstance(row);
    json.writeStartObject();
    for (int tag = from.readTag(); tag != 0; tag = from.readTag()) {
      Place place = places.get(WireFormat.getTagFieldNumber(tag));
      if (place == null) {
        throw new IOException("a row with a field that its table has not");
      }
      json.writeFieldName(place.name());
      value(place.type(), from);
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void value(BigType type, CodedInputStream from) throws IOException {
    switch (type) {
      case BOOL -> json.writeBoolean(from.readBool());
      case INT64 -> json.writeString(Long.toString(from.readInt64()));
      case NUMERIC, BIGNUMERIC, STRING -> json.writeString(from.readStringRequireUtf8());
      case FLOAT64 -> json.writeNumber(from.readDouble());
      case BYTES -> json.writeBinary(from.readByteArray());
      case DATE, TIME, DATETIME, TIMESTAMP -> json.writeString(Wire.textOf(type, from.readInt64()));
    }
  }

  /** Hands everything on to the stream. */
  void flush() throws IOException {
    json.flush();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
