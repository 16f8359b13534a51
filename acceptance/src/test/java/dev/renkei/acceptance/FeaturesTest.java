package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sales of a product in ten seconds, and visits of a buyer, as a model wants them (slide 29). */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FeaturesTest {
  /** What a warehouse's own SQL says the feature must hold. */
  private static final String SALES =
      """
      SELECT ProductID, epoch(time_bucket(INTERVAL 10 SECOND, SoldAt)) AS start, sum(Quantity), sum(Price * Quantity),
        round(avg(Quantity), 9), count(*), max(Price), min(Price), count(DISTINCT Buyer)
      FROM dbo.Sales GROUP BY ProductID, start
      """;

  private static final String SALES_FEATURE =
      """
      SELECT ProductID, epoch(window_start), quantity, amount, CAST(average AS DOUBLE), orders, dearest, cheapest, buyers
      FROM features.sales WHERE is_final
      """;

  private static final String VISITS =
      """
      SELECT Buyer, epoch(min(SoldAt)), epoch(max(SoldAt)) + 3, count(*) FROM (
        SELECT *, sum(begins) OVER (PARTITION BY Buyer ORDER BY SoldAt ROWS UNBOUNDED PRECEDING) AS visit FROM (
          SELECT *, CASE WHEN SoldAt - lag(SoldAt) OVER (PARTITION BY Buyer ORDER BY SoldAt) < INTERVAL 3 SECOND
            THEN 0 ELSE 1 END AS begins FROM dbo.Sales))
      GROUP BY Buyer, visit
      """;

  private static final String VISITS_FEATURE =
      "SELECT Buyer, epoch(window_start), epoch(window_end), purchases FROM features.visits WHERE is_final";

  /** Less than the lateness, by what lies between a sale and its line, and by a slow commit. */
  private static final Duration CHANGEABLE = Duration.ofSeconds(25);

  @TempDir private Path folder = Path.of("");

  private final Random random = new Random(29);

  /** When each line came, by its number less one. */
  private final List<Instant> lines = new ArrayList<>();

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Sales (LineID int NOT NULL PRIMARY KEY, ProductID int NOT NULL, Buyer nvarchar(20) NOT NULL,
          Quantity int NOT NULL, Price decimal(10, 2) NOT NULL, SoldAt datetime2 NOT NULL)
        ALTER TABLE dbo.Sales ENABLE CHANGE_TRACKING
        """);
    return shop;
  }

  private static void configure(Installation renkei) throws Exception {
    Files.writeString(
        renkei.file(),
        """
        features:
          sales:
            from: dbo.Sales
            key: row.ProductID
            time: row.SoldAt
            timezone: UTC
            window: {fixed: 10s, lateness: 40s}
            values:
              quantity: sum(row.Quantity)
              amount: sum(row.Prize * row.Quantity)
              average: avg(row.Quantity)
              orders: count()
              dearest: max(row.Price)
              cheapest: min(row.Price)
              buyers: distinct(row.Buyer)
          visits:
            from: dbo.Sales
            key: row.Buyer
            time: row.SoldAt
            window: {session: 3s, lateness: 40s}
            values: {purchases: count()}
            to: warehouse
        """,
        StandardOpenOption.APPEND);
  }

  @Test
  void holdsWhatSqlSaysThoughItIsKilledAndItsSourceFallsSilent() throws Exception {
    try (StandIn shop = shop();
        Installation renkei =
            Installation.of(
                folder,
                shop,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      configure(renkei);
      refusesWhatDoesNotFit(renkei);
      renkei.up();

      for (int kill = 0; kill < 2; kill++) {
        trade(shop, 150);
        awaitResults(renkei);
        renkei.kill();
        trade(shop, 20);
        renkei.up();
      }
      trade(shop, 150);

      awaitEqual(renkei, SALES, SALES_FEATURE);
      awaitEqual(renkei, VISITS, VISITS_FEATURE);
      tellsHowItIs(renkei);
      backfillGivesTheSameRowsInTheSameVersions(renkei, "hub", "messages of the hub");
      backfillGivesTheSameRowsInTheSameVersions(renkei, "local", "changes of local");
    }
  }

  /** Only the change log remembers: the hub is a new one, and the features have other names. */
  @Test
  void isComputedAgainFromTheChangeLogWhenTheHubHasForgottenAll() throws Exception {
    try (StandIn shop = shop();
        Installation renkei =
            Installation.of(
                folder,
                shop,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      configure(renkei);
      correct(renkei);
      renkei.up();
      trade(shop, 150);
      awaitEqual(renkei, SALES, SALES_FEATURE);
      awaitEqual(renkei, VISITS, VISITS_FEATURE);
      renkei.kill();

      Files.writeString(
          renkei.file(),
          Files.readString(renkei.file())
              .replace("  sales:\n", "  sales_again:\n")
              .replace("  visits:\n", "  visits_again:\n"));
      Files.move(folder.resolve("data/kafka"), folder.resolve("the hub that was"));
      renkei.up();
      awaitTheNewHub(shop, renkei);
      backfill(renkei, "visits_again", "--dry-run", "changes of local read, \\d+ final rows would");
      backfill(
          renkei, "sales_again", "--from=local", "changes of local read, \\d+ final rows publ");
      renkei.kill();
      backfill(
          renkei, "visits_again", "--from=local", "changes of local read, \\d+ final rows publ");
      renkei.up();

      awaitTheSameAgain(renkei, "sales", "ProductID <> 99");
      awaitTheSameAgain(renkei, "visits", "Buyer <> 'new'");
    }
  }

  private static void backfill(Installation renkei, String feature, String option, String says)
      throws Exception {
    Ended backfill = renkei.run("backfill", feature, option);
    assertThat(backfill).returns(0, Ended::code);
    assertThat(backfill.output()).containsPattern(says);
  }

  /** It knows the table's schema when a row has come by it. */
  private static void awaitTheNewHub(StandIn shop, Installation renkei) throws Exception {
    shop.execute(
        "USE Shop\nGO\nINSERT INTO dbo.Sales VALUES (99999, 99, N'new', 1, 1, sysutcdatetime())");
    renkei.until(
        () ->
            rows(renkei, "SELECT 1 FROM dbo.Sales WHERE LineID = 99999").isEmpty()
                ? Optional.of("the new hub has brought nothing")
                : Optional.empty());
  }

  /** Equal in every value, and in their versions. */
  private static void awaitTheSameAgain(Installation renkei, String feature, String where)
      throws Exception {
    String live = "SELECT * EXCLUDE _loaded_at FROM features.%s".formatted(feature);
    assertThat(rows(renkei, live)).isNotEmpty();
    renkei.until(
        () ->
            rows(
                        renkei,
                        "SELECT 1 FROM duckdb_views() WHERE view_name = '%s_again'"
                            .formatted(feature))
                    .isEmpty()
                ? Optional.of("no table of the backfill")
                : Optional.empty());
    awaitEqual(
        renkei,
        live,
        "SELECT * EXCLUDE _loaded_at FROM features.%s_again WHERE %s".formatted(feature, where));
  }

  private static void backfillGivesTheSameRowsInTheSameVersions(
      Installation renkei, String from, String read) throws Exception {
    List<List<Object>> before =
        rows(renkei, "SELECT count(*), max(_sequence) FROM features.sales_changes");

    backfill(renkei, "sales", "--from=" + from, read + " read, \\d+ final rows published");

    awaitEqual(renkei, SALES, SALES_FEATURE);
    assertThat(rows(renkei, "SELECT count(*), max(_sequence) FROM features.sales_changes"))
        .isEqualTo(before);
  }

  private static void refusesWhatDoesNotFit(Installation renkei) throws Exception {
    Ended check = renkei.run("check");
    assertThat(check).returns(2, Ended::code);
    assertThat(check.output())
        .contains(
            "features.sales: values.amount: line 1, column 9: dbo.Sales has no column 'Prize'; the nearest is 'Price'",
            "features.visits: time: line 1, column 1: a datetime without an offset; say its zone by `timezone: Asia/Tokyo`");
    correct(renkei);
    assertThat(renkei.run("check")).returns(0, Ended::code);
  }

  private static void correct(Installation renkei) throws Exception {
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
            .replace("row.Prize", "row.Price")
            .replace("key: row.Buyer", "key: row.Buyer\n    timezone: UTC"));
  }

  /** New lines, some of a few seconds ago; late ones that change in any way, and that go. */
  private void trade(StandIn shop, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      StringBuilder sql = new StringBuilder("USE Shop\nGO\n");
      lines.add(Instant.now());
      int line = lines.size();
      sql.append(
          "INSERT INTO dbo.Sales VALUES (%d, %d, N'buyer-%d', %d, %s, '%s')%n"
              .formatted(
                  line,
                  random.nextInt(5),
                  random.nextInt(4),
                  1 + random.nextInt(9),
                  random.nextInt(10_000) / 100.0,
                  moment()));
      int other = lines.size() - random.nextInt(Math.min(60, changeable()));
      switch (random.nextInt(6)) {
        case 0 -> sql.append("DELETE dbo.Sales WHERE LineID = %d%n".formatted(other));
        case 1 ->
            sql.append(
                "UPDATE dbo.Sales SET Quantity = Quantity + 1 WHERE LineID = %d%n"
                    .formatted(other));
        case 2 ->
            sql.append(
                "UPDATE dbo.Sales SET ProductID = %d, SoldAt = '%s' WHERE LineID = %d%n"
                    .formatted(random.nextInt(5), moment(), other));
        default -> {}
      }
      shop.execute(sql.toString());
    }
  }

  /** How many of the newest lines are so young that windows still take their changes. */
  private int changeable() {
    Instant youngest = Instant.now().minus(CHANGEABLE);
    int old = 0;
    while (old < lines.size() - 1 && lines.get(old).isBefore(youngest)) {
      old++;
    }
    return lines.size() - old;
  }

  private LocalDateTime moment() {
    return LocalDateTime.ofInstant(
        Instant.ofEpochMilli(Instant.now().toEpochMilli() - random.nextInt(8_000)), ZoneOffset.UTC);
  }

  private static List<List<Object>> rows(Installation renkei, String sql) throws Exception {
    return renkei.client().query(sql, null, 100).rows();
  }

  /** Some results are there; others are on their way. */
  private static void awaitResults(Installation renkei) throws Exception {
    renkei.until(
        () ->
            there(renkei) && !rows(renkei, "SELECT 1 FROM features.sales LIMIT 1").isEmpty()
                ? Optional.empty()
                : Optional.of("no results of features"));
  }

  private static boolean there(Installation renkei) throws Exception {
    return "2"
        .equals(
            String.valueOf(
                rows(
                        renkei,
                        "SELECT count(*) FROM duckdb_views() WHERE view_name IN ('sales', 'visits')")
                    .get(0)
                    .get(0)));
  }

  private static void awaitEqual(Installation renkei, String wanted, String is) throws Exception {
    renkei.until(
        () -> {
          if (!there(renkei)) {
            return Optional.of("no tables of features");
          }
          List<List<Object>> missing =
              rows(renkei, "(%s) EXCEPT (%s) LIMIT 3".formatted(wanted, is));
          List<List<Object>> superfluous =
              rows(renkei, "(%s) EXCEPT (%s) LIMIT 3".formatted(is, wanted));
          return missing.isEmpty() && superfluous.isEmpty()
              ? Optional.empty()
              : Optional.of("missing %s, superfluous %s".formatted(missing, superfluous));
        });
  }

  private static void tellsHowItIs(Installation renkei) throws Exception {
    // A report may be a second old.
    renkei.until(
        () -> {
          StatusReport.Flow flow = features(renkei);
          return flow.counts().in() > 0 && flow.counts().out() > 0
              ? Optional.empty()
              : Optional.of("it counts nothing: " + flow);
        });
    StatusReport.Flow flow = features(renkei);
    assertThat(flow.state()).isEqualTo("RUNNING");
    assertThat(flow.counts().deadLetters()).isZero();
    assertThat(flow.others()).doesNotContainKey("late");
  }

  private static StatusReport.Flow features(Installation renkei) throws Exception {
    return renkei.status().flows().stream()
        .filter(f -> f.name().equals("features"))
        .findFirst()
        .orElseThrow();
  }
}
