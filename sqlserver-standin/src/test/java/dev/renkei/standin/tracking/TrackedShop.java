package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.H2Types;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.catalog.Table.Key;
import dev.renkei.standin.catalog.Table.SqlColumnType;
import dev.renkei.standin.catalog.Table.TableKind;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A database "Shop" with tracked tables, and sessions that change and read them; no engine. */
final class TrackedShop implements AutoCloseable {
  static final String DB = "Shop";
  static final Set<String> ALL =
      Set.of(
          "sys_change_version",
          "sys_change_creation_version",
          "sys_change_operation",
          "sys_change_columns",
          "sys_change_context",
          "id",
          "code",
          "line");

  final Instance instance;
  final ChangeTracking tracking;
  final MovableClock clock;

  /** A clock that stands still until it is moved. */
  static final class MovableClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }
  }

  private TrackedShop(Instance instance, MovableClock clock) {
    this.instance = instance;
    this.clock = clock;
    this.tracking = new ChangeTracking(instance, clock);
  }

  /** In memory, tracking on, two days of retention. */
  static TrackedShop open() throws Exception {
    TrackedShop shop = open(null, new MovableClock());
    shop.instance.catalog().createDatabase(DB);
    shop.tracking.enableDatabase(DB, Duration.ofDays(2), true);
    return shop;
  }

  /** What a directory holds. */
  static TrackedShop open(@Nullable Path directory, MovableClock clock) throws Exception {
    return new TrackedShop(Instance.open(directory), clock);
  }

  @Override
  public void close() {
    tracking.close();
    instance.close();
  }

  static Column column(int id, String name, SqlType type) {
    return new Column(id, name, new SqlColumnType(type, null), true, null, null, false, null, null);
  }

  /** A table whose first columns are its key. */
  Table table(String name, int keys, Column... columns) throws Exception {
    return table(DB, name, keys, columns);
  }

  Table table(String db, String name, int keys, Column... columns) throws Exception {
    List<String> key = new ArrayList<>();
    List<String> definitions = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      String h2 = H2Names.quote(columns[i].name());
      String type = H2Types.declaration(columns[i].sqlType());
      String computed = columns[i].computed();
      definitions.add(
          h2
              + " "
              + type
              + (computed == null ? "" : " GENERATED ALWAYS AS (" + computed + ")")
              + (i < keys ? " NOT NULL" : ""));
      if (i < keys) {
        key.add(columns[i].name());
      }
    }
    Key primary = new Key("PK_" + name, 1, true, true, true, key, Collections.nCopies(keys, false));
    int objectId = instance.catalog().nextObjectId();
    Table table =
        instance
            .catalog()
            .putTable(
                new Table(
                    objectId,
                    db,
                    "dbo",
                    name,
                    TableKind.USER_TABLE,
                    List.of(columns),
                    primary,
                    List.of(),
                    0));
    h2(
        "CREATE TABLE %s(%s, UNIQUE(%s))"
            .formatted(
                table.h2Name(),
                String.join(", ", definitions),
                String.join(", ", key.stream().map(H2Names::quote).toList())));
    return table;
  }

  /** id int, name nvarchar(50), note nvarchar(50), amount int; columns are tracked. */
  Table orders() throws Exception {
    Table table =
        table(
            "Orders",
            1,
            column(1, "id", SqlType.INT),
            column(2, "name", SqlType.nvarchar(50)),
            column(3, "note", SqlType.nvarchar(50)),
            column(4, "amount", SqlType.INT));
    tracking.enableTable(table, true);
    return table;
  }

  /** Runs H2 SQL as the engine's own. */
  void h2(String... statements) throws SQLException {
    try (Connection connection = instance.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  Session session() throws SQLException {
    return new Session(instance.connect());
  }

  /** One row of CHANGETABLE. */
  record Change(
      String operation,
      String key,
      long version,
      @Nullable Long creation,
      @Nullable String columns,
      @Nullable String context) {
    @Override
    public String toString() {
      return operation + " " + key + " @" + version + (columns == null ? "" : " " + columns);
    }
  }

  /** A session of its own: statements, commits, reads. */
  final class Session implements AutoCloseable {
    final Connection h2;
    final TrackedTransaction transaction;

    Session(Connection h2) {
      this.h2 = h2;
      this.transaction = tracking.transaction(h2);
    }

    Session run(String sql) throws SQLException {
      return run(sql, null, (Set<String>) null);
    }

    Session run(String sql, byte @Nullable [] context, @Nullable Set<String> updated)
        throws SQLException {
      transaction.statement(context, updated);
      try (Statement statement = h2.createStatement()) {
        statement.execute(sql);
      }
      return this;
    }

    Session update(String sql, String... columns) throws SQLException {
      return run(sql, null, Set.of(columns));
    }

    Session commit() throws SQLException {
      transaction.commit();
      return this;
    }

    Session rollback() throws SQLException {
      h2.rollback();
      transaction.rolledBack();
      return this;
    }

    Session snapshot() throws SQLException {
      run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SNAPSHOT");
      return this;
    }

    @Nullable Long number(String sql) throws SQLException {
      try (Statement statement = h2.createStatement();
          ResultSet row = statement.executeQuery("SELECT " + sql)) {
        row.next();
        long value = row.getLong(1);
        return row.wasNull() ? null : value;
      }
    }

    long version() throws SQLException {
      Long version = number(tracking.currentVersionSql(DB));
      if (version == null) {
        throw new IllegalStateException("Change Tracking is off");
      }
      return version;
    }

    @Nullable Long minValid(Table table) throws SQLException {
      return number(tracking.minValidVersionSql(DB, String.valueOf(table.objectId())));
    }

    boolean exists(Table table, @Nullable Long since) throws SQLException, SqlError {
      Long found =
          number("CASE WHEN " + tracking.existsSql(table, String.valueOf(since)) + " THEN 1 END");
      return found != null;
    }

    /** In order of keys. */
    List<Change> changes(Table table, @Nullable Long since) throws SQLException, SqlError {
      List<String> keys = TrackedColumns.keyColumns(table);
      String sql =
          "SELECT * FROM " + tracking.changesSql(table, "?", ALL) + " ct ORDER BY " + keyList(keys);
      List<Change> changes = new ArrayList<>();
      try (PreparedStatement statement = h2.prepareStatement(sql)) {
        statement.setObject(1, since);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            List<String> key = new ArrayList<>();
            for (String name : keys) {
              key.add(rows.getString(name));
            }
            long creation = rows.getLong("SYS_CHANGE_CREATION_VERSION");
            changes.add(
                new Change(
                    rows.getString("SYS_CHANGE_OPERATION"),
                    String.join("|", key),
                    rows.getLong("SYS_CHANGE_VERSION"),
                    creation == 0 ? null : Long.valueOf(creation),
                    hex(rows.getBytes("SYS_CHANGE_COLUMNS")),
                    hex(rows.getBytes("SYS_CHANGE_CONTEXT"))));
          }
        }
      }
      return changes;
    }

    /** "I 1 @3" and so on. */
    List<String> shown(Table table, @Nullable Long since) throws SQLException, SqlError {
      return changes(table, since).stream().map(Change::toString).toList();
    }

    private String keyList(List<String> keys) {
      return String.join(", ", keys.stream().map(H2Names::quote).toList());
    }

    @Override
    public void close() throws SQLException {
      transaction.close();
      h2.close();
    }
  }

  static @Nullable String hex(byte @Nullable [] bytes) {
    return bytes == null ? null : HexFormat.of().formatHex(bytes);
  }
}
