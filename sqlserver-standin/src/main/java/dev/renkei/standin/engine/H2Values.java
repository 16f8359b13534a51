package dev.renkei.standin.engine;

import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.h2.value.Value;
import org.h2.value.ValueBigint;
import org.h2.value.ValueBoolean;
import org.h2.value.ValueDate;
import org.h2.value.ValueDouble;
import org.h2.value.ValueInteger;
import org.h2.value.ValueNull;
import org.h2.value.ValueNumeric;
import org.h2.value.ValueReal;
import org.h2.value.ValueSmallint;
import org.h2.value.ValueTime;
import org.h2.value.ValueTimestamp;
import org.h2.value.ValueTimestampTimeZone;
import org.h2.value.ValueUuid;
import org.h2.value.ValueVarbinary;
import org.h2.value.ValueVarchar;
import org.jspecify.annotations.Nullable;

/**
 * Values between the classes of {@code Kind.valueClass()} and H2's own, without passing through any
 * time zone or text.
 */
final class H2Values {
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  private H2Values() {}

  /** A value of a variable or parameter as H2's. */
  static Value toH2(@Nullable Object value, SqlType type) {
    if (value == null) {
      return ValueNull.INSTANCE;
    }
    return switch (type.kind()) {
      case BIT -> ValueBoolean.get((Boolean) value);
      case TINYINT, SMALLINT -> ValueSmallint.get(((Number) value).shortValue());
      case INT -> ValueInteger.get((Integer) value);
      case BIGINT -> ValueBigint.get((Long) value);
      case DECIMAL -> ValueNumeric.get(scaled((BigDecimal) value, type.scale()));
      case MONEY, SMALLMONEY -> ValueNumeric.get(scaled((BigDecimal) value, 4));
      case REAL -> ValueReal.get((Float) value);
      case FLOAT -> ValueDouble.get((Double) value);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML ->
          ValueVarchar.get((String) value, null);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          ValueVarbinary.getNoCopy((byte[]) value);
      case DATE -> ValueDate.fromDateValue(dateValue((LocalDate) value));
      case TIME -> ValueTime.fromNanos(((LocalTime) value).toNanoOfDay());
      case DATETIME, SMALLDATETIME, DATETIME2 -> {
        LocalDateTime time = (LocalDateTime) value;
        yield ValueTimestamp.fromDateValueAndNanos(
            dateValue(time.toLocalDate()), time.toLocalTime().toNanoOfDay());
      }
      case DATETIMEOFFSET -> {
        OffsetDateTime time = (OffsetDateTime) value;
        yield ValueTimestampTimeZone.fromDateValueAndNanos(
            dateValue(time.toLocalDate()),
            time.toLocalTime().toNanoOfDay(),
            time.getOffset().getTotalSeconds());
      }
      case UNIQUEIDENTIFIER -> ValueUuid.get((UUID) value);
    };
  }

  /** A value of H2 as the class of the type's kind; padding of fixed lengths is not added. */
  static @Nullable Object fromH2(Value value, SqlType type) {
    if (value == ValueNull.INSTANCE) {
      return null;
    }
    return switch (type.kind()) {
      case BIT -> value.getBoolean();
      case TINYINT, SMALLINT, INT -> value.getInt();
      case BIGINT -> value.getLong();
      case DECIMAL -> scaled(value.getBigDecimal(), type.scale());
      case MONEY, SMALLMONEY -> scaled(value.getBigDecimal(), 4);
      case REAL -> value.getFloat();
      case FLOAT -> value.getDouble();
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML -> value.getString();
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          value.getBytes();
      case DATE -> date(value);
      case TIME -> time(value);
      case DATETIME, SMALLDATETIME, DATETIME2 -> dateTime(value);
      case DATETIMEOFFSET -> dateTimeOffset(value);
      case UNIQUEIDENTIFIER -> uuid(value);
    };
  }

  static BigDecimal scaled(BigDecimal value, int scale) {
    return value.scale() == scale ? value : value.setScale(scale, RoundingMode.HALF_UP);
  }

  static LocalDate date(Value value) {
    return value instanceof ValueTimestamp timestamp
        ? localDate(timestamp.getDateValue())
        : localDate(((ValueDate) value.convertTo(Value.DATE)).getDateValue());
  }

  static LocalTime time(Value value) {
    return value instanceof ValueTimestamp timestamp
        ? LocalTime.ofNanoOfDay(timestamp.getTimeNanos())
        : LocalTime.ofNanoOfDay(((ValueTime) value.convertTo(Value.TIME)).getNanos());
  }

  static LocalDateTime dateTime(Value value) {
    if (value instanceof ValueTimestamp timestamp) {
      return LocalDateTime.of(
          localDate(timestamp.getDateValue()), LocalTime.ofNanoOfDay(timestamp.getTimeNanos()));
    }
    if (value instanceof ValueDate day) {
      return localDate(day.getDateValue()).atStartOfDay();
    }
    if (value instanceof ValueTimestampTimeZone zoned) {
      return dateTimeOffset(zoned).toLocalDateTime();
    }
    throw unexpected(value, "a date and time");
  }

  static OffsetDateTime dateTimeOffset(Value value) {
    if (value instanceof ValueTimestampTimeZone zoned) {
      return OffsetDateTime.of(
          localDate(zoned.getDateValue()),
          LocalTime.ofNanoOfDay(zoned.getTimeNanos() % NANOS_PER_DAY),
          ZoneOffset.ofTotalSeconds(zoned.getTimeZoneOffsetSeconds()));
    }
    return dateTime(value).atOffset(ZoneOffset.UTC);
  }

  static UUID uuid(Value value) {
    return value instanceof ValueUuid uuid ? uuid.getUuid() : UUID.fromString(value.getString());
  }

  private static IllegalStateException unexpected(Value value, String wanted) {
    return new IllegalStateException(
        "H2 gave a %s where %s was expected".formatted(value.getType().getTraceSQL(), wanted));
  }

  /** H2's packing of a date: year, month in 4 bits, day in 5 bits. */
  private static long dateValue(LocalDate date) {
    return (long) date.getYear() << 9 | (long) date.getMonthValue() << 5 | date.getDayOfMonth();
  }

  private static LocalDate localDate(long dateValue) {
    return LocalDate.of((int) (dateValue >> 9), (int) (dateValue >>> 5) & 15, (int) dateValue & 31);
  }
}
