package dev.renkei.core.schema;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The columns of a table in the order in which rows carry them.
 *
 * @param columns at least one; names are unique ignoring case
 */
public record TableSchema(TableName table, List<Column> columns) implements Serializable {
  /**
   * What identifies a row of a table that has no key (SEMANTICS 3): the SHA-256 of the row in hex,
   * and which of the equal rows it is, from 1.
   */
  public static final List<Column> KEYLESS_IDENTITY =
      List.of(
          new Column("_row_hash", TypeKind.CHAR, 64, 0, 0, null, false, 1, true),
          new Column("_occurrence", TypeKind.BIGINT, 0, 0, 0, null, false, 2, true));

  public TableSchema {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(table + ": a table without columns");
    }
    long names = columns.stream().map(c -> c.name().toLowerCase(Locale.ROOT)).distinct().count();
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

  /** The columns whose values identify a row: the key, or {@link #KEYLESS_IDENTITY}. */
  public List<Column> identity() {
    List<Column> key = key();
    return key.isEmpty() ? KEYLESS_IDENTITY : key;
  }

  /** The position of a column, ignoring case. */
  public OptionalInt indexOf(String column) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(column)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
