package dev.renkei.steps.feature;

import dev.renkei.core.schema.Column;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How many rows, or values that are not NULL. */
final class Counted implements Accumulator {
  private final boolean ofRows;
  private long count;

  Counted(boolean ofRows) {
    this.ofRows = ofRows;
  }

  @Override
  public void fold(int sign, @Nullable Object value, RowTime at) {
    if (ofRows || value != null) {
      count += sign;
    }
  }

  @Override
  public void merge(Accumulator other) {
    count += ((Counted) other).count;
  }

  @Override
  public Object result(Column column) {
    return count;
  }

  @Override
  public void write(DataOutput to) throws IOException {
    to.writeLong(count);
  }

  static Counted read(boolean ofRows, DataInput from) throws IOException {
    Counted counted = new Counted(ofRows);
    counted.count = from.readLong();
    return counted;
  }
}
