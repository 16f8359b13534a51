package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * T-SQL's functions on dates and times. A value comes with the code of its type ({@link
 * Values#code}); parts of dates have their full names in lower case.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/functions/date-and-time-data-types-and-functions-transact-sql">
 *     Date and time functions</a>
 */
public final class DateFunctions {
  private DateFunctions() {}

  public static @Nullable LocalDate addToDate(String part, @Nullable Long count, Value v, long type)
      throws Raised {
    return (LocalDate) add(part, count, v, type);
  }

  public static @Nullable LocalTime addToTime(String part, @Nullable Long count, Value v, long type)
      throws Raised {
    return (LocalTime) add(part, count, v, type);
  }

  public static @Nullable LocalDateTime addToTimestamp(
      String part, @Nullable Long count, Value v, long type) throws Raised {
    return (LocalDateTime) add(part, count, v, type);
  }

  public static @Nullable OffsetDateTime addToOffset(
      String part, @Nullable Long count, Value v, long type) throws Raised {
    return (OffsetDateTime) add(part, count, v, type);
  }

  private static @Nullable Object add(String part, @Nullable Long count, Value v, long code)
      throws Raised {
    SqlType type = Values.type(code);
    Object value = Values.java(v);
    if (count == null || value == null) {
      return null;
    }
    try {
      LocalDateTime moment = plus(DateTimes.local(value, type), part, count);
      ZoneOffset offset = value instanceof OffsetDateTime at ? at.getOffset() : ZoneOffset.UTC;
      return DateTimes.as(type, moment, offset, type);
    } catch (SqlError | DateTimeException | ArithmeticException e) {
      throw new Raised(
          Errors.error(
              517, "Adding a value to a '%s' column caused an overflow.", Errors.name(type)));
    }
  }

  private static LocalDateTime plus(LocalDateTime moment, String part, long n) {
    return switch (part) {
      case "year" -> moment.plusYears(n);
      case "quarter" -> moment.plusMonths(Math.multiplyExact(n, 3));
      case "month" -> moment.plusMonths(n);
      case "week" -> moment.plusWeeks(n);
      case "day", "dayofyear", "weekday" -> moment.plusDays(n);
      case "hour" -> moment.plusHours(n);
      case "minute" -> moment.plusMinutes(n);
      case "second" -> moment.plusSeconds(n);
      case "millisecond" -> moment.plus(n, ChronoUnit.MILLIS);
      case "microsecond" -> moment.plus(n, ChronoUnit.MICROS);
      case "nanosecond" -> moment.plusNanos(n);
      default -> throw new IllegalArgumentException("part of a date: " + part);
    };
  }

  /** Boundaries of a part crossed between two moments. */
  public static @Nullable Long difference(
      String part, Value from, long fromType, Value to, long toType) {
    LocalDateTime a = utc(from, fromType);
    LocalDateTime b = utc(to, toType);
    if (a == null || b == null) {
      return null;
    }
    return switch (part) {
      case "year" -> (long) b.getYear() - a.getYear();
      case "quarter" -> quarters(b) - quarters(a);
      case "month" -> months(b) - months(a);
      case "week" -> week(b) - week(a);
      case "day", "dayofyear", "weekday" ->
          b.toLocalDate().toEpochDay() - a.toLocalDate().toEpochDay();
      case "hour" -> truncatedBetween(ChronoUnit.HOURS, a, b);
      case "minute" -> truncatedBetween(ChronoUnit.MINUTES, a, b);
      case "second" -> truncatedBetween(ChronoUnit.SECONDS, a, b);
      case "millisecond" -> truncatedBetween(ChronoUnit.MILLIS, a, b);
      case "microsecond" -> truncatedBetween(ChronoUnit.MICROS, a, b);
      case "nanosecond" -> ChronoUnit.NANOS.between(a, b);
      default -> throw new IllegalArgumentException("part of a date: " + part);
    };
  }

  private static long truncatedBetween(ChronoUnit unit, LocalDateTime a, LocalDateTime b) {
    return unit.between(a.truncatedTo(unit), b.truncatedTo(unit));
  }

  private static long months(LocalDateTime d) {
    return d.getYear() * 12L + d.getMonthValue();
  }

  private static long quarters(LocalDateTime d) {
    return d.getYear() * 4L + d.get(IsoFields.QUARTER_OF_YEAR);
  }

  /** Weeks begin on Sunday, whatever DATEFIRST says. */
  private static long week(LocalDateTime d) {
    return Math.floorDiv(d.toLocalDate().toEpochDay() + 4, 7);
  }

  /** DATEDIFF compares datetimeoffset values in UTC. */
  private static @Nullable LocalDateTime utc(Value v, long type) {
    Object value = Values.java(v);
    if (value instanceof OffsetDateTime moment) {
      return moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    }
    return value == null ? null : DateTimes.local(value, Values.type(type));
  }

  public static @Nullable Integer part(String part, Value v, long type) {
    Object value = Values.java(v);
    if (value == null) {
      return null;
    }
    // datetime shows its milliseconds, not its thirds
    LocalDateTime d =
        value instanceof LocalDateTime raw ? raw : DateTimes.local(value, Values.type(type));
    return switch (part) {
      case "year" -> d.getYear();
      case "quarter" -> d.get(IsoFields.QUARTER_OF_YEAR);
      case "month" -> d.getMonthValue();
      case "dayofyear" -> d.getDayOfYear();
      case "day" -> d.getDayOfMonth();
      case "week" -> weekOfYear(d.toLocalDate());
      case "weekday" -> d.getDayOfWeek().getValue() % 7 + 1;
      case "iso_week" -> d.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case "hour" -> d.getHour();
      case "minute" -> d.getMinute();
      case "second" -> d.getSecond();
      case "millisecond" -> d.getNano() / 1_000_000;
      case "microsecond" -> d.getNano() / 1000;
      case "nanosecond" -> d.getNano();
      case "tzoffset" ->
          value instanceof OffsetDateTime moment ? moment.getOffset().getTotalSeconds() / 60 : 0;
      default -> throw new IllegalArgumentException("part of a date: " + part);
    };
  }

