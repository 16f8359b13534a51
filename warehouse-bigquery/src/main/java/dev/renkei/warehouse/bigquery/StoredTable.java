package dev.renkei.warehouse.bigquery;

import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table as the warehouse has it.
 *
 * @param id what it is called in BigQuery
 * @param fields the source's, in the order of BigQuery's tables; new ones come last
 */
record StoredTable(String source, TableName name, String id, List<Field> fields) {
  /** Between a column's name and the type of a field that was added for a wider type. */
  private static final String GROWN = "__";

  StoredTable {
    fields = List.copyOf(fields);
  }

  /** The table with what a schema needs of fields; itself where it has them. */
  StoredTable widenedTo(TableSchema schema) {
    List<Field> widened = new ArrayList<>(fields);
    List<StoredColumn> columns = columns();
    for (Column column : schema.columns()) {
      BigType type = BigType.of(column);
      int at = indexOf(column.name());
      if (at < 0) {
        List<String> taken = widened.stream().map(Field::name).toList();
        widened.add(new Field(Names.column(column.name(), taken), column.name(), type));
      } else {
        StoredColumn stored = columns.get(at);
        BigType needed = stored.written().type().widenedBy(type);
        if (needed != stored.written().type()) {
          widened.add(new Field(stored.name() + GROWN + needed, stored.source(), needed));
        }
      }
    }
    return widened.size() == fields.size() ? this : new StoredTable(source, name, id, widened);
  }

  /** The columns that the fields make, in their order. */
  List<StoredColumn> columns() {
    List<StoredColumn> columns = new ArrayList<>();
    for (Field field : fields) {
      int grows = grownFrom(columns, field);
      if (grows >= 0) {
        List<Field> all = new ArrayList<>(columns.get(grows).fields());
        all.add(field);
        columns.set(grows, new StoredColumn(all));
      } else {
        columns.add(new StoredColumn(List.of(field)));
      }
    }
    return columns;
  }

  private static int grownFrom(List<StoredColumn> columns, Field field) {
    for (int i = 0; i < columns.size(); i++) {
      String grown = columns.get(i).name() + GROWN + field.type();
      if (field.name().equalsIgnoreCase(grown)) {
        return i;
      }
    }
    return -1;
  }

  /** The position of a source's column, ignoring case; -1 where there is none. */
  int indexOf(String sourceColumn) {
    List<StoredColumn> columns = columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).source().equalsIgnoreCase(sourceColumn)) {
        return i;
      }
    }
    return -1;
  }

  /** Two fields of one name, which could not be told apart; empty where there are none. */
  String ambiguous() {
    List<String> seen = new ArrayList<>();
    for (Field field : fields) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (seen.contains(name)) {
        return field.name();
      }
      seen.add(name);
    }
    return "";
  }
}
