package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.renkei.bigquery.standin.Faults;
import dev.renkei.bigquery.standin.write.AppendFault;
import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.HubReader;
import dev.renkei.hub.pubsub.PubSubEmulator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Slides 16 to 26 without an account: two trackers as processes, Google's Pub/Sub emulator, a
 * loader, and BigQuery's stand-in, under faults. The same order again with {@code -Drenkei.seed}.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class CloudChainTest {
  private static final int ROWS = 600;
  private static final String SOURCE_ORDERS =
      "SELECT Id, Customer, Amount, CONVERT(varchar(30), At, 126) AS At, Memo, Extra FROM dbo.Orders";
  private static final String CLOUD_ORDERS =
      """
      SELECT Id, Customer, CAST(Amount AS STRING) AS Amount,
        FORMAT_DATETIME('%Y-%m-%dT%H:%M:%E6S', `At`) AS `At`, Memo, Extra
      FROM `shop-data.shop.dbo_Orders`""";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final long seed = Long.getLong("renkei.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void theWarehouseEqualsTheSourceWhateverHappensOnTheWay() throws Exception {
    PubSubEmulator.Found found = PubSubEmulator.find();
    assumeFalse(
        found instanceof PubSubEmulator.Found.Nowhere,
        () -> "needs Google's Pub/Sub emulator: " + found);
    System.out.printf("CloudChainTest: -Drenkei.seed=%d%n", seed);
    try (CloudSite site = CloudSite.open(folder)) {
      open(site);
      site.start("tracker-a", "track", "--name", "tracker-a");
      site.start("tracker-b", "track", "--name", "tracker-b");
      site.start("loader", "load");
      write(site, 400);
      site.kill("tracker-b");
      write(site, 200);
      site.start("tracker-b", "track", "--name", "tracker-b");
      settle(site);

      bigQueryFails(site);
      aColumnIsAdded(site);
      aRowIsRefused(site);
      site.stop("loader");
      messagesComeInDisorderWhileRowsVanish(site);
      theLoaderIsKilled(site);

      assertThat(site.bigQuery().log().count("PUT /upload/"))
          .as("files of snapshots that load jobs brought")
          .isPositive();
      for (String role : site.roles()) {
        site.stop(role);
      }
    }
  }

  private static void open(CloudSite site) throws SQLException {
    site.sql(
        "ALTER DATABASE Shop SET CHANGE_TRACKING = ON",
        """
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Customer nvarchar(40), Amount decimal(12,2),
          At datetime2(6), Memo nvarchar(max))""",
        "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING",
        "CREATE TABLE dbo.在庫 (コード nvarchar(10) NOT NULL PRIMARY KEY, 数量 int)",
        "ALTER TABLE dbo.在庫 ENABLE CHANGE_TRACKING",
        "INSERT INTO dbo.在庫 VALUES (N'abc', 1), (N'赤い靴', 2)",
        "ALTER TABLE dbo.Orders ADD Extra int NULL");
    try (Connection connection = site.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO dbo.Orders (Id, Customer, Amount, At, Memo) VALUES (?, ?, ?, ?, ?)")) {
      for (int id = 0; id < ROWS; id++) {
        insert.setInt(1, id);
        insert.setString(2, "客" + id % 7);
        insert.setString(3, id + ".25");
        insert.setString(4, "2026-01-02T03:04:05.%06d".formatted(id));
        insert.setString(5, id % 5 == 0 ? null : "memo \"" + id + "\" 'x'\n");
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** So many small transactions of inserts, updates and deletes. */
  private void write(CloudSite site, int changes) throws SQLException {
    try (Connection connection = site.connect();
        var statement = connection.createStatement()) {
      for (int i = 0; i < changes; i++) {
        int id = random.nextInt(ROWS * 2);
        statement.execute(
            switch (random.nextInt(4)) {
              case 0 -> "DELETE FROM dbo.Orders WHERE Id = " + id;
              case 1 ->
                  "UPDATE dbo.在庫 SET 数量 = %d, コード = UPPER(コード) WHERE コード = N'abc'".formatted(i);
              default ->
                  """
                  UPDATE dbo.Orders SET Amount = %1$d.75, Memo = N'%2$d' WHERE Id = %3$d
                  IF @@ROWCOUNT = 0 INSERT INTO dbo.Orders (Id, Customer, Amount) VALUES (%3$d, N'new', %1$d.50)"""
                      .formatted(random.nextInt(100_000), random.nextInt(), id);
            });
      }
    }
  }

  private static void settle(CloudSite site) throws Exception {
    long begun = System.nanoTime();
    site.until(
        "orders", () -> differences(site.source(SOURCE_ORDERS), site.warehouse(CLOUD_ORDERS)));
    site.until(
        "stock",
        () ->
            differences(
                site.source("SELECT コード, 数量 FROM dbo.在庫"),
                site.warehouse("SELECT コード, 数量 FROM `shop-data.shop.dbo_在庫`")));
    System.out.printf(
        "CloudChainTest: settled in %d ms%n", (System.nanoTime() - begun) / 1_000_000);
  }

  /** The first few; empty where there are none. */
  private static String differences(
      Map<String, Map<String, String>> source, Map<String, Map<String, String>> warehouse) {
    List<String> found =
        java.util.stream.Stream.concat(source.keySet().stream(), warehouse.keySet().stream())
            .distinct()
            .filter(key -> !java.util.Objects.equals(source.get(key), warehouse.get(key)))
            .limit(3)
            .map(key -> "%s: %s | %s".formatted(key, source.get(key), warehouse.get(key)))
            .toList();
    return String.join("; ", found);
  }

  private void bigQueryFails(CloudSite site) throws Exception {
    site.bigQuery().faults().onAppend(AppendFault.DROP_AFTER_APPLY, 2);
    write(site, 50);
    site.bigQuery().faults().onAppend(AppendFault.RESOURCE_EXHAUSTED, 3);
    write(site, 50);
    try (Faults.Switch denied = site.bigQuery().faults().denyAll()) {
      write(site, 50);
      site.until(
          "the loss of a right is told",
          () ->
              site.command("status").contains("bigquery.dataEditor") ? "" : site.command("status"));
    }
    settle(site);
  }

  private void aColumnIsAdded(CloudSite site) throws Exception {
    site.sql("ALTER TABLE dbo.Orders ADD Grade int NOT NULL DEFAULT 5");
    write(site, 50);
    site.sql("UPDATE dbo.Orders SET Grade = 7, Extra = Id WHERE Id % 10 = 3");
    settle(site);
    site.until(
        "grades of rows that nobody has touched",
        () ->
            differences(
                site.source("SELECT Id, Grade FROM dbo.Orders"),
                site.warehouse("SELECT Id, Grade FROM `shop-data.shop.dbo_Orders`")));
  }

  private void aRowIsRefused(CloudSite site) throws Exception {
    site.sql("INSERT INTO dbo.Orders (Id, Customer, Amount) VALUES (90001, N'before', 1)");
    settle(site);
    try (Faults.Switch refused =
        site.bigQuery()
            .faults()
            .refuseRows(
                (table, row) ->
                    "unbearable".equals(row.get("customer"))
                            || "unbearable".equals(row.get("Customer"))
                        ? "the stand-in was told to refuse this row"
                        : "")) {
      site.sql("INSERT INTO dbo.Orders (Id, Customer, Amount) VALUES (90002, N'unbearable', 1)");
      site.sql("INSERT INTO dbo.Orders (Id, Customer, Amount) VALUES (90003, N'after', 1)");
      write(site, 30);
      site.until(
          "the refused row is set aside",
          () -> site.command("dead-letters", "list").contains("dbo.Orders") ? "" : "no letter");
      site.until(
          "the others go on",
          () -> site.warehouse(CLOUD_ORDERS).containsKey("90003") ? "" : "90003 is missing");
      assertThat(site.warehouse(CLOUD_ORDERS)).doesNotContainKey("90002");
    }
    site.sql("UPDATE dbo.Orders SET Customer = N'bearable' WHERE Id = 90002");
    settle(site);
  }

  private void messagesComeInDisorderWhileRowsVanish(CloudSite site) throws Exception {
    Configuration config = site.config();
    List<Disorder> made = new CopyOnWriteArrayList<>();
    NodePlan loader =
        new NodePlan(
            NodePlan.HubUse.HOST_OR_JOIN,
            List.of(),
            false,
            List.of(),
            null,
            NodePlan.enabledWarehouses(config),
            new NodePlan.Watch() {
              @Override
              public HubReader tap(String warehouse, HubReader reader) {
                Disorder disorder = new Disorder((AcknowledgedSubscription) reader, seed);
                made.add(disorder);
                return disorder;
              }
            });
    try (Node node = Node.start(config, loader, "test")) {
      write(site, 300);
      site.sql(
          "ALTER TABLE dbo.Orders DISABLE CHANGE_TRACKING",
          "DELETE FROM dbo.Orders WHERE Id % 3 = 0",
          "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING");
      write(site, 300);
      settle(site);
      logIsUnique(site);
      Disorder disorder = made.get(0);
      System.out.printf(
          "CloudChainTest: %d copies, %d given back%n", disorder.copies(), disorder.givenBack());
      assertThat(disorder.copies()).isPositive();
      assertThat(disorder.givenBack()).isPositive();
    }
  }

  /**
   * The emulator goes on sending to the streams of a process that was killed, and each time what it
   * sends there waits for its lease: so this comes last, and waits.
   */
  private void theLoaderIsKilled(CloudSite site) throws Exception {
    site.start("loader", "load");
    write(site, 100);
    site.kill("loader");
    write(site, 20);
    site.start("loader", "load");
    settle(site);
    logIsUnique(site);
  }

  private static void logIsUnique(CloudSite site) {
    assertThat(
            site.bigQuery()
                .query(
                    "SELECT _message_id FROM `shop-data.shop.dbo_Orders_changes` GROUP BY _message_id HAVING COUNT(*) > 1"))
        .isEmpty();
    assertThat(
            site.bigQuery()
                .query(
                    """
                    SELECT _key FROM (
                      SELECT _key, _type, ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _sequence DESC) AS place
                      FROM `shop-data.shop.dbo_Orders_changes`)
                    WHERE place = 1 AND _type <> 'D'"""))
        .as("the log ends where the table stands")
        .hasSize(site.warehouse(CLOUD_ORDERS).size());
  }
}
