package dev.renkei.steps.feature;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.expression.ValueExpression;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The exact sum, of floats too (each is a finite binary fraction): what was added can be taken back
 * without a trace. NULL of no value, as in SQL, and where the column cannot hold it.
 */
final class Summed implements Accumulator {
  private final boolean average;
  private BigDecimal sum = BigDecimal.ZERO;
  private long count;

  /**
   * @param average whether the sum is divided by the number of values
   */
  Summed(boolean average) {
    this.average = average;
  }

  @Override
  public void fold(int sign, @Nullable Object value, RowTime at) {
    if (value != null) {
      BigDecimal number = Scalars.number(value);
      sum = sign > 0 ? sum.add(number) : sum.subtract(number);
      count += sign;
    }
  }

  @Override
  public void merge(Accumulator other) {
    Summed that = (Summed) other;
    sum = sum.add(that.sum);
    count += that.count;
  }

  @Override
  public @Nullable Object result(Column column) {
    if (count <= 0) {
      return null;
    }
    if (column.kind() == TypeKind.FLOAT) {
      BigDecimal exact =
          average ? sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128) : sum;
      double value = exact.doubleValue();
      return Double.isFinite(value) ? value : null;
    }
    if (average) {
      return ValueExpression.fitted(
          sum.divide(BigDecimal.valueOf(count), ValueExpression.SCALE, RoundingMode.HALF_UP));
    }
    return Fitting.to(column, sum);
  }

  @Override
  public void write(DataOutput to) throws IOException {
    Scalars.writeDecimal(sum, to);
    to.writeLong(count);
  }

  static Summed read(boolean average, DataInput from) throws IOException {
    Summed summed = new Summed(average);
    summed.sum = Scalars.readDecimal(from);
    summed.count = from.readLong();
    return summed;
  }
}
