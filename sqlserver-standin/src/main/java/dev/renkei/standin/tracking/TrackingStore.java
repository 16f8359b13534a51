package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.schema.Schema;
import org.h2.table.Column;
import org.h2.util.HasSQL;

/**
 * What Change Tracking keeps in H2: in each database's internal schema the tables {@code
 * change_tracking_databases} (a row while it is on), {@code change_tracking_tables} and {@code
 * commit_table}, which the catalog makes and the system views show, and two tables per tracked
 * table.
 */
final class TrackingStore {
  private final Instance instance;

  TrackingStore(Instance instance) {
    this.instance = instance;
  }

  /** A piece of work on a connection of its own. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Runs in one transaction (H2's DDL commits on its own). */
  <T> T run(Work<T> work) throws SqlError {
    try (Connection connection = instance.connect()) {
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw TrackingErrors.h2(e);
    }
  }

  /** What {@code change_tracking_databases} says; empty where Change Tracking is off. */
  record Settings(boolean autoCleanup, int retention, int units) {
    private static final long[] MINUTES = {0, 1, 60, 24 * 60};

    /** In the largest unit that divides it: minutes 1, hours 2, days 3. */
    static Settings of(Duration retention, boolean autoCleanup) throws SqlError {
      long minutes = retention.toMinutes();
      if (minutes < 1 || minutes > Integer.MAX_VALUE) {
        throw TrackingErrors.retentionOutOfRange();
      }
      int units = 3;
      while (minutes % MINUTES[units] != 0) {
        units--;
      }
      return new Settings(autoCleanup, (int) (minutes / MINUTES[units]), units);
    }

    Duration duration() {
      return Duration.ofMinutes(retention * MINUTES[units]);
    }
  }

