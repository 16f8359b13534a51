package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.acceptance.FlinkProcesses;
import dev.renkei.acceptance.Project;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.standin.sample.AdventureWorks;
import dev.renkei.standin.sample.SourceTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The slides' chain, without an account: tables of AdventureWorks, two trackers as processes,
 * Google's Pub/Sub emulator, dedupe by id on a Flink cluster, and behind the hub two subscriptions:
 * a pipeline into BigQuery's stand-in, and a loader into DuckDB.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SlidesChainTest {
  private static final List<String> TABLES =
      List.of("Production.ProductInventory", "Sales.SpecialOfferProduct", "Production.Location");

  /** The same text from all three: what is compared of each table. */
  private static final Map<String, String> COLUMNS =
      Map.of(
          "Production.ProductInventory", "ProductID, LocationID, Shelf, Bin, Quantity",
          "Sales.SpecialOfferProduct", "SpecialOfferID, ProductID",
          "Production.Location", "LocationID, Name");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final long seed = Long.getLong("renkei.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void bothWarehousesEqualTheSource() throws Exception {
    PubSubEmulator.Found emulator = PubSubEmulator.find();
    assumeFalse(
        emulator instanceof PubSubEmulator.Found.Nowhere,
        () -> "needs Google's Pub/Sub emulator: " + emulator);
    AdventureWorks sample = AdventureWorks.find().orElse(null);
    assumeTrue(sample != null, "needs RENKEI_DATA: there is no sample data here");
    System.out.printf("SlidesChainTest: -Drenkei.seed=%d%n", seed);
    try (CloudSite site = CloudSite.open(folder, "[\"Production.*\", \"Sales.*\"]", true);
        FlinkProcesses flink = FlinkProcesses.start(folder.resolve("flink"), 1, 4)) {
      load(java.util.Objects.requireNonNull(sample), site);
      site.start("tracker-a", "track", "--name", "tracker-a");
      site.start("tracker-b", "track", "--name", "tracker-b");
      pipeline(site, flink, "dedupe");
      pipeline(site, flink, "warehouse");
      try (Node loader =
          Node.start(
              site.config(), NodePlan.loaders(NodePlan.loadedWarehouses(site.config())), "test")) {
        settle(site, loader);

        write(site, 200);
        site.kill("tracker-b");
        write(site, 200);
        pipeline(site, flink, "dedupe", "--replace");
        write(site, 200);
        pipeline(site, flink, "warehouse", "--replace");
        site.start("tracker-b", "track", "--name", "tracker-b");
        write(site, 200);
        settle(site, loader);
        logIsUnique(site, loader);
      }
      assertThat(site.command("dead-letters", "list")).isEqualToIgnoringNewLines("none");
    }
  }

  private void load(AdventureWorks sample, CloudSite site) throws Exception {
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement()) {
      sample.create(connection);
      statement.execute("ALTER DATABASE Shop SET CHANGE_TRACKING = ON");
      for (SourceTable table : sample.tables()) {
        if (TABLES.contains(table.schema() + "." + table.name())) {
          sample.load(connection, table);
          statement.execute("ALTER TABLE %s ENABLE CHANGE_TRACKING".formatted(table.quotedName()));
        }
      }
    }
  }

  /** Brings a pipeline onto the cluster, which has the libraries on its own class path. */
  private static void pipeline(CloudSite site, FlinkProcesses flink, String name, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("pipeline", name, "--runner=flink"));
    arguments.add("--flink-master=" + flink.master());
    arguments.addAll(List.of(more));
    arguments.add("-c");
    arguments.add(site.configuration().toString());
    arguments.add("--");
    arguments.add("--filesToStage=" + Project.root().resolve("beam/target/classes"));
    assertThat(site.run(arguments)).contains("job renkei-shop-" + name).contains("RUNNING");
  }

  /** Small transactions of inserts, updates and deletes in the stock, as a shop makes them. */
  private void write(CloudSite site, int changes) throws SQLException {
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < changes; i++) {
        int product = 1 + random.nextInt(500);
        statement.execute(
            switch (random.nextInt(5)) {
              case 0 -> "DELETE FROM Production.ProductInventory WHERE ProductID = " + product;
              case 1 ->
                  """
                  IF NOT EXISTS (SELECT * FROM Production.ProductInventory WHERE ProductID = %1$d AND LocationID = 6)
                    INSERT INTO Production.ProductInventory (ProductID, LocationID, Shelf, Bin, Quantity, rowguid, ModifiedDate)
                    VALUES (%1$d, 6, N'棚', 1, %2$d, NEWID(), '2026-01-01')"""
                      .formatted(product, i);
              case 2 -> "DELETE FROM Sales.SpecialOfferProduct WHERE ProductID = " + (700 + i);
              default ->
                  "UPDATE Production.ProductInventory SET Quantity = %d WHERE ProductID = %d"
                      .formatted(random.nextInt(1000), product);
            });
      }
    }
  }

  private static void settle(CloudSite site, Node loader) throws Exception {
    for (String table : TABLES) {
      String cloud = "`shop-data.shop.%s`".formatted(table.replace('.', '_'));
      site.until(
          table + " in BigQuery",
          () -> differences(source(site, table), cloud(site, select(table, cloud))));
      site.until(
          table + " in DuckDB",
          () -> differences(source(site, table), duck(loader, select(table, table))));
    }
  }

  private static String select(String table, String from) {
    return "SELECT %s FROM %s".formatted(COLUMNS.getOrDefault(table, ""), from);
  }

  private static Map<String, Integer> source(CloudSite site, String table) throws SQLException {
    Map<String, Integer> rows = new TreeMap<>();
    try (Connection connection = site.connect();
        Statement statement = connection.createStatement();
        var result = statement.executeQuery(select(table, table))) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.merge(String.join("|", row), 1, Integer::sum);
      }
    }
    return rows;
  }

  private static Map<String, Integer> cloud(CloudSite site, String sql) {
    Map<String, Integer> rows = new TreeMap<>();
    try {
      for (Map<String, ?> row : site.bigQuery().query(sql)) {
        rows.merge(
            String.join("|", row.values().stream().map(String::valueOf).toList()), 1, Integer::sum);
      }
    } catch (ApiException e) {
      rows.put("no table yet: " + e.getMessage(), 1);
    }
    return rows;
  }

  private static Map<String, Integer> duck(Node loader, String sql) throws Exception {
    Map<String, Integer> rows = new TreeMap<>();
    try {
      for (List<?> row : loader.warehouse("local").orElseThrow().query(sql, 100_000).rows()) {
        rows.merge(String.join("|", row.stream().map(String::valueOf).toList()), 1, Integer::sum);
      }
    } catch (dev.renkei.core.warehouse.WarehouseException e) {
      rows.put("no table yet: " + e.getMessage(), 1);
    }
    return rows;
  }

  private static String differences(Map<String, Integer> source, Map<String, Integer> warehouse) {
    List<String> found =
        java.util.stream.Stream.concat(source.keySet().stream(), warehouse.keySet().stream())
            .distinct()
            .filter(row -> !java.util.Objects.equals(source.get(row), warehouse.get(row)))
            .limit(3)
            .map(row -> "%s: %s | %s".formatted(row, source.get(row), warehouse.get(row)))
            .toList();
    return String.join("; ", found);
  }

  private static void logIsUnique(CloudSite site, Node loader) throws Exception {
    assertThat(
            site.bigQuery()
                .query(
                    "SELECT _message_id FROM `shop-data.shop.Production_ProductInventory_changes` GROUP BY _message_id HAVING COUNT(*) > 1"))
        .isEmpty();
    assertThat(
            loader
                .warehouse("local")
                .orElseThrow()
                .query(
                    "SELECT _message_id FROM Production.ProductInventory_changes GROUP BY _message_id HAVING COUNT(*) > 1",
                    10)
                .rows())
        .isEmpty();
  }
}
