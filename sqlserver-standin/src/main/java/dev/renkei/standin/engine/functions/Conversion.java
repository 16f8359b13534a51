package dev.renkei.standin.engine.functions;

import dev.renkei.standin.sql.Kind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Conversion of values as CAST and CONVERT do it. Values are of {@link Kind#valueClass()}; none is
 * null.
 *
 * @see <a href="https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql">CAST
 *     and CONVERT</a>
 */
public final class Conversion {
  /** No style given: each type's default. */
  public static final int NO_STYLE = -1;

  static final Charset ANSI = Charset.forName("windows-1252");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\s*\\d+");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)");
  private static final BigDecimal MAX_MONEY = new BigDecimal("922337203685477.5807");
  private static final BigDecimal MIN_MONEY = new BigDecimal("-922337203685477.5808");
  private static final BigDecimal MAX_SMALLMONEY = new BigDecimal("214748.3647");
  private static final BigDecimal MIN_SMALLMONEY = new BigDecimal("-214748.3648");

  private Conversion() {}

  /**
   * Converts a value.
   *
   * @param style of CONVERT, {@link #NO_STYLE} without one
   * @throws SqlError 220, 232, 241, 242, 244, 245, 248, 529, 8114, 8115, 8169 and their like
   */
  public static Object convert(Object value, SqlType from, SqlType to, int style) throws SqlError {
    return switch (to.kind()) {
      case BIT -> bit(value, from, to);
      case TINYINT, SMALLINT, INT, BIGINT -> integer(value, from, to);
      case DECIMAL, MONEY, SMALLMONEY -> decimal(value, from, to);
      case REAL -> {
        double number = floating(value, from, to);
        if (Float.isInfinite((float) number)) {
          throw Errors.overflow("expression", to);
        }
        yield (float) number;
      }
      case FLOAT -> floating(value, from, to);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT -> text(value, from, to, style);
      case XML -> text(value, from, SqlType.nvarchar(SqlType.MAX), style);
      case BINARY, VARBINARY, IMAGE, ROWVERSION -> bytes(value, from, to, style);
      case HIERARCHYID, GEOGRAPHY, GEOMETRY -> {
        if (from.kind() == to.kind()
            || from.kind() == Kind.VARBINARY
            || from.kind() == Kind.BINARY) {
          yield value;
        }
        throw Errors.explicitNotAllowed(from, to);
      }
      case DATE, TIME, DATETIME, SMALLDATETIME, DATETIME2, DATETIMEOFFSET ->
          moment(value, from, to, style);
      case UNIQUEIDENTIFIER -> uuid(value, from, to);
    };
  }

  // ---- numbers ----

  private static Object bit(Object value, SqlType from, SqlType to) throws SqlError {
    if (value instanceof String text) {
      String word = text.strip().toLowerCase(Locale.ROOT);
      if (word.equals("true") || word.equals("false")) {
        return word.equals("true");
      }
      if (!word.isEmpty() && !INTEGER.matcher(word).matches()) {
        throw Errors.conversionFailed(from, text, to);
      }
      return !word.matches("[+-]?\\s*0*");
    }
    if (value instanceof byte[] bytes) {
      return bytes.length > 0 && bytes[bytes.length - 1] != 0;
    }
    return number(value, from, to).signum() != 0;
  }

  private static Object integer(Object value, SqlType from, SqlType to) throws SqlError {
    if (value instanceof String text) {
      return ofText(text, from, to);
    }
    if (value instanceof byte[] bytes) {
      return sized(ofBytes(bytes, size(to)), to);
    }
    BigDecimal number;
    if (value instanceof LocalDateTime moment) {
      number = BigDecimal.valueOf(days(moment)).setScale(0, RoundingMode.HALF_UP);
    } else {
      boolean money = from.kind() == Kind.MONEY || from.kind() == Kind.SMALLMONEY;
      number =
          number(value, from, to).setScale(0, money ? RoundingMode.HALF_UP : RoundingMode.DOWN);
    }
    if (number.compareTo(BigDecimal.valueOf(least(to))) < 0
        || number.compareTo(BigDecimal.valueOf(greatest(to))) > 0) {
      if (to.kind() == Kind.TINYINT || to.kind() == Kind.SMALLINT) {
        throw Errors.error(
            220,
            "Arithmetic overflow error for data type %s, value = %s.",
            Errors.name(to),
            number.toPlainString());
      }
      boolean wide = from.kind() == Kind.BIGINT || from.kind() == Kind.FLOAT;
      throw Errors.overflow(wide ? "expression" : Errors.name(from), to);
    }
    return sized(number.longValueExact(), to);
  }

  private static Object ofText(String text, SqlType from, SqlType to) throws SqlError {
    String digits = text.strip();
    if (digits.isEmpty()) {
      return sized(0, to);
    }
    if (!INTEGER.matcher(digits).matches()) {
      throw to.kind() == Kind.BIGINT
          ? Errors.convertingTypes(from, to)
          : Errors.conversionFailed(from, text, to);
    }
    BigDecimal number = new BigDecimal(digits.replaceAll("\\s", ""));
    if (number.compareTo(BigDecimal.valueOf(least(to))) >= 0
        && number.compareTo(BigDecimal.valueOf(greatest(to))) <= 0) {
      return sized(number.longValueExact(), to);
    }
    throw switch (to.kind()) {
      case BIGINT -> Errors.overflow("expression", to);
      case INT ->
          Errors.error(
              248,
              "The conversion of the %s value '%s' overflowed an int column.",
              Errors.name(from),
              text);
      default ->
          Errors.error(
              244,
              "The conversion of the %s value '%s' overflowed an INT%d column. Use a larger integer"
                  + " column.",
              Errors.name(from),
              text,
              size(to));
    };
  }

  /** In cases, not by ?: of two boxes, which would unbox and widen the Integer to a Long. */
  private static Object sized(long value, SqlType to) {
    if (to.kind() == Kind.BIGINT) {
      return value;
    }
    return (int)
        (to.kind() == Kind.TINYINT
            ? value & 0xFF
            : to.kind() == Kind.SMALLINT ? (short) value : value);
  }

  private static int size(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 1;
      case SMALLINT -> 2;
      case INT -> 4;
      default -> 8;
    };
  }

  private static long least(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 0;
      case SMALLINT -> Short.MIN_VALUE;
      case INT -> Integer.MIN_VALUE;
      default -> Long.MIN_VALUE;
    };
  }

  private static long greatest(SqlType type) {
    return switch (type.kind()) {
      case TINYINT -> 255;
      case SMALLINT -> Short.MAX_VALUE;
      case INT -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  private static long ofBytes(byte[] bytes, int size) {
    long result = 0;
    for (int i = Math.max(0, bytes.length - size); i < bytes.length; i++) {
      result = result << 8 | bytes[i] & 0xFF;
    }
    return result;
  }

  /** The number in a value of a numeric type. */
  private static BigDecimal number(Object value, SqlType from, SqlType to) throws SqlError {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof Boolean bit) {
      return bit ? BigDecimal.ONE : BigDecimal.ZERO;
    }
    if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue());
    }
    if (value instanceof Float single) {
      return new BigDecimal(single.doubleValue());
    }
    if (value instanceof Double number) {
      return BigDecimal.valueOf(number);
    }
    throw Errors.explicitNotAllowed(from, to);
  }

  private static BigDecimal decimal(Object value, SqlType from, SqlType to) throws SqlError {
    boolean money = to.kind() != Kind.DECIMAL;
    BigDecimal number;
    if (value instanceof String text) {
      number = money ? moneyOf(text, to) : decimalOf(text, from, to);
    } else if (value instanceof byte[] bytes && money) {
      number = BigDecimal.valueOf(ofBytes(bytes, 8), 4);
    } else if (value instanceof byte[]) {
      throw SqlError.refused("conversion from binary to decimal");
    } else if (value instanceof LocalDateTime moment) {
      number = BigDecimal.valueOf(days(moment));
    } else {
      number = number(value, from, to);
    }
    number = number.setScale(money ? 4 : to.scale(), RoundingMode.HALF_UP);
    boolean fits =
        switch (to.kind()) {
          case MONEY -> number.compareTo(MIN_MONEY) >= 0 && number.compareTo(MAX_MONEY) <= 0;
          case SMALLMONEY ->
              number.compareTo(MIN_SMALLMONEY) >= 0 && number.compareTo(MAX_SMALLMONEY) <= 0;
          default ->
              number.precision() - number.scale() <= to.precision() - to.scale()
                  || number.signum() == 0;
        };
    if (!fits) {
      throw Errors.overflow(Errors.name(from), to);
    }
    return number;
  }

  private static BigDecimal decimalOf(String text, SqlType from, SqlType to) throws SqlError {
    String digits = text.strip();
    if (!DECIMAL.matcher(digits).matches()) {
      throw Errors.convertingTypes(from, to);
    }
    return new BigDecimal(digits);
  }

  private static BigDecimal moneyOf(String text, SqlType to) throws SqlError {
    String digits = text.strip().replace(",", "");
    boolean minus = digits.startsWith("-");
    digits = digits.replaceFirst("^[+-]?\\s*[$\u00a5\u20ac\u00a3]?\\s*", "");
    if (digits.startsWith("-") && !minus) {
      minus = true;
      digits = digits.substring(1);
    }
    if (digits.isEmpty()) {
      return BigDecimal.ZERO;
    }
    if (!DECIMAL.matcher(digits).matches()) {
      throw to.kind() == Kind.MONEY
          ? Errors.error(
              235, "Cannot convert a char value to money. The char value has incorrect syntax.")
          : Errors.error(
              293,
              "Cannot convert a char value to smallmoney. The char value has incorrect syntax.");
    }
    BigDecimal number = new BigDecimal(digits);
    return minus ? number.negate() : number;
  }

  private static double floating(Object value, SqlType from, SqlType to) throws SqlError {
    if (value instanceof String text) {
      String digits = text.strip();
      if (digits.isEmpty()) {
        return 0;
      }
      if (!digits.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eEdD][+-]?\\d+)?")) {
        throw Errors.convertingTypes(from, to);
      }
      double number = Double.parseDouble(digits.replace('d', 'e').replace('D', 'E'));
      if (Double.isInfinite(number)) {
        throw Errors.overflow("expression", to);
      }
      return number;
    }
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof LocalDateTime moment) {
      return days(moment);
    }
    return number(value, from, to).doubleValue();
  }

  /** Days since 1900-01-01 with their fraction, as datetime converts to numbers. */
  static double days(LocalDateTime moment) {
    Duration since = Duration.between(DateTimes.ZERO.atStartOfDay(), DateTimes.exact(moment));
    return since.toDays() + since.minusDays(since.toDays()).toNanos() / 86_400e9;
  }

  // ---- text ----

  private static String text(Object value, SqlType from, SqlType to, int style) throws SqlError {
    String text = value instanceof String already ? already : unlimited(value, from, to, style);
    int limit = to.length();
    if (limit == 0 || text.length() <= limit) {
      return text;
    }
    if (value instanceof Boolean) {
      return text.substring(0, limit);
    }
    if (value instanceof Integer || value instanceof Long) {
      if (to.kind().isNational()) {
        throw Errors.overflow("expression", to);
      }
      return "*";
    }
    if (value instanceof Number) {
      throw Errors.overflow(Errors.name(from), to);
    }
    if (value instanceof UUID) {
      throw Errors.error(
          8170, "Insufficient result space to convert uniqueidentifier value to char.");
    }
    return text.substring(0, limit);
  }

  private static String unlimited(Object value, SqlType from, SqlType to, int style)
      throws SqlError {
    if (value instanceof Boolean bit) {
      return bit ? "1" : "0";
    }
    if (value instanceof BigDecimal decimal) {
      return from.kind() == Kind.DECIMAL
          ? NumberText.decimal(decimal)
          : NumberText.money(decimal, style);
    }
    if (value instanceof Double || value instanceof Float) {
      return NumberText.floating((Number) value, style);
    }
    if (value instanceof Number number) {
      return number.toString();
    }
    if (value instanceof UUID uuid) {
      return uuid.toString().toUpperCase(Locale.ROOT);
    }
    if (value instanceof byte[] bytes) {
      return switch (style) {
        case 1 -> "0x" + HexFormat.of().withUpperCase().formatHex(bytes);
        case 2 -> HexFormat.of().withUpperCase().formatHex(bytes);
        case 0, NO_STYLE ->
            new String(bytes, to.kind().isNational() ? StandardCharsets.UTF_16LE : ANSI);
        default -> throw SqlError.refused("CONVERT of binary with style " + style);
      };
    }
    return DateText.format(value, from, style);
  }

  // ---- bytes ----

  private static byte[] bytes(Object value, SqlType from, SqlType to, int style) throws SqlError {
    int limit = to.kind() == Kind.ROWVERSION ? 8 : to.length() == 0 ? SqlType.MAX : to.length();
    boolean padded = to.kind() == Kind.BINARY || to.kind() == Kind.ROWVERSION;
    if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
      long number = value instanceof Boolean bit ? (bit ? 1 : 0) : ((Number) value).longValue();
      int size = value instanceof Boolean ? 1 : size(from);
      byte[] eight = ByteBuffer.allocate(8).putLong(number).array();
      byte[] own = Arrays.copyOfRange(eight, 8 - size, 8);
      if (own.length > limit) {
        return Arrays.copyOfRange(own, own.length - limit, own.length);
      }
      if (!padded) {
        return own;
      }
      byte[] result = new byte[limit];
      System.arraycopy(own, 0, result, limit - own.length, own.length);
      return result;
    }
    byte[] all = rawBytes(value, from, to, style);
    if (all.length > limit || padded && all.length < limit) {
      return Arrays.copyOf(all, limit);
    }
    return all;
  }

  private static byte[] rawBytes(Object value, SqlType from, SqlType to, int style)
      throws SqlError {
    if (value instanceof byte[] already) {
      return already;
    }
    if (value instanceof UUID uuid) {
      return guidBytes(uuid);
    }
    if (value instanceof String text) {
      if (style == 1 || style == 2) {
        String hex =
            style == 1 && text.regionMatches(true, 0, "0x", 0, 2) ? text.substring(2) : text;
        boolean prefixed = style == 2 || !hex.equals(text);
        try {
          if (prefixed) {
            return HexFormat.of().parseHex(hex.strip());
          }
        } catch (IllegalArgumentException e) {
          throw Errors.convertingTypes(from, to);
        }
        throw Errors.convertingTypes(from, to);
      }
      return text.getBytes(from.kind().isNational() ? StandardCharsets.UTF_16LE : ANSI);
    }
    if (value instanceof Double number) {
      return ByteBuffer.allocate(8).putDouble(number).array();
    }
    if (value instanceof Float number) {
      return ByteBuffer.allocate(4).putFloat(number).array();
    }
    if (from.kind() == Kind.MONEY) {
      return ByteBuffer.allocate(8)
          .putLong(((BigDecimal) value).movePointRight(4).longValueExact())
          .array();
    }
    if (from.kind() == Kind.DATETIME) {
      LocalDateTime moment = (LocalDateTime) value;
      return ByteBuffer.allocate(8)
          .putInt(
              (int)
                  java.time.temporal.ChronoUnit.DAYS.between(DateTimes.ZERO, moment.toLocalDate()))
          .putInt((int) DateTimes.ticks(moment.toLocalTime()))
          .array();
    }
    throw SqlError.refused("conversion from " + Errors.name(from) + " to " + Errors.name(to));
  }

  /** SQL Server keeps the first three groups of a uniqueidentifier with their low bytes first. */
  static byte[] guidBytes(UUID uuid) {
    byte[] b =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array();
    return swapped(b);
  }

  private static byte[] swapped(byte[] b) {
    return new byte[] {
      b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
      b[15]
    };
  }

  private static UUID uuid(Object value, SqlType from, SqlType to) throws SqlError {
    if (value instanceof UUID already) {
      return already;
    }
    if (value instanceof byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(swapped(Arrays.copyOf(bytes, 16)));
      return new UUID(buffer.getLong(), buffer.getLong());
    }
    if (value instanceof String text) {
      String id = text.startsWith("{") ? text.substring(1) : text;
      if (id.length() >= 36) {
        try {
          String id36 = id.substring(0, 36);
          if (id36.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            return UUID.fromString(id36);
          }
        } catch (IllegalArgumentException e) {
          // falls through to the error of SQL Server
        }
      }
      throw Errors.error(
          8169, "Conversion failed when converting from a character string to uniqueidentifier.");
    }
    throw Errors.explicitNotAllowed(from, to);
  }

  // ---- dates and times ----

  private static Object moment(Object value, SqlType from, SqlType to, int style) throws SqlError {
    if (value instanceof String text) {
      return DateText.parse(text, from, to, style);
    }
    if (value instanceof Number || value instanceof Boolean) {
      if (to.kind() != Kind.DATETIME && to.kind() != Kind.SMALLDATETIME) {
        throw Errors.explicitNotAllowed(from, to);
      }
      return ofDays(number(value, from, to), from, to);
    }
    if (value instanceof byte[] bytes) {
      if (to.kind() != Kind.DATETIME || bytes.length != 8) {
        throw SqlError.refused("conversion from binary to " + Errors.name(to));
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return DateTimes.ofTicks(DateTimes.ZERO.plusDays(buffer.getInt()), buffer.getInt());
    }
    if (value instanceof UUID
        || value instanceof LocalTime && to.kind() == Kind.DATE
        || value instanceof java.time.LocalDate && to.kind() == Kind.TIME) {
      throw Errors.explicitNotAllowed(from, to);
    }
    if (value instanceof LocalDateTime same
        && from.kind() == to.kind()
        && to.scale() == from.scale()) {
      return same;
    }
    if (value instanceof OffsetDateTime moment && to.kind() == Kind.DATETIMEOFFSET) {
      return DateTimes.round(moment, to.scale());
    }
    return DateTimes.as(to, DateTimes.local(value, from), ZoneOffset.UTC, from);
  }

  private static Object ofDays(BigDecimal days, SqlType from, SqlType to) throws SqlError {
    if (days.abs().compareTo(BigDecimal.valueOf(3_000_000)) > 0) {
      throw Errors.overflow("expression", to);
    }
    BigDecimal whole = days.setScale(0, RoundingMode.FLOOR);
    long ticks =
        days.subtract(whole)
            .multiply(BigDecimal.valueOf(86_400L * 300))
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact();
    LocalDateTime moment =
        DateTimes.ofTicks(DateTimes.ZERO.plusDays(whole.longValueExact()), ticks);
    try {
      return DateTimes.as(to, moment, ZoneOffset.UTC, from);
    } catch (SqlError e) {
      throw Errors.overflow("expression", to);
    }
  }

  /** Converts, or answers null where the value does not fit, as TRY_CAST does. */
  static @Nullable Object attempt(Object value, SqlType from, SqlType to, int style)
      throws SqlError {
    try {
      return convert(value, from, to, style);
    } catch (SqlError e) {
      if (e.number() == 529 || e.number() == SqlError.NOT_SUPPORTED) {
        throw e;
      }
      return null;
    }
  }
}
