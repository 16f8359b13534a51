package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport.Warehouse.Verified;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Comparing finds nothing while the source is written to, finds what was done to the warehouse
 * behind Renkei's back, and has it mended.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class VerifyTest {
  private static final int ROWS = 20_000;

  @Test
  void findsNothingUnderLoadAndWhateverIsPlantedAndMendsIt(@TempDir Path folder) throws Exception {
    try (StandIn source = StandIn.builder().database("Shop").start();
        Installation renkei =
            Installation.of(
                folder,
                source,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                  exclude: ["dbo.N"]
                  override: {dbo.Parts: {where: "row.Kind == 'sold'", exclude_columns: [Secret]}}
                """)) {
      Files.writeString(
          renkei.file(),
          "verify: {every: 30d, max_rows_per_second: 1000000}\n",
          java.nio.file.StandardOpenOption.APPEND);
      fill(source);
      renkei.up();
      awaitRows(renkei);

      findsNothingUnderLoad(renkei, source);
      assertThat(renkei.stop().code()).isZero();
      plant(folder);
      forget(renkei);
      renkei.up();
      findsWhatWasPlanted(renkei);
      mends(renkei);
      assertThat(renkei.stop().code()).isZero();
      findsNothingAlone(renkei);
    }
  }

  private static void fill(StandIn source) throws Exception {
    source.execute(
        """
        USE Shop
        GO
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        CREATE TABLE dbo.N (N int NOT NULL PRIMARY KEY)
        CREATE TABLE dbo.Big (Id int NOT NULL PRIMARY KEY, Note nvarchar(50), At datetime2, Price decimal(9,2))
        CREATE TABLE dbo.Parts (Code nvarchar(20) NOT NULL PRIMARY KEY, Kind nvarchar(10), Secret int)
        INSERT INTO dbo.Parts VALUES (N'A-1', N'sold', 1), (N'B-1', N'draft', 2), (N'c-1', N'sold', 3)
        GO
        ALTER TABLE dbo.Parts ENABLE CHANGE_TRACKING
        """);
    StringBuilder numbers = new StringBuilder("INSERT INTO dbo.N VALUES (0)");
    for (int i = 1; i < 200; i++) {
      numbers.append(", (").append(i).append(')');
    }
    source.execute(
        """
        USE Shop
        GO
        %s
        INSERT INTO dbo.Big (Id, Note, At, Price)
        SELECT a.N * 200 + b.N, N'note', '2024-02-29T01:02:03.1234567', 1.50 FROM dbo.N AS a CROSS JOIN dbo.N AS b
        WHERE a.N < 100
        GO
        ALTER TABLE dbo.Big ENABLE CHANGE_TRACKING
        """
            .formatted(numbers));
  }

  private static void awaitRows(Installation renkei) throws Exception {
    renkei.until(
        () -> {
          String count;
          try {
            count =
                renkei.client().query("SELECT count(*) FROM dbo.Big", null, 10).rows().toString();
          } catch (dev.renkei.server.ControlException e) {
            return Optional.of(String.valueOf(e.getMessage()));
          }
          return count.equals("[[" + ROWS + "]]")
              ? Optional.empty()
              : Optional.of("rows in the warehouse: " + count);
        });
    renkei.until(
        () ->
            renkei.status().trackers().stream()
                .flatMap(tracker -> tracker.tables().stream())
                .filter(table -> table.snapshot() != null)
                .map(table -> table.table() + " is being read")
                .findAny());
  }

  private static void findsNothingUnderLoad(Installation renkei, StandIn source) throws Exception {
    AtomicReference<Exception> failure = new AtomicReference<>();
    CountDownLatch enough = new CountDownLatch(1);
    Thread writer = new Thread(() -> write(source, enough, failure), "writer");
    writer.start();
    try {
      for (int i = 0; i < 3; i++) {
        Ended verify = renkei.run("verify");

        assertThat(verify).as(verify.toString()).returns(0, Ended::code);
        assertThat(verify.output())
            .contains("dbo.Big in local: equal, ")
            .contains("dbo.Parts in local: equal, 2 rows")
            .contains("2 of 2 equal");
      }
    } finally {
      enough.countDown();
      writer.join();
    }
    assertThat(failure.get()).isNull();
    assertThat(verified(renkei))
        .hasSize(2)
        .allMatch(one -> one.state() == Verified.State.EQUAL && one.at().equals(one.equalAt()));
  }

  private static void write(
      StandIn source, CountDownLatch enough, AtomicReference<Exception> failure) {
    try (Connection connection = DriverManager.getConnection(source.jtdsUrl("Shop"));
        PreparedStatement update =
            connection.prepareStatement("UPDATE dbo.Big SET Note = ? WHERE Id = ?");
        PreparedStatement delete = connection.prepareStatement("DELETE FROM dbo.Big WHERE Id = ?");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO dbo.Big (Id, Note) VALUES (?, 'new')")) {
      for (int i = 0; enough.getCount() > 0; i++) {
        update.setString(1, "note " + i);
        update.setInt(2, i * 37 % 15_000);
        update.executeUpdate();
        delete.setInt(1, 15_000 + i % 1_000);
        delete.executeUpdate();
        insert.setInt(1, 15_000 + i % 1_000);
        insert.executeUpdate();
      }
    } catch (java.sql.SQLException e) {
      failure.set(e);
    }
  }

  private static List<Verified> verified(Installation renkei) throws Exception {
    return renkei.status().warehouses().get(0).verified();
  }

  /** A loss, a wrong value and a ghost, behind everybody's back. */
  private static void plant(Path folder) throws Exception {
    try (Connection warehouse =
            DriverManager.getConnection(
                "jdbc:duckdb:" + folder.resolve("data").resolve("warehouse.duckdb"));
        Statement statement = warehouse.createStatement()) {
      int id;
      try (var row =
          statement.executeQuery("SELECT id FROM _renkei.tables WHERE table_name = 'Big'")) {
        row.next();
        id = row.getInt(1);
      }
      for (String place : List.of("merged", "tail")) {
        String table = "_renkei.%s_%d".formatted(place, id);
        statement.execute("DELETE FROM %s WHERE _key = '[\"17001\"]'".formatted(table));
        statement.execute("UPDATE %s SET Price = 1.51 WHERE _key = '[\"17002\"]'".formatted(table));
      }
      statement.execute(
          """
          INSERT INTO _renkei.merged_%d (_key, _sequence, _deleted, _changed_at, _loaded_at, Id, Note)
          SELECT '["999999"]', min(_sequence), false, now(), now(), 999999, 'ghost' FROM
            (SELECT _sequence FROM _renkei.merged_%d UNION ALL SELECT _sequence FROM _renkei.tail_%d)"""
              .formatted(id, id, id));
    }
  }

  /** As if nothing had ever been compared, and the schedule had begun long ago. */
  private static void forget(Installation renkei) throws Exception {
    Files.writeString(
        renkei.configuration().dataDir().resolve("verify.json"),
        "{\"since\": \"2020-01-01T00:00:00Z\", \"warehouses\": {}}");
  }

  private static void findsWhatWasPlanted(Installation renkei) throws Exception {
    // By itself, as it is due.
    renkei.until(
        () ->
            verified(renkei).size() == 2
                ? Optional.empty()
                : Optional.of("compared on schedule: " + verified(renkei)));
    assertThat(verified(renkei))
        .filteredOn(one -> one.table().equals("dbo.Big"))
        .singleElement()
        .returns(Verified.State.DIFFERENT, Verified::state)
        .returns(1L, Verified::missing)
        .returns(1L, Verified::onlyInWarehouse)
        .returns(1L, Verified::different);
    renkei.until(() -> alerts(renkei, "verification_failed table dbo.Big, warehouse local"));

    Ended verify = renkei.run("verify", "dbo.Big", "--json");
    assertThat(verify).as(verify.toString()).returns(6, Ended::code);
    assertThat(verify.output().replaceAll("\\s+", ""))
        .contains("\"kind\":\"missing\",\"key\":\"[\\\"17001\\\"]\"")
        .contains("\"kind\":\"different\",\"key\":\"[\\\"17002\\\"]\"")
        .contains("\"kind\":\"only_in_warehouse\",\"key\":\"[\\\"999999\\\"]\"");
    Ended other = renkei.run("verify", "dbo.Parts");
    assertThat(other).as(other.toString()).returns(0, Ended::code);
    Ended unknown = renkei.run("verify", "dbo.N");
    assertThat(unknown).as(unknown.toString()).returns(2, Ended::code);
    assertThat(unknown.errors()).contains("dbo.N is not tracked");
  }

  private static void mends(Installation renkei) throws Exception {
    Ended repair = renkei.run("verify", "--repair");
    assertThat(repair).as(repair.toString()).returns(6, Ended::code);
    assertThat(repair.output())
        .contains("dbo.Big in local: DIFFERENT, ")
        .contains(
            "1 missing in the warehouse, 1 only in the warehouse, 1 with other values",
            "missing [\"17001\"]",
            "only there [\"999999\"]",
            "other values [\"17002\"]",
            "is loaded again")
        .contains("1 of 2 equal");
    // What differed is compared again by itself when it is loaded again.
    renkei.until(
        () ->
            verified(renkei).stream()
                .filter(one -> one.state() != Verified.State.EQUAL)
                .map(Verified::toString)
                .findAny());
    renkei.until(() -> alerts(renkei));
    Ended again = renkei.run("verify");
    assertThat(again).as(again.toString()).returns(0, Ended::code);
  }

  private static Optional<String> alerts(Installation renkei, String... expected) throws Exception {
    List<String> firing =
        renkei.status().alerts().stream()
            .map(alert -> alert.name() + " " + alert.subject())
            .toList();
    return firing.equals(List.of(expected))
        ? Optional.empty()
        : Optional.of("alerts that fire: " + firing);
  }

  private static void findsNothingAlone(Installation renkei) throws Exception {
    Ended alone = renkei.run("verify");
    assertThat(alone).as(alone.toString()).returns(0, Ended::code);
    assertThat(alone.output()).contains("2 of 2 equal");
  }
}
