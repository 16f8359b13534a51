package dev.renkei.steps.expression;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A decimal by its value: 10.5 equals 10.50. */
record Decimal(BigDecimal value) implements Comparable<Decimal> {
  @Override
  public int compareTo(Decimal other) {
    return value.compareTo(other.value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Decimal that && value.compareTo(that.value) == 0;
  }

  @Override
  public int hashCode() {
    return value.stripTrailingZeros().hashCode();
  }
}
