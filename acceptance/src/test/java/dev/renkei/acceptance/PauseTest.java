package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parts rest at an operator's word, also over a restart, and go on without a loss. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PauseTest {
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
        CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY, Quantity int NOT NULL)
        CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Quantity int NOT NULL)
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Stock VALUES (1, 1)
        INSERT INTO dbo.Orders VALUES (1, 1)
        """);
    return shop;
  }

  @Test
  void whatRestsGoesOnWhereItStood() throws Exception {
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
      renkei.up();
      awaitQuantities(renkei, 1, 1);
      aTableRestsOverARestart(renkei, shop);
      theWholeSourceRests(renkei, shop);
      aWarehouseRestsAndItsFileIsFree(renkei, shop);
      aFlowRests(renkei, shop);
      whatIsNotThereIsRefused(renkei);
      assertThat(renkei.run("dead-letters", "list").output()).isEqualToIgnoringNewLines("none");
    }
  }

  private static void aTableRestsOverARestart(Installation renkei, StandIn shop) throws Exception {
    assertThat(renkei.run("pause", "dbo.Stock", "--reason", "index"))
        .returns(0, Ended::code)
        .satisfies(
            ended ->
                assertThat(ended.output())
                    .contains("dbo.Stock rests since", "(index)", "renkei resume dbo.Stock"));
    awaitPhases(renkei, "dbo.Stock", StatusReport.Table.Phase.PAUSED);
    set(shop, "Stock", 2);
    set(shop, "Orders", 2);
    awaitQuantities(renkei, 1, 2);
    assertThat(renkei.stop().code()).isZero();

    renkei.up();
    awaitPhases(renkei, "dbo.Stock", StatusReport.Table.Phase.PAUSED);
    awaitPhases(renkei, "dbo.Orders", StatusReport.Table.Phase.TRACKING);
    set(shop, "Orders", 3);
    awaitQuantities(renkei, 1, 3);
    assertThat(renkei.run("status").output()).contains("paused by an operator: index");
    assertThat(renkei.run("pause").output()).contains("dbo.Stock rests since");

    assertThat(renkei.run("resume", "dbo.Stock").output())
        .contains("dbo.Stock goes on", "nothing rests");
    awaitQuantities(renkei, 2, 3);
  }

  /** Asked while nothing runs, and by the endpoint. */
  private static void theWholeSourceRests(Installation renkei, StandIn shop) throws Exception {
    assertThat(renkei.stop().code()).isZero();
    assertThat(renkei.run("pause", "--source")).returns(0, Ended::code);
    set(shop, "Stock", 4);
    renkei.up();
    TimeUnit.SECONDS.sleep(2);
    assertThat(renkei.status().trackers())
        .allSatisfy(tracker -> assertThat(tracker.problem()).isNull());
    awaitQuantities(renkei, 2, 3);
    assertThat(post(renkei, "/api/resume", "{\"source\": true}").body())
        .startsWith("{\"resumed\":[{\"kind\":\"source\"")
        .endsWith("\"paused\":[]}");
    awaitQuantities(renkei, 4, 3);
  }

  private static void aWarehouseRestsAndItsFileIsFree(Installation renkei, StandIn shop)
      throws Exception {
    assertThat(
            post(renkei, "/api/pause", "{\"warehouse\": \"local\", \"reason\": \"copied\"}").body())
        .contains("\"name\":\"local\",\"reason\":\"copied\"");
    awaitWarehouse(renkei, StatusReport.Warehouse.Phase.PAUSED);
    set(shop, "Stock", 5);
    String file =
        renkei.configuration().dataDir().resolveSibling("data/warehouse.duckdb").toString();
    try (Connection other = DriverManager.getConnection("jdbc:duckdb:" + file);
        ResultSet rows = other.createStatement().executeQuery("SELECT Quantity FROM dbo.Stock")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(4);
    }
    assertThat(renkei.run("query", "SELECT 1").errors()).contains("paused by an operator: copied");
    assertThat(get(renkei, "/health/ready").statusCode()).isEqualTo(200);

    assertThat(renkei.run("resume", "--all").output()).contains("warehouse local goes on");
    awaitWarehouse(renkei, StatusReport.Warehouse.Phase.LOADING);
    awaitQuantities(renkei, 5, 3);
  }

  private static void aFlowRests(Installation renkei, StandIn shop) throws Exception {
    assertThat(renkei.run("pause", "--flow", "dedupe")).returns(0, Ended::code);
    renkei.until(
        () ->
            renkei.status().flows().stream().allMatch(flow -> flow.state().equals("PAUSED"))
                ? Optional.empty()
                : Optional.of(renkei.status().flows().toString()));
    TimeUnit.SECONDS.sleep(1); // its last transaction ends
    set(shop, "Orders", 6);
    TimeUnit.SECONDS.sleep(2);
    awaitQuantities(renkei, 5, 3);
    assertThat(renkei.run("status").output()).contains("flow dedupe", "paused by an operator");

    assertThat(renkei.run("resume", "--flow", "dedupe")).returns(0, Ended::code);
    awaitQuantities(renkei, 5, 6);
  }

  private static void whatIsNotThereIsRefused(Installation renkei) throws Exception {
    assertThat(renkei.run("pause", "sales.Orders"))
        .returns(2, Ended::code)
        .satisfies(ended -> assertThat(ended.errors()).contains("sales.Orders is not tracked"));
    assertThat(renkei.run("pause", "--flow", "wash")).returns(2, Ended::code);
    assertThat(renkei.run("pause", "--flow", "mask")).returns(2, Ended::code);
    assertThat(renkei.run("pause", "--warehouse", "remote").errors()).contains("there are: local");
    assertThat(renkei.run("resume")).returns(2, Ended::code);
    assertThat(renkei.run("resume", "dbo.Stock").output()).contains("dbo.Stock did not rest");
    assertThat(post(renkei, "/api/pause", "{}").statusCode()).isEqualTo(400);
    assertThat(post(renkei, "/api/pause", "{\"table\": \"a\", \"source\": true}").statusCode())
        .isEqualTo(400);
    assertThat(renkei.run("pause").output()).isEqualToIgnoringNewLines("nothing rests");
  }

  private static void set(StandIn shop, String table, int quantity) throws Exception {
    shop.execute("USE Shop\nGO\nUPDATE dbo.%s SET Quantity = %d".formatted(table, quantity));
  }

  private static void awaitQuantities(Installation renkei, int stock, int orders) throws Exception {
    String wanted = "[[%d], [%d]]".formatted(stock, orders);
    renkei.until(
        () -> {
          if (Stream.of("Stock", "Orders").anyMatch(view -> !isThere(renkei, view))) {
            return Optional.of("no views");
          }
          String there =
              renkei
                  .client()
                  .query(
                      "SELECT Quantity FROM dbo.Stock UNION ALL SELECT Quantity FROM dbo.Orders",
                      null,
                      2)
                  .rows()
                  .toString();
          return there.equals(wanted) ? Optional.empty() : Optional.of(there + " is there");
        });
  }

  private static boolean isThere(Installation renkei, String view) {
    try {
      return !renkei
          .client()
          .query("SELECT 1 FROM duckdb_views() WHERE view_name = '%s'".formatted(view), null, 1)
          .rows()
          .isEmpty();
    } catch (Exception e) {
      return false; // it has not begun to load
    }
  }

  private static void awaitPhases(Installation renkei, String table, StatusReport.Table.Phase phase)
      throws Exception {
    awaitAll(
        renkei,
        status ->
            status.trackers().stream()
                .map(
                    tracker ->
                        tracker.tables().stream()
                            .filter(one -> one.table().equals(table))
                            .map(StatusReport.Table::phase)
                            .findFirst()
                            .orElse(StatusReport.Table.Phase.STARTING))
                .toList()
                .equals(List.of(phase, phase)));
  }

  private static void awaitWarehouse(Installation renkei, StatusReport.Warehouse.Phase phase)
      throws Exception {
    awaitAll(renkei, status -> status.warehouses().get(0).phase() == phase);
  }

  private static void awaitAll(Installation renkei, Predicate<StatusReport> such) throws Exception {
    renkei.until(
        () -> {
          StatusReport status = renkei.status();
          return such.test(status) ? Optional.empty() : Optional.of(status.toJson());
        });
  }

  private static HttpResponse<String> post(Installation renkei, String path, String body)
      throws Exception {
    return send(
        HttpRequest.newBuilder(address(renkei, path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> get(Installation renkei, String path) throws Exception {
    return send(HttpRequest.newBuilder(address(renkei, path)));
  }

  private static URI address(Installation renkei, String path) throws Exception {
    return dev.renkei.server.RunFiles.living(renkei.configuration().dataDir())
        .get(0)
        .url()
        .resolve(path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
