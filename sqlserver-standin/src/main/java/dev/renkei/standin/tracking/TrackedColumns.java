package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * How the columns of H2's rows of a table stand to its definition. Immutable.
 *
 * <p>Key columns are those of the primary key, in key order.
 */
final class TrackedColumns {
  private final int[] keys;
  private final Table.@Nullable Column[] columns;
  private final Set<String> keyNames = new HashSet<>();
  private final Set<Integer> outsideKey = new HashSet<>();
  private final Set<Integer> stamped = new HashSet<>();

  /**
   * Reads the columns.
   *
   * @param h2Names names of the columns of H2's rows, in their order
   * @throws IllegalStateException where H2 has no such key column: the table is being altered
   */
  TrackedColumns(Table table, List<String> h2Names) {
    List<String> key = keyColumns(table);
    this.columns = new Table.Column[h2Names.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = table.column(h2Names.get(i)).orElse(null);
    }
    this.keys = key.stream().mapToInt(name -> indexOf(h2Names, name)).toArray();
    key.forEach(name -> keyNames.add(name.toLowerCase(Locale.ROOT)));
    for (Table.Column column : table.columns()) {
      if (column.computed() == null && !keyNames.contains(column.name().toLowerCase(Locale.ROOT))) {
        outsideKey.add(column.columnId());
        if (column.sqlType().kind() == Kind.ROWVERSION) {
          stamped.add(column.columnId());
        }
      }
    }
  }

  /** The names of the key's columns; a tracked table always has a key. */
  static List<String> keyColumns(Table table) {
    return Objects.requireNonNull(table.primaryKey(), table.name()).columns();
  }

  private static int indexOf(List<String> names, String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new IllegalStateException("no column " + name + " in H2's table");
  }

  /** Where the key's columns are in H2's rows, from 0. */
  int[] keys() {
    return keys;
  }

  /** Whether a SET list names a column of the key (lower case). */
  boolean setsKey(Set<String> names) {
    for (String name : names) {
      if (keyNames.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** The mask of a SET list (lower case), with what the write itself stamps. */
  byte[] mask(Set<String> names) {
    Set<Integer> ids = new HashSet<>(stamped);
    for (Table.Column column : columns) {
      if (column != null
          && column.computed() == null
          && names.contains(column.name().toLowerCase(Locale.ROOT))) {
        ids.add(column.columnId());
      }
    }
    return maskOf(ids);
  }

  /** The mask of the columns whose values differ, where no SET list tells. */
  byte[] mask(List<Value> before, List<Value> after) {
    Set<Integer> ids = new HashSet<>(stamped);
    for (int i = 0; i < columns.length; i++) {
      Table.Column column = columns[i];
      if (column != null && column.computed() == null && !same(before.get(i), after.get(i))) {
        ids.add(column.columnId());
      }
    }
    return maskOf(ids);
  }

  /** Whether two values are stored alike: values that only compare as equal are not. */
  static boolean same(Value a, Value b) {
    return a.equals(b)
        && (a.getValueType() != Value.VARCHAR_IGNORECASE
            || Objects.equals(a.getString(), b.getString()));
  }

  private byte[] maskOf(Set<Integer> ids) {
    return ids.containsAll(outsideKey) ? ColumnMask.ALL : ColumnMask.bits(ids);
  }

  /** The column ids of a table's key, in key order. */
  static List<Integer> keyColumnIds(Table table) {
    List<Integer> ids = new ArrayList<>();
    for (String name : keyColumns(table)) {
      ids.add(table.column(name).orElseThrow().columnId());
    }
    return ids;
  }
}
