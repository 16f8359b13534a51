package dev.renkei.demo;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of the shop.
 *
 * @param definition its type as T-SQL, with NULL or NOT NULL
 */
record ShopColumn(String name, String definition, Bound bound) {
  private static final int MONEY_SCALE = 4;

  /** How a value travels to the server, the same by both drivers. */
  enum Bound {
    INT,
    BIT,
    FLOAT,
    DECIMAL,
    BYTES,
    /** Texts, and what the server converts from one: dates, times, uniqueidentifier. */
    TEXT
  }

  static ShopColumn of(String name, String definition) {
    String type = definition.substring(0, definition.indexOf(' '));
    return new ShopColumn(name, definition, bound(type.replaceFirst("\\(.*", "")));
  }

  private static Bound bound(String type) {
    return switch (type) {
      case "int", "smallint", "tinyint" -> Bound.INT;
      case "bit" -> Bound.BIT;
      case "float" -> Bound.FLOAT;
      case "decimal", "money" -> Bound.DECIMAL;
      case "varbinary" -> Bound.BYTES;
      default -> Bound.TEXT;
    };
  }

  /** A key's value as {@link KeyText} has it. */
  String keyPart(String text) {
    return definition.startsWith("uniqueidentifier")
        ? text.toUpperCase(Locale.ROOT)
        : definition.contains("char(") ? KeyText.folded(text) : text;
  }

  /** Binds in the same way whether there is a value or not: drivers prepare once for all rows. */
  void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
    switch (bound) {
      case TEXT -> statement.setString(at, (String) value);
      case BYTES -> statement.setBytes(at, (byte[]) value);
      case DECIMAL -> statement.setObject(at, value, Types.DECIMAL, scale());
      case INT -> statement.setObject(at, value, Types.INTEGER);
      case BIT -> statement.setObject(at, value, Types.BIT);
      case FLOAT -> statement.setObject(at, value, Types.DOUBLE);
    }
  }

  private int scale() {
    int comma = definition.indexOf(',');
    return comma < 0 ? MONEY_SCALE : definition.charAt(comma + 1) - '0';
  }
}
