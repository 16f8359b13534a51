package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one question of a poll: the current version first, then of the tables what they are, then
 * which of them have changes above their cursors (SEMANTICS 12). One round trip, whatever the
 * number of tables.
 *
 * <p>It is best asked for the same tables each time, those that are not due among them: then the
 * text stays the same, the server keeps its plan, and the driver sends a handle instead of the
 * text. Where the version has not moved, no table is looked into.
 *
 * <p>Keeps a statement for each connection that it has been asked on; used by one thread at a time.
 */
final class Question implements AutoCloseable {
  /** So many tables at most; a statement has 2,100 parameters at most. */
  static final int MOST_TABLES = 2000;

  /** Nothing is newer: what a table is asked for that is not due. */
  static final long NOT_DUE = Sequence.MAX_VERSION;

  private static final int TABLES_PER_SELECT = 50;

  /** So many tables at most are named where it is asked what they are; of more, all are read. */
  private static final int FEW = 50;

  private final Map<Connection, Prepared> prepared = new HashMap<>();

  private record Prepared(List<Asked> like, PreparedStatement statement) {}

  /**
   * A table and above which version it is asked for changes.
   *
   * @param after {@link #NOT_DUE} where the answer is not wanted
   */
  record Asked(TableName table, int objectId, long after) {
    private boolean isLike(Asked other) {
      return objectId == other.objectId && table.equals(other.table);
    }
  }

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

  Answer ask(Connection connection, List<Asked> asked) throws SQLException {
    PreparedStatement statement = prepare(connection, asked);
    try {
      return ask(statement, asked);
    } catch (SQLException e) {
      forget(connection);
      throw e;
    }
  }

  private PreparedStatement prepare(Connection connection, List<Asked> asked) throws SQLException {
    Prepared known = prepared.get(connection);
    if (known != null && isLike(known.like(), asked)) {
      return known.statement();
    }
    forget(connection);
    for (Connection other : List.copyOf(prepared.keySet())) {
      if (other.isClosed()) {
        prepared.remove(other);
      }
    }
    PreparedStatement statement = connection.prepareStatement(sql(asked));
    prepared.put(connection, new Prepared(List.copyOf(asked), statement));
    return statement;
  }

  private static boolean isLike(List<Asked> known, List<Asked> asked) {
    if (known.size() != asked.size()) {
      return false;
    }
    for (int i = 0; i < asked.size(); i++) {
      if (!known.get(i).isLike(asked.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void forget(Connection connection) {
    Prepared known = prepared.remove(connection);
    if (known != null) {
      try {
        known.statement().close();
      } catch (SQLException e) {
        // The connection is gone, or goes now.
      }
    }
  }

  /** Lets go of its statements; their connections must be the caller's. */
  @Override
  public void close() {
    List.copyOf(prepared.keySet()).forEach(this::forget);
  }

  private static Answer ask(PreparedStatement statement, List<Asked> asked) throws SQLException {
    long lowest = NOT_DUE;
    for (int i = 0; i < asked.size(); i++) {
      lowest = Math.min(lowest, asked.get(i).after());
      statement.setLong(i + 2, asked.get(i).after());
    }
    statement.setLong(1, lowest);
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

  private static void readKnown(ResultSet row, Map<Integer, Known> tables) throws SQLException {
    Shape shape = Shape.read(row, 1);
    long begin = row.getLong(4);
    boolean tracked = !row.wasNull();
    long minValid = row.getLong(5);
    Long seen = row.wasNull() ? null : (Long) minValid;
    tables.put(shape.objectId(), new Known(shape, tracked ? new Tracking(begin, seen) : null));
  }

  private static String sql(List<Asked> asked) {
    String few =
        asked.size() > FEW
            ? ""
            : asked.stream()
                .map(table -> Integer.toString(table.objectId()))
                .collect(Collectors.joining(", ", " AND t.object_id IN (", ")"));
    StringBuilder sql =
        new StringBuilder(
            """
            SELECT CHANGE_TRACKING_CURRENT_VERSION(),
              (SELECT r.recovery_fork_guid FROM sys.database_recovery_status AS r
                WHERE r.database_id = DB_ID());
            SELECT %s, ct.begin_version, CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id)
            FROM sys.tables AS t
            LEFT JOIN sys.change_tracking_tables AS ct ON ct.object_id = t.object_id
            WHERE t.is_ms_shipped = 0%s;
            IF CHANGE_TRACKING_CURRENT_VERSION() > ?
            BEGIN
            """
                .formatted(Shape.COLUMNS, few));
    for (int i = 0; i < asked.size(); i++) {
      sql.append(i % TABLES_PER_SELECT == 0 ? "" : "UNION ALL ");
      sql.append("SELECT ")
          .append(i)
          .append(" AS n WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES ");
      sql.append(Names.quoted(asked.get(i).table())).append(", ?) AS c)");
      boolean last = i % TABLES_PER_SELECT == TABLES_PER_SELECT - 1 || i == asked.size() - 1;
      sql.append(last ? ";\n" : "\n");
    }
    return sql.append("END").toString();
  }
}
