package dev.renkei.steps.mask;

import dev.renkei.core.config.MaskMethod.Truncate.Tens;
import dev.renkei.core.config.MaskMethod.Truncate.To;
import dev.renkei.core.config.MaskMethod.Truncate.Unit;
import dev.renkei.core.schema.Column;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Values cut to something coarser of their own type. */
final class Coarse {
  private Coarse() {}

  /** How a column's values are cut; null where they cannot be. */
  static @Nullable UnaryOperator<Object> of(Column column, To to) {
    return to instanceof Unit unit ? time(column, unit) : number(column, ((Tens) to).zeros());
  }

  /** As the configuration writes it. */
  static String text(To to) {
    return to instanceof Unit unit
        ? unit.name().toLowerCase(Locale.ROOT)
        : "1" + "0".repeat(((Tens) to).zeros());
  }

  private static @Nullable UnaryOperator<Object> time(Column column, Unit unit) {
    return switch (column.kind()) {
      case DATE -> unit == Unit.HOUR ? null : value -> cut((LocalDate) value, unit);
      case TIME ->
          unit == Unit.HOUR ? value -> ((LocalTime) value).truncatedTo(ChronoUnit.HOURS) : null;
      case DATETIME, SMALLDATETIME, DATETIME2 -> value -> cut((LocalDateTime) value, unit);
      case DATETIMEOFFSET ->
          value -> {
            OffsetDateTime time = (OffsetDateTime) value;
            return OffsetDateTime.of(cut(time.toLocalDateTime(), unit), time.getOffset());
          };
      default -> null;
    };
  }

  private static LocalDate cut(LocalDate date, Unit unit) {
    return switch (unit) {
      case YEAR -> date.withDayOfYear(1);
      case MONTH -> date.withDayOfMonth(1);
      case DAY, HOUR -> date;
    };
  }

  private static LocalDateTime cut(LocalDateTime time, Unit unit) {
    return unit == Unit.HOUR
        ? time.truncatedTo(ChronoUnit.HOURS)
        : cut(time.toLocalDate(), unit).atStartOfDay();
  }

  private static @Nullable UnaryOperator<Object> number(Column column, int zeros) {
    BigDecimal step = BigDecimal.TEN.pow(zeros);
    return switch (column.kind()) {
      case TINYINT, SMALLINT, INT ->
          value -> cut(BigDecimal.valueOf((Integer) value), step).intValueExact();
      case BIGINT -> value -> cut(BigDecimal.valueOf((Long) value), step).longValueExact();
      case DECIMAL, MONEY, SMALLMONEY ->
          value -> cut((BigDecimal) value, step).setScale(((BigDecimal) value).scale());
      case REAL -> value -> cut(BigDecimal.valueOf((Float) value), step).floatValue();
      case FLOAT -> value -> cut(BigDecimal.valueOf((Double) value), step).doubleValue();
      default -> null;
    };
  }

  private static BigDecimal cut(BigDecimal value, BigDecimal step) {
    return value.divide(step, 0, RoundingMode.DOWN).multiply(step);
  }
}
