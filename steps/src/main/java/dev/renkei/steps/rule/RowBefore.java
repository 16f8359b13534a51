package dev.renkei.steps.rule;

import dev.renkei.core.change.Row;
import dev.renkei.core.message.RowObjects;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The row before, as far as it is remembered.
 *
 * @param row of the schema of now; columns that are not known are NULL in it
 * @param known positions of those that are
 */
record RowBefore(Row row, Set<Integer> known) {
  /**
   * Puts what is remembered into the schema of now, by the names of the columns. A column whose
   * type has become another is not known.
   *
   * @param then the schema that the memory names
   * @throws IllegalArgumentException where the memory does not fit it
   */
  static RowBefore of(RowMemory memory, TableSchema then, TableRules now) {
    Map<String, @Nullable Object> values =
        RowObjects.read(
            then.equals(now.schema()) ? now.keptColumns() : then.columns(), memory.columns());
    @Nullable Object[] row = new @Nullable Object[now.schema().columns().size()];
    Set<Integer> known = new TreeSet<>();
    for (int i = 0; i < now.kept().size(); i++) {
      Column column = now.keptColumns().get(i);
      if (values.containsKey(column.name()) && isSameType(column, then)) {
        int position = now.kept().get(i);
        row[position] = values.get(column.name());
        known.add(position);
      }
    }
    return new RowBefore(new Row(now.schema(), row), known);
  }

  private static boolean isSameType(Column column, TableSchema then) {
    OptionalInt before = then.indexOf(column.name());
    return before.isPresent()
        && then.columns().get(before.getAsInt()).kind() == column.kind()
        && then.columns().get(before.getAsInt()).scale() == column.scale();
  }

  /** Whether all these columns are known. */
  boolean knows(Iterable<Integer> positions) {
    for (int position : positions) {
      if (!known.contains(position)) {
        return false;
      }
    }
    return true;
  }

  /** Whether these columns of a row are as they were. */
  boolean isSame(Row now, Iterable<Integer> positions) {
    for (int position : positions) {
      if (isChanged(now, position)) {
        return false;
      }
    }
    return true;
  }

  boolean isChanged(Row now, int position) {
    return !Objects.deepEquals(row.value(position), now.value(position));
  }
}
