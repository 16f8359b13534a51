package dev.renkei.core.change;

import dev.renkei.core.schema.TableSchema;

/**
 * Which rows of a table are published (the configured {@code where}). A row that stops matching is
 * sent as a delete (SEMANTICS 7). Thread-safe.
 */
@FunctionalInterface
public interface RowFilter {
  /** Lets every row pass. */
  RowFilter EVERY_ROW = row -> true;

  /**
   * Whether the row, whose schema names its table, is to be published.
   *
   * @throws RowFilterException where that cannot be told: the row is neither to be published nor to
   *     be passed over
   */
  boolean admits(Row row);

  /**
   * Called before rows of a schema are read.
   *
   * @throws RowFilterException where rows of that schema cannot be judged
   */
  default void prepare(TableSchema schema) {}
}
