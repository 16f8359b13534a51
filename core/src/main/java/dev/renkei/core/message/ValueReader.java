package dev.renkei.core.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.IsoTimes;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Reads values as {@link ValueWriter} writes them. What does not fit the column is refused with one
 * of the unchecked exceptions of the JDK's parsers, or with {@link IOException}.
 */
final class ValueReader {
  private ValueReader() {}

  /** Reads the current token, which is not null. */
  static Object read(Column column, JsonParser json) throws IOException {
    return switch (column.kind()) {
      case BIT -> bit(json);
      case TINYINT -> integer(json, 0, 255);
      case SMALLINT -> integer(json, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> integer(json, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> number(json, JsonToken.VALUE_NUMBER_INT).getLongValue();
      case DECIMAL -> decimal(json, column.precision(), column.scale());
      case MONEY -> decimal(json, 19, ValueWriter.MONEY_SCALE);
      case SMALLMONEY -> decimal(json, 10, ValueWriter.MONEY_SCALE);
      case REAL -> real(json);
      case FLOAT -> floating(json);
      case CHAR, VARCHAR, TEXT, NCHAR, NVARCHAR, NTEXT, XML, SQL_VARIANT, UNIQUEIDENTIFIER ->
          text(json);
      case BINARY, VARBINARY, IMAGE, ROWVERSION, HIERARCHYID, GEOGRAPHY, GEOMETRY -> binary(json);
      case DATE -> IsoTimes.date(text(json));
      case TIME -> IsoTimes.time(text(json));
      case DATETIME, SMALLDATETIME, DATETIME2 -> IsoTimes.dateTime(text(json));
      case DATETIMEOFFSET -> IsoTimes.offsetDateTime(text(json));
    };
  }

  private static Boolean bit(JsonParser json) {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new IllegalArgumentException("no boolean");
    };
  }

  static Integer integer(JsonParser json, int least, int most) throws IOException {
    int value = number(json, JsonToken.VALUE_NUMBER_INT).getIntValue();
    if (value < least || value > most) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static BigDecimal decimal(JsonParser json, int precision, int scale) throws IOException {
    BigDecimal value = new BigDecimal(text(json));
    if (value.scale() != scale || value.precision() > precision) {
      throw new IllegalArgumentException("another precision");
    }
    return value;
  }

  private static Float real(JsonParser json) throws IOException {
    float value = Float.parseFloat(anyNumber(json).getText());
    if (Float.isInfinite(value)) {
      throw new IllegalArgumentException("too large");
    }
    return value;
  }

  private static Double floating(JsonParser json) throws IOException {
    double value = Double.parseDouble(anyNumber(json).getText());
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException("too large");
    }
    return value;
  }

  private static byte[] binary(JsonParser json) throws IOException {
    text(json, JsonToken.VALUE_STRING);
    return json.getBinaryValue();
  }

  static JsonParser anyNumber(JsonParser json) {
    if (!json.currentToken().isNumeric()) {
      throw new IllegalArgumentException("no number");
    }
    return json;
  }

  private static JsonParser number(JsonParser json, JsonToken kind) {
    if (json.currentToken() != kind) {
      throw new IllegalArgumentException("no number of that kind");
    }
    return json;
  }

  static String text(JsonParser json) throws IOException {
    text(json, JsonToken.VALUE_STRING);
    return json.getText();
  }

  private static void text(JsonParser json, JsonToken kind) {
    if (json.currentToken() != kind) {
      throw new IllegalArgumentException("no text");
    }
  }
}
