package dev.renkei.core.schema;

import java.util.Comparator;
import java.util.List;

/**
 * The columns of a table in the order in which rows carry them.
 *
 * @param columns at least one; names are unique ignoring case
 */
public record TableSchema(TableName table, List<Column> columns) {
  public TableSchema {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(table + ": a table without columns");
    }
    long names =
        columns.stream().map(c -> c.name().toLowerCase(java.util.Locale.ROOT)).distinct().count();
    if (names != columns.size()) {
      throw new IllegalArgumentException(table + ": two columns of one name");
    }
  }

  /** The key columns in key order; empty where the table has none. */
  public List<Column> key() {
    return columns.stream()
        .filter(Column::isKey)
        .sorted(Comparator.comparingInt(Column::keyOrdinal))
        .toList();
  }

  /** The position of a column, ignoring case; {@code columns().size()} at most minus one. */
  public java.util.OptionalInt indexOf(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(column)) {
        return java.util.OptionalInt.of(i);
      }
    }
    return java.util.OptionalInt.empty();
  }
}
