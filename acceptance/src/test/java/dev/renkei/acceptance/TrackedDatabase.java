package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.schema.TableName;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A database on the stand-in that {@code renkei up} tracks as a login with no more rights than it
 * needs, and what was true of it at some moments.
 */
final class TrackedDatabase implements AutoCloseable {
  private static final String NAME = "Shop";
  private static final String PASSWORD = "Reader-Secret-1";
  private static final String MAKE =
      """
      ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = OFF)
      CREATE LOGIN reader WITH PASSWORD = 'Reader-Secret-1'
      CREATE USER reader FOR LOGIN reader
      GRANT SELECT ON SCHEMA::dbo TO reader
      GRANT VIEW CHANGE TRACKING ON SCHEMA::dbo TO reader
      GRANT VIEW DATABASE STATE TO reader
      """;

  private final Path folder;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private final StandIn source;
  private final Installation renkei;
  private final List<Moment> moments = new ArrayList<>();
  private final Map<String, String> reloads = new HashMap<>();
  private boolean up;

  /** What a table held at a moment. */
  private record Moment(Instant at, ComparedTable table, ComparedTable.Rows rows) {}

  private TrackedDatabase(Path folder, String tables) throws Exception {
    this.folder = folder;
    this.source =
        StandIn.builder()
            .inMemory()
            .database(NAME)
            .tls(false)
            .clock(() -> Clock.systemUTC().instant().plus(ahead.get()))
            .start();
    sql(MAKE);
    this.renkei = Installation.of(folder, source, NAME, tables, "reader", PASSWORD);
  }

  /**
   * Makes one.
   *
   * @param tables YAML below {@code tables:}, indented by two
   */
  static TrackedDatabase open(Path folder, String tables) throws Exception {
    return new TrackedDatabase(folder, tables);
  }

  /** A table of a number and a text with three rows, tracked. */
  static String table(String name) {
    return """
    CREATE TABLE %1$s (Id int NOT NULL PRIMARY KEY, Note nvarchar(40))
    INSERT INTO %1$s VALUES (1, N'one'), (2, N'two'), (3, N'three')
    ALTER TABLE %1$s ENABLE CHANGE_TRACKING
    """
        .formatted(name);
  }

  StandIn source() {
    return source;
  }

  boolean isUp() {
    return up;
  }

  Installation renkei() {
    return renkei;
  }

  /** {@code renkei up}. */
  void up() throws Exception {
    renkei.up();
    up = true;
  }

  /** As the administrator; a restore ends it. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(source.jtdsUrl(NAME) + ";useLOBs=false");
  }

  // ---- the source ----

  /** Runs a script as the administrator. */
  void sql(String script) throws SQLException {
    source.execute("USE Shop\nGO\n" + script);
  }

