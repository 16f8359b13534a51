package dev.renkei.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows as {@link QueryAnswer} defines them, row by row into the stream. */
final class QueryWriter {
  /** The largest magnitude up to which a double holds every integer. */
  private static final long EXACT = 1L << 53;

  private QueryWriter() {}

  static void write(QueryResult result, long millis, OutputStream to) throws IOException {
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(to)) {
      json.writeStartObject();
      writeTexts(json, "columns", result.columns());
      writeTexts(json, "types", result.types());
      json.writeArrayFieldStart("rows");
      for (List<@Nullable Object> row : result.rows()) {
        json.writeStartArray();
        for (Object value : row) {
          writeValue(json, value);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeBooleanField("truncated", result.truncated());
      json.writeNumberField("millis", millis);
      json.writeEndObject();
    }
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof Double number && Double.isFinite(number)) {
      json.writeNumber(number);
    } else if (value instanceof Float number && Float.isFinite(number)) {
      json.writeNumber(number);
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      writeInteger(json, BigInteger.valueOf(((Number) value).longValue()));
    } else if (value instanceof BigInteger number) {
      writeInteger(json, number);
    } else if (value instanceof BigDecimal number) {
      json.writeString(number.toPlainString());
    } else {
      json.writeString(value.toString());
    }
  }

  private static void writeInteger(JsonGenerator json, BigInteger number) throws IOException {
    if (number.abs().compareTo(BigInteger.valueOf(EXACT)) <= 0) {
      json.writeNumber(number.longValue());
    } else {
      json.writeString(number.toString());
    }
  }
}
