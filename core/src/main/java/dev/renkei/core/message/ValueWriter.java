package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;

/** Writes values as they travel: exact, whatever their type. */
final class ValueWriter {
  static final int MONEY_SCALE = 4;

  private ValueWriter() {}

  /**
   * Writes a value.
   *
   * @param time of {@link IsoTimes#MAX_LENGTH}, written over
   */
  static void write(JsonGenerator json, Column column, Object value, char[] time)
      throws IOException {
    switch (column.kind()) {
      case BIT -> json.writeBoolean((Boolean) value);
      case TINYINT, SMALLINT, INT -> json.writeNumber((int) (Integer) value);
      case BIGINT -> json.writeNumber((long) (Long) value);
      case DECIMAL -> json.writeString(plain((BigDecimal) value, column.scale()));
      case MONEY, SMALLMONEY -> json.writeString(plain((BigDecimal) value, MONEY_SCALE));
      case REAL -> json.writeNumber(finite((Float) value));
      case FLOAT -> json.writeNumber(finite((Double) value));
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT ->
          writeText(json, (String) value);
      case UNIQUEIDENTIFIER -> json.writeString(((String) value).toUpperCase(Locale.ROOT));
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY ->
          json.writeBinary((byte[]) value);
      case DATE -> json.writeString(time, 0, IsoTimes.write((LocalDate) value, time, 0));
      case TIME -> json.writeString(time, 0, IsoTimes.write((LocalTime) value, time, 0));
      case DATETIME, SMALLDATETIME, DATETIME2 ->
          json.writeString(time, 0, IsoTimes.write((LocalDateTime) value, time, 0));
      case DATETIMEOFFSET ->
          json.writeString(time, 0, IsoTimes.write((OffsetDateTime) value, time, 0));
    }
  }

  /** With all places of its column, so that equal values have equal bytes. */
  private static String plain(BigDecimal value, int scale) {
    return (value.scale() == scale ? value : value.setScale(scale)).toPlainString();
  }

  private static double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("SQL Server has finite numbers only");
    }
    return value;
  }

  private static float finite(float value) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("SQL Server has finite numbers only");
    }
    return value;
  }

  static void writeText(JsonGenerator json, String text) throws IOException {
    if (hasLoneSurrogate(text)) {
      json.writeRawValue(escaped(text));
    } else {
      json.writeString(text);
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        boolean pair =
            c <= Character.MAX_HIGH_SURROGATE
                && i + 1 < length
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** All but plain ASCII as escapes: what UTF-8 cannot carry, JSON can. */
  private static String escaped(String text) {
    StringBuilder json = new StringBuilder(text.length() * 3).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c > '~') {
        json.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
