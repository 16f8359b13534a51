package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events from a client into the warehouse, joined with rows of the database (slide 27). */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EventsTest {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["url"],
       "properties": {"url": {"type": "string"}, "customer_id": {"type": ["integer", "null"]},
                      "price": {"type": "number", "multipleOf": 0.01}, "seen_at": {"type": "string", "format": "date-time"}}}
      """;

  /** As much of a browser as the snippet needs, and what a page has in its head. */
  private static final String BROWSER =
      """
      const store = new Map();
      globalThis.localStorage = {
        getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value), removeItem: (key) => store.delete(key),
      };
      globalThis.location = { href: "https://shop.example/shoes" };
      globalThis.document = { visibilityState: "visible", addEventListener: () => {} };
      globalThis.window = globalThis;
      globalThis.addEventListener = () => {};
      const script = await (await fetch("%s")).text();
      (0, eval)(script);
      const real = globalThis.fetch;
      globalThis.fetch = async (...request) => {
        const answer = await real(...request);
        console.log("sent", answer.status);
        if (answer.status < 300) setTimeout(() => process.exit(0), 100);
        return answer;
      };
      %s
      setTimeout(() => process.exit(1), 30000);
      """;

  @TempDir private Path folder = Path.of("");
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeEach
  void takePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Customers (CustomerID int NOT NULL PRIMARY KEY, Prefecture nvarchar(10), [Rank] int)
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (1, N'東京都', 3), (2, N'大阪府', 1)
        """);
    return shop;
  }

  private Installation installation(StandIn shop) throws Exception {
    Installation renkei =
        Installation.of(
            folder, shop, "Shop", "  defaults: {interval: 100ms}\n  include: [\"dbo.*\"]");
    Files.writeString(folder.resolve("page_view.json"), SCHEMA);
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
            + """
            events:
              page_view: {schema: page_view.json, join: dbo.Customers on customer_id, wait: 2s, late_master: update, rate_limit: 1000000/s}
            collector: {listen: "127.0.0.1:%d"}
            """
                .formatted(port));
    return renkei;
  }

  private int post(String json) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/events".formatted(port)))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private static void awaitRows(Installation renkei, String sql, String... expected)
      throws Exception {
    renkei.until(
        () -> {
          List<String> there;
          try {
            there =
                renkei.client().query(sql, null, 1000).rows().stream()
                    .map(row -> String.valueOf(row))
                    .toList();
          } catch (dev.renkei.server.ControlException e) {
            return Optional.of(String.valueOf(e.getMessage())); // no such table yet
          }
          return there.equals(List.of(expected))
              ? Optional.empty()
              : Optional.of(there + " instead of " + List.of(expected));
        });
  }

  @Test
  void eventsArriveWithTheirMasters() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = installation(shop)) {
      refusesWhatCannotBeUsed(renkei);
      renkei.up();
      awaitRows(renkei, "SELECT CustomerID FROM dbo.Customers ORDER BY 1", "[1]", "[2]");

      assertThat(
              post(
                  """
                  [{"type":"page_view","id":"a","data":{"url":"/a","customer_id":2,"price":12345678901234567.10,"seen_at":"2026-01-31T09:30:00.123+09:00","tab":[1]}},
                   {"type":"page_view","id":"b","data":{"url":"/b","customer_id":3}},
                   {"type":"page_view","id":"c","data":{"url":"/c","customer_id":null}}]
                  """))
          .isEqualTo(202);
      assertThat(post("{\"type\":\"page_view\",\"id\":\"a\",\"data\":{\"url\":\"/again\"}}"))
          .isEqualTo(202);
      awaitRows(
          renkei,
          "SELECT event_id, url, CAST(price AS VARCHAR), extra FROM events.page_view ORDER BY 1",
          "[a, /a, 12345678901234567.10, {\"tab\":[1]}]",
          "[b, /b, null, null]",
          "[c, /c, null, null]");
      String enriched =
          "SELECT event_id, url, customer_Prefecture, customer_Rank FROM events.page_view_enriched ORDER BY 1";
      awaitRows(renkei, enriched, "[a, /a, 大阪府, 1]", "[b, /b, null, null]", "[c, /c, null, null]");
      shop.execute("USE Shop\nGO\nINSERT INTO dbo.Customers VALUES (3, N'京都府', 2)");
      awaitRows(renkei, enriched, "[a, /a, 大阪府, 1]", "[b, /b, 京都府, 2]", "[c, /c, null, null]");
      staysWhenAllIsLoadedAgain(renkei);
      tellsWhatItCounts(renkei);
      takesWhatTheDocsShow(renkei);
    }
  }

  private static void refusesWhatCannotBeUsed(Installation renkei) throws Exception {
    Path schema = renkei.file().resolveSibling("page_view.json");
    Files.writeString(schema, SCHEMA.replace("\"integer\"", "\"integr\""));
    Ended check = renkei.run("check");
    assertThat(check).returns(2, Ended::code);
    assertThat(check.output())
        .contains("events.page_view.schema (page_view.json): /properties/customer_id/type");
    Files.writeString(schema, SCHEMA.replace("\"integer\"", "\"boolean\""));
    assertThat(renkei.run("check").output())
        .contains(
            "events.page_view.join: dbo.Customers: its key CustomerID is int, of which an event's bit names none");
    Files.writeString(schema, SCHEMA);
    assertThat(renkei.run("check")).returns(0, Ended::code);
  }

  private static void staysWhenAllIsLoadedAgain(Installation renkei) throws Exception {
    assertThat(renkei.run("reload", "--all")).returns(0, Ended::code);
    awaitRows(
        renkei,
        "SELECT count(*), (SELECT count(*) FROM events.page_view_changes) FROM events.page_view",
        "[3, 3]");
  }

  private static void tellsWhatItCounts(Installation renkei) throws Exception {
    // A report may be a second old.
    renkei.until(
        () -> {
          StatusReport.Flow collector =
              renkei.status().flows().stream()
                  .filter(flow -> flow.name().equals("collect"))
                  .findFirst()
                  .orElseThrow();
          return collector.others().getOrDefault("page_view_accepted", 0L) == 4
              ? Optional.empty()
              : Optional.of("4 accepted page views are wanted of " + collector.others());
        });
    assertThat(renkei.run("status").output()).contains("collect", "page view accepted 4");
  }

  /** The lines of docs/events.md as they stand there, but for where the collector is. */
  private void takesWhatTheDocsShow(Installation renkei) throws Exception {
    String page = Files.readString(Project.root().resolve("docs/events.md"));
    String collector = "127.0.0.1:" + port;
    assumeTrue(isThere("curl"), "needs curl");
    String line = block(page, "sh").replace("127.0.0.1:8090", collector);
    assertThat(run("sh", "-c", line)).contains("HTTP/1.1 202", "\"id\":\"6f1c9a52\"");
    awaitRows(
        renkei,
        "SELECT url, customer_id FROM events.page_view WHERE event_id = '6f1c9a52'",
        "[/shoes, 7]");
    assumeTrue(isThere("node"), "needs node");
    String html = block(page, "html").replace("https://events.shop.example", "http://" + collector);
    String source = html.replaceAll("(?s).*<script src=\"([^\"]*)\".*", "$1");
    String lines = html.replaceAll("(?s).*<script>(.*)</script>.*", "$1");
    Path script = folder.resolve("page.mjs");
    Files.writeString(script, BROWSER.formatted(source, lines));
    assertThat(run("node", script.toString())).contains("sent 202");
    awaitRows(
        renkei,
        "SELECT url, customer_id FROM events.page_view WHERE url LIKE '%shop.example%'",
        "[https://shop.example/shoes, 7]");
  }

  private static String block(String page, String language) {
    String from = page.substring(page.indexOf("```" + language + "\n") + 4 + language.length());
    return from.substring(0, from.indexOf("```"));
  }

  private static boolean isThere(String program) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void whatWasAcknowledgedIsThereOnceWhateverIsKilled() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = installation(shop)) {
      renkei.up();
      Set<String> acknowledged = ConcurrentHashMap.newKeySet();
      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger numbers = new AtomicInteger();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread thread = new Thread(() -> send(enough, numbers, acknowledged), "client-" + i);
        clients.add(thread);
        thread.start();
      }
      for (int kill = 0; kill < 3; kill++) {
        int before = acknowledged.size();
        renkei.until(
            () ->
                acknowledged.size() > before + 300
                    ? Optional.empty()
                    : Optional.of(acknowledged.size() + " acknowledged"));
        renkei.kill();
        renkei.up();
      }
      enough.set(true);
      for (Thread thread : clients) {
        thread.join(TimeUnit.MINUTES.toMillis(2));
      }

      assertThat(acknowledged).hasSizeGreaterThan(900);
      awaitRows(
          renkei,
          "SELECT count(DISTINCT event_id) - %d, count(*) - count(DISTINCT event_id), (SELECT count(*) - count(DISTINCT event_id) FROM events.page_view_changes) FROM events.page_view"
              .formatted(acknowledged.size()),
          "[0, 0, 0]");
    }
  }

  /** Batches, each sent with the same ids until it is acknowledged. */
  private void send(AtomicBoolean enough, AtomicInteger numbers, Set<String> acknowledged) {
    while (!enough.get()) {
      List<String> ids = new ArrayList<>();
      StringBuilder batch = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        String id = "e" + numbers.incrementAndGet();
        ids.add(id);
        batch
            .append(batch.isEmpty() ? "[" : ",")
            .append(
                "{\"type\":\"page_view\",\"id\":\"%s\",\"data\":{\"url\":\"/\",\"customer_id\":1}}"
                    .formatted(id));
      }
      String body = batch.append("]").toString();
      boolean accepted = false;
      while (!accepted) {
        try {
          accepted = post(body) == 202;
        } catch (Exception e) {
          accepted = false; // it was killed under us
        }
        try {
          TimeUnit.MILLISECONDS.sleep(accepted ? 5 : 50);
        } catch (InterruptedException e) {
          return;
        }
      }
      acknowledged.addAll(ids);
    }
  }
}
