package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.IsoTimes;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code _exact} of one row (SEMANTICS 24): a JSON object with the original text of the
 * values that their types cannot hold. Belongs to one thread.
 */
final class ExactTexts {
  private static final int NANOS_PER_MICRO = 1000;

  private final char[] time = new char[IsoTimes.MAX_LENGTH];
  private final StringBuilder json = new StringBuilder();

  void begin() {
    json.setLength(0);
  }

  void add(String column, String text) {
    json.append(json.isEmpty() ? '{' : ',');
    appendText(column, json);
    json.append(':');
    appendText(text, json);
  }

  /** Null where every type held its value. */
  @Nullable String end() {
    return json.isEmpty() ? null : json.append('}').toString();
  }

  /** What to keep of a value beside its column; null where the column holds it wholly. */
  @Nullable String lostBy(DuckType type, Object value) {
    return switch (type.kind()) {
      case TIME -> ((LocalTime) value).getNano() % NANOS_PER_MICRO == 0 ? null : textOf(value);
      case TIMESTAMP ->
          value instanceof LocalDateTime at && at.getNano() % NANOS_PER_MICRO != 0
              ? textOf(value)
              : null;
      case TIMESTAMPTZ -> {
        OffsetDateTime at = (OffsetDateTime) value;
        yield at.getNano() % NANOS_PER_MICRO == 0 && at.getOffset().getTotalSeconds() == 0
            ? null
            : textOf(value);
      }
      case VARCHAR -> value instanceof String text && !isWellFormed(text) ? text : null;
      default -> null;
    };
  }

  /** A date or time as the message has it. */
  String textOf(Object value) {
    int length;
    if (value instanceof LocalTime at) {
      length = IsoTimes.write(at, time, 0);
    } else if (value instanceof LocalDateTime at) {
      length = IsoTimes.write(at, time, 0);
    } else if (value instanceof OffsetDateTime at) {
      length = IsoTimes.write(at, time, 0);
    } else {
      return value.toString();
    }
    return new String(time, 0, length);
  }

  /** Whether UTF-8 can carry it. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!isPair(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** As a JSON string. */
  static String quoted(String text) {
    StringBuilder json = new StringBuilder();
    appendText(text, json);
    return json.toString();
  }

  private static boolean isPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  private static void appendText(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) && !isPair(text, i)) {
        json.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else if (Character.isSurrogate(c)) {
        json.append(c).append(text.charAt(++i));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
