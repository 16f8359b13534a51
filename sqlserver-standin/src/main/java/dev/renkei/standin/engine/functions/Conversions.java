package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * {@link Conversion} as H2 functions: one for each class of result, all with the arguments value,
 * code of its type, code of the wanted type ({@link Values#code}), style, and whether NULL answers
 * for a value that does not fit (TRY_CAST).
 */
public final class Conversions {
  private Conversions() {}

  private static @Nullable Object convert(
      Value value, long from, long to, int style, boolean attempt) throws Raised {
    SqlType source = Values.type(from);
    Object given = Values.java(value, source.kind());
    if (given == null) {
      return null;
    }
    try {
      return attempt
          ? Conversion.attempt(given, source, Values.type(to), style)
          : Conversion.convert(given, source, Values.type(to), style);
    } catch (SqlError e) {
      throw new Raised(e);
    }
  }

  public static @Nullable Boolean toBoolean(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (Boolean) convert(v, from, to, style, attempt);
  }

  public static @Nullable Integer toInteger(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (Integer) convert(v, from, to, style, attempt);
  }

  public static @Nullable Long toLong(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (Long) convert(v, from, to, style, attempt);
  }

  public static @Nullable BigDecimal toDecimal(
      Value v, long from, long to, int style, boolean attempt) throws Raised {
    return (BigDecimal) convert(v, from, to, style, attempt);
  }

  public static @Nullable Float toFloat(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (Float) convert(v, from, to, style, attempt);
  }

  public static @Nullable Double toDouble(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (Double) convert(v, from, to, style, attempt);
  }

  public static @Nullable String toText(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (String) convert(v, from, to, style, attempt);
  }

  public static byte @Nullable [] toBytes(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (byte[]) convert(v, from, to, style, attempt);
  }

  public static @Nullable LocalDate toDate(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (LocalDate) convert(v, from, to, style, attempt);
  }

  public static @Nullable LocalTime toTime(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (LocalTime) convert(v, from, to, style, attempt);
  }

  public static @Nullable LocalDateTime toTimestamp(
      Value v, long from, long to, int style, boolean attempt) throws Raised {
    return (LocalDateTime) convert(v, from, to, style, attempt);
  }

  public static @Nullable OffsetDateTime toOffset(
      Value v, long from, long to, int style, boolean attempt) throws Raised {
    return (OffsetDateTime) convert(v, from, to, style, attempt);
  }

  public static @Nullable UUID toUuid(Value v, long from, long to, int style, boolean attempt)
      throws Raised {
    return (UUID) convert(v, from, to, style, attempt);
  }

  /**
   * Text on its way into a column.
   *
   * @param length of the column; blanks beyond it are dropped
   * @param fixed whether the column is char or nchar, which H2 keeps without trailing blanks
   * @throws Raised 2628 where more than blanks would be cut
   */
  public static @Nullable String fitText(
      @Nullable String text, int length, boolean fixed, String table, String column) throws Raised {
    if (text == null) {
      return null;
    }
    int end = text.length();
    if (fixed || end > length) {
      int least = fixed ? 0 : length;
      while (end > least && text.charAt(end - 1) == ' ') {
        end--;
      }
    }
    if (end > length) {
      throw new Raised(Errors.truncated(table, column, text.substring(0, length)));
    }
    return end == text.length() ? text : text.substring(0, end);
  }

  /** Bytes on their way into a column, as {@link #fitText}; zeros beyond its length are dropped. */
  public static byte @Nullable [] fitBytes(
      byte @Nullable [] bytes, int length, String table, String column) throws Raised {
    if (bytes == null || bytes.length <= length) {
      return bytes;
    }
    for (int i = length; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        throw new Raised(Errors.truncated(table, column, ""));
      }
    }
    return java.util.Arrays.copyOf(bytes, length);
  }

  /** {@link DateTimes#floor}, for comparing a datetime column with a finer moment. */
  public static @Nullable LocalDateTime datetimeFloor(@Nullable LocalDateTime moment) {
    return moment == null ? null : DateTimes.floor(moment);
  }

  /** {@link DateTimes#ceiling}, for comparing a datetime column with a finer moment. */
  public static @Nullable LocalDateTime datetimeCeiling(@Nullable LocalDateTime moment) {
    return moment == null ? null : DateTimes.ceiling(moment);
  }

  /** A number that a float can hold. */
  public static double finite(double number) throws Raised {
    if (Double.isInfinite(number) || Double.isNaN(number)) {
      throw new Raised(
          Errors.error(
              8115, "Arithmetic overflow error converting expression to data type float."));
    }
    return number;
  }
}
