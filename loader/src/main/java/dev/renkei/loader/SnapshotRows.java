package dev.renkei.loader;

import com.carrotsearch.hppc.LongHashSet;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.ArrivedRows;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Lot.Table;
import dev.renkei.core.snapshot.Settled;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Which rows of snapshots are durable, on a hub that delivers them in any order and more than once
 * (SEMANTICS 18): distinct rows by the chunk and attempt that they belong to, until their snapshot
 * is settled.
 *
 * <p>Memory: 11 to 22 bytes for each row of a snapshot in flight, and so again while the set of a
 * chunk grows. Two rows of one chunk whose ids have the same 64 bits count once, and the snapshot
 * is given up: of chunks with 50,000 rows, about one in ten billion.
 *
 * <p>Belongs to one thread.
 */
final class SnapshotRows {
  private final Map<Table, TableRows> tables = new HashMap<>();

  /** Of one table. */
  private static final class TableRows implements ArrivedRows {
    final Map<Chunk, TreeMap<Sequence, LongHashSet>> byChunk = new HashMap<>();
    final Map<Boolean, Settled> settled = new HashMap<>();

    @Override
    public NavigableSet<Sequence> stamps(Chunk chunk) {
      return byChunk.getOrDefault(chunk, new TreeMap<>()).navigableKeySet();
    }

    @Override
    public long rows(Chunk chunk, Sequence stamp) {
      TreeMap<Sequence, LongHashSet> byStamp = byChunk.get(chunk);
      LongHashSet hashes = byStamp == null ? null : byStamp.get(stamp);
      return hashes == null ? 0 : hashes.size();
    }
  }

  /**
   * Counts a row that is durable.
   *
   * @return whether it counts for the first time
   */
  boolean arrived(Lot lot, long hash) {
    TableRows table = tables.computeIfAbsent(lot.table(), t -> new TableRows());
    for (Settled settled : table.settled.values()) {
      if (settled.covers(lot)) {
        return false;
      }
    }
    return table
        .byChunk
        .computeIfAbsent(lot.chunk(), chunk -> new TreeMap<>())
        .computeIfAbsent(lot.sequence(), sequence -> new LongHashSet())
        .add(hash);
  }

  /**
   * Whether every row of the counting attempts has arrived: the highest sequence among them, the
   * snapshot's start where it has no rows; empty where rows are missing.
   */
  Optional<Sequence> complete(SnapshotClosed closed) {
    return tables.getOrDefault(tableOf(closed), new TableRows()).complete(closed);
  }

  /** Whether a closing has nothing to add to what is settled. */
  boolean isSettled(SnapshotClosed closed) {
    return settled(tableOf(closed)).stream().anyMatch(settled -> settled.covers(closed));
  }

  /** Whether the last snapshot of the whole table was given up. */
  boolean wasGivenUp(Table table) {
    return settled(table).stream().anyMatch(settled -> !settled.part() && settled.givenUp());
  }

  /** Forgets the rows of a snapshot, and those of abandoned ones below it. */
  void settle(Settled settled) {
    TableRows table = tables.computeIfAbsent(settled.table(), t -> new TableRows());
    table.settled.put(settled.part(), settled);
    table
        .byChunk
        .entrySet()
        .removeIf(
            chunk -> {
              chunk
                  .getValue()
                  .keySet()
                  .removeIf(s -> settled.covers(new Lot(settled.table(), s, chunk.getKey())));
              return chunk.getValue().isEmpty();
            });
  }

  /** The last settled snapshots of each table. */
  List<Settled> settled() {
    return tables.values().stream().flatMap(table -> table.settled.values().stream()).toList();
  }

  private Collection<Settled> settled(Table table) {
    TableRows rows = tables.get(table);
    return rows == null ? List.of() : rows.settled.values();
  }

  /** Everything that is counted still. */
  void forEach(BiConsumer<Lot, LongHashSet> lots) {
    tables.forEach(
        (table, rows) ->
            rows.byChunk.forEach(
                (chunk, bySequence) ->
                    bySequence.forEach(
                        (sequence, hashes) ->
                            lots.accept(new Lot(table, sequence, chunk), hashes))));
  }

  /** How many rows are counted still. */
  long count() {
    long[] count = {0};
    forEach((lot, hashes) -> count[0] += hashes.size());
    return count[0];
  }

  void clear() {
    tables.clear();
  }

  private static Table tableOf(SnapshotClosed closed) {
    return new Table(closed.source(), closed.table());
  }
}
