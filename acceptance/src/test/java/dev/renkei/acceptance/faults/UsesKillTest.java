package dev.renkei.acceptance.faults;

import dev.renkei.acceptance.Waiting;
import dev.renkei.hub.kafka.EmbeddedBroker;
import dev.renkei.server.ControlClient;
import dev.renkei.server.ControlException;
import dev.renkei.server.RunFiles;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The collector, the flow that joins events and the flow that computes features as processes of
 * their own, each killed while clients send; then the broker is stopped under them. What was
 * acknowledged is there once, joined and counted.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class UsesKillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int CLIENTS = 3;
  private static final int EACH = 100;
  private static final int CUSTOMERS = 5;
  private static final Map<String, String[]> ROLES =
      Map.of(
          "collector", new String[] {"collect"},
          "dedupe", new String[] {"flow", "dedupe"},
          "enrich", new String[] {"flow", "enrich"},
          "features", new String[] {"flow", "features"},
          "loader", new String[] {"load"},
          "tracker-a", new String[] {"track", "--name", "tracker-a"});

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final Map<String, Program> running = new LinkedHashMap<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicBoolean enough = new AtomicBoolean();
  private int port;

  @Test
  void whatWasAcknowledgedIsThereOnceJoinedAndCountedWhateverIsKilled() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("outside"));
    try (Site site = Site.open(folder, 300, broker.bootstrapServers(), 50_000)) {
      configure(site);
      start(site, "dedupe", "tracker-a", "loader", "enrich", "features", "collector");
      List<Thread> clients = clients();
      for (String victim : List.of("features", "collector", "enrich")) {
        awaitAcknowledged(EACH);
        named(victim).kill();
        start(site, victim);
      }
      awaitAcknowledged(EACH);

      int before = unavailable.get();
      broker.close();
      Waiting.until(
          PATIENCE,
          () ->
              unavailable.get() > before + CLIENTS
                  ? Optional.empty()
                  : Optional.of("no 503 while the broker is down"));
      broker = EmbeddedBroker.start(folder.resolve("outside"));
      awaitAcknowledged(EACH);
      enough.set(true);
      for (Thread client : clients) {
        client.join(PATIENCE.toMillis());
      }

      proves(site);
      System.out.printf(
          "UsesKillTest: %d events acknowledged, %d times 503%n",
          acknowledged.size(), unavailable.get());
    } finally {
      enough.set(true);
      running.values().forEach(Program::close);
      broker.close();
    }
  }

  private void configure(Site site) throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("page_view.json"),
        "{\"type\": \"object\", \"properties\": {\"url\": {\"type\": \"string\"}, \"customer_id\": {\"type\": \"integer\"}}}");
    Files.writeString(
        site.configuration(),
        """
        events:
          page_view: {schema: page_view.json, join: dbo.Customers on customer_id, columns: [CustomerID], wait: 5m, rate_limit: 1000000/s}
        collector: {listen: "127.0.0.1:%d", patience: 2s}
        features:
          views:
            from: events.page_view
            key: row.customer_id
            time: row.received_at
            window: {fixed: 5s, lateness: 10m}
            values: {views: count()}
            to: warehouse
        """
            .formatted(port),
        StandardOpenOption.APPEND);
  }

  private void start(Site site, String... roles) throws Exception {
    for (String role : roles) {
      running.put(role, site.renkei(role, ROLES.getOrDefault(role, new String[0])));
    }
    for (String role : roles) {
      named(role).awaitOutput("(?m)^ready", PATIENCE);
    }
  }

  private Program named(String role) {
    Program program = running.get(role);
    if (program == null) {
      throw new IllegalStateException(role + " does not run");
    }
    return program;
  }

  // ---- clients ----

  private List<Thread> clients() {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread thread = new Thread(this::send, "client-" + i);
      thread.setDaemon(true);
      clients.add(thread);
      thread.start();
    }
    return clients;
  }

  /** Batches, each sent with the same ids until it is acknowledged. */
  private void send() {
    HttpClient client = HttpClient.newHttpClient();
    while (!enough.get()) {
      List<String> events = new ArrayList<>();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int number = numbers.incrementAndGet();
        ids.add("e" + number);
        events.add(
            "{\"type\":\"page_view\",\"id\":\"e%d\",\"data\":{\"url\":\"/\",\"customer_id\":%d}}"
                .formatted(number, 1 + number % CUSTOMERS));
      }
      try {
        while (!isAccepted(client, events.toString())) {
          TimeUnit.MILLISECONDS.sleep(100);
        }
        acknowledged.addAll(ids);
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean isAccepted(HttpClient client, String body) throws InterruptedException {
    try {
      int status =
          client
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:%d/v1/events".formatted(port)))
                      .timeout(Duration.ofSeconds(30))
                      .header("Content-Type", "application/json")
                      .POST(BodyPublishers.ofString(body))
                      .build(),
                  BodyHandlers.ofString())
              .statusCode();
      if (status == 503) {
        unavailable.incrementAndGet();
      }
      return status == 202;
    } catch (java.io.IOException e) {
      return false; // it was killed under us
    }
  }

  private void awaitAcknowledged(int more) throws Exception {
    int before = acknowledged.size();
    Waiting.until(
        PATIENCE,
        () ->
            acknowledged.size() >= before + more
                ? Optional.empty()
                : Optional.of(
                    "%d acknowledged; %s"
                        .formatted(acknowledged.size(), named("collector").lastWords())));
  }

  // ---- the warehouse ----

  private void proves(Site site) throws Exception {
    int events = acknowledged.size();
    await(
        site,
        "enriched",
        "SELECT count(*) - %d, count(DISTINCT event_id) - %d, (SELECT count(*) - %d FROM events.page_view_changes) FROM events.page_view"
            .formatted(events, events, events),
        "[[0, 0, 0]]");
    await(
        site,
        "joined",
        "SELECT count(*) - %d, count(*) FILTER (customer_CustomerID IS DISTINCT FROM customer_id) FROM events.page_view_enriched"
            .formatted(events),
        "[[0, 0]]");
    String counted =
        "SELECT customer_id, epoch(time_bucket(INTERVAL 5 SECOND, received_at)) AS start, count(*) AS views FROM events.page_view GROUP BY ALL";
    String feature = "SELECT customer_id, epoch(window_start), views FROM features.views";
    await(
        site,
        "counted",
        "SELECT (SELECT count(*) FROM ((%1$s) EXCEPT (%2$s))), (SELECT count(*) FROM ((%2$s) EXCEPT (%1$s)))"
            .formatted(counted, feature),
        "[[0, 0]]");
  }

  private static void await(Site site, String what, String sql, String expected) throws Exception {
    Waiting.until(
        PATIENCE,
        () -> {
          String there = query(site, sql);
          return there.equals(expected)
              ? Optional.empty()
              : Optional.of("%s: %s instead of %s".formatted(what, there, expected));
        });
  }

  /** Of the process that loads. */
  private static String query(Site site, String sql) throws Exception {
    String answer = "nobody loads";
    for (RunFiles.Running one : RunFiles.living(site.config().dataDir())) {
      try {
        answer =
            new ControlClient(one.url(), null, Duration.ofSeconds(30))
                .query(sql, null, 10)
                .rows()
                .toString();
        break;
      } catch (ControlException e) {
        answer = String.valueOf(e.getMessage());
        if (!answer.contains("no warehouse")) {
          break;
        }
      }
    }
    return answer;
  }
}
