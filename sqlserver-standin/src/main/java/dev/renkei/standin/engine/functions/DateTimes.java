package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Rounding of dates and times as SQL Server rounds them.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql">datetime</a>
 */
public final class DateTimes {
  static final LocalDate ZERO = LocalDate.of(1900, 1, 1);
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final long TICKS_PER_DAY = 86_400L * 300;

  private DateTimes() {}

  /** To the nearest 1/300 of a second, shown in milliseconds ending in 0, 3 or 7. */
  public static LocalDateTime toDateTime(LocalDateTime value) {
    return ofTicks(value.toLocalDate(), ticks(value.toLocalTime()));
  }

  /** 1/300 seconds since midnight, rounded; up to a full day. */
  static long ticks(LocalTime time) {
    return (time.toNanoOfDay() * 3 + 5_000_000) / 10_000_000;
  }

  static LocalDateTime ofTicks(LocalDate date, long ticks) {
    long days = Math.floorDiv(ticks, TICKS_PER_DAY);
    long rest = Math.floorMod(ticks, TICKS_PER_DAY);
    long millis = (rest * 10 + 1) / 3;
    return date.plusDays(days).atTime(LocalTime.ofNanoOfDay(millis * 1_000_000));
  }

  /** What a datetime really holds: thirds of 10 ms, to 100 ns, as conversion to datetime2 shows. */
  public static LocalDateTime exact(LocalDateTime datetime) {
    long hundredNanos = (ticks(datetime.toLocalTime()) * 200_000 + 3) / 6;
    return round(datetime.toLocalDate(), hundredNanos * 100, 7);
  }

  /** The greatest datetime that is not after a moment. */
  public static LocalDateTime floor(LocalDateTime moment) {
    LocalDateTime near = toDateTime(moment);
    return exact(near).isAfter(moment)
        ? ofTicks(near.toLocalDate(), ticks(near.toLocalTime()) - 1)
        : near;
  }

  /** The least datetime that is not before a moment. */
  public static LocalDateTime ceiling(LocalDateTime moment) {
    LocalDateTime near = toDateTime(moment);
    return exact(near).isBefore(moment)
        ? ofTicks(near.toLocalDate(), ticks(near.toLocalTime()) + 1)
        : near;
  }

  /** To the nearest minute, after rounding to 1/300 of a second. */
  public static LocalDateTime toSmallDateTime(LocalDateTime value) {
    return toDateTime(value).plusSeconds(30).truncatedTo(ChronoUnit.MINUTES);
  }

  /** To a number of fractional digits (0 to 7), half up. */
  public static LocalDateTime round(LocalDateTime value, int scale) {
    return round(value.toLocalDate(), value.toLocalTime().toNanoOfDay(), scale);
  }

  private static LocalDateTime round(LocalDate date, long nanos, int scale) {
    long rounded = roundNanos(nanos, scale);
    return date.plusDays(rounded / NANOS_PER_DAY)
        .atTime(LocalTime.ofNanoOfDay(rounded % NANOS_PER_DAY));
  }

  static LocalTime round(LocalTime value, int scale) {
    return LocalTime.ofNanoOfDay(roundNanos(value.toNanoOfDay(), scale) % NANOS_PER_DAY);
  }

  static OffsetDateTime round(OffsetDateTime value, int scale) {
    return OffsetDateTime.of(round(value.toLocalDateTime(), scale), value.getOffset());
  }

  private static long roundNanos(long nanos, int scale) {
    long unit = 1;
    for (int i = scale; i < 9; i++) {
      unit *= 10;
    }
    return (nanos + unit / 2) / unit * unit;
  }

  /**
   * A moment as a value of one of the date and time types.
   *
   * @param value local date and time
   * @param offset only for datetimeoffset
   */
  static Object as(SqlType to, LocalDateTime value, ZoneOffset offset, SqlType from)
      throws SqlError {
    LocalDateTime result =
        switch (to.kind()) {
          case DATETIME -> toDateTime(value);
          case SMALLDATETIME -> toSmallDateTime(value);
          case DATE -> value;
          default -> round(value, to.scale());
        };
    int year = result.getYear();
    boolean fits =
        switch (to.kind()) {
          case DATETIME -> year >= 1753 && year <= 9999;
          case SMALLDATETIME -> year >= 1900 && result.isBefore(LocalDateTime.of(2079, 6, 7, 0, 0));
          case TIME -> true;
          default -> year >= 1 && year <= 9999;
        };
    if (!fits) {
      throw Errors.outOfRange(from, to);
    }
    return switch (to.kind()) {
      case DATE -> result.toLocalDate();
      case TIME -> result.toLocalTime();
      case DATETIMEOFFSET -> OffsetDateTime.of(result, offset);
      default -> result;
    };
  }

  /** The local date and time in a value; dates begin at midnight, times on 1900-01-01. */
  static LocalDateTime local(Object value, SqlType from) {
    if (value instanceof LocalDate date) {
      return date.atStartOfDay();
    }
    if (value instanceof LocalTime time) {
      return time.atDate(ZERO);
    }
    if (value instanceof OffsetDateTime moment) {
      return moment.toLocalDateTime();
    }
    LocalDateTime moment = (LocalDateTime) value;
    return from.kind() == Kind.DATETIME ? exact(moment) : moment;
  }
}
