package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times as text, in us_english (month, day, year), by the styles of CONVERT.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql">CAST
 *     and CONVERT</a>
 */
final class DateText {
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final Set<Integer> DAY_FIRST = Set.of(3, 4, 5, 103, 104, 105);
  private static final int TWO_DIGIT_YEAR_CUTOFF = 2049;

  private static final Pattern TIME =
      Pattern.compile(
          "(?:^|[T\\s])\\s*(\\d{1,2})(?::(\\d{1,2})(?::(\\d{1,2})(?:[.:](\\d{1,9}))?)?)?\\s*([AaPp][Mm])?"
              + "\\s*(Z|[+-]\\d{1,2}:\\d{2})?\\s*$");
  private static final Pattern DIGITS =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})|(\\d{2})(\\d{2})(\\d{2})|(\\d{4})");
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,4})\\s*[-/.]\\s*(\\d{1,2})\\s*[-/.]\\s*(\\d{1,4})");
  private static final Pattern WORDS = Pattern.compile("[A-Za-z]+|\\d+");

  private DateText() {}

  /** What a text says. */
  record Moment(LocalDateTime local, @Nullable ZoneOffset offset, int fractionDigits) {}

  /**
   * Reads a text as a date and time type.
   *
   * @throws SqlError 241, 242 or 295 as SQL Server says it
   */
  static Object parse(String text, SqlType from, SqlType to, int style) throws SqlError {
    Moment moment = moment(text, from, to, style);
    boolean old = to.kind() == Kind.DATETIME || to.kind() == Kind.SMALLDATETIME;
    if (old && moment.fractionDigits > 3) {
      throw failed(to);
    }
    ZoneOffset offset = moment.offset;
    if (offset != null && to.kind() != Kind.DATETIMEOFFSET) {
      if (offset.getTotalSeconds() != 0) {
        throw old ? failed(to) : SqlError.refused("text with a time zone as " + Errors.name(to));
      }
      offset = null;
    }
    return DateTimes.as(to, moment.local, offset == null ? ZoneOffset.UTC : offset, from);
  }

  private static SqlError failed(SqlType to) {
    return to.kind() == Kind.SMALLDATETIME
        ? Errors.error(
            295, "Conversion failed when converting character string to smalldatetime data type.")
        : Errors.notADate();
  }

  private static Moment moment(String text, SqlType from, SqlType to, int style) throws SqlError {
    String rest = text.strip();
    if (rest.isEmpty()) {
      return new Moment(DateTimes.ZERO.atStartOfDay(), null, 0);
    }
    LocalTime time = LocalTime.MIDNIGHT;
    ZoneOffset offset = null;
    int digits = 0;
    Matcher t = TIME.matcher(rest);
    if (t.find() && (t.group(2) != null || t.group(5) != null)) {
      time = time(t, to);
      String fraction = t.group(4);
      digits = fraction == null ? 0 : fraction.length();
      String zone = t.group(6);
      try {
        offset =
            zone == null
                ? null
                : ZoneOffset.of(
                    zone.length() == 5 ? zone.charAt(0) + "0" + zone.substring(1) : zone);
      } catch (DateTimeException e) {
        throw failed(to);
      }
      rest = rest.substring(0, t.start()).strip();
    } else if (to.kind() == Kind.DATETIMEOFFSET) {
      Matcher zone = Pattern.compile("\\s([+-]\\d{2}:\\d{2})$").matcher(rest);
      if (zone.find()) {
        offset = ZoneOffset.of(zone.group(1));
        rest = rest.substring(0, zone.start()).strip();
      }
    }
    LocalDate date = rest.isEmpty() ? DateTimes.ZERO : date(rest, from, to, style);
    return new Moment(date.atTime(time), offset, digits);
  }

  private static LocalTime time(Matcher t, SqlType to) throws SqlError {
    int hour = number(t.group(1));
    String half = t.group(5);
    if (half != null) {
      if (hour < 1 || hour > 12) {
        throw failed(to);
      }
      hour = hour % 12 + (half.toLowerCase(Locale.ROOT).equals("pm") ? 12 : 0);
    }
    String fraction = t.group(4);
    int nanos = 0;
    if (fraction != null) {
      // "12:00:00:5" counts milliseconds, "12:00:00.5" is half a second
      boolean millis = t.start(4) > 0 && t.group().charAt(t.start(4) - t.start() - 1) == ':';
      nanos =
          millis ? number(fraction) * 1_000_000 : number((fraction + "00000000").substring(0, 9));
    }
    try {
      return LocalTime.of(hour, number(t.group(2)), number(t.group(3)), nanos);
    } catch (DateTimeException e) {
      throw failed(to);
    }
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static LocalDate date(String text, SqlType from, SqlType to, int style) throws SqlError {
    int year;
    int month;
    int day;
    Matcher d = DIGITS.matcher(text);
    Matcher n = NUMBERS.matcher(text);
    if (d.matches()) {
      boolean full = d.group(1) != null;
      boolean yearOnly = d.group(7) != null;
      year = yearOnly ? number(d.group(7)) : full ? number(d.group(1)) : year(d.group(4));
      month = yearOnly ? 1 : number(d.group(full ? 2 : 5));
      day = yearOnly ? 1 : number(d.group(full ? 3 : 6));
    } else if (n.matches()) {
      if (n.group(1).length() == 4) {
        year = number(n.group(1));
        month = number(n.group(2));
        day = number(n.group(3));
      } else if (n.group(1).length() > 2 || n.group(3).length() == 3) {
        throw failed(to);
      } else {
        boolean yearFirst = Set.of(2, 11, 12).contains(style);
        boolean dayFirst = DAY_FIRST.contains(style);
        year = year(n.group(yearFirst ? 1 : 3));
        month = number(n.group(yearFirst || dayFirst ? 2 : 1));
        day = number(n.group(yearFirst ? 3 : dayFirst ? 1 : 2));
      }
    } else {
      return worded(text, from, to);
    }
    return date(year, month, day, from, to);
  }

  private static int year(String digits) {
    int value = Integer.parseInt(digits);
    if (digits.length() > 2) {
      return value;
    }
    int century = TWO_DIGIT_YEAR_CUTOFF / 100 * 100;
    return value > TWO_DIGIT_YEAR_CUTOFF % 100 ? century - 100 + value : century + value;
  }

  private static LocalDate date(int year, int month, int day, SqlType from, SqlType to)
      throws SqlError {
    try {
      return LocalDate.of(year, month, day);
    } catch (DateTimeException e) {
      boolean old = to.kind() == Kind.DATETIME || to.kind() == Kind.SMALLDATETIME;
      throw old ? Errors.outOfRange(from, to) : failed(to);
    }
  }

  /** {@code Jan 2 2006}, {@code January 2, 2006}, {@code 2 Jan 2006}, {@code 2006 Jan 2}. */
  private static LocalDate worded(String text, SqlType from, SqlType to) throws SqlError {
    List<String> numbers = new ArrayList<>();
    int month = 0;
    Matcher words = WORDS.matcher(text);
    int end = 0;
    while (words.find()) {
      if (!text.substring(end, words.start()).matches("[\\s,-]*")) {
        throw failed(to);
      }
      end = words.end();
      String word = words.group();
      if (Character.isDigit(word.charAt(0))) {
        numbers.add(word);
      } else if (month == 0) {
        month = month(word);
      } else {
        month = -1;
      }
    }
    if (end < text.length() || month < 1 || numbers.isEmpty() || numbers.size() > 2) {
      throw failed(to);
    }
    if (numbers.size() == 1) {
      if (numbers.get(0).length() != 4) {
        throw failed(to);
      }
      return date(number(numbers.get(0)), month, 1, from, to);
    }
    boolean yearFirst = numbers.get(0).length() == 4;
    String year = numbers.get(yearFirst ? 0 : 1);
    String day = numbers.get(yearFirst ? 1 : 0);
    if (day.length() > 2 || year.length() > 4) {
      throw failed(to);
    }
    return date(year(year), month, number(day), from, to);
  }

  private static int month(String word) {
    for (int i = 0; i < MONTHS.size(); i++) {
      String name = MONTHS.get(i);
      if (name.equalsIgnoreCase(word) || name.substring(0, 3).equalsIgnoreCase(word)) {
        return i + 1;
      }
    }
    return -1;
  }

  /** Writes a date and time value in a style; without one (-1) in its type's default. */
  static String format(Object value, SqlType from, int style) throws SqlError {
    boolean old = from.kind() == Kind.DATETIME || from.kind() == Kind.SMALLDATETIME;
    int wanted = style < 0 ? (old ? 0 : 121) : style;
    LocalDateTime v = value instanceof LocalDateTime raw ? raw : DateTimes.local(value, from);
    String date = from.kind() == Kind.TIME ? "" : date(v.toLocalDate(), wanted);
    String time =
        from.kind() == Kind.DATE ? "" : time(v.toLocalTime(), wanted, fractionDigits(from), old);
    String zone = "";
    if (value instanceof java.time.OffsetDateTime moment && !time.isEmpty()) {
      if (wanted == 127) {
        v = moment.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        return date(v.toLocalDate(), wanted)
            + "T"
            + time(v.toLocalTime(), wanted, fractionDigits(from), false)
            + "Z";
      }
      String id = moment.getOffset().getId();
      zone = (wanted == 126 ? "" : " ") + (id.equals("Z") ? "+00:00" : id);
    }
    String between =
        date.isEmpty() || time.isEmpty() ? "" : wanted == 126 || wanted == 127 ? "T" : " ";
    String all = date + between + time + zone;
    if (all.isEmpty()) {
      throw Errors.error(
          8114, "Error converting data type %s to %s.", Errors.name(from), "varchar");
    }
    return all;
  }

  private static int fractionDigits(SqlType from) {
    return switch (from.kind()) {
      case DATETIME -> 3;
      case SMALLDATETIME -> 0;
      default -> from.scale();
    };
  }

  private static String date(LocalDate d, int style) throws SqlError {
    String mon = MONTHS.get(d.getMonthValue() - 1).substring(0, 3);
    String year =
        style >= 100
                || style == 20
                || style == 21
                || style == 23
                || style == 25
                || style == 0
                || style == 9
                || style == 13
            ? "%04d".formatted(d.getYear())
            : "%02d".formatted(d.getYear() % 100);
    String month = "%02d".formatted(d.getMonthValue());
    String day = "%02d".formatted(d.getDayOfMonth());
    return switch (style) {
      case 0, 100, 9, 109 -> mon + " %2d ".formatted(d.getDayOfMonth()) + year;
      case 1, 101, 22 -> month + "/" + day + "/" + year;
      case 2, 102 -> year + "." + month + "." + day;
      case 3, 103 -> day + "/" + month + "/" + year;
      case 4, 104 -> day + "." + month + "." + year;
      case 5, 105 -> day + "-" + month + "-" + year;
      case 6, 106, 13, 113 -> day + " " + mon + " " + year;
      case 7, 107 -> mon + " " + day + ", " + year;
      case 10, 110 -> month + "-" + day + "-" + year;
      case 11, 111 -> year + "/" + month + "/" + day;
      case 12, 112 -> year + month + day;
      case 20, 120, 21, 25, 121, 23, 126, 127 -> year + "-" + month + "-" + day;
      case 8, 108, 24, 14, 114 -> "";
      default -> throw SqlError.refused("CONVERT with style " + style);
    };
  }

  private static String time(LocalTime t, int style, int digits, boolean old) throws SqlError {
    String clock = "%02d:%02d:%02d".formatted(t.getHour(), t.getMinute(), t.getSecond());
    String fraction = "%09d".formatted(t.getNano()).substring(0, digits);
    String point = digits == 0 ? "" : "." + fraction;
    int hour12 = t.getHour() % 12 == 0 ? 12 : t.getHour() % 12;
    String half = t.getHour() < 12 ? "AM" : "PM";
    return switch (style) {
      case 0, 100 -> "%2d:%02d%s".formatted(hour12, t.getMinute(), half);
      case 9, 109 ->
          "%2d:%02d:%02d".formatted(hour12, t.getMinute(), t.getSecond())
              + (old ? ":" + "%03d".formatted(t.getNano() / 1_000_000) : point)
              + half;
      case 8, 108, 24, 20, 120 -> clock;
      case 22 -> "%2d:%02d:%02d %s".formatted(hour12, t.getMinute(), t.getSecond(), half);
      case 13, 113, 14, 114 ->
          clock + (old ? ":" + "%03d".formatted(t.getNano() / 1_000_000) : point);
      case 21, 25, 121 -> old ? clock + ".%03d".formatted(t.getNano() / 1_000_000) : clock + point;
      case 126, 127 -> old && t.getNano() == 0 ? clock : clock + point;
      case 1, 101, 2, 102, 3, 103, 4, 104, 5, 105, 6, 106, 7, 107, 10, 110, 11, 111, 12, 112, 23 ->
          "";
      default -> throw SqlError.refused("CONVERT with style " + style);
    };
  }
}
