package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Kind;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Locale;

/** Dates and times as SQL Server writes them, with all digits that the type holds. */
final class TemporalText {
  private TemporalText() {}

  /** How many characters the text of a type has. */
  static int length(Kind kind, int scale) {
    int time = scale == 0 ? 8 : 9 + scale;
    return switch (kind) {
      case DATE -> 10;
      case TIME -> time;
      case DATETIME2 -> 11 + time;
      case DATETIMEOFFSET -> 18 + time;
      default -> throw new IllegalArgumentException(kind.name());
    };
  }

  static String date(LocalDate value) {
    return "%04d-%02d-%02d"
        .formatted(value.getYear(), value.getMonthValue(), value.getDayOfMonth());
  }

  static String time(LocalTime value, int scale) {
    String seconds =
        "%02d:%02d:%02d".formatted(value.getHour(), value.getMinute(), value.getSecond());
    return scale == 0
        ? seconds
        : seconds + "." + String.format(Locale.ROOT, "%09d", value.getNano()).substring(0, scale);
  }

  static String dateTime(LocalDateTime value, int scale) {
    return date(value.toLocalDate()) + " " + time(value.toLocalTime(), scale);
  }

  static String dateTimeOffset(OffsetDateTime value, int scale) {
    int minutes = value.getOffset().getTotalSeconds() / 60;
    return "%s %s%02d:%02d"
        .formatted(
            dateTime(value.toLocalDateTime(), scale),
            minutes < 0 ? "-" : "+",
            Math.abs(minutes) / 60,
            Math.abs(minutes) % 60);
  }
}
