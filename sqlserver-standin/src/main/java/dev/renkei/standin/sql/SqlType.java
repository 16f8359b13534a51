package dev.renkei.standin.sql;

import java.io.Serializable;
import java.util.Locale;

/**
 * A SQL Server type as declared.
 *
 * @param kind the base type
 * @param length for (n)char, (n)varchar, binary and varbinary: the declared length in characters or
 *     bytes, {@link #MAX} for {@code (max)}; 0 for every other kind
 * @param precision for decimal: 1 to 38; else 0
 * @param scale for decimal, time, datetime2 and datetimeoffset: digits after the point; else 0
 * @param caseSensitive for text: whether comparison distinguishes case (the default collation does
 *     not)
 */
public record SqlType(Kind kind, int length, int precision, int scale, boolean caseSensitive)
    implements Serializable {
  /** The length of {@code varchar(max)}, {@code nvarchar(max)} and {@code varbinary(max)}. */
  public static final int MAX = Integer.MAX_VALUE;

  public static final SqlType BIT = of(Kind.BIT);
  public static final SqlType TINYINT = of(Kind.TINYINT);
  public static final SqlType SMALLINT = of(Kind.SMALLINT);
  public static final SqlType INT = of(Kind.INT);
  public static final SqlType BIGINT = of(Kind.BIGINT);
  public static final SqlType MONEY = of(Kind.MONEY);
  public static final SqlType SMALLMONEY = of(Kind.SMALLMONEY);
  public static final SqlType REAL = of(Kind.REAL);
  public static final SqlType FLOAT = of(Kind.FLOAT);
  public static final SqlType DATE = of(Kind.DATE);
  public static final SqlType DATETIME = of(Kind.DATETIME);
  public static final SqlType SMALLDATETIME = of(Kind.SMALLDATETIME);
  public static final SqlType UNIQUEIDENTIFIER = of(Kind.UNIQUEIDENTIFIER);
  public static final SqlType XML = of(Kind.XML);
  public static final SqlType ROWVERSION = of(Kind.ROWVERSION);

  public SqlType {
    boolean sized =
        switch (kind) {
          case CHAR, NCHAR, VARCHAR, NVARCHAR, BINARY, VARBINARY -> true;
          default -> false;
        };
    if (sized != (length > 0)) {
      throw new IllegalArgumentException("length %d does not fit %s".formatted(length, kind));
    }
    if (kind == Kind.DECIMAL
        && (precision < 1 || precision > 38 || scale < 0 || scale > precision)) {
      throw new IllegalArgumentException("decimal(%d,%d)".formatted(precision, scale));
    }
    boolean fractional = kind == Kind.TIME || kind == Kind.DATETIME2 || kind == Kind.DATETIMEOFFSET;
    if (fractional && (scale < 0 || scale > 7)) {
      throw new IllegalArgumentException("%s(%d)".formatted(kind, scale));
    }
    if (caseSensitive && !kind.isText()) {
      throw new IllegalArgumentException("%s has no collation".formatted(kind));
    }
  }

  /** A type without length, precision or scale. */
  public static SqlType of(Kind kind) {
    return new SqlType(kind, 0, 0, 0, false);
  }

  /** char, nchar, varchar, nvarchar, binary or varbinary of a length ({@link #MAX} for max). */
  public static SqlType sized(Kind kind, int length) {
    return new SqlType(kind, length, 0, 0, false);
  }

  public static SqlType nvarchar(int length) {
    return sized(Kind.NVARCHAR, length);
  }

  public static SqlType varbinary(int length) {
    return sized(Kind.VARBINARY, length);
  }

  public static SqlType decimal(int precision, int scale) {
    return new SqlType(Kind.DECIMAL, 0, precision, scale, false);
  }

  /** time, datetime2 or datetimeoffset with a number of fractional digits (0 to 7). */
  public static SqlType fractional(Kind kind, int scale) {
    return new SqlType(kind, 0, 0, scale, false);
  }

  public SqlType withCaseSensitive(boolean sensitive) {
    return new SqlType(kind, length, precision, scale, sensitive);
  }

  /** Whether this is {@code varchar(max)}, {@code nvarchar(max)} or {@code varbinary(max)}. */
  public boolean isMax() {
    return length == MAX;
  }

  /** The declaration as a user writes it, such as {@code nvarchar(50)}. */
  public String declaration() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return switch (kind) {
      case DECIMAL -> name + "(" + precision + "," + scale + ")";
      case TIME, DATETIME2, DATETIMEOFFSET -> name + "(" + scale + ")";
      default ->
          length == 0 ? name : name + "(" + (isMax() ? "max" : Integer.toString(length)) + ")";
    };
  }
}
