package dev.renkei.core.warehouse;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a warehouse remembers of a table's changes, which is all of them, read back as changes.
 * Belongs to one thread; its warehouse may be loaded meanwhile.
 */
public interface ChangeLog {
  /** What the log of a table holds now; empty where the warehouse has no such table. */
  Optional<Extent> extent(TableName table) throws WarehouseException;

  /**
   * Hands over each change once, in the order of sequences. Rows that were found gone after a
   * snapshot are left out: nobody has told when they went.
   *
   * <p>The commit time of a change is the one that the log has: where the source tells none, that
   * of the poll.
   *
   * @param columns the names of those that are wanted, in any case; the others are NULL
   * @param schemas by which rows are read
   * @param to is handed each
   */
  void read(Extent extent, Set<String> columns, Schemas schemas, Consumer<Change> to)
      throws WarehouseException;

  /**
   * The changes of a table up to a moment.
   *
   * @param changes how many, at least about
   * @param upTo the highest sequence; what has come since is not read
   */
  record Extent(TableName table, long changes, Sequence upTo) {}

  /** Schemas by their ids. */
  interface Schemas {
    /** The schema of that id, or the table's current one where that is not known any more. */
    TableSchema of(@Nullable String schemaId);
  }
}
