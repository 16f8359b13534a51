package dev.renkei.demo;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changes one row, by parameters.
 *
 * @param values in the order of {@link Form#columns}
 */
record Edit(Form form, @Nullable Object[] values) {
  enum Kind {
    INSERT,
    UPDATE,
    /** Another key for a row. */
    MOVE,
    DELETE
  }

  /** What is prepared once. */
  record Form(ShopTable table, Kind kind) {
    String sql() {
      return switch (kind) {
        case INSERT -> table.insertSql(1);
        case UPDATE -> table.updateSql();
        case MOVE -> table.moveSql();
        case DELETE -> table.deleteSql();
      };
    }

    List<ShopColumn> columns() {
      return switch (kind) {
        case INSERT -> table.columns();
        case UPDATE -> Stream.concat(table.changing().stream(), table.key().stream()).toList();
        case MOVE -> Stream.concat(table.key().stream(), table.key().stream()).toList();
        case DELETE -> table.key();
      };
    }
  }

  void bind(PreparedStatement statement, List<ShopColumn> columns) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      columns.get(i).bind(statement, i + 1, values[i]);
    }
  }
}
