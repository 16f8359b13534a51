package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.util.Locale;

/**
 * Columns by a pattern {@code schema.table.column}, where {@code *} stands for any characters;
 * letters match in either case.
 *
 * @param text as written, for example {@code dbo.Customers.Phone} or {@code **.Email*}, whose
 *     {@code **} stands for all tables
 */
public record ColumnPattern(String text) implements Serializable {
  public ColumnPattern {
    if (column(text).isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' is not of the form schema.table.column".formatted(text));
    }
    var unused = new TablePattern(table(text));
  }

  static ColumnPattern parse(String text) {
    return new ColumnPattern(text);
  }

  public boolean matches(TableName table, String column) {
    return new TablePattern(table(text)).matches(table)
        && new TablePattern("x." + column(text)).matches(new TableName("x", column));
  }

  /** Whether it speaks of this table, and not of all tables. */
  boolean names(TableName table) {
    String tables = table(text);
    return !tables.equals("*.*") && new TablePattern(tables).matches(table);
  }

  private static String table(String text) {
    String table = text.substring(0, Math.max(0, text.lastIndexOf('.')));
    return table.equals("**") ? "*.*" : table;
  }

  private static String column(String text) {
    return text.substring(text.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return text;
  }
}
