package dev.renkei.acceptance.faults;

import static dev.renkei.acceptance.faults.PubSubShop.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Planted;
import dev.renkei.acceptance.Webhooks;
import dev.renkei.cli.node.Node;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Kafka Streams does in {@code up} on Kafka, pipelines do on Pub/Sub: {@code enrich} and
 * {@code features} make rows of the hub, {@code mask} masks these with the rest, {@code rules}
 * judges.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PubSubPipelinesTest {
  private static final String EMAIL = "planted.taro.7f3a@example.jp";
  private static final String LATE_EMAIL = "planted.hanako.7f3a@example.jp";
  private static final String CARD = "4929731155220011";
  private static final String URL = "/planted-7f3a/shoes";
  private static final String UNREADABLE = "planted unreadable 7f3a";

  private static final String SALES =
      "SELECT ProductID, epoch(time_bucket(INTERVAL 5 SECOND, SoldAt)), sum(Quantity), sum(Price * Quantity) FROM dbo.Sales GROUP BY ALL ORDER BY ALL";
  private static final String SALES_FEATURE =
      "SELECT ProductID, epoch(window_start), quantity, CAST(amount AS DECIMAL(20, 2)) FROM features.sales WHERE is_final ORDER BY ALL";
  private static final String VIEWS =
      "SELECT event_id, customer_id, customer_Email, customer_Prefecture FROM events.page_view_enriched ORDER BY 1";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void enrichFeaturesAndMaskDoOnPubSubWhatUpDoesOnKafka() throws Exception {
    prove(List.of("enrich", "features", "mask"), "--runner=direct");
  }

  @Test
  void onFlinkTooAndRulesWithThem() throws Exception {
    prove(
        List.of("enrich", "features", "mask", "rules"),
        "--runner=flink",
        "--flink-master=embedded");
  }

  private void prove(List<String> pipelines, String... runner) throws Exception {
    try (Webhooks receiver = new Webhooks(call -> 204);
        PubSubShop shop = PubSubShop.open(folder, "")) {
      configure(shop, receiver);
      try (Node node = shop.everything()) {
        HubTopic clear = HubTopic.listen(shop.hubAddress(), "shop-data", "renkei.hub");
        HubTopic masked = HubTopic.listen(shop.hubAddress(), "shop-data", "renkei.masked.hub");
        until("the first load", () -> isLoaded(node));
        try (Running running = Running.start(shop, pipelines, runner)) {
          trade(shop);
          visit(node, shop);
          clear.publish(UNREADABLE.getBytes(StandardCharsets.UTF_8), Map.of(UNREADABLE, "x"));

          awaitSameIn(node, "local");
          awaitSameIn(node, "masked");
          proveViews(node);
          if (pipelines.contains("rules")) {
            proveNotices(receiver);
          }
          proveNothingIsPlanted(shop, node, clear, masked);
          assertThat(running.programs()).allMatch(Program::isAlive);
        }
      }
      assertThat(inFiles(planted())).isEmpty();
    }
  }

  private void configure(PubSubShop shop, Webhooks receiver) throws Exception {
    shop.sql(
        """
        USE Shop
        GO
        CREATE TABLE dbo.Customers (CustomerID int NOT NULL PRIMARY KEY, Email nvarchar(100), Card varchar(20), Prefecture nvarchar(10))
        CREATE TABLE dbo.Sales (LineID int NOT NULL PRIMARY KEY, ProductID int NOT NULL, Quantity int NOT NULL,
          Price decimal(10, 2) NOT NULL, SoldAt datetime2 NOT NULL)
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        ALTER TABLE dbo.Sales ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (1, N'%s', '%s', N'東京都'), (2, N'second@example.jp', NULL, N'大阪府')
        """
            .formatted(EMAIL, CARD));
    Files.writeString(
        folder.resolve("page_view.json"),
        "{\"type\": \"object\", \"properties\": {\"url\": {\"type\": \"string\"}, \"customer_id\": {\"type\": \"integer\"}}}");
    Path keys = folder.resolve("keyset.json");
    assertThat(shop.commandAsItIs("keys", "create", keys.toString()).code()).isZero();
    shop.replace(
        "  local: {type",
        "  masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}\n  local: {type");
    shop.configure(
        """
        events:
          page_view: {schema: page_view.json, join: dbo.Customers on customer_id, wait: 1s, late_master: update}
        collector: {listen: "127.0.0.1:0"}
        features:
          sales:
            from: dbo.Sales
            key: row.ProductID
            time: row.SoldAt
            timezone: UTC
            window: {fixed: 5s, lateness: 10s}
            values: {quantity: sum(row.Quantity), amount: sum(row.Price * row.Quantity)}
        pipelines: {features: true, flink: {parallelism: 1}}
        rules:
          more:
            from: dbo.Sales
            when: "row.Quantity == 3"
            to: [{webhook: "%s", secret: "%s"}]
        privacy:
          keyset: "${file:keyset.json}"
          columns:
            "**.*Email": {method: hash}
            "**.*Card": {method: tokenize}
            "**.url": {method: "null"}
            "**.extra": {method: "null"}
            "dbo.Customers.*": {method: pass}
            "dbo.Sales.*": {method: pass}
            "features.sales.*": {method: pass}
            "events.*.*": {method: pass}
        """
            .formatted(receiver.url("/more"), Webhooks.SECRET));
  }

  private static boolean isLoaded(Node node) throws Exception {
    return node.status().trackers().stream()
        .allMatch(
            tracker ->
                tracker.tables().size() == 3
                    && tracker.tables().stream().allMatch(table -> table.snapshotsDone() > 0));
  }

  /** New lines, one that changes, one that moves to another product, one that goes. */
  private static void trade(PubSubShop shop) throws Exception {
    shop.sql(
        """
        USE Shop
        GO
        INSERT INTO dbo.Sales VALUES (1, 7, 2, 10.50, SYSUTCDATETIME()), (2, 7, 1, 99.99, SYSUTCDATETIME()),
          (3, 8, 5, 0.10, SYSUTCDATETIME()), (4, 8, 1, 1, SYSUTCDATETIME()), (5, 9, 4, 2.25, SYSUTCDATETIME())
        """);
    shop.sql(
        """
        USE Shop
        GO
        UPDATE dbo.Sales SET Quantity = 3 WHERE LineID = 1
        UPDATE dbo.Sales SET ProductID = 9 WHERE LineID = 3
        DELETE FROM dbo.Sales WHERE LineID = 4
        """);
  }

  /** One visitor whom the database knows, and one whom it knows later. */
  private static void visit(Node node, PubSubShop shop) throws Exception {
    String events =
        """
        [{"type": "page_view", "id": "a", "data": {"url": "%1$s", "customer_id": 1, "note": "%1$s"}},
         {"type": "page_view", "id": "b", "data": {"url": "%1$s", "customer_id": 3}}]
        """
            .formatted(URL);
    URI collector = node.collector().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(collector.resolve("/v1/events"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(events))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(202);
    awaitRows(node, "local", VIEWS, "a,1,%s,東京都".formatted(EMAIL), "b,3,null,null");
    shop.sql(
        "USE Shop; INSERT INTO dbo.Customers VALUES (3, N'%s', NULL, N'京都府')"
            .formatted(LATE_EMAIL));
  }

  /** What the feature holds is what SQL says of its table in the same warehouse. */
  private static void awaitSameIn(Node node, String warehouse) throws Exception {
    List<String> last = new ArrayList<>();
    try {
      until(
          "features in " + warehouse,
          () -> {
            List<String> wanted = rows(node, warehouse, SALES);
            last.clear();
            last.addAll(rows(node, warehouse, SALES_FEATURE));
            return wanted.size() >= 2 && last.equals(wanted);
          });
    } catch (AssertionError e) {
      throw new AssertionError(last + " instead of " + rows(node, warehouse, SALES), e);
    }
  }

  private static void proveViews(Node node) throws Exception {
    awaitRows(
        node, "local", VIEWS, "a,1,%s,東京都".formatted(EMAIL), "b,3,%s,京都府".formatted(LATE_EMAIL));
    // In the masked warehouse they join as they do in the clear one.
    awaitRows(
        node,
        "masked",
        """
        SELECT event_id, customer_Email = Email, length(Email), customer_Prefecture, url
        FROM events.page_view_enriched JOIN dbo.Customers ON customer_id = CustomerID ORDER BY 1""",
        "a,true,64,東京都,null",
        "b,true,64,京都府,null");
  }

  private static void proveNotices(Webhooks receiver) throws Exception {
    until("the notice", () -> !receiver.calls().isEmpty());
    assertThat(receiver.calls())
        .allMatch(Webhooks.Call::signed)
        .allMatch(call -> call.body().at("/key/LineID").asInt() == 1)
        .extracting(Webhooks.Call::id)
        .containsOnly(receiver.calls().get(0).id());
  }

  private static Planted planted() {
    return new Planted().text(EMAIL).text(LATE_EMAIL).text(CARD).text(URL).text(UNREADABLE);
  }

  private static void proveNothingIsPlanted(
      PubSubShop shop, Node node, HubTopic clear, HubTopic masked) throws Exception {
    until(
        "what cannot be read is set aside",
        () -> shop.command("dead-letters", "list", "--masked").out().contains("renkei.hub"));
    assertThat(planted().in(clear.everything())).as("what is to be found").hasSizeGreaterThan(4);
    assertThat(masked.attributes().stream().map(each -> each.get("table_name")).distinct())
        .contains("dbo.Customers", "dbo.Sales", "events.page_view_enriched", "features.sales");
    assertThat(planted().in(masked.everything())).isEmpty();
    assertThat(planted().in(dump(node, "local"))).isNotEmpty();
    assertThat(planted().in(dump(node, "masked"))).isEmpty();
    String letters = shop.command("dead-letters", "list", "--masked").toString();
    assertThat(planted().in(letters.getBytes(StandardCharsets.UTF_8))).isEmpty();
    String status = node.status().flows().toString();
    assertThat(planted().in(status.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  /** Every row of every table and view of a warehouse. */
  private static byte[] dump(Node node, String warehouse) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<String> tables =
        rows(
            node,
            warehouse,
            """
            SELECT '"' || schema_name || '"."' || table_name || '"' FROM duckdb_tables()
            UNION ALL SELECT '"' || schema_name || '"."' || view_name || '"' FROM duckdb_views() WHERE NOT internal""");
    assertThat(tables).hasSizeGreaterThan(8);
    for (String table : tables) {
      all.writeBytes(
          rows(node, warehouse, "SELECT * FROM " + table)
              .toString()
              .getBytes(StandardCharsets.UTF_8));
    }
    return all.toByteArray();
  }

  /** What is planted in the masked side's files, and in what pipelines have logged. */
  private Map<String, List<String>> inFiles(Planted planted) throws Exception {
    Map<String, List<String>> found = new TreeMap<>();
    int searched = 0;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.startsWith("program") || name.contains("masked")) {
          searched++;
          List<String> values = planted.in(Files.readAllBytes(file));
          if (!values.isEmpty()) {
            found.put(name, values);
          }
        }
      }
    }
    assertThat(searched).isGreaterThan(8);
    return found;
  }

  private static List<String> rows(Node node, String warehouse, String sql) throws Exception {
    return PubSubShop.rows(node, warehouse, sql);
  }

  private static void awaitRows(Node node, String warehouse, String sql, String... expected)
      throws Exception {
    try {
      until(warehouse, () -> rows(node, warehouse, sql).equals(List.of(expected)));
    } catch (AssertionError e) {
      throw new AssertionError(
          "%s instead of %s".formatted(rows(node, warehouse, sql), List.of(expected)), e);
    }
  }

  /** Commands of pipelines; what runs behind them ends with them. */
  private record Running(List<Program> programs) implements AutoCloseable {
    static Running start(PubSubShop shop, List<String> pipelines, String... runner)
        throws Exception {
      Running running = new Running(new ArrayList<>());
      try {
        for (String pipeline : pipelines) {
          List<String> command = new ArrayList<>(List.of("pipeline", pipeline));
          command.addAll(List.of(runner));
          running.programs.add(shop.program(command.toArray(String[]::new)));
        }
        return running;
      } catch (Exception e) {
        running.close();
        throw e;
      }
    }

    @Override
    public void close() {
      for (Program program : programs) {
        program.descendants().forEach(ProcessHandle::destroyForcibly);
        program.close();
      }
    }
  }
}
