package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.schema.Column;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one function holds of the rows of a window. In whatever order rows are added and taken back,
 * it ends up the same; a row may even be taken back before it is added, as happens where an engine
 * keeps no order. Belongs to one thread.
 */
sealed interface Accumulator permits Counted, Summed, Extreme, Distinct {
  /**
   * Adds a row's value, or takes it back.
   *
   * @param sign 1 or -1
   * @param value null where the row's is NULL, which only a count of rows counts
   * @param at when the row happened
   */
  void fold(int sign, @Nullable Object value, RowTime at);

  /** Adds all that another one of the same function holds, which is left as it is. */
  void merge(Accumulator other);

  /** What it comes to, as the column holds it; null for NULL. */
  @Nullable Object result(Column column);

  void write(DataOutput to) throws IOException;

  /**
   * Of no rows.
   *
   * @param ofRows whether rows are counted, not values
   * @param retracts whether rows may be taken back: of events they are not
   */
  static Accumulator of(Function function, boolean ofRows, boolean retracts) {
    return switch (function) {
      case COUNT -> new Counted(ofRows);
      case SUM, AVG -> new Summed(function == Function.AVG);
      case MIN, MAX, LAST -> new Extreme(Extreme.By.of(function), retracts);
      case DISTINCT -> new Distinct();
    };
  }

  /** Reads what one of that function has written. */
  static Accumulator read(Function function, boolean ofRows, boolean retracts, DataInput from)
      throws IOException {
    return switch (function) {
      case COUNT -> Counted.read(ofRows, from);
      case SUM, AVG -> Summed.read(function == Function.AVG, from);
      case MIN, MAX, LAST -> Extreme.read(Extreme.By.of(function), retracts, from);
      case DISTINCT -> Distinct.read(from);
    };
  }
}
