package dev.renkei.warehouse.duckdb;

import dev.renkei.core.warehouse.ExactTexts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Hands values to DuckDB's appender in the type that their column has. */
final class Values {
  private static final int NANOS_PER_MICRO = 1000;
  private static final long MICROS_PER_SECOND = 1_000_000;

  private Values() {}

  /**
   * Appends a value; what the type cannot hold is cut off, never rounded.
   *
   * @throws ClassCastException where a value is not of its column's class
   * @throws ArithmeticException where a number does not fit
   * @throws IllegalArgumentException where a text is none of its type
   */
  static void append(DuckDBAppender to, DuckType type, @Nullable Object value, ExactTexts texts)
      throws SQLException {
    if (value == null) {
      to.appendNull();
      return;
    }
    switch (type.kind()) {
      case BOOLEAN -> to.append((boolean) (Boolean) value);
      case UTINYINT -> to.append((byte) fitting(value, 0, 255));
      case SMALLINT -> to.append((short) fitting(value, Short.MIN_VALUE, Short.MAX_VALUE));
      case INTEGER -> to.append((int) fitting(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case BIGINT -> to.append(fitting(value, Long.MIN_VALUE, Long.MAX_VALUE));
      case DECIMAL -> to.append(decimal(type, value));
      case FLOAT -> to.append((float) (Float) value);
      case DOUBLE -> to.append(((Number) value).doubleValue());
      case VARCHAR -> to.append(text(value, texts));
      case BLOB -> to.append((byte[]) value);
      case DATE -> to.append((LocalDate) value);
      case TIME -> to.appendDayMicros(((LocalTime) value).toNanoOfDay() / NANOS_PER_MICRO);
      case TIMESTAMP ->
          to.appendEpochMicros(
              micros(value instanceof LocalDate day ? day.atStartOfDay() : (LocalDateTime) value));
      case TIMESTAMPTZ ->
          to.appendEpochMicros(
              micros(
                  ((OffsetDateTime) value)
                      .withOffsetSameInstant(ZoneOffset.UTC)
                      .toLocalDateTime()));
      case UUID -> to.append(UUID.fromString((String) value));
    }
  }

  static long micros(LocalDateTime utc) {
    return utc.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + utc.getNano() / NANOS_PER_MICRO;
  }

  static long micros(java.time.Instant at) {
    return at.getEpochSecond() * MICROS_PER_SECOND + at.getNano() / NANOS_PER_MICRO;
  }

  private static long fitting(Object value, long from, long to) {
    long number = value instanceof Integer whole ? whole : (Long) value;
    if (number < from || number > to) {
      throw new ArithmeticException("out of range");
    }
    return number;
  }

  private static BigDecimal decimal(DuckType type, Object value) {
    BigDecimal number =
        value instanceof BigDecimal exact
            ? exact
            : BigDecimal.valueOf(fitting(value, Long.MIN_VALUE, Long.MAX_VALUE));
    if (number.scale() != type.scale()) {
      number = number.setScale(type.scale(), RoundingMode.UNNECESSARY);
    }
    if (number.precision() > type.precision()) {
      throw new ArithmeticException("out of range");
    }
    return number;
  }

  private static String text(Object value, ExactTexts texts) {
    if (value instanceof String text) {
      return ExactTexts.wellFormed(text);
    }
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : texts.textOf(value);
  }

  /** What to keep of a value beside its column; null where the column holds it wholly. */
  static @Nullable String lostBy(DuckType type, Object value, ExactTexts texts) {
    return switch (type.kind()) {
      case TIME ->
          ((LocalTime) value).getNano() % NANOS_PER_MICRO == 0 ? null : texts.textOf(value);
      case TIMESTAMP ->
          value instanceof LocalDateTime at && at.getNano() % NANOS_PER_MICRO != 0
              ? texts.textOf(value)
              : null;
      case TIMESTAMPTZ -> {
        OffsetDateTime at = (OffsetDateTime) value;
        yield at.getNano() % NANOS_PER_MICRO == 0 && at.getOffset().getTotalSeconds() == 0
            ? null
            : texts.textOf(value);
      }
      case VARCHAR -> value instanceof String text && !ExactTexts.isWellFormed(text) ? text : null;
      default -> null;
    };
  }
}
