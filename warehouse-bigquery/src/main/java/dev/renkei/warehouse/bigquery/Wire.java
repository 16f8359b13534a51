package dev.renkei.warehouse.bigquery;

import dev.renkei.core.warehouse.ExactTexts;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Values in the form in which the Storage Write API takes them.
 *
 * @see <a href="https://cloud.google.com/bigquery/docs/supported-data-types">its table</a>
 */
final class Wire {
  private static final int NANOS_PER_MICRO = 1000;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long FIRST_MICROS = micros(LocalDateTime.of(1, 1, 1, 0, 0));
  private static final long LAST_MICROS =
      micros(LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000));

  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);

  private Wire() {}

  /**
   * Writes a value; what the type cannot hold is cut off, never rounded.
   *
   * @throws ClassCastException where a value is not of its column's class
   * @throws ArithmeticException where a number does not fit
   */
  static void write(RowBuffer to, int number, BigType type, Object value, ExactTexts texts) {
    switch (type) {
      case BOOL -> to.bool(number, (Boolean) value);
      case INT64 -> to.varint(number, whole(value));
      case NUMERIC, BIGNUMERIC -> to.text(number, decimal(type, value));
      case FLOAT64 -> to.float64(number, finite(((Number) value).doubleValue(), value));
      case STRING -> to.text(number, text(value, texts));
      case BYTES -> to.bytes(number, (byte[]) value);
      case DATE -> to.varint(number, ((LocalDate) value).toEpochDay());
      case TIME -> to.varint(number, civil((LocalTime) value));
      case DATETIME ->
          to.varint(
              number,
              civil(value instanceof LocalDate day ? day.atStartOfDay() : (LocalDateTime) value));
      case TIMESTAMP -> to.varint(number, micros((OffsetDateTime) value));
    }
  }

  /** What to keep of a value beside its column; null where the column holds it wholly. */
  static @Nullable String lostBy(BigType type, Object value, ExactTexts texts) {
    return switch (type) {
      case TIME ->
          ((LocalTime) value).getNano() % NANOS_PER_MICRO == 0 ? null : texts.textOf(value);
      case DATETIME ->
          value instanceof LocalDateTime at && at.getNano() % NANOS_PER_MICRO != 0
              ? texts.textOf(value)
              : null;
      case TIMESTAMP -> {
        OffsetDateTime at = (OffsetDateTime) value;
        yield at.getNano() % NANOS_PER_MICRO == 0 && at.getOffset().getTotalSeconds() == 0
            ? null
            : texts.textOf(value);
      }
      case STRING -> value instanceof String text && !ExactTexts.isWellFormed(text) ? text : null;
      default -> null;
    };
  }

  /** Writes a value as an answer of BigQuery has it, times in microseconds. */
  static void writeCell(RowBuffer to, int number, BigType type, String cell) {
    switch (type) {
      case BOOL -> to.bool(number, Boolean.parseBoolean(cell));
      case INT64, TIMESTAMP -> to.varint(number, Long.parseLong(cell));
      case NUMERIC, BIGNUMERIC -> to.text(number, plain(new BigDecimal(cell)));
      case FLOAT64 -> to.float64(number, Double.parseDouble(cell));
      case STRING -> to.text(number, cell);
      case BYTES -> to.bytes(number, Base64.getDecoder().decode(cell));
      case DATE -> to.varint(number, LocalDate.parse(cell).toEpochDay());
      case TIME -> to.varint(number, civil(LocalTime.parse(cell)));
      case DATETIME -> to.varint(number, civil(LocalDateTime.parse(cell)));
    }
  }

  /** The text of a date or time as it is sent, such as {@code 2024-02-29 23:59:59.123456 UTC}. */
  static String textOf(BigType type, long sent) {
    return switch (type) {
      case DATE -> LocalDate.ofEpochDay(sent).toString();
      case TIME -> timeOf(sent).format(TIME_OF_DAY);
      case DATETIME -> {
        long days = sent >>> 37;
        LocalDate day =
            LocalDate.of((int) (days >>> 9), (int) (days >>> 5 & 0xf), (int) (days & 0x1f));
        yield day + "T" + timeOf(sent).format(TIME_OF_DAY);
      }
      case TIMESTAMP -> {
        LocalDateTime at =
            LocalDateTime.ofEpochSecond(
                Math.floorDiv(sent, MICROS_PER_SECOND),
                (int) Math.floorMod(sent, MICROS_PER_SECOND) * NANOS_PER_MICRO,
                ZoneOffset.UTC);
        yield at.toLocalDate() + " " + at.toLocalTime().format(TIME_OF_DAY) + " UTC";
      }
      default -> throw new IllegalArgumentException("no date or time: " + type);
    };
  }

  private static LocalTime timeOf(long civil) {
    long seconds = civil >>> 20;
    return LocalTime.of(
        (int) (seconds >>> 12 & 0x1f),
        (int) (seconds >>> 6 & 0x3f),
        (int) (seconds & 0x3f),
        (int) (civil & 0xfffff) * NANOS_PER_MICRO);
  }

  static long micros(Instant at) {
    return at.getEpochSecond() * MICROS_PER_SECOND + at.getNano() / NANOS_PER_MICRO;
  }

  private static long micros(LocalDateTime utc) {
    return utc.toEpochSecond(ZoneOffset.UTC) * MICROS_PER_SECOND + utc.getNano() / NANOS_PER_MICRO;
  }

  /** An offset may carry an instant beyond the years that BigQuery has: then the nearest. */
  private static long micros(OffsetDateTime at) {
    long micros = at.toEpochSecond() * MICROS_PER_SECOND + at.getNano() / NANOS_PER_MICRO;
    return Math.max(FIRST_MICROS, Math.min(LAST_MICROS, micros));
  }

  /** Hours, minutes, seconds and microseconds, each with bits of its own. */
  private static long civil(LocalTime at) {
    long seconds = (long) at.getHour() << 12 | (long) at.getMinute() << 6 | at.getSecond();
    return seconds << 20 | at.getNano() / NANOS_PER_MICRO;
  }

  private static long civil(LocalDateTime at) {
    long days =
        (long) at.getYear() << 9 | (long) at.getMonthValue() << 5 | (long) at.getDayOfMonth();
    return days << 37 | civil(at.toLocalTime());
  }

  private static long whole(Object value) {
    return value instanceof Integer number ? number : (Long) value;
  }

  private static double finite(double number, Object value) {
    if (!(value instanceof Float || value instanceof Double)) {
      throw new ClassCastException("not a float");
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new ArithmeticException("SQL Server has finite numbers only");
    }
    return number;
  }

  /** In its shortest form, so that equal numbers are equal bytes whatever scale they came with. */
  private static String decimal(BigType type, Object value) {
    if (!(value instanceof BigDecimal number)) {
      return Long.toString(whole(value));
    }
    int places = type == BigType.NUMERIC ? 9 : 38;
    int wholeDigits = type == BigType.NUMERIC ? 29 : 38;
    boolean fits = number.scale() <= places && number.precision() - number.scale() <= wholeDigits;
    return fits ? plain(number) : plain(fitting(number, places, wholeDigits));
  }

  /** Without trailing zeros it may fit after all. */
  private static BigDecimal fitting(BigDecimal number, int places, int wholeDigits) {
    BigDecimal shortest = number.stripTrailingZeros();
    if (shortest.scale() > places || shortest.precision() - shortest.scale() > wholeDigits) {
      throw new ArithmeticException("out of range");
    }
    return shortest;
  }

  private static String plain(BigDecimal number) {
    String text = number.toPlainString();
    if (number.scale() <= 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
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
}
