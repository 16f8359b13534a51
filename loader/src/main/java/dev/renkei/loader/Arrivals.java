package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What of each table has become visible in the warehouse, and how long after its commit. One thread
 * counts, any may ask.
 */
final class Arrivals {
  /** More tables than that are counted together only. */
  private static final int MOST_TABLES = 2_000;

  private final LongSupplier nanos;
  private final Map<TableName, Counted> tables = new TreeMap<>();
  private final Counted all = new Counted();

  /**
   * @param nanos a clock that only goes forward
   */
  Arrivals(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private static final class Counted {
    private final RecentDelays delays = new RecentDelays();
    private long changes;
    private long snapshotRows;
    private @Nullable Instant last;
  }

  /**
   * A commit has returned.
   *
   * @param replayed whether these may be changes of long ago: they count, and their lag does not
   */
  synchronized void committed(List<Change> changes, Instant at, boolean replayed) {
    long now = nanos.getAsLong();
    for (Change change : changes) {
      count(all, change, at, now, replayed);
      Counted table = tables.get(change.table());
      if (table == null && tables.size() < MOST_TABLES) {
        table = new Counted();
        tables.put(change.table(), table);
      }
      if (table != null) {
        count(table, change, at, now, replayed);
      }
    }
  }

  private static void count(Counted to, Change change, Instant at, long now, boolean replayed) {
    if (change.type() == ChangeType.SNAPSHOT_ROW) {
      to.snapshotRows++;
      return;
    }
    to.changes++;
    to.last = at;
    if (!replayed) {
      to.delays.add(Duration.between(began(change), at).toMillis(), now);
    }
  }

  /**
   * Where the commit's time cannot be read, the lag is that since the poll which saw the change.
   * The row of a window waits as it is declared to, until the window closes or its next early
   * result is due: its lag is that since it was told.
   */
  private static Instant began(Change change) {
    Instant committed = change.commitTime();
    boolean isOfWindow = change.table().schema().equals(FeatureConfig.SCHEMA);
    return committed == null || isOfWindow ? change.poll().start() : committed;
  }

  /** By table, after all tables together. */
  synchronized List<LoaderState.Arrival> state() {
    long now = nanos.getAsLong();
    List<LoaderState.Arrival> state = new ArrayList<>();
    state.add(of(null, all, now));
    tables.forEach((name, counted) -> state.add(of(name, counted, now)));
    return state;
  }

  private static LoaderState.Arrival of(@Nullable TableName table, Counted counted, long now) {
    Delays delays = new Delays();
    counted.delays.addTo(delays, now);
    return new LoaderState.Arrival(
        table,
        counted.changes,
        counted.snapshotRows,
        counted.last,
        delays.count() == 0
            ? null
            : new LoaderState.Lag(
                delays.count(),
                Duration.ofMillis(delays.quantile(0.5)),
                Duration.ofMillis(delays.quantile(0.95)),
                Duration.ofMillis(delays.quantile(0.99)),
                Duration.ofMillis(delays.max())));
  }
}
