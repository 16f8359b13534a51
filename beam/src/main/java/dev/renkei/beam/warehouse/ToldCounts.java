package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.state.MapState;
import org.jspecify.annotations.Nullable;

/**
 * How many rows of each chunk have been told to a table's step, in the state of its runner.
 *
 * @param counts by chunk and attempt
 */
record ToldCounts(MapState<String, Counted> counts) {
  /**
   * Takes a count, unless it is of a snapshot that is settled.
   *
   * @return whether there are more of them than was known
   */
  boolean add(Counted counted, List<Settled> over) {
    if (over.stream().anyMatch(settled -> covers(settled, counted))) {
      return false;
    }
    String lot =
        "%s/%d/%d"
            .formatted(counted.stamp().hex(), counted.chunk().number(), counted.chunk().attempt());
    @Nullable Counted before = counts.get(lot).read();
    if (before != null && before.rows() >= counted.rows()) {
      return false;
    }
    Instant since = before == null ? counted.since() : before.since();
    counts.put(lot, new Counted(counted.stamp(), counted.chunk(), counted.rows(), since));
    return true;
  }

  /** All that are known. */
  CountedRows rows() {
    List<Counted> told = new ArrayList<>();
    entries().forEach(entry -> told.add(entry.getValue()));
    return new CountedRows(told);
  }

  /** Forgets those of a snapshot that is over. */
  void forget(Settled settled) {
    List<String> done = new ArrayList<>();
    for (Map.Entry<String, Counted> entry : entries()) {
      if (covers(settled, entry.getValue())) {
        done.add(entry.getKey());
      }
    }
    done.forEach(counts::remove);
  }

  private Iterable<Map.Entry<String, Counted>> entries() {
    return Objects.requireNonNull(counts.entries().read());
  }

  private static boolean covers(Settled settled, Counted counted) {
    return settled.covers(new Lot(settled.table(), counted.stamp(), counted.chunk()));
  }
}
