package dev.renkei.sqlserver;

import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tracker as {@code renkei status} shows it.
 *
 * @param error of the source as a whole, or of a publisher that has failed for good; null while
 *     both answer
 * @param tables by name
 * @param currentVersion the database's version as of the last look; null before the first
 * @param retention how long the database keeps changes; null before it was asked
 */
public record TrackerState(
    String tracker,
    String source,
    @Nullable Problem error,
    List<Table> tables,
    @Nullable Long currentVersion,
    @Nullable Duration retention) {
  public TrackerState {
    tables = List.copyOf(tables);
  }

  /** The same with another problem. */
  public TrackerState with(Problem problem) {
    return new TrackerState(tracker, source, problem, tables, currentVersion, retention);
  }

  public enum Phase {
    STARTING,
    SNAPSHOT,
    TRACKING,
    RETRYING,
    /** Failed {@code retry_max_times} in a row; goes on trying. */
    ALERT,
    /** An operator lets it rest. */
    PAUSED,
    /** Waits for an operator. */
    STOPPED
  }

  /** What went wrong, and what to do. */
  public record Problem(String message, String cure, Instant at) {}

  /**
   * One table.
   *
   * @param cursor the durable version; null before there is one
   * @param lagMillis how long ago the table was last known whole
   * @param retries in a row
   * @param retriesTotal since the start
   * @param skipped changes whose row was gone (SEMANTICS 7)
   * @param lateFound changes that became visible behind the cursor and were found by reading the
   *     last versions again (SEMANTICS 14), since the start
   * @param snapshotNumber the snapshot under way, 0 without one
   * @param lastReload why the table was loaded again the last time without anybody's wish: its
   *     history was lost, or rows were out of date; null where that has not happened since the
   *     start
   * @param snapshot how far the one under way is; null without one
   * @param lastSnapshot the last one that was completed, by whichever tracker, as far as this one
   *     knows; null before the first
   * @param lastPart the same of a part of the table
   */
  public record Table(
      TableName table,
      Phase phase,
      @Nullable Long cursor,
      long lagMillis,
      @Nullable Problem problem,
      int retries,
      long retriesTotal,
      long rows,
      long skipped,
      long lateFound,
      int snapshotNumber,
      long snapshotRows,
      int snapshotsDone,
      @Nullable Problem lastReload,
      @Nullable Snapshot snapshot,
      @Nullable LastSnapshot lastSnapshot,
      @Nullable LastSnapshot lastPart) {}

  /**
   * A snapshot under way.
   *
   * @param generation counts the table's snapshots
   * @param number its number in the sequence
   * @param chunks that the hub holds
   * @param rows published, of the chunk under way too
   * @param estimatedRows of the whole table; null where the source does not say
   * @param rowsPerSecond since it began, or went on last
   * @param part the condition of the rows that are read; null where all are
   */
  public record Snapshot(
      int generation,
      int number,
      int chunks,
      long rows,
      @Nullable Long estimatedRows,
      long rowsPerSecond,
      Instant begun,
      @Nullable String part) {}
}
