package dev.renkei.warehouse.duckdb;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How rows of one schema fill the columns of a stored table; by position. */
final class Binding {
  private static final int ABSENT = -1;

  private final int[] rowPositions;
  private final int[] keyPositions;
  private final boolean partial;

  Binding(StoredTable table, TableSchema schema) {
    List<Column> key = schema.key();
    rowPositions = new int[table.columns().size()];
    keyPositions = new int[rowPositions.length];
    Arrays.fill(keyPositions, ABSENT);
    for (int i = 0; i < rowPositions.length; i++) {
      String name = table.columns().get(i).source();
      rowPositions[i] = schema.indexOf(name).orElse(ABSENT);
      for (int k = 0; k < key.size(); k++) {
        if (key.get(k).name().equalsIgnoreCase(name)) {
          keyPositions[i] = k;
        }
      }
    }
    partial = Arrays.stream(rowPositions).anyMatch(p -> p == ABSENT);
  }

  /** Whether rows lack a column, which then keeps its value (SEMANTICS 19). */
  boolean isPartial() {
    return partial;
  }

  /** In the row, of a column of the table; -1 where the schema has no such column. */
  int rowPosition(int column) {
    return rowPositions[column];
  }

  /** In the key; -1 for a column outside it. */
  int keyPosition(int column) {
    return keyPositions[column];
  }

  /** The columns of the table that rows fill. */
  Set<Integer> present() {
    return IntStream.range(0, rowPositions.length)
        .filter(i -> rowPositions[i] != ABSENT)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }
}
