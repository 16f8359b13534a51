package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.ArrivedRows;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;

/** The counts of a table's snapshots as they were told. */
final class CountedRows implements ArrivedRows {
  private final Map<Chunk, TreeMap<Sequence, Counted>> counts = new HashMap<>();

  CountedRows(Iterable<Counted> told) {
    told.forEach(
        c -> counts.computeIfAbsent(c.chunk(), chunk -> new TreeMap<>()).put(c.stamp(), c));
  }

  @Override
  public NavigableSet<Sequence> stamps(Chunk chunk) {
    return counts.getOrDefault(chunk, new TreeMap<>()).navigableKeySet();
  }

  @Override
  public long rows(Chunk chunk, Sequence stamp) {
    TreeMap<Sequence, Counted> byStamp = counts.get(chunk);
    Counted counted = byStamp == null ? null : byStamp.get(stamp);
    return counted == null ? 0 : counted.rows();
  }

  /** When the first row of a snapshot came, as far as is known; that time where none has. */
  Instant firstOf(SnapshotClosed closing, Instant now) {
    return counts.values().stream()
        .flatMap(byStamp -> byStamp.values().stream())
        .filter(c -> c.stamp().epoch() == closing.epoch())
        .filter(c -> c.stamp().snapshot() == closing.snapshot())
        .map(Counted::since)
        .filter(since -> since.isBefore(now))
        .min(Instant::compareTo)
        .orElse(now);
  }
}
