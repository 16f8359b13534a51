package dev.renkei.core.change;

import dev.renkei.core.change.Where.Term;
import dev.renkei.core.schema.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/** Constants of conditions as values of a column's type; what that type cannot hold is refused. */
final class Literals {
  private Literals() {}

  /** Why a constant does not fit. */
  static final class MisfitException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MisfitException(String message) {
      super(message);
    }
  }

  static Object value(Column column, Term term) {
    String text = term.literal();
    return switch (column.kind()) {
      case BIT -> integer(text, 0, 1) == 1;
      case TINYINT -> (int) integer(text, 0, 255);
      case SMALLINT -> (int) integer(text, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT -> (int) integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT -> integer(text, Long.MIN_VALUE, Long.MAX_VALUE);
      case DECIMAL -> decimal(text, column.precision(), column.scale());
      case MONEY -> decimal(text, 19, 4);
      case SMALLMONEY -> decimal(text, 10, 4);
      case REAL -> Float.parseFloat(text);
      case FLOAT -> Double.parseDouble(text);
      case CHAR, VARCHAR, NCHAR, NVARCHAR -> quoted(term);
      case UNIQUEIDENTIFIER -> UUID.fromString(quoted(term)).toString().toUpperCase(Locale.ROOT);
      case BINARY, VARBINARY -> {
        if (!text.startsWith("0x")) {
          throw new MisfitException("write it as 0x0102");
        }
        yield HexFormat.of().parseHex(text.substring(2));
      }
      case DATE -> LocalDate.parse(quoted(term));
      case TIME -> ticks(LocalTime.parse(quoted(term)), column.scale());
      case DATETIME -> datetime(time(quoted(term)));
      case SMALLDATETIME -> {
        LocalDateTime time = time(quoted(term));
        if (time.getSecond() != 0 || time.getNano() != 0) {
          throw new MisfitException("it has no seconds");
        }
        yield time;
      }
      case DATETIME2 -> {
        LocalDateTime time = time(quoted(term));
        ticks(time.toLocalTime(), column.scale());
        yield time;
      }
      case DATETIMEOFFSET -> {
        OffsetDateTime time = OffsetDateTime.parse(quoted(term).replace(' ', 'T'));
        ticks(time.toLocalTime(), column.scale());
        yield time;
      }
      case TEXT, NTEXT, IMAGE, ROWVERSION, XML, HIERARCHYID, GEOGRAPHY, GEOMETRY, SQL_VARIANT ->
          throw new MisfitException("columns of this type are not compared");
    };
  }

  private static String quoted(Term term) {
    if (!term.isText()) {
      throw new MisfitException("write it in 'quotes'");
    }
    return term.literal();
  }

  private static long integer(String text, long least, long most) {
    long value = new BigDecimal(text).longValueExact();
    if (value < least || value > most) {
      throw new MisfitException("it is out of range");
    }
    return value;
  }

  private static BigDecimal decimal(String text, int precision, int scale) {
    BigDecimal value = new BigDecimal(text).setScale(scale, RoundingMode.UNNECESSARY);
    if (value.precision() > precision) {
      throw new MisfitException("it is out of range");
    }
    return value;
  }

  private static LocalDateTime time(String text) {
    return text.length() == "2024-02-29".length()
        ? LocalDate.parse(text).atStartOfDay()
        : LocalDateTime.parse(text.replace(' ', 'T'));
  }

  /** Its values are three hundredths of a second apart; between them the server would round. */
  private static LocalDateTime datetime(LocalDateTime time) {
    int millis = time.getNano() / 1_000_000;
    int last = millis % 10;
    if (time.getNano() % 1_000_000 != 0 || (last != 0 && last != 3 && last != 7)) {
      throw new MisfitException("its milliseconds end in 0, 3 or 7");
    }
    return time;
  }

  private static LocalTime ticks(LocalTime time, int scale) {
    long unit = 1;
    for (int i = scale; i < 9; i++) {
      unit *= 10;
    }
    if (time.getNano() % unit != 0) {
      throw new MisfitException("it has %d digits of a second".formatted(scale));
    }
    return time;
  }
}
