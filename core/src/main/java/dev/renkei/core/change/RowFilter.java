package dev.renkei.core.change;

/**
 * Which rows of a table are published (the configured {@code where}). A row that stops matching is
 * sent as a delete (SEMANTICS 7). Thread-safe.
 */
@FunctionalInterface
public interface RowFilter {
  /** Lets every row pass. */
  RowFilter EVERY_ROW = row -> true;

  /** Whether the row, whose schema names its table, is to be published. */
  boolean admits(Row row);
}