  /** The first week holds January 1st; the next begins on Sunday (DATEFIRST 7). */
  private static int weekOfYear(LocalDate d) {
    int firstDay = d.withDayOfYear(1).getDayOfWeek().getValue() % 7;
    return (d.getDayOfYear() - 1 + firstDay) / 7 + 1;
  }

  public static @Nullable String name(String part, Value v, long type) {
    Integer number = part(part, v, type);
    if (number == null) {
      return null;
    }
    return switch (part) {
      case "month" -> DateText.MONTHS.get(number - 1);
      case "weekday" ->
          java.util.List.of(
                  "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
              .get(number - 1);
      case "tzoffset" ->
          "%s%02d:%02d"
              .formatted(number < 0 ? "-" : "+", Math.abs(number) / 60, Math.abs(number) % 60);
      default -> number.toString();
    };
  }

  public static @Nullable LocalDate endOfMonth(@Nullable LocalDate date, @Nullable Integer months)
      throws Raised {
    if (date == null) {
      return null;
    }
    LocalDate there = date.plusMonths(months == null ? 0 : months);
    if (there.getYear() < 1 || there.getYear() > 9999) {
      throw new Raised(Errors.error(517, "Adding a value to a 'date' column caused an overflow."));
    }
    return there.withDayOfMonth(there.lengthOfMonth());
  }

  public static @Nullable LocalDate dateFromParts(
      @Nullable Integer year, @Nullable Integer month, @Nullable Integer day) throws Raised {
    if (year == null || month == null || day == null) {
      return null;
    }
    try {
      if (year >= 1 && year <= 9999) {
        return LocalDate.of(year, month, day);
      }
    } catch (DateTimeException e) {
      // the same error as for the year
    }
    throw invalidArguments("date");
  }

  /** DATETIMEFROMPARTS and DATETIME2FROMPARTS; the fraction in nanoseconds. */
  public static @Nullable LocalDateTime timestampFromParts(
      @Nullable Integer year,
      @Nullable Integer month,
      @Nullable Integer day,
      @Nullable Integer hour,
      @Nullable Integer minute,
      @Nullable Integer second,
      @Nullable Long nanos,
      long type)
      throws Raised {
    if (year == null || month == null || day == null || hour == null) {
      return null;
    }
    if (minute == null || second == null || nanos == null) {
      return null;
    }
    SqlType to = Values.type(type);
    try {
      LocalDateTime moment =
          LocalDateTime.of(year, month, day, hour, minute, second, Math.toIntExact(nanos));
      return (LocalDateTime) DateTimes.as(to, moment, ZoneOffset.UTC, to);
    } catch (DateTimeException | ArithmeticException | SqlError e) {
      throw invalidArguments(Errors.name(to));
    }
  }

  private static Raised invalidArguments(String type) {
    return new Raised(
        Errors.error(
            289,
            "Cannot construct data type %s, some of the arguments have values which are not valid.",
            type));
  }

  /** SWITCHOFFSET: the same instant elsewhere. */
  public static @Nullable OffsetDateTime switchOffset(
      @Nullable OffsetDateTime moment, @Nullable String offset) throws Raised {
    return moment == null || offset == null ? null : moment.withOffsetSameInstant(zone(offset));
  }

  /** TODATETIMEOFFSET: the same local time elsewhere. */
  public static @Nullable OffsetDateTime toOffsetOf(
      @Nullable LocalDateTime moment, @Nullable String offset) throws Raised {
    return moment == null || offset == null ? null : moment.atOffset(zone(offset));
  }

  /** An offset as {@code +09:00} or in minutes. */
  private static ZoneOffset zone(String offset) throws Raised {
    try {
      String text = offset.strip();
      return text.matches("[+-]?\\d{1,3}")
          ? ZoneOffset.ofTotalSeconds(Integer.parseInt(text) * 60)
          : ZoneOffset.of(text);
    } catch (DateTimeException e) {
      throw new Raised(
          Errors.error(9812, "The timezone provided to builtin function switchoffset is invalid."));
    }
  }

  /** The sum or difference of two datetimes, counted in days from 1900-01-01. */
  public static @Nullable LocalDateTime plusDateTime(
      @Nullable LocalDateTime a, @Nullable LocalDateTime b, int sign) throws Raised {
    if (a == null || b == null) {
      return null;
    }
    long days = ChronoUnit.DAYS.between(DateTimes.ZERO, b.toLocalDate());
    long ticks = DateTimes.ticks(b.toLocalTime());
    LocalDateTime sum =
        DateTimes.ofTicks(
            a.toLocalDate().plusDays(sign * days), DateTimes.ticks(a.toLocalTime()) + sign * ticks);
    try {
      return (LocalDateTime)
          DateTimes.as(SqlType.DATETIME, sum, ZoneOffset.UTC, SqlType.of(Kind.DATETIME));
    } catch (SqlError e) {
      throw new Raised(
          Errors.error(
              8115, "Arithmetic overflow error converting expression to data type datetime."));
    }
  }
}
