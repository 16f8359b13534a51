package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.schema.Column;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The first value by some order. What is taken back may have been the first, so the first {@link
 * #KEPT} are kept, each with how often it was added; of what comes behind them, only where it
 * begins. So it is exact as long as not all of those were taken back; then it is NULL until one
 * comes that would have been among them. Where nothing is taken back, one is kept.
 */
final class Extreme implements Accumulator {
  /** Values that are kept. */
  static final int KEPT = 64;

  private final By by;
  private final int bound;
  private final TreeMap<Entry, Long> kept;
  private @Nullable Entry letGo;

  /** The order, its first value first. */
  enum By {
    LEAST(Comparator.comparing(Entry::value, Scalars.ORDER)),
    GREATEST(Comparator.comparing(Entry::value, Scalars.ORDER).reversed()),
    LATEST(Comparator.comparing(Entry::at).thenComparing(Entry::value, Scalars.ORDER).reversed());

    private final Comparator<Entry> order;

    By(Comparator<Entry> order) {
      this.order = order;
    }

    static By of(Function function) {
      return switch (function) {
        case MIN -> LEAST;
        case MAX -> GREATEST;
        case LAST -> LATEST;
        default -> throw new IllegalArgumentException(function + " has no first value");
      };
    }
  }

  private record Entry(RowTime at, Object value) {}

  private static final RowTime ANY = new RowTime(0, 0);

  Extreme(By by, boolean retracts) {
    this.by = by;
    this.bound = retracts ? KEPT : 1;
    this.kept = new TreeMap<>(by.order);
  }

  @Override
  public void fold(int sign, @Nullable Object value, RowTime at) {
    if (value != null) {
      add(new Entry(by == By.LATEST ? at : ANY, value), sign);
    }
  }

  private void add(Entry entry, long times) {
    Long before = kept.get(entry);
    if (isLetGo(entry)) {
      return;
    }
    long now = (before == null ? 0 : before) + times;
    if (now == 0) {
      kept.remove(entry);
    } else {
      kept.put(entry, now);
    }
    while (kept.size() > bound) {
      letGo = kept.pollLastEntry().getKey();
    }
  }

  /** Whether it stands where values have been let go. */
  private boolean isLetGo(Entry entry) {
    Entry first = letGo;
    return first != null && by.order.compare(entry, first) >= 0;
  }

  @Override
  public void merge(Accumulator other) {
    Extreme that = (Extreme) other;
    Entry theirs = that.letGo;
    if (theirs != null && !isLetGo(theirs)) {
      kept.tailMap(theirs, true).clear();
      letGo = theirs;
    }
    that.kept.forEach(this::add);
  }

  @Override
  public @Nullable Object result(Column column) {
    for (Map.Entry<Entry, Long> entry : kept.entrySet()) {
      if (entry.getValue() > 0) {
        return Fitting.to(column, entry.getKey().value());
      }
    }
    return null;
  }

  @Override
  public void write(DataOutput to) throws IOException {
    Entry first = letGo;
    to.writeBoolean(first != null);
    if (first != null) {
      write(first, to);
    }
    to.writeShort(kept.size());
    for (Map.Entry<Entry, Long> entry : kept.entrySet()) {
      write(entry.getKey(), to);
      to.writeLong(entry.getValue());
    }
  }

  private void write(Entry entry, DataOutput to) throws IOException {
    if (by == By.LATEST) {
      to.writeLong(entry.at().micros());
      to.writeLong(entry.at().sequence());
    }
    Scalars.write(entry.value(), to);
  }

  static Extreme read(By by, boolean retracts, DataInput from) throws IOException {
    Extreme extreme = new Extreme(by, retracts);
    if (from.readBoolean()) {
      extreme.letGo = readEntry(by, from);
    }
    int size = from.readUnsignedShort();
    for (int i = 0; i < size; i++) {
      Entry entry = readEntry(by, from);
      extreme.kept.put(entry, from.readLong());
    }
    return extreme;
  }

  private static Entry readEntry(By by, DataInput from) throws IOException {
    RowTime at = by == By.LATEST ? new RowTime(from.readLong(), from.readLong()) : ANY;
    return new Entry(at, Objects.requireNonNull(Scalars.read(from)));
  }
}
