package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** Values of the log as a query tells them, back in the classes in which they travel. */
final class LogValues {
  private static final int DATE_LENGTH = 10;
  private static final int MONEY_SCALE = 4;

  private LogValues() {}

  /** What a query asks for, so that {@link #read} understands it. */
  static String asked(StoredColumn column) {
    return column.type().kind() == DuckType.Kind.BLOB
        ? "base64(%s)".formatted(column.quoted())
        : column.quoted();
  }

  /**
   * Reads a value.
   *
   * @param text as the query has told it, or as it stands in {@code _exact}
   * @param stored what the warehouse keeps the column as
   * @throws IllegalArgumentException where the column cannot have it (also: {@link
   *     ArithmeticException}, {@link java.time.DateTimeException})
   */
  static Object read(Column column, DuckType stored, String text) {
    return switch (column.kind()) {
      case BIT -> Boolean.valueOf(text);
      case TINYINT, SMALLINT, INT -> new BigDecimal(text).intValueExact();
      case BIGINT -> new BigDecimal(text).longValueExact();
      case DECIMAL -> new BigDecimal(text).setScale(column.scale(), RoundingMode.UNNECESSARY);
      case MONEY, SMALLMONEY ->
          new BigDecimal(text).setScale(MONEY_SCALE, RoundingMode.UNNECESSARY);
      case REAL -> Float.valueOf(text);
      case FLOAT -> Double.valueOf(text);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT -> text;
      case UNIQUEIDENTIFIER -> text.toUpperCase(Locale.ROOT);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          stored.kind() == DuckType.Kind.BLOB
              ? Base64.getDecoder().decode(text)
              : HexFormat.of().parseHex(text);
      case DATE -> LocalDate.parse(text.substring(0, DATE_LENGTH));
      case TIME -> LocalTime.parse(text);
      case DATETIME, SMALLDATETIME, DATETIME2 -> dateTime(text);
      case DATETIMEOFFSET -> offsetDateTime(text);
    };
  }

  static Instant instant(String text) {
    return offsetDateTime(text).toInstant();
  }

  private static LocalDateTime dateTime(String text) {
    return text.length() == DATE_LENGTH
        ? LocalDate.parse(text).atStartOfDay()
        : LocalDateTime.parse(text.replace(' ', 'T'));
  }

  /** As a query tells it, always in UTC; or as {@link IsoTimes} write it. */
  private static OffsetDateTime offsetDateTime(String text) {
    return text.endsWith("+00")
        ? OffsetDateTime.parse(text.replace(' ', 'T') + ":00")
        : OffsetDateTime.parse(text.replace(' ', 'T'));
  }
}