  static Optional<Settings> settings(Connection connection, String db) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT is_auto_cleanup_on, retention_period, retention_period_units FROM "
                    + databases(db))) {
      return rows.next()
          ? Optional.of(new Settings(rows.getBoolean(1), rows.getInt(2), rows.getInt(3)))
          : Optional.empty();
    }
  }

  static void putSettings(Connection connection, String db, Optional<Settings> settings)
      throws SQLException {
    execute(connection, "DELETE FROM " + databases(db));
    if (settings.isPresent()) {
      Settings s = settings.get();
      execute(
          connection,
          "INSERT INTO %s(is_auto_cleanup_on, retention_period, retention_period_units) VALUES(%s, %d, %d)"
              .formatted(databases(db), s.autoCleanup(), s.retention(), s.units()));
    }
  }

  /** A row of {@code change_tracking_tables}. */
  record State(int objectId, boolean trackColumns, long begin, long cleanup, long minValid) {}

  static List<State> states(Connection connection, String db) throws SQLException {
    List<State> states = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT object_id, is_track_columns_updated_on, begin_version, cleanup_version,"
                    + " min_valid_version FROM "
                    + tables(db))) {
      while (rows.next()) {
        states.add(
            new State(
                rows.getInt(1),
                rows.getBoolean(2),
                rows.getLong(3),
                rows.getLong(4),
                rows.getLong(5)));
      }
    }
    return states;
  }

  /** Writes the commit row of a version that no session's transaction has. */
  static void addCommit(
      Connection connection, String db, long version, long xdes, java.time.LocalDateTime time)
      throws SQLException {
    execute(
        connection,
        "INSERT INTO %s VALUES(%d, %d, TIMESTAMP '%s')"
            .formatted(commits(db), version, xdes, time));
  }

  static void putState(Connection connection, String db, State state) throws SQLException {
    execute(
        connection,
        "MERGE INTO %s(object_id, is_track_columns_updated_on, begin_version, cleanup_version, min_valid_version) KEY(object_id) VALUES(%d, %s, %d, %d, %d)"
            .formatted(
                tables(db),
                state.objectId(),
                state.trackColumns(),
                state.begin(),
                state.cleanup(),
                state.minValid()));
  }

  static void removeState(Connection connection, String db, int objectId) throws SQLException {
    execute(connection, "DELETE FROM " + tables(db) + " WHERE object_id = " + objectId);
  }

  /** Makes the side tables of a table and the trigger that fills them from then on. */
  void create(Connection connection, Table table) throws SQLException {
    List<String> key = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    List<Integer> ids = TrackedColumns.keyColumnIds(table);
    List<String> names = TrackedColumns.keyColumns(table);
    org.h2.table.Table h2 = find(connection, table);
    for (int i = 0; i < ids.size(); i++) {
      key.add(SideTable.keyName(ids.get(i)));
      columns.add(SideTable.keyName(ids.get(i)) + " " + type(h2, names.get(i)));
    }
    String changes = SideTable.changesName(table.database(), table.objectId());
    execute(
        connection,
        "CREATE TABLE %s(id BIGINT PRIMARY KEY, xdes BIGINT NOT NULL, mask VARBINARY(8192), context VARBINARY(128), %s)"
            .formatted(changes, String.join(", ", columns)));
    execute(
        connection,
        "CREATE INDEX %s.\"change_tracking_%d_keys\" ON %s(%s, id)"
            .formatted(
                H2Names.internalSchema(table.database()),
                table.objectId(),
                changes,
                String.join(", ", key)));
    execute(
        connection,
        "CREATE TABLE %s(id BIGINT PRIMARY KEY, first_id BIGINT NOT NULL, last_id BIGINT NOT NULL)"
            .formatted(SideTable.commitsName(table.database(), table.objectId())));
  }

  void createTrigger(Connection connection, Table table) throws SQLException {
    execute(
        connection,
        "CREATE TRIGGER %s AFTER INSERT, UPDATE, DELETE ON %s FOR EACH ROW CALL '%s'"
            .formatted(trigger(table), table.h2Name(), ChangeTrigger.class.getName()));
  }

  void dropTrigger(Connection connection, Table table) throws SQLException {
    execute(connection, "DROP TRIGGER IF EXISTS " + trigger(table));
  }

  void drop(Connection connection, String db, int objectId) throws SQLException {
    execute(connection, "DROP TABLE IF EXISTS " + SideTable.changesName(db, objectId));
    execute(connection, "DROP TABLE IF EXISTS " + SideTable.commitsName(db, objectId));
  }

  /** Gives a side table the types that its table's key has now; whether anything was to be done. */
  boolean alterKeys(Connection connection, Table table) throws SQLException {
    org.h2.table.Table h2 = find(connection, table);
    String changes = SideTable.changesName(table.database(), table.objectId());
    org.h2.table.Table side =
        find(connection, H2Names.internalSchema(table.database()), changeTable(table.objectId()));
    List<String> names = TrackedColumns.keyColumns(table);
    List<Integer> ids = TrackedColumns.keyColumnIds(table);
    boolean altered = false;
    for (int i = 0; i < names.size(); i++) {
      String quoted = SideTable.keyName(ids.get(i));
      String type = type(h2, names.get(i));
      if (!type.equals(type(side, quoted.substring(1, quoted.length() - 1)))) {
        execute(
            connection,
            "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s".formatted(changes, quoted, type));
        altered = true;
      }
    }
    return altered;
  }

  /** Opens the side tables of a table. */
  SideTable open(Connection connection, Table table, boolean trackColumns) throws SQLException {
    String schema = H2Names.internalSchema(table.database());
    long highest =
        number(
                connection,
                "SELECT MAX(id) FROM " + SideTable.changesName(table.database(), table.objectId()))
            .orElse(-4);
    long used =
        number(
                connection,
                "SELECT MAX(last_id) FROM "
                    + SideTable.commitsName(table.database(), table.objectId()))
            .orElse(-4);
    return new SideTable(
        table,
        trackColumns,
        find(connection, schema, changeTable(table.objectId())),
        find(connection, schema, changeTable(table.objectId()) + "_commits"),
        (Math.max(highest, used) >> 2) + 1);
  }

  org.h2.table.Table commitTable(Connection connection, String db) throws SQLException {
    return find(connection, H2Names.internalSchema(db), "commit_table");
  }

  static OptionalLong number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      long value = rows.getLong(1);
      return rows.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
  }

  static int execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return statement.executeUpdate();
    }
  }

  static String commits(String db) {
    return H2Names.internalSchema(db) + ".\"commit_table\"";
  }

  static String databases(String db) {
    return H2Names.internalSchema(db) + ".\"change_tracking_databases\"";
  }

  static String tables(String db) {
    return H2Names.internalSchema(db) + ".\"change_tracking_tables\"";
  }

  private static String changeTable(int objectId) {
    return "change_tracking_" + objectId;
  }

  private static String trigger(Table table) {
    return H2Names.schema(table.database(), table.schema())
        + "."
        + H2Names.quote(ChangeTrigger.NAME + table.objectId());
  }

  private static String type(org.h2.table.Table table, String column) {
    for (Column candidate : table.getColumns()) {
      if (candidate.getName().equalsIgnoreCase(column)) {
        return candidate.getType().getSQL(new StringBuilder(), HasSQL.DEFAULT_SQL_FLAGS).toString();
      }
    }
    throw new IllegalStateException(table + " has no column " + column);
  }

  private static org.h2.table.Table find(Connection connection, Table table) throws SQLException {
    return find(connection, H2Names.schema(table.database(), table.schema()), table.name());
  }

  private static org.h2.table.Table find(Connection connection, String quotedSchema, String name)
      throws SQLException {
    SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
    String schemaName = quotedSchema.substring(1, quotedSchema.length() - 1).replace("\"\"", "\"");
    Schema schema =
        Objects.requireNonNull(session.getDatabase().findSchema(schemaName), schemaName);
    return Objects.requireNonNull(schema.findTableOrView(session, name), name);
  }
}
