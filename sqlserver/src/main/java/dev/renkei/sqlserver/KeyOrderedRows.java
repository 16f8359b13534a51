package dev.renkei.sqlserver;

import dev.renkei.core.change.Where;
import dev.renkei.core.schema.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table in the order of its key, so many at a time; all at once where the key has no
 * order that can be asked for.
 */
record KeyOrderedRows(
    SourceTable table, RowReader reader, List<Where.Typed> conditions, int chunkRows) {
  KeyOrderedRows {
    conditions = List.copyOf(conditions);
  }

  /** Whether a statement brings a part, and the next one goes on behind it. */
  boolean isBounded() {
    List<Column> key = table.schema().key();
    return !key.isEmpty() && Position.isOrdered(key);
  }

  /**
   * The next statement, ready to be executed.
   *
   * @param after the key behind which it goes on; null at the beginning
   */
  OpenRead open(Connection connection, @Nullable List<? extends @Nullable Object> after)
      throws SQLException {
    OpenRead open = new OpenRead(connection, sql(after != null));
    int at = 1;
    if (after != null) {
      at = Position.bind(open.statement(), at, table.schema().key(), after);
    }
    for (Where.Typed condition : conditions) {
      Position.bind(open.statement(), at++, condition.column(), condition.value());
    }
    return open;
  }

  private String sql(boolean goesOn) {
    List<Column> key = table.schema().key();
    String columns = reader.selectList("t");
    String from = Names.quoted(table.name());
    List<String> all = new ArrayList<>();
    if (goesOn) {
      all.add(Position.behind("t", key));
    }
    conditions.forEach(c -> all.add(Position.term("t", c.column(), c.operator().sign())));
    String such = all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
    if (!isBounded()) {
      return "SELECT %s FROM %s AS t%s".formatted(columns, from, such);
    }
    return "SELECT TOP (%d) %s FROM %s AS t%s ORDER BY %s"
        .formatted(
            chunkRows,
            columns,
            from,
            such,
            key.stream().map(c -> "t." + Names.quoted(c.name())).collect(Collectors.joining(", ")));
  }
}
