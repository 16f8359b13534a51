package dev.renkei.core.warehouse;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a source's table, held against those of a warehouse (SEMANTICS 27). The warehouse itself
 * compares, with the encoders by which it stores: what it would take for equal to the row of a
 * snapshot is equal here.
 *
 * <p>Memory is bounded whatever the table's size; what is kept in the meantime lies in a temporary
 * place of the warehouse, and is gone when this is closed, and after a crash. The loading goes on
 * beside it. Belongs to one thread.
 */
public interface Comparison extends AutoCloseable {
  /**
   * Takes rows of the source, as rows of a snapshot.
   *
   * @throws ChangeRefusedException where the warehouse could not store one
   */
  void add(List<Change> rows) throws WarehouseException;

  /**
   * Compares what was added with the warehouse as it is now. The first time with all rows of the
   * table; from then on only what is left of the differences is looked at: whoever asks again has
   * added, since the last time, those of their rows that the source still has.
   */
  void compare() throws WarehouseException;

  /**
   * What {@link #compare} has found, in the order of the keys.
   *
   * @param after only those behind this key; null for the first ones
   */
  List<Difference> differences(@Nullable RowKey after, int most) throws WarehouseException;

  /** Takes differences away: they do not count. */
  void leaveOut(Collection<RowKey> keys) throws WarehouseException;

  @Override
  void close() throws WarehouseException;

  /**
   * A row that is not the same on both sides.
   *
   * @param held the last sequence that the warehouse knows of the key, be it a delete's; null where
   *     it knows none
   */
  record Difference(Kind kind, RowKey key, @Nullable Sequence held) {}

  /** How a row may differ. */
  enum Kind {
    /** The source has it, the warehouse has not. */
    MISSING,
    /** The warehouse has it, the source has not. */
    ONLY_IN_WAREHOUSE,
    /** Both have it, with other values. */
    DIFFERENT
  }
}
