package dev.renkei.core.source;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of a source's tables as its trackers would read them: without the columns that are
 * left out, and only those that the row filter admits. Belongs to one thread; {@link #close} may
 * come from another, and ends what is being read.
 */
public interface SourceRows extends AutoCloseable {
  /**
   * Looks at a table.
   *
   * @throws SourceRowsException also where its rows cannot be told apart or followed
   */
  Standing look(TableName table) throws SourceRowsException, InterruptedException;

  /**
   * Reads the whole table in the order of its key, at the pace that was asked for. A row that is
   * written to meanwhile may come with any of its values, twice, or not at all.
   *
   * @throws SourceRowsException where the source fails for longer, or the columns are others by now
   */
  <E extends Exception> void all(Standing table, Sink<E> sink)
      throws E, SourceRowsException, InterruptedException;

  /** Reads the rows of these keys, of those that are there. */
  <E extends Exception> void some(Standing table, Collection<RowKey> keys, Sink<E> sink)
      throws E, SourceRowsException, InterruptedException;

  /**
   * Which of these keys have changed after a version, as far as changes are visible now.
   *
   * @throws SourceRowsException also where the source no longer knows
   */
  Set<RowKey> changed(Standing table, long after, Collection<RowKey> keys)
      throws SourceRowsException, InterruptedException;

  @Override
  void close();

  /** Takes rows, some at a time; nothing is open at the source meanwhile. */
  interface Sink<E extends Exception> {
    void take(List<ReadRow> rows) throws E, InterruptedException;
  }

  /** A row with its key, folded and as spelled at the source. */
  record ReadRow(RowKey key, List<@Nullable Object> keyValues, Row row) {}

  /**
   * A table at a moment.
   *
   * @param schemaId the hash of {@code schema}
   * @param objectId the table's identity with {@code beginVersion}, as cursors have it
   * @param version current before anything else was read
   */
  record Standing(
      TableSchema schema, String schemaId, int objectId, long beginVersion, long version) {
    public TableName table() {
      return schema.table();
    }

    /** Whether it is the same table, with the same columns and one history. */
    public boolean isSameTable(Standing other) {
      return schemaId.equals(other.schemaId)
          && objectId == other.objectId
          && beginVersion == other.beginVersion
          && version <= other.version;
    }
  }
}
