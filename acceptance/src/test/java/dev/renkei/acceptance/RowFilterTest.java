package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table with {@code where}, from a slip of the pen to a column that is gone (SEMANTICS 7). */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RowFilterTest {
  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Status nvarchar(10), Price money)
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Orders VALUES (1, N'NEW', 10.51), (2, N'DRAFT', 99), (3, NULL, 99), (4, N'NEW', 10.50)
        """);
    return shop;
  }

  private static void sql(StandIn shop, String statement) throws Exception {
    shop.execute("USE Shop\nGO\n" + statement);
  }

  private static List<List<Object>> rows(Installation renkei, String sql) throws Exception {
    return renkei.client().query(sql, null, 100).rows();
  }

  private static void awaitKeys(Installation renkei, Integer... keys) throws Exception {
    renkei.until(
        () -> {
          Object view =
              rows(renkei, "SELECT count(*) FROM duckdb_views() WHERE view_name = 'Orders'")
                  .get(0)
                  .get(0);
          if ("0".equals(String.valueOf(view))) {
            return Optional.of("no view dbo.Orders");
          }
          String there =
              String.valueOf(
                  rows(renkei, "SELECT coalesce(list(Id ORDER BY Id), []) FROM dbo.Orders").get(0));
          String wanted = "[" + List.of(keys) + "]";
          return there.replace(" ", "").equals(wanted.replace(" ", ""))
              ? Optional.empty()
              : Optional.of("keys " + there + " instead of " + wanted);
        });
  }

  /** Each key has its own partition, and so its own time of arrival: each is waited for. */
  private static void awaitLog(Installation renkei, int key, String... types) throws Exception {
    renkei.until(
        () -> {
          List<Object> there =
              rows(
                      renkei,
                      "SELECT _type FROM dbo.Orders_changes WHERE Id = "
                          + key
                          + " ORDER BY _sequence")
                  .stream()
                  .map(row -> row.get(0))
                  .toList();
          return there.equals(List.of(types))
              ? Optional.empty()
              : Optional.of("changes of " + key + " " + there + " instead of " + List.of(types));
        });
  }

  @Test
  void onlyMatchingRowsArriveAndOneThatLeavesIsDeleted() throws Exception {
    try (StandIn shop = shop();
        Installation renkei =
            Installation.of(
                folder,
                shop,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                  override:
                    dbo.Orders: {where: "row.Sttus != 'DRAFT' && row.Price > 10.50"}
                """)) {
      refusesWhatDoesNotFit(renkei);
      Files.writeString(
          renkei.file(), Files.readString(renkei.file()).replace("row.Sttus", "row.Status"));
      assertThat(renkei.run("check")).returns(0, Ended::code);

      renkei.up();
      awaitKeys(renkei, 1);
      sql(shop, "UPDATE dbo.Orders SET Status = N'DRAFT' WHERE Id IN (1, 2)");
      awaitKeys(renkei);
      sql(shop, "UPDATE dbo.Orders SET Price = 1 WHERE Id IN (2, 3)");
      sql(shop, "UPDATE dbo.Orders SET Status = N'SENT', Price = 100 WHERE Id IN (1, 4)");
      awaitKeys(renkei, 1, 4);
      sql(shop, "DELETE FROM dbo.Orders WHERE Id IN (2, 4)");
      awaitKeys(renkei, 1);

      awaitLog(renkei, 1, "R", "D", "U");
      awaitLog(renkei, 4, "U", "D");
      awaitLog(renkei, 2, "D"); // deleted once, and never in the table
      holdsBackWhatNoLongerFits(renkei, shop);
    }
  }

  private static void refusesWhatDoesNotFit(Installation renkei) throws Exception {
    String sentence = "line 1, column 5: dbo.Orders has no column 'Sttus'; the nearest is 'Status'";
    Ended check = renkei.run("check");
    assertThat(check).returns(2, Ended::code);
    assertThat(check.output()).contains("FAIL", "dbo.Orders", sentence);
    Ended up = renkei.run("up");
    assertThat(up).returns(2, Ended::code);
    assertThat(up.errors()).contains(sentence);
  }

  private static void holdsBackWhatNoLongerFits(Installation renkei, StandIn shop)
      throws Exception {
    sql(shop, "ALTER TABLE dbo.Orders DROP COLUMN Price");
    sql(shop, "INSERT INTO dbo.Orders VALUES (5, N'NEW')");

    renkei.until(
        () -> {
          for (StatusReport.Tracker tracker : renkei.status().trackers()) {
            for (StatusReport.Table table : tracker.tables()) {
              StatusReport.Problem problem = table.problem();
              if (problem == null
                  || !problem.message().contains("`where` does not fit the table")
                  || !problem.cure().contains("tables.override")) {
                return Optional.of(tracker.name() + " says " + problem);
              }
            }
          }
          return Optional.empty();
        });
    awaitKeys(renkei, 1);
  }
}
