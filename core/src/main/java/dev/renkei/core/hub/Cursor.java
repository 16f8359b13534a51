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
 * @param snapshotDone the generation of the last snapshot that was completed; 0 before the first
 * @param snapshot the snapshot under way or wanted, null without one
 * @param reading what the rows in the hub were read as; null where an earlier build wrote this
 * @param config the hash of what the tracker's configuration says of the table's rows and columns
 *     now (SEMANTICS 21); null where an earlier build wrote this
 * @param last the last snapshot that ended or was abandoned; null before the first, and where an
 *     earlier build wrote this
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
    @Nullable LastSnapshot last,
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
        null,
        at);
  }

  /**
   * A snapshot under way, or one that is only wanted.
   *
   * @param generation counts the table's snapshots, without an upper bound: by it they are claimed
   *     and wished for
   * @param number its number in the sequence (SEMANTICS 1); 0 while it is only wanted
   * @param start the stamp of its first chunk
   * @param stamp the highest stamp of the chunks that are done
   * @param after the key after which it goes on, as {@code KeyValues} writes it; null at its
   *     beginning
   * @param attempt of the chunk under way, the one behind those that are done; 0 while the snapshot
   *     is only wanted
   * @param done the chunks that the hub holds
   * @param layout what its rows are read as: where the table is another by now, the snapshot cannot
   *     go on; empty where an earlier build wrote this
   * @param begun when it began
   * @param part the condition of the rows that are read; null where all are
   */
  public record SnapshotProgress(
      int generation,
      int number,
      long start,
      long stamp,
      @Nullable String after,
      int attempt,
      ChunksDone done,
      String layout,
      Instant begun,
      @Nullable String part) {
    public SnapshotProgress {
      if (generation < 1 || number < 0 || attempt < 0 || (number == 0) != (attempt == 0)) {
        throw new IllegalArgumentException(
            "snapshot %d, number %d, attempt %d".formatted(generation, number, attempt));
      }
    }

    /** One that is wanted and has not begun. */
    public static SnapshotProgress wanted(
        int generation, long version, Instant since, @Nullable String part) {
      return new SnapshotProgress(
          generation, 0, version, version, null, 0, ChunksDone.NONE, "", since, part);
    }

    /** The same, with one attempt more at the chunk that was under way. */
    public SnapshotProgress again() {
      return new SnapshotProgress(
          generation, number, start, stamp, after, attempt + 1, done, layout, begun, part);
    }

    public boolean isBegun() {
      return attempt > 0;
    }
  }

  /**
   * A snapshot that is over.
   *
   * @param epoch the epoch of its rows
   * @param generation as of {@link SnapshotProgress}
   * @param number its number in the sequence
   * @param start the stamp of its first chunk
   * @param stamp its highest stamp: rows of it may have had this version and this number
   * @param complete whether it was read to its end; false where it was abandoned
   * @param rows that its counting attempts have published
   * @param part as of {@link SnapshotProgress}
   */
  public record LastSnapshot(
      int epoch,
      int generation,
      int number,
      long start,
      long stamp,
      boolean complete,
      long rows,
      int chunks,
      Instant begun,
      Instant ended,
      @Nullable String part) {}

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
