package dev.renkei.bigquery.standin.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as rows hold them: Boolean, Long, Double, BigDecimal (NUMERIC), encoded text (BIGNUMERIC),
 * String (STRING, JSON), byte[], LocalDate, LocalDateTime, LocalTime, Instant. Each method refuses
 * what its column cannot hold with {@link IllegalArgumentException}.
 */
public final class Values {
  public static final int FIRST_DAY = -719162;
  public static final int LAST_DAY = 2932896;
  public static final long FIRST_MICROSECOND = -62135596800000000L;
  public static final long LAST_MICROSECOND = 253402300799999999L;

  private static final Pattern MOMENT =
      Pattern.compile(
          "(\\d{1,4}-\\d{1,2}-\\d{1,2})(?:[Tt ](\\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d{0,9})?)?))?"
              + " ?([Zz]|[+-]\\d{1,2}(?::?\\d{2})?|[A-Za-z_]+(?:/[A-Za-z_+-]+)*)?");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private Values() {}

  public static LocalDate date(long days) {
    if (days < FIRST_DAY || days > LAST_DAY) {
      throw new IllegalArgumentException("Invalid date value: " + days);
    }
    return LocalDate.ofEpochDay(days);
  }

  public static Instant timestamp(long micros) {
    if (micros < FIRST_MICROSECOND || micros > LAST_MICROSECOND) {
      throw new IllegalArgumentException("Invalid timestamp value: " + micros);
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  /** NUMERIC and BIGNUMERIC, exactly: more decimals than the column keeps are refused. */
  public static Object decimal(Column column, BigDecimal number) {
    boolean big = column.type() == ColumnType.BIGNUMERIC;
    int scale = column.precision() > 0 ? column.scale() : big ? 38 : 9;
    int whole = column.precision() > 0 ? column.precision() - column.scale() : big ? 39 : 29;
    BigDecimal stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    if (stripped.scale() > scale || stripped.precision() - stripped.scale() > whole) {
      throw new IllegalArgumentException(
          "Invalid " + column.type() + " value: " + number.toString());
    }
    return big ? BigNumeric.encode(number) : number.setScale(9);
  }

  public static String string(Column column, String text) {
    if (column.maxLength() > 0 && text.codePointCount(0, text.length()) > column.maxLength()) {
      throw new IllegalArgumentException(
          "Field %s: STRING(%d) has maximum length %d but got a value with length %d"
              .formatted(
                  column.name(),
                  column.maxLength(),
                  column.maxLength(),
                  text.codePointCount(0, text.length())));
    }
    return text;
  }

  public static byte[] bytes(Column column, byte[] bytes) {
    if (column.maxLength() > 0 && bytes.length > column.maxLength()) {
      throw new IllegalArgumentException(
          "Field %s: BYTES(%d) has maximum length %d but got a value with length %d"
              .formatted(column.name(), column.maxLength(), column.maxLength(), bytes.length));
    }
    return bytes;
  }

  public static String json(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("Invalid JSON: empty");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("Invalid JSON: more than one value");
      }
      return text;
    } catch (IOException e) {
      throw new IllegalArgumentException("Invalid JSON", e);
    }
  }

