package dev.renkei.steps.feature;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ValueExpression;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Makes values into those of a column. */
final class Fitting {
  private Fitting() {}

  /** The value as the column holds it; null where it cannot. */
  static @Nullable Object to(Column column, Object value) {
    if (value instanceof Number) {
      return number(column, Scalars.number(value));
    }
    return column.kind().valueClass().isInstance(value) ? value : null;
  }

  private static @Nullable Object number(Column column, BigDecimal value) {
    return switch (column.kind()) {
      case TINYINT, SMALLINT, INT -> {
        Long whole = whole(value);
        yield whole != null && whole == whole.intValue() ? (Object) whole.intValue() : null;
      }
      case BIGINT -> whole(value);
      case DECIMAL -> decimal(column, value);
      case MONEY, SMALLMONEY -> value.setScale(4, RoundingMode.HALF_UP);
      case REAL -> value.floatValue();
      case FLOAT -> value.doubleValue();
      default -> null;
    };
  }

  private static @Nullable Object decimal(Column column, BigDecimal value) {
    if (column.scale() == ValueExpression.SCALE) {
      BigDecimal fitted = ValueExpression.fitted(value);
      return fitted != null && fitted.precision() <= column.precision() ? fitted : null;
    }
    BigDecimal scaled = value.setScale(column.scale(), RoundingMode.HALF_UP);
    return scaled.precision() <= column.precision() ? scaled : null;
  }

  private static @Nullable Long whole(BigDecimal value) {
    try {
      return value.longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Whether sums and averages are made of values of this kind. */
  static boolean isNumber(TypeKind kind) {
    return switch (kind) {
      case TINYINT, SMALLINT, INT, BIGINT, DECIMAL, MONEY, SMALLMONEY, REAL, FLOAT -> true;
      default -> false;
    };
  }
}
