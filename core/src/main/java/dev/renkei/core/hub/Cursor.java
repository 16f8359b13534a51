package dev.renkei.core.hub;

import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.util.List;
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
 * @param reading what the rows in the hub were read as; null where an earlier build wrote this
 * @param config the hash of what the tracker's configuration says of the table's rows and columns
 *     now (SEMANTICS 21); null where an earlier build wrote this
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
    @Nullable Reading reading,
    @Nullable String config,
    Instant at) {

  /** One that says nothing of how the rows were read. */
  public Cursor(
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
    this(
        tracker,
        source,
        table,
        epoch,
        version,
        objectId,
        beginVersion,
        snapshotDone,
        snapshot,
        null,
        null,
        at);
  }

  /**
   * A snapshot under way.
   *
   * @param number its number (SEMANTICS 1)
   * @param start the stamp of its first chunk
   * @param after the folded key after which it goes on; null at its beginning
   */
  public record SnapshotProgress(int number, long start, @Nullable String after, long rows) {}

  /**
   * What rows were read as: where it differs from what the table is now, rows that no change has
   * touched since are out of date in the hub (SEMANTICS 19, 21).
   *
   * @param schemaId the schema of the rows
   * @param columnIds {@code column_id} of each column of the schema, which outlives a rename
   * @param maxColumnId the highest that the table had ever had: a column above it is new
   * @param filter the hash of the filter that the rows passed; empty without one
   */
  public record Reading(String schemaId, List<Integer> columnIds, int maxColumnId, String filter) {
    public Reading {
      columnIds = List.copyOf(columnIds);
    }
  }
}
