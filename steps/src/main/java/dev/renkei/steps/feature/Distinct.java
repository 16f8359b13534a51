package dev.renkei.steps.feature;

import dev.renkei.core.schema.Column;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many different values. Up to {@link #EXACT} of them it knows each, by a hash of 64 bits, and
 * how often it was added; with more it is a sketch, within some percent, from which nothing is
 * taken back any more.
 */
final class Distinct implements Accumulator {
  /** Different values that are counted exactly. */
  static final int EXACT = 512;

  private final TreeMap<Long, Long> counts = new TreeMap<>();
  private @Nullable HyperLogLog sketch;

  @Override
  public void fold(int sign, @Nullable Object value, RowTime at) {
    if (value != null) {
      add(Scalars.hash(value), sign);
    }
  }

  private void add(long hash, long times) {
    HyperLogLog sketched = sketch;
    if (sketched != null) {
      if (times > 0) {
        sketched.add(hash);
      }
      return;
    }
    if (counts.merge(hash, times, Long::sum) == 0) {
      counts.remove(hash);
    } else if (counts.size() > EXACT) {
      sketch();
    }
  }

  private HyperLogLog sketch() {
    HyperLogLog sketched = sketch;
    if (sketched == null) {
      sketched = new HyperLogLog();
      for (Map.Entry<Long, Long> count : counts.entrySet()) {
        if (count.getValue() > 0) {
          sketched.add(count.getKey());
        }
      }
      counts.clear();
      sketch = sketched;
    }
    return sketched;
  }

  @Override
  public void merge(Accumulator other) {
    Distinct that = (Distinct) other;
    HyperLogLog theirs = that.sketch;
    if (theirs != null) {
      sketch().merge(theirs);
    } else {
      that.counts.forEach(this::add);
    }
  }

  @Override
  public Object result(Column column) {
    HyperLogLog sketched = sketch;
    return sketched != null
        ? sketched.estimate()
        : counts.values().stream().filter(times -> times > 0).count();
  }

  @Override
  public void write(DataOutput to) throws IOException {
    HyperLogLog sketched = sketch;
    to.writeBoolean(sketched != null);
    if (sketched != null) {
      sketched.write(to);
      return;
    }
    to.writeShort(counts.size());
    for (Map.Entry<Long, Long> count : counts.entrySet()) {
      to.writeLong(count.getKey());
      to.writeInt(count.getValue().intValue());
    }
  }

  static Distinct read(DataInput from) throws IOException {
    Distinct distinct = new Distinct();
    if (from.readBoolean()) {
      distinct.sketch = HyperLogLog.read(from);
      return distinct;
    }
    int size = from.readUnsignedShort();
    for (int i = 0; i < size; i++) {
      long hash = from.readLong();
      distinct.counts.put(hash, (long) from.readInt());
    }
    return distinct;
  }
}
