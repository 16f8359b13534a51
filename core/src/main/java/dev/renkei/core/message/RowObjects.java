package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Some columns of a row as a JSON object, each value as it travels in a payload: exact. */
public final class RowObjects {
  private RowObjects() {}

  /**
   * Writes columns in their order.
   *
   * @param value gives the value of the column at a position of {@code columns}, null where it is
   *     NULL
   * @throws IllegalArgumentException where one does not fit its column
   */
  public static String write(List<Column> columns, IntFunction<@Nullable Object> value) {
    StringWriter text = new StringWriter();
    char[] time = new char[IsoTimes.MAX_LENGTH];
    try (JsonGenerator json = MessageCodec.JSON.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        json.writeFieldName(columns.get(i).name());
        Object one = value.apply(i);
        if (one == null) {
          json.writeNull();
        } else {
          ValueWriter.write(json, columns.get(i), one, time);
        }
      }
      json.writeEndObject();
    } catch (ClassCastException | ArithmeticException e) {
      throw new IllegalArgumentException("values that do not fit the columns");
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #write} wrote, by the names of the columns; names that are not asked for are
   * passed over.
   *
   * @return the columns that are there, NULL ones with a null
   * @throws IllegalArgumentException where the text holds no values of these columns
   */
  public static Map<String, @Nullable Object> read(List<Column> columns, String text) {
    Map<String, Column> wanted = new HashMap<>();
    columns.forEach(column -> wanted.put(column.name(), column));
    Map<String, @Nullable Object> values = new HashMap<>();
    try (JsonParser json = MessageCodec.JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no object");
      }
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        Column column = wanted.get(name);
        if (column == null) {
          json.skipChildren();
        } else {
          values.put(name, token == JsonToken.VALUE_NULL ? null : ValueReader.read(column, json));
        }
      }
      return values;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("not values of these columns", e);
    }
  }
}
