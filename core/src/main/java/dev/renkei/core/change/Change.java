package dev.renkei.core.change;

import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
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
    Poll poll) {

  public Change {
    if (type == ChangeType.CONTROL || (row == null) != (type == ChangeType.DELETE)) {
      throw new IllegalArgumentException(
          table + ": a " + type + (row == null ? " without" : " with") + " a row");
    }
    keyValues = java.util.Collections.unmodifiableList(new java.util.ArrayList<>(keyValues));
  }

  /** When the read of a poll began and ended, and how often the table is polled. */
  public record Poll(Instant start, Instant end, Duration interval) {}
}
