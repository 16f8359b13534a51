package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator types from the first look at a database to the last stop, and is told. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CommandsTest {
  private static final String PASSWORD = "Reader-Secret-1";
  private static final int CHECKS = 3;
  private static final Duration FEW_SECONDS = Duration.ofSeconds(15);

  @TempDir private Path folder = Path.of("");

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        USE Shop
        GO
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Customer nvarchar(40), Note nvarchar(40))
        INSERT INTO dbo.Orders VALUES (1, N'鈴木, "花子"', N''), (2, N'O''Brien', NULL)
        CREATE TABLE dbo.Stock (Item varchar(10) NOT NULL PRIMARY KEY, Quantity int NOT NULL)
        INSERT INTO dbo.Stock VALUES ('a', 1), ('b', 2), ('c', 3)
        GO
        CREATE LOGIN reader WITH PASSWORD = 'Reader-Secret-1'
        CREATE USER reader FOR LOGIN reader
        GRANT SELECT ON SCHEMA::dbo TO reader
        """);
    return shop;
  }

  @Test
  void anInstallationFromTheFirstLookToTheLastStop() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = Installation.in(folder, "reader", PASSWORD)) {
      writesAConfiguration(renkei, shop);
      checksUntilNothingIsMissing(renkei, shop);
      renkei.up();
      renkei.until(
          () -> Progress.of(renkei.status()).withoutSnapshot(Set.of("dbo.Orders", "dbo.Stock")));
      awaitRows(renkei, "dbo.Orders", 2);
      awaitRows(renkei, "dbo.Stock", 3);
      answersQueries(renkei);
      removesWhatVanishedBehindItsBack(renkei, shop);
      replaysWithoutAChange(renkei);
      assertThat(renkei.run("dead-letters", "list"))
          .returns(0, Ended::code)
          .returns("none", ended -> ended.output().strip());
      refusesASecondOfItself(renkei);
      stopsInAFewSeconds(renkei);
    }
  }

  private static void writesAConfiguration(Installation renkei, StandIn shop) throws Exception {
    Ended draft =
        renkei.runAsIs(
            List.of(
                "init",
                "--url",
                "jdbc:sqlserver://127.0.0.1:%d;databaseName=Shop;encrypt=false"
                    .formatted(shop.port())));

    assertThat(draft).returns(0, Ended::code);
    assertThat(draft.output()).contains("\"dbo.*\"").doesNotContain(PASSWORD);
    Files.writeString(
        renkei.file(),
        draft.output().replace("tables:\n", "tables:\n  defaults: {interval: 100ms}\n"));
  }

  /** Does what it says, as the administrator, until it says nothing more. */
  private static void checksUntilNothingIsMissing(Installation renkei, StandIn shop)
      throws Exception {
    Ended first = renkei.run("check");
    assertThat(first).returns(3, Ended::code);
    assertThat(first.output())
        .contains("ALTER DATABASE [Shop] SET CHANGE_TRACKING = ON")
        .contains("GRANT VIEW CHANGE TRACKING ON [dbo].[Orders] TO [reader]")
        .doesNotContain(PASSWORD);
    Ended last = first;
    for (int i = 1; i < CHECKS && last.code() != 0; i++) {
      for (String line : last.output().lines().map(String::strip).toList()) {
        if (line.matches("ALTER (DATABASE|TABLE) .*|GRANT .* TO \\[.*")) {
          shop.execute("USE Shop\nGO\n" + line);
        }
      }
      last = renkei.run("check");
    }
    assertThat(last).as(last.toString()).returns(0, Ended::code);
  }

  private static void awaitRows(Installation renkei, String table, int rows) throws Exception {
    renkei.until(
        () -> {
          String there =
              String.valueOf(
                  renkei
                      .client()
                      .query(
                          "SELECT count(*) FROM duckdb_views() WHERE schema_name || '.' || view_name = '%s'"
                              .formatted(table),
                          null,
                          1)
                      .rows()
                      .get(0)
                      .get(0));
          String count = there.equals("0") ? "no view" : count(renkei, table);
          return count.equals(Integer.toString(rows))
              ? Optional.empty()
              : Optional.of("%s has %s rows in the warehouse".formatted(table, count));
        });
  }

  private static String count(Installation renkei, String table) throws Exception {
    return String.valueOf(
        renkei.client().query("SELECT count(*) FROM " + table, null, 1).rows().get(0).get(0));
  }

  private static void answersQueries(Installation renkei) throws Exception {
    String sql = "SELECT Id, Customer, Note FROM dbo.Orders ORDER BY Id";

    assertThat(renkei.run("query", sql).output())
        .contains("Customer", "鈴木, \"花子\"", "NULL", "2 rows");
    assertThat(renkei.run("query", "--csv", sql).output())
        .isEqualTo("Id,Customer,Note\r\n1,\"鈴木, \"\"花子\"\"\",\"\"\r\n2,O'Brien,\r\n");
    assertThat(renkei.run("query", "--json", sql).output().replaceAll("\\s+", " ").strip())
        .isEqualTo(
            "[ { \"Id\" : 1, \"Customer\" : \"鈴木, \\\"花子\\\"\", \"Note\" : \"\" },"
                + " { \"Id\" : 2, \"Customer\" : \"O'Brien\", \"Note\" : null } ]");
    assertThat(renkei.run("query", "DROP VIEW dbo.Orders")).returns(2, Ended::code);
  }

  /** No version passes while tracking is off, so that nothing at the source tells of it. */
  private static void removesWhatVanishedBehindItsBack(Installation renkei, StandIn shop)
      throws Exception {
    shop.execute(
        """
        USE Shop
        GO
        ALTER TABLE dbo.Stock DISABLE CHANGE_TRACKING
        DELETE FROM dbo.Stock WHERE Item <> 'b'
        GO
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        """);
    assertThat(renkei.run("reload", "dbo.Stock"))
        .returns(0, Ended::code)
        .satisfies(ended -> assertThat(ended.output()).contains("loaded in all warehouses"));

    awaitRows(renkei, "dbo.Stock", 1);
    assertThat(
            renkei
                .client()
                .query("SELECT Item FROM dbo.Stock_changes WHERE _type = 'D' ORDER BY 1", null, 9)
                .rows())
        .containsExactly(List.of("a"), List.of("c"));
    assertThat(renkei.run("status")).returns(0, Ended::code);
  }

  private static void replaysWithoutAChange(Installation renkei) throws Exception {
    String orders = count(renkei, "dbo.Orders_changes");
    String stock = count(renkei, "dbo.Stock_changes");

    assertThat(renkei.run("replay", "--from", "1h")).returns(0, Ended::code);

    renkei.until(
        () ->
            renkei.log().contains("replay ends")
                ? Optional.empty()
                : Optional.of("the replay has not ended"));
    assertThat(count(renkei, "dbo.Orders_changes")).isEqualTo(orders);
    assertThat(count(renkei, "dbo.Stock_changes")).isEqualTo(stock);
    assertThat(count(renkei, "dbo.Stock")).isEqualTo("1");
  }

  private static void refusesASecondOfItself(Installation renkei) throws Exception {
    Ended second = renkei.run("up");

    assertThat(second).returns(4, Ended::code);
    assertThat(second.errors())
        .contains("another process runs the embedded broker here", "a data_dir of its own");
  }

  private static void stopsInAFewSeconds(Installation renkei) throws Exception {
    Ended up = renkei.stop();

    assertThat(up).returns(0, Ended::code);
    assertThat(up.took()).isLessThan(FEW_SECONDS);
    assertThat(renkei.run("status"))
        .returns(4, Ended::code)
        .satisfies(ended -> assertThat(ended.errors()).contains("nothing runs", "renkei up -c"));
    assertThat(renkei.run("query", "--csv", "SELECT Item, Quantity FROM dbo.Stock").output())
        .isEqualTo("Item,Quantity\r\nb,2\r\n");
  }
}
