package dev.renkei.steps.mask;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The text that stands for a value when it is hashed or encrypted: one text for all values that SQL
 * Server holds equal in a join, across columns and types:
 *
 * <ul>
 *   <li>Text, {@code xml} and {@code sql_variant} as they are; <i>folded</i> (hashes, and keys),
 *       text is what its column's collation makes of it: case, width, accents and kana as the
 *       collation says, without trailing spaces.
 *   <li>Numbers and {@code bit} as decimals without exponent and without trailing zeros: 7, 7.00
 *       and {@code 7E0} are {@code 7}; {@code real} and {@code float} by their shortest text, so
 *       that an approximate number equals the decimal which it is written as.
 *   <li>Dates and times as ISO 8601 without trailing zeros of the fraction; a time of midnight is
 *       left out behind a date, so that a {@code date} equals its {@code datetime}; {@code
 *       datetimeoffset} in UTC, without {@code Z}.
 *   <li>{@code uniqueidentifier} in upper case; binary in upper-case hex, without trailing zero
 *       bytes.
 * </ul>
 *
 * <p>A text equals a number or a date where it is spelled exactly so; other spellings, which SQL
 * Server would convert, do not.
 */
final class Canonical {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Canonical() {}

  /** Of a column's values, as they are compared. */
  static Function<Object, String> folded(Column column) {
    if (!column.kind().isText()) {
      return exact(column);
    }
    UnaryOperator<String> fold = KeyFolding.textFold(column);
    return value -> fold.apply((String) value);
  }

  /** Of a column's values, texts as they are. */
  static Function<Object, String> exact(Column column) {
    return switch (column.kind()) {
      case BIT -> value -> (Boolean) value ? "1" : "0";
      case TINYINT, SMALLINT, INT, BIGINT -> Object::toString;
      case DECIMAL, MONEY, SMALLMONEY -> value -> plain((BigDecimal) value);
      case REAL -> value -> plain(new BigDecimal(NumberOutput.toString((Float) value, true)));
      case FLOAT -> value -> plain(new BigDecimal(NumberOutput.toString((Double) value, true)));
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT -> value -> (String) value;
      case UNIQUEIDENTIFIER -> value -> ((String) value).toUpperCase(java.util.Locale.ROOT);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          value -> hex((byte[]) value);
      case DATE -> value -> ((LocalDate) value).toString();
      case TIME -> value -> time((LocalTime) value);
      case DATETIME, SMALLDATETIME, DATETIME2 -> value -> dateTime((LocalDateTime) value);
      case DATETIMEOFFSET ->
          value ->
              dateTime(
                  ((OffsetDateTime) value).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
    };
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private static String hex(byte[] value) {
    int length = value.length;
    while (length > 0 && value[length - 1] == 0) {
      length--;
    }
    return HEX.formatHex(value, 0, length);
  }

  private static String dateTime(LocalDateTime value) {
    String date = value.toLocalDate().toString();
    return value.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? date
        : date + "T" + time(value.toLocalTime());
  }

  private static String time(LocalTime value) {
    char[] text = new char[IsoTimes.MAX_LENGTH];
    int length = IsoTimes.write(value, text, 0);
    if (value.getNano() == 0) {
      return new String(text, 0, "12:00:00".length());
    }
    while (text[length - 1] == '0') {
      length--;
    }
    return new String(text, 0, length);
  }

  /** In UTF-8; half a surrogate pair by its own three bytes, so that no two texts become one. */
  static byte[] bytes(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isHighSurrogate(c)
            && i + 1 < length
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else {
          return bytesOfHalves(text);
        }
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytesOfHalves(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 3);
    text.codePoints()
        .forEach(
            c -> {
              if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                bytes.write(0xE0 | c >> 12);
                bytes.write(0x80 | (c >> 6 & 0x3F));
                bytes.write(0x80 | (c & 0x3F));
              } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return bytes.toByteArray();
  }
}
