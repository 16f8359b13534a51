package dev.renkei.core.change;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message about one row.
 *
 * @param source the configured name of the source
 * @param schemaId the hash of the schema that {@code row} follows
 * @param keyValues the key as spelled at the source, in key order
 * @param row the row after the change; null exactly for a delete
 * @param changedColumns names, where Change Tracking told them; null where it did not (SEMANTICS 5:
 *     a hint)
 * @param commitTime when the source committed it; null where the source does not let us read it
 * @param poll the poll that read it
 * @param chunk the part of a snapshot that a {@link ChangeType#SNAPSHOT_ROW} belongs to; null for
 *     every other type
 */
public record Change(
    String source,
    TableName table,
    ChangeType type,
    Sequence sequence,
    String schemaId,
    RowKey key,
    List<@Nullable Object> keyValues,
    @Nullable Row row,
    @Nullable List<String> changedColumns,
    @Nullable Instant commitTime,
    Poll poll,
    @Nullable Chunk chunk) {

  public Change {
    if ((chunk == null) == (type == ChangeType.SNAPSHOT_ROW)) {
      throw new IllegalArgumentException(
          table + ": a " + type + (chunk == null ? " without" : " with") + " a chunk");
    }
    if (type == ChangeType.CONTROL || (row == null) != (type == ChangeType.DELETE)) {
      throw new IllegalArgumentException(
          table + ": a " + type + (row == null ? " without" : " with") + " a row");
    }
    keyValues = Collections.unmodifiableList(new ArrayList<>(keyValues));
    changedColumns = changedColumns == null ? null : List.copyOf(changedColumns);
  }

  /** A change, or a row of a snapshot that is read whole. */
  public Change(
      String source,
      TableName table,
      ChangeType type,
      Sequence sequence,
      String schemaId,
      RowKey key,
      List<@Nullable Object> keyValues,
      @Nullable Row row,
      @Nullable List<String> changedColumns,
      @Nullable Instant commitTime,
      Poll poll) {
    this(
        source,
        table,
        type,
        sequence,
        schemaId,
        key,
        keyValues,
        row,
        changedColumns,
        commitTime,
        poll,
        type == ChangeType.SNAPSHOT_ROW ? Chunk.WHOLE : null);
  }

  /**
   * When the read of a poll began and ended, and how often the table is polled.
   *
   * @param trace names the poll in logs, from the tracker to the warehouse; null where nobody has
   *     named it
   */
  public record Poll(Instant start, Instant end, Duration interval, @Nullable String trace) {
    /** One without a name. */
    public Poll(Instant start, Instant end, Duration interval) {
      this(start, end, interval, null);
    }

    public Poll {
      if (end.isBefore(start) || interval.isNegative()) {
        throw new IllegalArgumentException("a poll that runs backwards");
      }
    }
  }

  /**
   * A part of a snapshot, and how often it was begun (SEMANTICS 18).
   *
   * @param number from 1, in the order in which the snapshot reads the table
   * @param attempt from 1; only the rows of one attempt count
   */
  public record Chunk(int number, int attempt) implements Serializable {
    /** The only chunk of a snapshot that is read whole and at the first attempt. */
    public static final Chunk WHOLE = new Chunk(1, 1);

    public Chunk {
      if (number < 1 || attempt < 1) {
        throw new IllegalArgumentException(
            "chunk %d, attempt %d: both count from 1".formatted(number, attempt));
      }
    }
  }
}
