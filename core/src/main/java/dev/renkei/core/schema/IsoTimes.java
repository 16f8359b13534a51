package dev.renkei.core.schema;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * SQL Server's dates and times as ISO 8601, always with seven digits of a second, as in {@code
 * 2024-02-29T23:59:59.1234567+09:00}. No time zone of the JVM touches them.
 *
 * <p>Writing puts characters into the caller's array, since each row takes this path; an array of
 * {@link #MAX_LENGTH} holds any of them.
 */
public final class IsoTimes {
  /** Characters of the longest form, {@code datetimeoffset}. */
  public static final int MAX_LENGTH = 33;

  private static final int DATE_LENGTH = 10;
  private static final int TIME_LENGTH = 16;
  private static final int DATE_TIME_LENGTH = DATE_LENGTH + 1 + TIME_LENGTH;
  private static final int NANOS_PER_TICK = 100;

  private IsoTimes() {}

  /**
   * Writes a date of the years 1 to 9999.
   *
   * @return the position behind what was written
   */
  public static int write(LocalDate date, char[] to, int at) {
    int year = date.getYear();
    if (year < 1 || year > 9999) {
      throw new IllegalArgumentException("SQL Server's dates lie in the years 1 to 9999");
    }
    twoDigits(year / 100, to, at);
    twoDigits(year % 100, to, at + 2);
    to[at + 4] = '-';
    twoDigits(date.getMonthValue(), to, at + 5);
    to[at + 7] = '-';
    twoDigits(date.getDayOfMonth(), to, at + 8);
    return at + DATE_LENGTH;
  }

  public static int write(LocalTime time, char[] to, int at) {
    int nanos = time.getNano();
    if (nanos % NANOS_PER_TICK != 0) {
      throw new IllegalArgumentException("SQL Server's times have no more than seven digits");
    }
    twoDigits(time.getHour(), to, at);
    to[at + 2] = ':';
    twoDigits(time.getMinute(), to, at + 3);
    to[at + 5] = ':';
    twoDigits(time.getSecond(), to, at + 6);
    to[at + 8] = '.';
    int ticks = nanos / NANOS_PER_TICK;
    for (int i = 15; i > 8; i--) {
      to[at + i] = (char) ('0' + ticks % 10);
      ticks /= 10;
    }
    return at + TIME_LENGTH;
  }

  public static int write(LocalDateTime dateTime, char[] to, int at) {
    int time = write(dateTime.toLocalDate(), to, at);
    to[time] = 'T';
    return write(dateTime.toLocalTime(), to, time + 1);
  }

  /** Writes the offset as {@code +09:00}, that of UTC as {@code +00:00}. */
  public static int write(OffsetDateTime dateTime, char[] to, int at) {
    int end = write(dateTime.toLocalDateTime(), to, at);
    int seconds = dateTime.getOffset().getTotalSeconds();
    if (seconds % 60 != 0) {
      throw new IllegalArgumentException("SQL Server's offsets are whole minutes");
    }
    int minutes = Math.abs(seconds) / 60;
    to[end] = seconds < 0 ? '-' : '+';
    twoDigits(minutes / 60, to, end + 1);
    to[end + 3] = ':';
    twoDigits(minutes % 60, to, end + 4);
    return end + 6;
  }

  /** Reads exactly what {@link #write(LocalDate, char[], int)} writes. */
  public static LocalDate date(String text) {
    require(text, DATE_LENGTH);
    return dateAt(text);
  }

  /** Reads exactly what {@link #write(LocalTime, char[], int)} writes. */
  public static LocalTime time(String text) {
    require(text, TIME_LENGTH);
    return timeAt(text, 0);
  }

  /** Reads exactly what {@link #write(LocalDateTime, char[], int)} writes. */
  public static LocalDateTime dateTime(String text) {
    require(text, DATE_TIME_LENGTH);
    return dateTimeAt(text);
  }

  /** Reads exactly what {@link #write(OffsetDateTime, char[], int)} writes. */
  public static OffsetDateTime offsetDateTime(String text) {
    require(text, MAX_LENGTH);
    char sign = text.charAt(DATE_TIME_LENGTH);
    if (sign != '-') {
      sign(text, DATE_TIME_LENGTH, '+');
    }
    int minutes = digits(text, DATE_TIME_LENGTH + 1, 2) * 60;
    sign(text, DATE_TIME_LENGTH + 3, ':');
    minutes += digits(text, DATE_TIME_LENGTH + 4, 2);
    return OffsetDateTime.of(
        dateTimeAt(text), ZoneOffset.ofTotalSeconds((sign == '-' ? -minutes : minutes) * 60));
  }

  private static LocalDateTime dateTimeAt(String text) {
    sign(text, DATE_LENGTH, 'T');
    return LocalDateTime.of(dateAt(text), timeAt(text, DATE_LENGTH + 1));
  }

  private static LocalDate dateAt(String text) {
    sign(text, 4, '-');
    sign(text, 7, '-');
    return LocalDate.of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  }

  private static LocalTime timeAt(String text, int at) {
    sign(text, at + 2, ':');
    sign(text, at + 5, ':');
    sign(text, at + 8, '.');
    return LocalTime.of(
        digits(text, at, 2),
        digits(text, at + 3, 2),
        digits(text, at + 6, 2),
        digits(text, at + 9, 7) * NANOS_PER_TICK);
  }

  private static void twoDigits(int number, char[] to, int at) {
    to[at] = (char) ('0' + number / 10);
    to[at + 1] = (char) ('0' + number % 10);
  }

  private static int digits(String text, int at, int count) {
    int number = 0;
    for (int i = at; i < at + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("not a digit at " + i);
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static void sign(String text, int at, char expected) {
    if (text.charAt(at) != expected) {
      throw new DateTimeException("no '" + expected + "' at " + at);
    }
  }

  private static void require(String text, int length) {
    if (text.length() != length) {
      throw new DateTimeException("%d characters instead of %d".formatted(text.length(), length));
    }
  }
}
