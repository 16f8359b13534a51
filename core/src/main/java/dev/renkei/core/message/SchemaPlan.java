package dev.renkei.core.message;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import java.util.List;

/** What writing and reading need to know of a schema, prepared once. */
record SchemaPlan(TableSchema schema, Fields identity, Fields columns, KeyFolding folding) {
  SchemaPlan(TableSchema schema) {
    this(
        schema, new Fields(schema.identity()), new Fields(schema.columns()), KeyFolding.of(schema));
  }

  /** Columns and their names as JSON has them, by position. */
  static final class Fields {
    private final Column[] columns;
    private final SerializedString[] names;

    private Fields(List<Column> columns) {
      this.columns = columns.toArray(Column[]::new);
      this.names =
          columns.stream()
              .map(column -> new SerializedString(column.name()))
              .toArray(SerializedString[]::new);
    }

    int size() {
      return columns.length;
    }

    Column column(int position) {
      return columns[position];
    }

    SerializedString name(int position) {
      return names[position];
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
