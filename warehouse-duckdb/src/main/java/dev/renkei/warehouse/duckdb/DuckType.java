package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.Column;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A type of DuckDB that a source's values are stored in.
 *
 * @param precision of {@link Kind#DECIMAL}; 0 for others
 * @param scale of {@link Kind#DECIMAL}; 0 for others
 */
record DuckType(Kind kind, int precision, int scale) {
  private static final int MAX_PRECISION = 38;
  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),(\\d+)\\)");

  /** In the order in which whole numbers widen. */
  enum Kind {
    UTINYINT(3),
    SMALLINT(5),
    INTEGER(10),
    BIGINT(19),
    BOOLEAN(0),
    DECIMAL(0),
    FLOAT(0),
    DOUBLE(0),
    VARCHAR(0),
    BLOB(0),
    DATE(0),
    TIME(0),
    TIMESTAMP(0),
    TIMESTAMPTZ(0),
    UUID(0);

    private final int wholeDigits;

    Kind(int wholeDigits) {
      this.wholeDigits = wholeDigits;
    }

    boolean isWhole() {
      return wholeDigits > 0;
    }
  }

  static DuckType of(Kind kind) {
    return new DuckType(kind, 0, 0);
  }

  static DuckType decimal(int precision, int scale) {
    return new DuckType(Kind.DECIMAL, precision, scale);
  }

  /** The type that holds most of a column's values as they are; the table in docs/duckdb.md. */
  static DuckType of(Column column) {
    return switch (column.kind()) {
      case BIT -> of(Kind.BOOLEAN);
      case TINYINT -> of(Kind.UTINYINT);
      case SMALLINT -> of(Kind.SMALLINT);
      case INT -> of(Kind.INTEGER);
      case BIGINT -> of(Kind.BIGINT);
      case DECIMAL -> decimal(column.precision(), column.scale());
      case MONEY -> decimal(19, 4);
      case SMALLMONEY -> decimal(10, 4);
      case REAL -> of(Kind.FLOAT);
      case FLOAT -> of(Kind.DOUBLE);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT -> of(Kind.VARCHAR);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> of(Kind.BLOB);
      case DATE -> of(Kind.DATE);
      case TIME -> of(Kind.TIME);
      case DATETIME, SMALLDATETIME, DATETIME2 -> of(Kind.TIMESTAMP);
      case DATETIMEOFFSET -> of(Kind.TIMESTAMPTZ);
      case UNIQUEIDENTIFIER -> of(Kind.UUID);
    };
  }

  /** Whether there are values of the source that it cannot hold wholly. */
  boolean mayLose() {
    return switch (kind) {
      case VARCHAR, TIME, TIMESTAMP, TIMESTAMPTZ -> true;
      default -> false;
    };
  }

  /** Reads what {@link #sql} writes. */
  static DuckType ofSql(String sql) {
    Matcher decimal = DECIMAL.matcher(sql);
    return decimal.matches()
        ? decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)))
        : of(Kind.valueOf(sql.toUpperCase(Locale.ROOT)));
  }

  String sql() {
    return kind == Kind.DECIMAL ? "DECIMAL(%d,%d)".formatted(precision, scale) : kind.name();
  }

  /**
   * The narrowest type that holds the values of both: a column whose type changes at the source
   * keeps what it has. Text where no other type does.
   */
  DuckType widenedBy(DuckType other) {
    if (equals(other)) {
      return this;
    }
    if (kind.isWhole() && other.kind.isWhole()) {
      return kind.compareTo(other.kind) > 0 ? this : other;
    }
    if (isExactNumber() && other.isExactNumber()) {
      int places = Math.max(scale, other.scale);
      int digits = Math.max(digitsBeforePoint(), other.digitsBeforePoint()) + places;
      return digits <= MAX_PRECISION ? decimal(digits, places) : of(Kind.VARCHAR);
    }
    if (either(other, Kind.FLOAT, Kind.DOUBLE)) {
      return of(Kind.DOUBLE);
    }
    if (either(other, Kind.DATE, Kind.TIMESTAMP)) {
      return of(Kind.TIMESTAMP);
    }
    return of(Kind.VARCHAR);
  }

  private boolean isExactNumber() {
    return kind.isWhole() || kind == Kind.DECIMAL;
  }

  private int digitsBeforePoint() {
    return kind.isWhole() ? kind.wholeDigits : precision - scale;
  }

  private boolean either(DuckType other, Kind one, Kind another) {
    return kind == one && other.kind == another || kind == another && other.kind == one;
  }
}
