package dev.renkei.warehouse.bigquery;

import dev.renkei.core.schema.Column;
import java.util.Locale;

/** A type of BigQuery that a source's values are stored in; none has parameters. */
enum BigType {
  BOOL,
  INT64,
  NUMERIC,
  BIGNUMERIC,
  FLOAT64,
  STRING,
  BYTES,
  DATE,
  TIME,
  DATETIME,
  TIMESTAMP;

  private static final int NUMERIC_SCALE = 9;
  private static final int NUMERIC_WHOLE_DIGITS = 29;

  /** The type that holds most of a column's values as they are; the table in docs/bigquery.md. */
  static BigType of(Column column) {
    return switch (column.kind()) {
      case BIT -> BOOL;
      case TINYINT, SMALLINT, INT, BIGINT -> INT64;
      case DECIMAL ->
          column.scale() <= NUMERIC_SCALE
                  && column.precision() - column.scale() <= NUMERIC_WHOLE_DIGITS
              ? NUMERIC
              : BIGNUMERIC;
      case MONEY, SMALLMONEY -> NUMERIC;
      case REAL, FLOAT -> FLOAT64;
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT, UNIQUEIDENTIFIER ->
          STRING;
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> BYTES;
      case DATE -> DATE;
      case TIME -> TIME;
      case DATETIME, SMALLDATETIME, DATETIME2 -> DATETIME;
      case DATETIMEOFFSET -> TIMESTAMP;
    };
  }

  /** As SQL and the REST interface spell it; older spellings of the interface too. */
  static BigType ofName(String name) {
    return switch (name.toUpperCase(Locale.ROOT)) {
      case "INTEGER" -> INT64;
      case "FLOAT" -> FLOAT64;
      case "BOOLEAN" -> BOOL;
      default -> valueOf(name.toUpperCase(Locale.ROOT));
    };
  }

  /** Whether the name is one of a type that this warehouse writes. */
  static boolean isKnown(String name) {
    try {
      ofName(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The narrowest type that holds the values of both; text where no other does. */
  BigType widenedBy(BigType other) {
    if (this == other) {
      return this;
    }
    if (isExactNumber() && other.isExactNumber()) {
      return compareTo(other) > 0 ? this : other;
    }
    if (this == DATE && other == DATETIME || this == DATETIME && other == DATE) {
      return DATETIME;
    }
    return STRING;
  }

  private boolean isExactNumber() {
    return this == INT64 || this == NUMERIC || this == BIGNUMERIC;
  }
}
