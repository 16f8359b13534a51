package dev.renkei.standin.contract;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database of one test: made with Change Tracking and snapshot isolation on, dropped at its end.
 */
final class TrackedDatabase implements AutoCloseable {
  private static final String SYSTEM_COLUMNS =
      "SYS_CHANGE_VERSION, SYS_CHANGE_CREATION_VERSION, SYS_CHANGE_OPERATION, SYS_CHANGE_COLUMNS, "
          + "SYS_CHANGE_CONTEXT, ";

  private final Target target;
  private final String name;
  private final Client admin;
  private final List<Client> others = Collections.synchronizedList(new ArrayList<>());

  private TrackedDatabase(Target target, String name, Client admin) {
    this.target = target;
    this.name = name;
    this.admin = admin;
  }

  /**
   * Creates a database with snapshot isolation, and with Change Tracking of the default retention.
   */
  static TrackedDatabase create(Target target) throws SQLException {
    TrackedDatabase database = createUntracked(target);
    database.run("ALTER DATABASE [" + database.name + "] SET CHANGE_TRACKING = ON");
    return database;
  }

  /** Creates a database with snapshot isolation only. */
  static TrackedDatabase createUntracked(Target target) throws SQLException {
    String name = "renkei_" + UUID.randomUUID().toString().substring(0, 8);
    try (Client master = target.connect("master")) {
      master.run(
          "CREATE DATABASE [" + name + "]",
          "ALTER DATABASE [" + name + "] SET ALLOW_SNAPSHOT_ISOLATION ON");
    }
    return new TrackedDatabase(target, name, target.connect(name));
  }

  String name() {
    return name;
  }

  /** The administrator's first session. */
  Client admin() {
    return admin;
  }

  /** One more session of the administrator, closed with the database. */
  Client session() throws SQLException {
    Client client = target.connect(name);
    others.add(client);
    return client;
  }

  /** A session in an explicit SNAPSHOT transaction, which is left to the caller to begin. */
  Client snapshotSession() throws SQLException {
    return session().run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT");
  }

  /** A session of another login, closed with the database. */
  Client session(String login, String password) throws SQLException {
    Client client = target.connect(name, login, password);
    others.add(client);
    return client;
  }

  TrackedDatabase run(String... batches) throws SQLException {
    admin.run(batches);
    return this;
  }

  /** A tracked table with the columns id (int, the key), a and b (both nvarchar(50)). */
  TrackedDatabase table(String table) throws SQLException {
    return run(
        "CREATE TABLE "
            + table
            + " (id int NOT NULL PRIMARY KEY, a nvarchar(50) NULL, b nvarchar(50) NULL)",
        "ALTER TABLE " + table + " ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)");
  }

  long version() throws SQLException {
    return version(admin);
  }

  static long version(Client client) throws SQLException {
    return client.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()");
  }

  /** The lowest cursor that is still good for a table; null where the server has no answer. */
  @Nullable Long minValid(String table) throws SQLException {
    return minValid(admin, table);
  }

  static @Nullable Long minValid(Client client, String table) throws SQLException {
    return (Long)
        client.value(
            "SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'"
                + table.replace("'", "''")
                + "'))");
  }

  /** Rule 13: whether a cursor may be used. */
  boolean valid(String table, long cursor) throws SQLException {
    Long minimum = minValid(table);
    return minimum != null && cursor >= minimum;
  }

  /** The changes of a table after a version, ordered by version and key. */
  List<Change> changes(String table, long since, String... key) throws SQLException {
    return changes(admin, table, Long.toString(since), key);
  }

  static List<Change> changes(Client client, String table, String since, String... key)
      throws SQLException {
    String keys = key.length == 0 ? "id" : String.join(", ", key);
    List<Change> changes = new ArrayList<>();
    for (List<@Nullable Object> row :
        client.rows(
            "SELECT "
                + SYSTEM_COLUMNS
                + keys
                + " FROM CHANGETABLE(CHANGES "
                + table
                + ", "
                + since
                + ") AS c ORDER BY SYS_CHANGE_VERSION, "
                + keys)) {
      changes.add(
          new Change(
              number(row.get(0)),
              row.get(1) == null ? null : number(row.get(1)),
              String.valueOf(row.get(2)).trim(),
              hex(row.get(3)),
              hex(row.get(4)),
              new ArrayList<>(row.subList(5, row.size()))));
    }
    return changes;
  }

  /** Operations and keys of {@link #changes}, such as {@code "I [1]"}. */
  List<String> net(String table, long since, String... key) throws SQLException {
    return changes(table, since, key).stream().map(Change::net).toList();
  }

  private static long number(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new AssertionError("not a number: " + value);
  }

  private static @Nullable String hex(@Nullable Object value) {
    return value == null ? null : HexFormat.of().formatHex((byte[]) value);
  }

  /** Closes all sessions but the administrator's first. */
  void closeSessions() throws SQLException {
    for (Client other : others) {
      other.close();
    }
    others.clear();
  }

  @Override
  public void close() throws SQLException {
    closeSessions();
    admin.close();
    target.drop(name);
  }
}
