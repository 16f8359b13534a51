package dev.renkei.core.message;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.util.List;
import java.util.function.Function;

/** What writing and reading need to know of a schema, prepared once. */
record SchemaPlan(TableSchema schema, Fields identity, Fields columns, KeyFolding folding) {
  SchemaPlan(TableSchema schema) {
    this(schema, Fields.of(schema.identity()), Fields.of(schema.columns()), KeyFolding.of(schema));
  }

  /** Columns and their names as JSON has them, by position. */
  record Fields(Column[] columns, SerializedString[] names) {
    static Fields of(List<Column> columns) {
      Function<Column, SerializedString> name = column -> new SerializedString(column.name());
      return new Fields(
          columns.toArray(Column[]::new),
          columns.stream().map(name).toArray(SerializedString[]::new));
    }

    int size() {
      return columns.length;
    }

    /** The position of a name, looked for first where it is expected; -1 where there is none. */
    int find(String name, int expected) {
      if (expected < columns.length && columns[expected].name().equals(name)) {
        return expected;
      }
      for (int i = 0; i < columns.length; i++) {
        if (columns[i].name().equals(name)) {
          return i;
        }
      }
      return -1;
    }
  }
}