  /** A value from text, as load jobs, string-typed protobuf fields and query parameters give it. */
  public static Object fromText(Column column, String text) {
    try {
      switch (column.type()) {
        case BOOL:
          return bool(text);
        case INT64:
          return Long.valueOf(text.trim());
        case FLOAT64:
          return float64(text);
        case NUMERIC, BIGNUMERIC:
          return decimal(column, new BigDecimal(text.trim()));
        case STRING:
          return string(column, text);
        case BYTES:
          return bytes(column, Base64.getDecoder().decode(text));
        case DATE:
          return date(LocalDate.parse(padded(text.trim())).toEpochDay());
        case DATETIME:
          return datetime(text.trim());
        case TIME:
          return micros(LocalTime.parse(paddedTime(text.trim())));
        case TIMESTAMP:
          return timestampOf(text.trim());
        case JSON:
          return json(text);
      }
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "Could not convert value to " + column.type() + ". Field: " + column.name(), e);
    }
    throw new IllegalStateException("no such type: " + column.type());
  }

  private static Boolean bool(String text) {
    switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "true", "t", "1", "yes", "y":
        return true;
      case "false", "f", "0", "no", "n":
        return false;
      default:
        throw new IllegalArgumentException("Invalid bool value");
    }
  }

  private static Double float64(String text) {
    switch (text.trim().toLowerCase(Locale.ROOT)) {
      case "nan":
        return Double.NaN;
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      default:
        return Double.valueOf(text.trim());
    }
  }

  private static LocalDateTime datetime(String text) {
    Matcher matcher = matched(text);
    if (matcher.group(3) != null && !matcher.group(3).equalsIgnoreCase("z")) {
      throw new IllegalArgumentException("Invalid datetime string \"" + text + "\"");
    }
    return local(matcher);
  }

  /** A number is seconds since 1970. */
  private static Instant timestampOf(String text) {
    if (text.matches("-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?")) {
      return timestamp(new BigDecimal(text).movePointRight(6).longValueExact());
    }
    Matcher matcher = matched(text);
    LocalDateTime local = local(matcher);
    String zone = matcher.group(3) == null ? "Z" : matcher.group(3);
    return inRange(local.atZone(zone(zone)).toInstant());
  }

  private static Instant inRange(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (seconds < FIRST_MICROSECOND / 1_000_000 || seconds > LAST_MICROSECOND / 1_000_000) {
      throw new IllegalArgumentException("Invalid timestamp value: " + instant);
    }
    return instant;
  }

  private static ZoneId zone(String text) {
    if (text.equalsIgnoreCase("z") || text.equalsIgnoreCase("utc")) {
      return ZoneOffset.UTC;
    }
    Matcher offset = Pattern.compile("([+-])(\\d{1,2})(?::?(\\d{2}))?").matcher(text);
    if (offset.matches()) {
      int hours = Integer.parseInt(offset.group(2));
      int minutes = offset.group(3) == null ? 0 : Integer.parseInt(offset.group(3));
      int total = hours * 60 + minutes;
      return ZoneOffset.ofTotalSeconds((offset.group(1).equals("-") ? -total : total) * 60);
    }
    return ZoneId.of(text);
  }

  private static Matcher matched(String text) {
    Matcher matcher = MOMENT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Invalid datetime string \"" + text + "\"");
    }
    return matcher;
  }

  private static LocalDateTime local(Matcher matcher) {
    LocalDate date = date(LocalDate.parse(padded(matcher.group(1))).toEpochDay());
    String time = matcher.group(2);
    return date.atTime(
        time == null ? LocalTime.MIDNIGHT : micros(LocalTime.parse(paddedTime(time))));
  }

  private static LocalTime micros(LocalTime time) {
    if (time.getNano() % 1000 != 0) {
      throw new IllegalArgumentException("more than six digits of a second: " + time);
    }
    return time;
  }

  private static String padded(String date) {
    String[] parts = date.split("-", -1);
    if (parts.length != 3) {
      return date;
    }
    return "0".repeat(Math.max(0, 4 - parts[0].length()))
        + parts[0]
        + "-"
        + two(parts[1])
        + "-"
        + two(parts[2]);
  }

  private static String paddedTime(String time) {
    int dot = time.indexOf('.');
    String fraction = dot < 0 || dot == time.length() - 1 ? "" : time.substring(dot);
    StringBuilder padded = new StringBuilder();
    for (String part : (dot < 0 ? time : time.substring(0, dot)).split(":", -1)) {
      padded.append(padded.length() == 0 ? "" : ":").append(two(part));
    }
    return padded + fraction;
  }

  private static String two(String digits) {
    return digits.length() == 1 ? "0" + digits : digits;
  }

  /** For DuckDB's appender. */
  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
