package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * This release starts on what an earlier one has left behind, and goes on: with the cursors, the
 * positions, the schemas and the claims from then, not by loading everything again.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class UpgradeTest {
  /** One row of each table that nobody has touched since. */
  private static final Map<String, String> UNTOUCHED =
      Map.of(
          "dbo.Orders", "Id = 2",
          "dbo.Codes", "Meaning = 'wide'",
          "dbo.Exact Codes", "Code = 'abc'",
          "dbo.Lines", "OrderId = 1 AND Line = 23",
          "dbo.Moments", "Amount = 0.0000000001");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  static Stream<Path> kept() throws IOException {
    return KeptInstallation.all().stream();
  }

  @ParameterizedTest
  @MethodSource("kept")
  void goesOnWhereAnEarlierReleaseStopped(Path release) throws Exception {
    KeptInstallation.unpack(release, folder);
    Set<String> all = new TreeSet<>(KeptInstallation.FOLLOWED);
    all.addAll(
        Set.of(KeptInstallation.KEYLESS, KeptInstallation.HALF_READ, KeptInstallation.STOPPED));
    Map<String, String> before = loaded();
    try (StandIn source = KeptInstallation.source(folder);
        Installation renkei = Installation.in(folder, source.user(), source.password())) {
      renkei.set("SOURCE_PORT", Integer.toString(source.port()));
      renkei.up();

      write(source);
      renkei.until(() -> stopped(renkei.status()));
      assertThat(renkei.run("dead-letters", "list"))
          .returns(0, Ended::code)
          .satisfies(letters -> assertThat(letters.output()).contains("renkei.hub"));
      renkei.until(
          () -> Progress.of(renkei.status()).withoutSnapshot(Set.of(KeptInstallation.HALF_READ)));
      Map<String, Integer> snapshots = snapshots(renkei, List.of(KeptInstallation.KEYLESS));
      assertThat(renkei.run("reload", KeptInstallation.STOPPED, KeptInstallation.KEYLESS).code())
          .isZero();
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(all));
      renkei.until(() -> again(renkei, snapshots));
      renkei.untilArrived(version(source), Set.of(KeptInstallation.KEYLESS));

      assertThat(renkei.stop().code()).isZero();
      assertThat(Warehouses.differences(source, KeptInstallation.DATABASE, folder, all)).isEmpty();
    }
    Map<String, String> after = loaded();
    assertThat(after.keySet()).containsAll(before.keySet());
    before.forEach(
        (what, then) -> {
          if (what.startsWith("positions")) {
            assertThat(Long.parseLong(String.valueOf(after.get(what))))
                .as(what)
                .isGreaterThanOrEqualTo(Long.parseLong(then));
          } else {
            assertThat(after).as("not loaded again").containsEntry(what, then);
          }
        });
  }

  private static void write(StandIn source) throws SQLException {
    source.execute(
        """
        USE Shop
        GO
        INSERT INTO dbo.Orders VALUES (3, N'back again', 1.2345, '2026-02-02', N''), (5, N'after', NULL, NULL, NULL)
        UPDATE dbo.Orders SET Note = N'updated' WHERE Id = 1
        DELETE FROM dbo.Orders WHERE Id = 4
        UPDATE dbo.Codes SET Code = N'aBc', Meaning = N'mixed' WHERE Code = N'abc'
        INSERT INTO dbo.Codes VALUES (N'GONE', N'again')
        INSERT INTO dbo.[Exact Codes] (Code) VALUES ('ABC')
        DELETE FROM dbo.[Exact Codes] WHERE Code = 'Abc'
        UPDATE dbo.Lines SET Line = 5, Price = 7 WHERE OrderId = 12
        DELETE FROM dbo.Lines WHERE OrderId = 1 AND Line = 2
        INSERT INTO dbo.Moments (At, Amount) VALUES ('2026-01-01 00:00:00.0000002 +09:00', 0.0000000002), ('0001-01-01', 1)
        INSERT INTO dbo.Visits VALUES ('2026-03-03', N'later')
        DELETE FROM dbo.Slow WHERE Id = 1
        INSERT INTO dbo.Slow VALUES (4, N'd')
        INSERT INTO dbo.Stopped VALUES (3, N'c')
        """);
  }

  private static Optional<String> stopped(StatusReport status) {
    for (StatusReport.Tracker tracker : status.trackers()) {
      for (StatusReport.Table table : tracker.tables()) {
        StatusReport.Problem problem = table.problem();
        if (table.table().equals(KeptInstallation.STOPPED)
            && table.phase() == StatusReport.Table.Phase.STOPPED
            && problem != null
            && problem.cure().contains("renkei reload " + KeptInstallation.STOPPED)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(KeptInstallation.STOPPED + " is not told as stopped");
  }

  private static Map<String, Integer> snapshots(Installation renkei, List<String> tables)
      throws Exception {
    Map<String, Integer> snapshots = new TreeMap<>();
    Progress progress = Progress.of(renkei.status());
    tables.forEach(table -> snapshots.put(table, progress.snapshots(table)));
    return snapshots;
  }

  private static Optional<String> again(Installation renkei, Map<String, Integer> before)
      throws Exception {
    Map<String, Integer> now = snapshots(renkei, List.copyOf(before.keySet()));
    return before.entrySet().stream()
        .filter(then -> now.getOrDefault(then.getKey(), 0) <= then.getValue())
        .map(then -> then.getKey() + " is not loaded again")
        .findAny();
  }

  /** Positions, and the sequences of rows that a reload would raise. */
  private Map<String, String> loaded() throws Exception {
    Map<String, String> loaded = new TreeMap<>();
    try (Connection warehouse = Warehouses.open(folder);
        Statement statement = warehouse.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery("SELECT stream, partition, next FROM _renkei.positions")) {
        while (rows.next()) {
          loaded.put(
              "positions of %s, %d".formatted(rows.getString(1), rows.getInt(2)),
              rows.getString(3));
        }
      }
      for (Map.Entry<String, String> row : UNTOUCHED.entrySet()) {
        String table = "dbo.\"%s\"".formatted(row.getKey().substring("dbo.".length()));
        try (ResultSet rows =
            statement.executeQuery(
                "SELECT CAST(_sequence AS VARCHAR) FROM %s WHERE %s"
                    .formatted(table, row.getValue()))) {
          assertThat(rows.next()).as(row.getKey()).isTrue();
          loaded.put("sequence in " + row.getKey(), rows.getString(1));
          assertThat(rows.next()).as("a second row of %s", row).isFalse();
        }
      }
    }
    return loaded;
  }

  private static long version(StandIn source) throws SQLException {
    try (Connection connection =
            java.sql.DriverManager.getConnection(source.jtdsUrl(KeptInstallation.DATABASE));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
