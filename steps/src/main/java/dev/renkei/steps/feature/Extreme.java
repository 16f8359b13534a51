package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig.Function;
import dev.renkei.core.schema.Column;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
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
  private final List<Entry> kept = new ArrayList<>();
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

  /**
   * A value.
   *
   * @param times how often it was added
   */
  private record Entry(RowTime at, Object value, long times) {}

  private static final RowTime ANY = new RowTime(0, 0);

  Extreme(By by, boolean retracts) {
    this.by = by;
    this.bound = retracts ? KEPT : 1;
  }

  @Override
  public void fold(int sign, @Nullable Object value, RowTime at) {
    if (value != null) {
      add(new Entry(by == By.LATEST ? at : ANY, value, sign));
    }
  }

  private void add(Entry entry) {
    if (isLetGo(entry)) {
      return;
    }
    int at = Collections.binarySearch(kept, entry, by.order);
    if (at < 0) {
      kept.add(-at - 1, entry);
    } else {
      Entry before = kept.get(at);
      long now = before.times() + entry.times();
      if (now == 0) {
        kept.remove(at);
      } else {
        kept.set(at, new Entry(before.at(), before.value(), now));
      }
    }
    while (kept.size() > bound) {
      letGo = kept.remove(kept.size() - 1);
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
      int at = Collections.binarySearch(kept, theirs, by.order);
      kept.subList(at < 0 ? -at - 1 : at, kept.size()).clear();
      letGo = theirs;
    }
    that.kept.forEach(this::add);
  }

  @Override
  public @Nullable Object result(Column column) {
    for (Entry entry : kept) {
      if (entry.times() > 0) {
        return Fitting.to(column, entry.value());
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
    for (Entry entry : kept) {
      write(entry, to);
      to.writeLong(entry.times());
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
      RowTime at = readAt(by, from);
      extreme.letGo = new Entry(at, Objects.requireNonNull(Scalars.read(from)), 0);
    }
    int size = from.readUnsignedShort();
    for (int i = 0; i < size; i++) {
      RowTime at = readAt(by, from);
      Object value = Objects.requireNonNull(Scalars.read(from));
      extreme.kept.add(new Entry(at, value, from.readLong()));
    }
    return extreme;
  }

  private static RowTime readAt(By by, DataInput from) throws IOException {
    return by == By.LATEST ? new RowTime(from.readLong(), from.readLong()) : ANY;
  }
}
