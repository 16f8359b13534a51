package dev.renkei.steps.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.renkei.core.schema.IsoTimes;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What SQL Server's types are in an expression, and what a literal says beside one. */
final class SqlTypes {
  /** Exact: no double comes near it. */
  static final CelType DECIMAL = OpaqueType.create("decimal");

  static final CelType DATE = OpaqueType.create("date");
  static final CelType TIME = OpaqueType.create("time");

  /** Without a time zone, as datetime and datetime2 are: no instant is made up for it. */
  static final CelType DATETIME = OpaqueType.create("datetime");

  private SqlTypes() {}

  static CelType of(TypeKind kind) {
    return switch (kind) {
      case BIT -> SimpleType.BOOL;
      case TINYINT, SMALLINT, INT, BIGINT -> SimpleType.INT;
      case DECIMAL, MONEY, SMALLMONEY -> DECIMAL;
      case REAL, FLOAT -> SimpleType.DOUBLE;
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, UNIQUEIDENTIFIER, XML, SQL_VARIANT ->
          SimpleType.STRING;
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          SimpleType.BYTES;
      case DATE -> DATE;
      case TIME -> TIME;
      case DATETIME, SMALLDATETIME, DATETIME2 -> DATETIME;
      case DATETIMEOFFSET -> SimpleType.TIMESTAMP;
    };
  }

  /** A column's value as expressions see it. */
  static Object value(TypeKind kind, Object value) {
    return switch (kind) {
      case TINYINT, SMALLINT, INT -> (long) (Integer) value;
      case REAL -> (double) (Float) value;
      case DECIMAL, MONEY, SMALLMONEY -> new Decimal((BigDecimal) value);
      case CHAR, NCHAR -> withoutPadding((String) value);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          CelByteString.of((byte[]) value);
      case DATETIMEOFFSET -> ((OffsetDateTime) value).toInstant();
      case BIT,
          BIGINT,
          FLOAT,
          VARCHAR,
          TEXT,
          NVARCHAR,
          NTEXT,
          UNIQUEIDENTIFIER,
          XML,
          SQL_VARIANT,
          DATE,
          TIME,
          DATETIME,
          SMALLDATETIME,
          DATETIME2 ->
          value;
    };
  }

  private static String withoutPadding(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }

  /** Whether values of the type are compared with a text that says one of them. */
  static boolean isWrittenAsText(CelType type) {
    return type.equals(DATE)
        || type.equals(TIME)
        || type.equals(DATETIME)
        || type.equals(SimpleType.TIMESTAMP);
  }

  /** How such a text looks. */
  static String example(CelType type) {
    return type.equals(DATE)
        ? "'2024-02-29'"
        : type.equals(TIME)
            ? "'23:59:59.1234567'"
            : type.equals(DATETIME) ? "'2024-02-29T23:59:59'" : "'2024-02-29T23:59:59+09:00'";
  }

  /** The value that a text says; null where it says none. A date alone is its midnight. */
  static @Nullable Object parse(CelType type, String text) {
    try {
      if (type.equals(DATE)) {
        return LocalDate.parse(text);
      }
      if (type.equals(TIME)) {
        return LocalTime.parse(text);
      }
      if (type.equals(DATETIME)) {
        return text.length() == "2024-02-29".length()
            ? LocalDate.parse(text).atStartOfDay()
            : LocalDateTime.parse(text.replace(' ', 'T'));
      }
      return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  static String iso(LocalDate date) {
    char[] text = new char[IsoTimes.MAX_LENGTH];
    return new String(text, 0, IsoTimes.write(date, text, 0));
  }

  static String iso(LocalTime time) {
    char[] text = new char[IsoTimes.MAX_LENGTH];
    return new String(text, 0, IsoTimes.write(time, text, 0));
  }

  static String iso(LocalDateTime time) {
    char[] text = new char[IsoTimes.MAX_LENGTH];
    return new String(text, 0, IsoTimes.write(time, text, 0));
  }
}
