package dev.renkei.warehouse.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.renkei.warehouse.bigquery.OwnColumns.Own;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of BigQuery with its columns as they stood when rows were encoded for it, whole enough to
 * read those rows on another machine.
 *
 * @param table its id in the dataset
 * @param columns in the order of their numbers
 */
public record TableShape(String table, List<Cell> columns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public TableShape {
    columns = List.copyOf(columns);
  }

  /**
   * A column.
   *
   * @param type as SQL spells it, for example {@code INT64}
   * @param number of its field in an encoded row
   */
  public record Cell(String name, String type, int number) {}

  static TableShape ofLog(StoredTable table) {
    return of(Names.log(table.id()), OwnColumns.OF_LOG, table.fields());
  }

  static TableShape ofUpserts(StoredTable table) {
    return of(Names.upserts(table.id()), OwnColumns.OF_UPSERTS, table.fields());
  }

  private static TableShape of(String id, List<Own> own, List<Field> fields) {
    List<Cell> columns = new ArrayList<>();
    own.forEach(c -> columns.add(new Cell(c.name(), c.type().name(), c.number())));
    int number = OwnColumns.FIRST_OF_SOURCE;
    for (Field field : fields) {
      columns.add(new Cell(field.name(), field.type().name(), number++));
    }
    return new TableShape(id, columns);
  }

  /** As one text, equal for equal shapes. */
  public String text() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a shape is JSON", e);
    }
  }

  /** The shape of such a text. */
  public static TableShape parse(String text) {
    try {
      return JSON.readValue(text, TableShape.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no shape of a table: " + text, e);
    }
  }

  /** The columns as the REST interface tells them. */
  public TableSchema schema() {
    List<TableFieldSchema> fields = new ArrayList<>();
    for (Cell column : columns) {
      fields.add(
          new TableFieldSchema()
              .setName(column.name())
              .setType(TableResources.restType(BigType.valueOf(column.type())))
              .setMode(column.name().equals(TableResources.KEY) ? "REQUIRED" : "NULLABLE"));
    }
    return new TableSchema().setFields(fields);
  }

  /** What reads rows of this shape. Any number of threads may use it. */
  public Reader reader() {
    return new Reader(columns);
  }

  /** Reads encoded rows. */
  public static final class Reader {
    private final Map<Integer, Cell> byNumber = new HashMap<>();

    private Reader(List<Cell> columns) {
      columns.forEach(c -> byNumber.put(c.number(), c));
    }

    /**
     * A row's values by column, in the forms in which the Storage Write API takes them: moments as
     * microseconds, days as their number, times packed; decimals and texts as texts. What is no
     * column of the shape is left out.
     */
    public TableRow read(byte[] encoded) {
      TableRow row = new TableRow();
      CodedInputStream in = CodedInputStream.newInstance(encoded);
      try {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          Cell column = byNumber.get(WireFormat.getTagFieldNumber(tag));
          if (column == null) {
            in.skipField(tag);
          } else {
            row.set(column.name(), value(in, tag, column));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("reading from memory", e);
      }
      return row;
    }

    private static Object value(CodedInputStream in, int tag, Cell column) throws IOException {
      return switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_VARINT ->
            column.type().equals("BOOL") ? (Object) in.readBool() : (Object) in.readInt64();
        case WireFormat.WIRETYPE_FIXED64 -> in.readDouble();
        default -> column.type().equals("BYTES") ? in.readByteArray() : in.readString();
      };
    }
  }
}
