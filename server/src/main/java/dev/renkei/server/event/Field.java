package dev.renkei.server.event;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * A property of an event as a column: what the client wrote, exactly, or refused.
 *
 * @param scale of {@link Kind#DECIMAL}; 0 for others
 */
record Field(String name, Kind kind, int scale) {
  private static final int MOST_DIGITS = 38;
  private static final int NANOS_PER_TICK = 100;
  private static final int SECONDS_PER_MINUTE = 60;

  enum Kind {
    TEXT,
    INTEGER,
    DECIMAL,
    FLOAT,
    BOOLEAN,
    INSTANT,
    DATE,
    /** Whatever has no type of its own, as JSON. */
    JSON
  }

  Column column() {
    return switch (kind) {
      case TEXT, JSON -> column(TypeKind.NVARCHAR, Integer.MAX_VALUE, 0, 0);
      case INTEGER -> column(TypeKind.BIGINT, 0, 0, 0);
      case DECIMAL -> column(TypeKind.DECIMAL, 0, MOST_DIGITS, scale);
      case FLOAT -> column(TypeKind.FLOAT, 0, 0, 0);
      case BOOLEAN -> column(TypeKind.BIT, 0, 0, 0);
      case INSTANT -> column(TypeKind.DATETIMEOFFSET, 0, 0, 7);
      case DATE -> column(TypeKind.DATE, 0, 0, 0);
    };
  }

  private Column column(TypeKind type, int length, int precision, int places) {
    return new Column(name, type, length, precision, places, null, true, 0, false);
  }

  /**
   * The value of a property, as the schema has admitted it.
   *
   * @throws IllegalArgumentException with a sentence where the column cannot hold it as it is
   */
  Object value(JsonNode node) {
    return switch (kind) {
      case TEXT -> node.textValue();
      case INTEGER -> integer(node.decimalValue());
      case DECIMAL -> decimal(node.decimalValue());
      case FLOAT -> floating(node.decimalValue());
      case BOOLEAN -> node.booleanValue();
      case INSTANT -> instant(node.textValue());
      case DATE -> date(node.textValue());
      case JSON -> EventJson.write(node);
    };
  }

  private static Long integer(BigDecimal number) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("beyond the integers of 64 bits");
    }
  }

  private BigDecimal decimal(BigDecimal number) {
    try {
      BigDecimal scaled = number.setScale(scale, RoundingMode.UNNECESSARY);
      if (scaled.precision() <= MOST_DIGITS) {
        return scaled;
      }
    } catch (ArithmeticException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "more than %d digits, or more than %d of them behind the point"
            .formatted(MOST_DIGITS, scale));
  }

  /** A double, where as many digits of it as were written are those that were written. */
  private static Double floating(BigDecimal number) {
    double value = number.doubleValue();
    if (Double.isFinite(value)) {
      BigDecimal exact = new BigDecimal(value);
      BigDecimal asWritten =
          number.signum() == 0
              ? exact
              : exact.round(
                  new MathContext(Math.max(1, number.precision()), RoundingMode.HALF_EVEN));
      if (asWritten.compareTo(number) == 0) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "more digits than a double has; with `multipleOf` (as 0.01) in the schema it is a decimal, which holds %d"
            .formatted(MOST_DIGITS));
  }

  private static OffsetDateTime instant(String text) {
    OffsetDateTime time;
    try {
      time = OffsetDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no moment that a calendar has");
    }
    if (time.getNano() % NANOS_PER_TICK != 0
        || time.getOffset().getTotalSeconds() % SECONDS_PER_MINUTE != 0
        || time.getYear() < 1
        || time.getYear() > 9999) {
      throw new IllegalArgumentException(
          "more than seven digits of a second, or no year from 1 to 9999");
    }
    return time;
  }

  private static LocalDate date(String text) {
    try {
      LocalDate date = LocalDate.parse(text);
      if (date.getYear() >= 1) {
        return date;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw new IllegalArgumentException("no day that a calendar has");
  }
}
