package dev.renkei.sqlserver;

import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.SourceTable.Shape;
import dev.renkei.sqlserver.SourceTable.Tracking;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one question of a poll: the current version first, then of all tables what they are, then
 * which of the due ones have changes above their cursors (SEMANTICS 12). One round trip, whatever
 * the number of tables.
 */
final class Question {
  private static final int PER_STATEMENT = 50;
  private static final int MOST_PARAMETERS = 2000;

  private Question() {}

  /** A table and above which version it is asked for changes. */
  record Asked(TableName table, long after) {}

  /** What is so of a table. */
  record Known(Shape shape, @Nullable Tracking tracking) {}

  /**
   * The answer.
   *
   * @param current every version up to this one was committed before the rest was asked
   * @param tables by object id
   * @param changed those that have changes
   */
  record Answer(
      long current, @Nullable String fork, Map<Integer, Known> tables, Set<TableName> changed) {}

  static Answer ask(Connection connection, List<Asked> asked) throws SQLException {
    if (asked.size() > MOST_PARAMETERS) {
      Answer first = ask(connection, asked.subList(0, MOST_PARAMETERS));
      Answer rest = ask(connection, asked.subList(MOST_PARAMETERS, asked.size()));
      Set<TableName> changed = new HashSet<>(first.changed());
      changed.addAll(rest.changed());
      return new Answer(first.current(), rest.fork(), rest.tables(), changed);
    }
    try (PreparedStatement statement = connection.prepareStatement(sql(asked))) {
      for (int i = 0; i < asked.size(); i++) {
        statement.setLong(i + 1, asked.get(i).after());
      }
      boolean more = statement.execute();
      long current = -1;
      String fork = null;
      Map<Integer, Known> tables = new HashMap<>();
      Set<TableName> changed = new HashSet<>();
      for (int result = 0; more; result++, more = statement.getMoreResults()) {
        try (ResultSet row = statement.getResultSet()) {
          while (row.next()) {
            switch (result) {
              case 0 -> {
                current = row.getLong(1);
                if (row.wasNull()) {
                  throw new SQLException(
                      "Change Tracking is off for the database, or not to be seen", "42000", 22105);
                }
                fork = row.getString(2);
              }
              case 1 -> readKnown(row, tables);
              default -> changed.add(asked.get(row.getInt(1)).table());
            }
          }
        }
      }
      return new Answer(current, fork, tables, changed);
    }
  }

  private static void readKnown(ResultSet row, Map<Integer, Known> tables) throws SQLException {
    Shape shape = new Shape(row.getInt(1), row.getString(2), row.getInt(3));
    long begin = row.getLong(4);
    boolean tracked = !row.wasNull();
    long minValid = row.getLong(5);
    Long seen = row.wasNull() ? null : (Long) minValid;
    tables.put(shape.objectId(), new Known(shape, tracked ? new Tracking(begin, seen) : null));
  }

  private static String sql(List<Asked> asked) {
    StringBuilder sql =
        new StringBuilder(
            """
            SELECT CHANGE_TRACKING_CURRENT_VERSION(),
              (SELECT r.recovery_fork_guid FROM sys.database_recovery_status AS r
                WHERE r.database_id = DB_ID());
            SELECT t.object_id, CONVERT(varchar(40), t.modify_date, 121), t.max_column_id_used,
              ct.begin_version, CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id)
            FROM sys.tables AS t
            LEFT JOIN sys.change_tracking_tables AS ct ON ct.object_id = t.object_id
            WHERE t.is_ms_shipped = 0;
            """);
    for (int i = 0; i < asked.size(); i++) {
      sql.append(i % PER_STATEMENT == 0 ? "" : "UNION ALL ");
      sql.append("SELECT ")
          .append(i)
          .append(" AS n WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES ");
      sql.append(Names.quoted(asked.get(i).table())).append(", ?) AS c)");
      boolean last = i % PER_STATEMENT == PER_STATEMENT - 1 || i == asked.size() - 1;
      sql.append(last ? ";\n" : "\n");
    }
    return sql.toString();
  }
}
