package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.SourceConfig;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.config.SqlServerConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TableSettings.OnHistoryLost;
import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.config.TablesConfig;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.schema.TableName;
import dev.renkei.standin.StandIn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A stand-in with a tracked database, a hub in memory, and trackers between them. */
final class Shop implements AutoCloseable {
  static final String SOURCE = "shop";
  static final TableName ORDERS = new TableName("dbo", "Orders");

  final MovableClock clock = new MovableClock();
  final StandIn server;
  final MemoryHub hub = new MemoryHub();
  private final List<Tracker> trackers = new ArrayList<>();

  Isolation isolation = Isolation.SNAPSHOT_OR_FALLBACK;
  Start start = Start.SNAPSHOT;
  OnHistoryLost onHistoryLost = OnHistoryLost.RELOAD;
  int batchSize = 50;
  int parallelTables = 2;
  int chunkRows = 50_000;
  int overlap = 0;
  Duration overlapEvery = Duration.ofMillis(300);
  int maxRowsPerSecond = 1_000_000;
  Resting resting = Resting.NOTHING;
  Duration takeOverAfter = Duration.ofSeconds(1);
  Duration maxTransaction = Duration.ofSeconds(30);
  RowFilter filter = RowFilter.EVERY_ROW;
  Set<String> excludedColumns = Set.of();
  @Nullable Duration reloadEvery;
  @Nullable String where;
  @Nullable String user;

  /** Who has which table; null where every tracker has every one. */
  @Nullable SharedTables shares;

  /** The stand-in's clock: now, moved on at will. */
  static final class MovableClock implements InstantSource {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead);
    }

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }
  }

  Shop(String... script) throws Exception {
    server = StandIn.builder().database("Shop").clock(clock).start();
    sql("ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)");
    for (String statement : script) {
      sql(statement);
    }
  }

  /** With dbo.Orders (Id, Note). */
  static Shop withOrders() throws Exception {
    return new Shop(
        "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))",
        "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING");
  }

  void sql(String statement) throws SQLException {
    server.execute("USE Shop\nGO\n" + statement);
  }

  SqlServerConfig login() {
    return new SqlServerConfig(
        server.host(),
        server.port(),
        "Shop",
        SqlServerConfig.Encryption.FALSE,
        SqlServerConfig.Authentication.SQL,
        null,
        user == null ? server.user() : user,
        new Secret(user == null ? server.password() : "Secret_1"),
        Map.of());
  }

  TrackerOptions options(String name) {
    SourceConfig source =
        new SourceConfig(
            login(),
            SOURCE,
            isolation,
            maxTransaction,
            maxRowsPerSecond,
            overlap,
            Duration.ofMillis(20));
    TableSettings settings =
        new TableSettings(
            Duration.ofMillis(20),
            start,
            batchSize,
            Duration.ofSeconds(1),
            3,
            onHistoryLost,
            excludedColumns,
            reloadEvery,
            where);
    return new TrackerOptions(
        name,
        source,
        new TablesConfig(
            settings,
            List.of(new TablePattern("dbo.*")),
            List.of(new TablePattern("dbo.*_archive")),
            Map.of()),
        parallelTables,
        Duration.ofMillis(200),
        Duration.ofMillis(50),
        overlapEvery,
        takeOverAfter,
        chunkRows);
  }

  Tracker track(String name) {
    Tracker tracker = tracker(name);
    tracker.start();
    return tracker;
  }

  /** Not started. */
  Tracker tracker(String name) {
    Tracker tracker =
        new Tracker(
            options(name), publisher(name), hub, hub, hub, filter, resting, Clock.systemUTC());
    trackers.add(tracker);
    return tracker;
  }

  private HubPublisher publisher(String name) {
    return shares == null ? hub : shares.publisher(name, hub);
  }

  static TrackerState.Table state(Tracker tracker, TableName table) {
    return tracker.state().tables().stream()
        .filter(t -> t.table().equals(table))
        .findFirst()
        .orElseGet(
            () ->
                new TrackerState.Table(
                    table,
                    TrackerState.Phase.STARTING,
                    null,
                    0,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    null,
                    null,
                    null,
                    null));
  }

  /** The table as it is at the source, by folded key. */
  Map<String, Row> source(TableName name) throws SQLException {
    try (Connection connection = java.sql.DriverManager.getConnection(server.jdbcUrl("Shop"));
        Statement statement = connection.createStatement()) {
      SourceTable table =
          SqlServerCatalog.tables(connection, name::equals, t -> excludedColumns, (t, why) -> {})
              .get(name);
      Map<String, Row> rows = new TreeMap<>();
      if (table == null) {
        return rows;
      }
      RowReader reader = new RowReader(table.schema().columns());
      try (ResultSet result =
          statement.executeQuery(
              "SELECT " + reader.selectList("t") + " FROM " + Names.quoted(name) + " AS t")) {
        while (result.next()) {
          Row row = new Row(table.schema(), reader.read(result, 1));
          rows.put(table.folding().fold(row).folded(), row);
        }
      }
      return rows;
    }
  }

  /** Values by column, so that rows of different schemas of a table compare. */
  static Map<String, String> show(Map<String, Row> rows) {
    Map<String, String> shown = new TreeMap<>();
    rows.forEach(
        (key, row) -> {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < row.schema().columns().size(); i++) {
            Object value = row.value(i);
            if (value != null) {
              text.append(row.schema().columns().get(i).name()).append('=');
              text.append(
                  value instanceof byte[] b ? java.util.HexFormat.of().formatHex(b) : value);
              text.append(' ');
            }
          }
          shown.put(key, text.toString());
        });
    return shown;
  }

  /** Waits until the mirror of what the hub shows equals the source. */
  void awaitMirror(TableName... tables) throws Exception {
    for (TableName table : tables) {
      Map<String, String> wanted = show(source(table));
      await(
          () -> show(Mirror.of(hub, SOURCE, table)).equals(wanted),
          () ->
              "mirror of %s: %d rows of %d; %.300s | %.300s; %s"
                  .formatted(
                      table,
                      Mirror.of(hub, SOURCE, table).size(),
                      wanted.size(),
                      show(Mirror.of(hub, SOURCE, table)),
                      wanted,
                      trackers.stream().map(Tracker::state).toList()));
    }
  }

  void awaitSnapshot(Tracker tracker, TableName table, int number) throws Exception {
    await(
        () -> state(tracker, table).snapshotsDone() >= number,
        () -> "snapshot " + number + ": " + tracker.state());
  }

  static void await(Callable<Boolean> condition, Callable<String> otherwise) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(otherwise.call()).isLessThan(deadline);
      Thread.onSpinWait();
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Override
  public void close() {
    trackers.forEach(Tracker::close);
    server.close();
  }
}
