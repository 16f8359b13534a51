package dev.renkei.core.snapshot;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import java.io.Serializable;

/**
 * What rows of a snapshot are counted by: one attempt at one chunk, whose rows all have one stamp
 * (SEMANTICS 17). The stamp tells snapshots apart that have the same number (SEMANTICS 1).
 *
 * @param sequence of each of its rows
 */
public record Lot(Table table, Sequence sequence, Chunk chunk) {
  /** A table of a source. */
  public record Table(String source, TableName name) implements Serializable {}

  /**
   * Whether this can be the counting attempt of a snapshot's chunk.
   *
   * @param start the snapshot's
   */
  public boolean isOf(Sequence start) {
    return sequence.epoch() == start.epoch()
        && sequence.snapshot() == start.snapshot()
        && sequence.version() >= start.version();
  }
}
