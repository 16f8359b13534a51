package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Up to where a tracker knows a table (SEMANTICS 12, 13).
 *
 * @param tracker the tracker's stable configured name
 * @param version every row of every version up to this one is in the hub
 * @param objectId the table's identity with {@code beginVersion}; if either differs at the source,
 *     the table is reloaded
 * @param snapshotDone the number of the last snapshot that was completed; 0 before the first
 * @param snapshot the snapshot under way, null without one
 */
public record Cursor(
    String tracker,
    String source,
    TableName table,
    int epoch,
    long version,
    int objectId,
    long beginVersion,
    int snapshotDone,
    @Nullable SnapshotProgress snapshot,
    Instant at) {

  /**
   * A snapshot under way.
   *
   * @param number its number (SEMANTICS 1)
   * @param start the stamp of its first chunk
   * @param after the folded key after which it goes on; null at its beginning
   */
  public record SnapshotProgress(int number, long start, @Nullable String after, long rows) {}
}
