package dev.renkei.standin.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads RFC 4180 record by record, where an unquoted empty field is NULL and {@code ""} the empty
 * string.
 */
final class Csv implements AutoCloseable {
  private final BufferedReader reader;

  Csv(Reader reader) {
    this.reader = new BufferedReader(reader, 1 << 16);
  }

  /** The next record; null at the end. */
  @Nullable List<@Nullable String> next() throws IOException {
    int c = reader.read();
    if (c == -1) {
      return null;
    }
    List<@Nullable String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    while (true) {
      boolean quoted = c == '"';
      if (quoted) {
        c = readQuoted(field);
      } else {
        while (c != ',' && c != '\r' && c != '\n' && c != -1) {
          field.append((char) c);
          c = reader.read();
        }
      }
      fields.add(quoted || field.length() > 0 ? field.toString() : null);
      field.setLength(0);
      if (c == '\r') {
        c = reader.read();
      }
      if (c == '\n' || c == -1) {
        return fields;
      }
      c = reader.read();
    }
  }

  /** Reads behind an opening quote and returns what follows the closing one. */
  private int readQuoted(StringBuilder field) throws IOException {
    while (true) {
      int c = reader.read();
      if (c == -1) {
        throw new IOException("a quoted field is not closed");
      }
      if (c == '"') {
        c = reader.read();
        if (c != '"') {
          return c;
        }
      }
      field.append((char) c);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
