package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a key as a JSON array, each as it travels in a payload: exact for every type. */
public final class KeyValues {
  private KeyValues() {}

  /**
   * Writes a key.
   *
   * @param values in key order, none of them null
   * @throws IllegalArgumentException where they do not fit the columns
   */
  public static String write(List<Column> key, List<? extends @Nullable Object> values) {
    if (key.size() != values.size()) {
      throw new IllegalArgumentException(
          "%d values for a key of %d columns".formatted(values.size(), key.size()));
    }
    StringWriter text = new StringWriter();
    char[] time = new char[IsoTimes.MAX_LENGTH];
    try (JsonGenerator json = MessageCodec.JSON.createGenerator(text)) {
      json.writeStartArray();
      for (int i = 0; i < key.size(); i++) {
        Object value = values.get(i);
        if (value == null) {
          throw new IllegalArgumentException(key.get(i).name() + ": a key without a value");
        }
        ValueWriter.write(json, key.get(i), value, time);
      }
      json.writeEndArray();
    } catch (ClassCastException | ArithmeticException e) {
      throw new IllegalArgumentException("values that do not fit the key's columns");
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * Reads a key back.
   *
   * @throws IllegalArgumentException where the text holds no key of these columns
   */
  public static List<Object> read(List<Column> key, String text) {
    List<Object> values = new ArrayList<>(key.size());
    try (JsonParser json = MessageCodec.JSON.createParser(text)) {
      boolean array = json.nextToken() == JsonToken.START_ARRAY;
      for (Column column : key) {
        JsonToken token = array ? json.nextToken() : null;
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
          throw new IllegalArgumentException("too few values");
        }
        values.add(ValueReader.read(column, json));
      }
      if (json.nextToken() != JsonToken.END_ARRAY || json.nextToken() != null) {
        throw new IllegalArgumentException("too many values");
      }
      return values;
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("not a key of these columns", e);
    }
  }
}
