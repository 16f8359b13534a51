package dev.renkei.core.schema;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table at the source.
 *
 * @param length characters or bytes for sized kinds, {@link Integer#MAX_VALUE} for max; 0 for
 *     others
 * @param precision of decimal and numeric (1 to 38); 0 for others
 * @param scale of decimal, time, datetime2 and datetimeoffset; 0 for others
 * @param collation for text, for example {@code SQL_Latin1_General_CP1_CI_AS}; null for others
 * @param keyOrdinal position in the primary key from 1; 0 outside it
 */
public record Column(
    String name,
    TypeKind kind,
    int length,
    int precision,
    int scale,
    @Nullable String collation,
    boolean nullable,
    int keyOrdinal,
    boolean computed)
    implements Serializable {
  public Column {
    if (name.isEmpty() || keyOrdinal < 0 || length < 0) {
      throw new IllegalArgumentException(
          "not a column: %s, key ordinal %d, length %d".formatted(name, keyOrdinal, length));
    }
    if ((kind == TypeKind.DECIMAL) != (precision > 0)) {
      throw new IllegalArgumentException(
          "%s: precision %d does not fit %s".formatted(name, precision, kind));
    }
  }

  /** The type as T-SQL writes it, for example {@code decimal(10,2)} or {@code nvarchar(max)}. */
  public String sqlType() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case DECIMAL -> "%s(%d,%d)".formatted(name, precision, scale);
      case TIME, DATETIME2, DATETIMEOFFSET -> "%s(%d)".formatted(name, scale);
      case CHAR, VARCHAR, NCHAR, NVARCHAR, BINARY, VARBINARY ->
          name + (length == Integer.MAX_VALUE ? "(max)" : "(" + length + ")");
      default -> name;
    };
  }

  public boolean isKey() {
    return keyOrdinal > 0;
  }
}
