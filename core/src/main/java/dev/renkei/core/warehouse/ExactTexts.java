package dev.renkei.core.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.IsoTimes;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code _exact} of one row (SEMANTICS 24): a JSON object with the original text of the
 * values that their types cannot hold. Belongs to one thread.
 */
public final class ExactTexts {
  private static final JsonFactory JSON = new JsonFactory();

  private final char[] time = new char[IsoTimes.MAX_LENGTH];
  private final StringBuilder json = new StringBuilder();

  /** Begins a row. */
  public void begin() {
    json.setLength(0);
  }

  /** Keeps the text of a value. */
  public void add(String column, String text) {
    json.append(json.isEmpty() ? '{' : ',');
    appendText(column, json);
    json.append(':');
    appendText(text, json);
  }

  /**
   * The texts of a row by column, as they were kept.
   *
   * @throws IllegalArgumentException where it is nothing that {@link #end} has made
   */
  public static Map<String, String> read(String json) {
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = JSON.createParser(json)) {
      boolean ours = parser.nextToken() == JsonToken.START_OBJECT;
      while (ours && parser.nextToken() == JsonToken.FIELD_NAME) {
        String column = parser.getText();
        ours = parser.nextToken() == JsonToken.VALUE_STRING;
        texts.put(column, parser.getText());
      }
      if (!ours) {
        throw new IllegalArgumentException("no texts by column");
      }
      return texts;
    } catch (IOException e) {
      throw new IllegalArgumentException("no texts by column", e);
    }
  }

  /** Null where every type held its value. */
  public @Nullable String end() {
    return json.isEmpty() ? null : json.append('}').toString();
  }

  /** A date or time as the message has it. */
  public String textOf(Object value) {
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
  public static boolean isWellFormed(String text) {
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
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder();
    appendText(text, json);
    return json.toString();
  }

  /** With U+FFFD for each half of a surrogate pair, as UTF-8 can carry it. */
  public static String wellFormed(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder replaced = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                replaced.appendCodePoint(
                    c <= 0xFFFF && Character.isSurrogate((char) c) ? 0xFFFD : c));
    return replaced.toString();
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
