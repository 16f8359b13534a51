package dev.renkei.loader;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;

/**
 * What rows of a snapshot are counted by: one attempt at one chunk, whose rows all have one stamp
 * (SEMANTICS 17). The stamp tells snapshots apart that have the same number (SEMANTICS 1).
 *
 * @param sequence of each of its rows
 */
record Lot(Table table, Sequence sequence, Chunk chunk) {
  /** A table of a source. */
  record Table(String source, TableName name) {}

  /**
   * Whether this can be the counting attempt of a snapshot's chunk.
   *
   * @param start the snapshot's
   */
  boolean isOf(Sequence start) {
    return sequence.epoch() == start.epoch()
        && sequence.snapshot() == start.snapshot()
        && sequence.version() >= start.version();
  }
}