  long version() throws SQLException {
    try (Connection own = connect();
        Statement statement = own.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Lets the retention pass and cleans up: whoever has not read by now has lost history. */
  void expire() throws SQLException {
    ahead.updateAndGet(now -> now.plus(Duration.ofDays(3)));
    // The newest commit always stays; it must not be one of those that are to go.
    source.cleanup(NAME);
  }

  void backup(String device) throws SQLException {
    source.backup(NAME, device);
  }

  void restore(String device) throws SQLException {
    source.restore(NAME, device);
  }

  void secondary(boolean secondary) throws SQLException {
    source.secondary(NAME, secondary);
  }

  // ---- waiting ----

  /** Waits until the warehouse shows what the source holds now. */
  void untilEqual(String... tables) throws Exception {
    for (String table : tables) {
      renkei.until(() -> difference(table));
    }
  }

  /** By the columns that both sides write alike; the proof at the end compares all. */
  private Optional<String> difference(String table) throws Exception {
    try (Connection own = connect()) {
      List<String> columns =
          ComparedTable.read(own, TableName.parse(table)).columns().stream()
              .filter(column -> Set.of("int", "bigint", "nvarchar").contains(column.type()))
              .map(ComparedColumn::name)
              .toList();
      if (!isKnown(table, columns)) {
        return Optional.of("the warehouse does not know %s with %s".formatted(table, columns));
      }
      String there = rows(own, table, columns);
      List<String> here =
          renkei
              .client()
              .query("SELECT %s FROM %s".formatted(quoted(columns), table), null, 10_000)
              .rows()
              .stream()
              .map(row -> row.stream().map(String::valueOf).toList().toString())
              .sorted()
              .toList();
      return there.equals(here.toString())
          ? Optional.empty()
          : Optional.of("%s: %s at the source, %s in the warehouse".formatted(table, there, here));
    }
  }

  private static String quoted(List<String> columns) {
    return String.join(", ", columns.stream().map(name -> '"' + name + '"').toList());
  }

  private boolean isKnown(String table, List<String> columns) throws Exception {
    TableName name = TableName.parse(table);
    List<String> known =
        renkei
            .client()
            .query(
                "SELECT column_name FROM duckdb_columns() WHERE schema_name = '%s' AND table_name = '%s'"
                    .formatted(name.schema(), name.table()),
                null,
                1000)
            .rows()
            .stream()
            .map(row -> String.valueOf(row.get(0)))
            .toList();
    return known.containsAll(columns);
  }

  private static String rows(Connection source, String table, List<String> columns)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    String list = String.join(", ", columns.stream().map(name -> "[" + name + "]").toList());
    try (Statement statement = source.createStatement();
        ResultSet result = statement.executeQuery("SELECT %s FROM %s".formatted(list, table))) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(row.toString());
      }
    }
    rows.sort(null);
    return rows.toString();
  }

  /** Waits until every tracker tells a problem of a table. */
  void untilProblem(String table, String message, String cure) throws Exception {
    renkei.until(
        () -> {
          List<String> others = new ArrayList<>();
          for (StatusReport.Tracker tracker : renkei.status().trackers()) {
            for (StatusReport.Table one : tracker.tables()) {
              if (one.table().equals(table) && !tells(one.problem(), message, cure)) {
                others.add("%s of %s: %s".formatted(table, tracker.name(), one.problem()));
              }
            }
          }
          return others.isEmpty()
              ? Optional.empty()
              : Optional.of("'%s' is not told: %s".formatted(message, others));
        });
  }

  /** Waits until no tracker tells a problem of a table. */
  void untilNoProblem(String... tables) throws Exception {
    Set<String> meant = Set.of(tables);
    renkei.until(
        () ->
            renkei.status().trackers().stream()
                .flatMap(tracker -> tracker.tables().stream())
                .filter(table -> meant.contains(table.table()) && table.problem() != null)
                .map(table -> "%s: %s".formatted(table.table(), table.problem()))
                .findAny());
  }

  static boolean tells(StatusReport.@Nullable Problem problem, String message, String cure) {
    return problem != null && problem.message().contains(message) && problem.cure().contains(cure);
  }

  // ---- evidence ----

  /** Notes what tables hold now, for {@link #proof}: everything written so far has arrived. */
  void note(Set<String> tables) throws Exception {
    try (Connection own = connect()) {
      Instant now = Clock.systemUTC().instant();
      for (String table : tables) {
        ComparedTable compared = ComparedTable.read(own, TableName.parse(table));
        moments.add(new Moment(now, compared, compared.ofSource(own)));
      }
    }
  }

  /**
   * Holds the warehouse of a stopped installation against the source and against what was noted.
   *
   * @return what is wrong with a table, in words
   */
  List<String> proof(String table) throws Exception {
    List<String> found =
        new ArrayList<>(Warehouses.differences(source, NAME, folder, Set.of(table)));
    try (Connection warehouse = Warehouses.open(folder)) {
      for (Moment moment : moments) {
        if (moment.table().name().toString().equals(table)) {
          found.addAll(moment.table().differencesAsOf(moment.at(), moment.rows(), warehouse));
        }
      }
    }
    return found;
  }

  /** What tells whether anything was loaded between two looks: counts and sequences by table. */
  Map<String, String> traces() throws Exception {
    Map<String, String> traces = new TreeMap<>();
    try (Connection warehouse = Warehouses.open(folder);
        Statement statement = warehouse.createStatement()) {
      List<String> names = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT table_name FROM _renkei.tables WHERE schema_name = 'dbo'")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      for (String name : names) {
        String sql =
            """
            SELECT (SELECT count(*) || ' ' || coalesce(max(_sequence), 0) FROM dbo."%1$s_changes"),
              (SELECT count(*) || ' ' || coalesce(sum(_sequence), 0) FROM dbo."%1$s")"""
                .formatted(name);
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          traces.put(name, row.getString(1) + "; " + row.getString(2));
        }
      }
    }
    return traces;
  }

  /** One column of a query of a stopped installation's warehouse, as texts. */
  List<String> warehouse(String sql) throws Exception {
    List<String> values = new ArrayList<>();
    try (Connection warehouse = Warehouses.open(folder);
        Statement statement = warehouse.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  /** Ends {@code renkei up}, which must have set no message aside. */
  void stop() throws Exception {
    StatusReport last = renkei.status();
    for (StatusReport.Tracker tracker : last.trackers()) {
      for (StatusReport.Table table : tracker.tables()) {
        StatusReport.Problem why = table.lastReload();
        if (why != null) {
          reloads.merge(
              table.table(), why.message() + " " + why.cure(), (one, other) -> one + "\n" + other);
        }
      }
    }
    assertThat(last.warehouses()).allMatch(warehouse -> warehouse.deadLetters() == 0);
    assertThat(renkei.stop().code()).isZero();
    up = false;
  }

  /**
   * Why a table was loaded again, as the status told it before any stop; empty where it was not.
   */
  String reloads(String table) {
    return reloads.getOrDefault(table, "");
  }

  @Override
  public void close() throws Exception {
    renkei.close();
    source.close();
  }
}
