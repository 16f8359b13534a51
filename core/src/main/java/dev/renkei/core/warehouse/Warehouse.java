package dev.renkei.core.warehouse;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a loader puts changes. Changes and positions become durable in one step, so each change
 * counts exactly once; a change is applied to a key only if its sequence is higher than the key's
 * last (SEMANTICS 10).
 *
 * <p>One loader at a time writes; queries may come from any thread meanwhile.
 */
public interface Warehouse extends AutoCloseable {
  /** Next offsets by partition for that stream; empty for a stream that was never loaded. */
  Map<Integer, Long> positions(String streamId) throws WarehouseException;

  /** Every stream that was ever told, whether its hub still holds it or not. */
  Set<String> streams() throws WarehouseException;

  /**
   * Creates what a schema needs (table, log, views, columns) before rows use it; repeating it
   * changes nothing.
   *
   * @throws SchemaRefusedException where this table cannot be had; others can
   */
  void prepare(SchemaRecord schema) throws WarehouseException;

  /**
   * Applies changes in their order, and the positions behind them, as one transaction. A stream
   * that is told without positions, as that of an unordered hub is, is known from then on too.
   *
   * @throws ChangeRefusedException where one change is to blame; the others may be applied without
   *     it
   */
  void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException;

  /**
   * Deletes, as changes, the rows of a table whose sequence is below a snapshot's start, and raises
   * the table's floor (SEMANTICS 18); where a range is given only those in it, and no floor.
   *
   * @return how many rows were deleted
   */
  long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException;

  /**
   * Tables whose history has a gap that only a reload closes, because something that had been
   * applied was lost since. They stay so until {@link #reloadIsAsked}.
   */
  default Set<TableName> incomplete() throws WarehouseException {
    return Set.of();
  }

  /** A reload of an incomplete table was asked for, durably. */
  default void reloadIsAsked(TableName table) throws WarehouseException {}

  /**
   * Begins to compare a table with its source.
   *
   * @param schema what the rows of the source are read as; the warehouse is prepared for it
   * @throws ComparisonRefusedException where this warehouse cannot compare
   */
  default Comparison compare(SchemaRecord schema) throws WarehouseException {
    throw new ComparisonRefusedException(
        "this warehouse cannot be compared with its source; docs/verify.md has queries that compare it in other ways.");
  }

  /** Runs a read-only query; at most {@code maxRows} rows come back. */
  QueryResult query(String sql, int maxRows) throws WarehouseException;

  @Override
  void close() throws WarehouseException;

  /**
   * The closing of a snapshot as a warehouse needs it.
   *
   * @param range the keys that were read; null for all
   */
  record Sweep(
      String source,
      TableName table,
      int snapshot,
      dev.renkei.core.change.Sequence start,
      java.time.Instant at,
      dev.renkei.core.change.@Nullable KeyRange range) {
    /** Of a whole table. */
    public Sweep(
        String source,
        TableName table,
        int snapshot,
        dev.renkei.core.change.Sequence start,
        java.time.Instant at) {
      this(source, table, snapshot, start, at, null);
    }
  }

  /**
   * Rows as the database renders them.
   *
   * @param truncated whether there were more than asked for
   */
  record QueryResult(
      List<String> columns,
      List<String> types,
      List<List<@Nullable Object>> rows,
      boolean truncated) {}
}
