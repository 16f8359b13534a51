package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.RunFiles;
import dev.renkei.standin.Faults;
import dev.renkei.standin.StandIn;
import dev.renkei.standin.sql.SqlError;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A table cannot be read for a while, and those who are to know are told (slide 36). */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class AlertsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CHANGES_OF_STOCK =
      Pattern.compile("CHANGES \\[dbo\\]\\.\\[Stock\\], [^)]*\\) AS c\\s+LEFT JOIN");
  private static final SqlError LOCKED =
      new SqlError(1222, 16, 1, "Lock request time out period exceeded.");
  private static final String[] SECRETS = {"s1ackT0ken", "h1ddenKey", Webhooks.SECRET};

  @TempDir private Path folder = Path.of("");

  private Installation installation(StandIn shop, Webhooks receiver) throws Exception {
    Installation renkei =
        Installation.of(
            folder,
            shop,
            "Shop",
            """
              defaults: {interval: 100ms, retry_max_times: 2}
              include: ["dbo.*"]
            """);
    Files.writeString(
        renkei.file(),
        """
        trackers: {mode: single}
        objectives: {lag_p99: 1h, retention_left: 12h}
        alerts:
          memory: 100%%
          cpu: 100%%
          to:
            - {slack: "%s"}
            - {webhook: "%s", secret: "${ALERT_SECRET}"}
        """
            .formatted(receiver.url("/services/s1ackT0ken"), receiver.url("/alert?key=h1ddenKey")),
        StandardOpenOption.APPEND);
    renkei.set("ALERT_SECRET", "whsec_" + Webhooks.SECRET);
    renkei.set("RENKEI_LOG", "json");
    renkei.set("RENKEI_LOG_LEVEL", "DEBUG");
    return renkei;
  }

  @Test
  void aTableThatStaysLockedIsToldOnceAndThatItIsWellAgainOnceToo() throws Exception {
    try (StandIn shop = StockShop.start(1);
        Webhooks receiver = new Webhooks(call -> call == 0 ? 500 : 200);
        Installation renkei = installation(shop, receiver)) {
      Ended test = renkei.run("alerts", "test");
      assertThat(test.output()).contains("answered 500", "took it", "\"state\":\"test\"");
      assertThat(test).returns(6, Ended::code);
      assertThat(test.toString()).doesNotContain(SECRETS);
      int before = receiver.calls().size();

      renkei.up();
      renkei.until(() -> Progress.of(renkei.status()).withoutSnapshot(Set.of("dbo.Stock")));
      set(shop, 3);
      renkei.until(() -> behind(renkei, 1));
      try (Faults.Order locked =
          shop.faults().failStatements(CHANGES_OF_STOCK, 1_000_000, LOCKED)) {
        set(shop, 4);
        renkei.until(() -> missing(receiver, "firing"));

        awaitAlerts(renkei, "retries_exhausted table dbo.Stock, tracker tracker-a");
        assertThat(get(renkei, "/metrics"))
            .contains("renkei_table_retries_exhausted{table=\"dbo.Stock\",tracker=")
            .contains("renkei_alerts_firing 1.0");
      }
      renkei.until(() -> missing(receiver, "cleared"));
      renkei.until(() -> behind(renkei, 2));

      awaitAlerts(renkei);
      assertThat(states(receiver)).containsExactly("firing", "cleared");
      assertThat(receiver.calls("/alert")).allMatch(Webhooks.Call::signed);
      assertThat(receiver.calls()).hasSize(before + 4);
      assertThat(get(renkei, "/api/history")).contains("renkei_lag_p99_seconds{table=");
      for (String shown : List.of("/metrics", "/api/history", "/api/status", "/health/ready")) {
        assertThat(get(renkei, shown)).doesNotContain(SECRETS).doesNotContain(shop.password());
      }
      followsATrace(renkei);
    }
  }

  /** A report may be a second old. */
  private static void awaitAlerts(Installation renkei, String... wanted) throws Exception {
    renkei.until(
        () -> {
          List<String> told =
              renkei.status().alerts().stream()
                  .map(alert -> alert.name() + " " + alert.subject())
                  .toList();
          return told.equals(List.of(wanted))
              ? Optional.empty()
              : Optional.of("%s are told, wanted are %s".formatted(told, List.of(wanted)));
        });
  }

  private static Optional<String> behind(Installation renkei, int changes) throws Exception {
    long arrived =
        renkei.status().warehouses().stream()
            .flatMap(warehouse -> warehouse.arrivals().stream())
            .filter(arrival -> "dbo.Stock".equals(arrival.table()))
            .mapToLong(arrival -> arrival.changes())
            .sum();
    return arrived >= changes
        ? Optional.empty()
        : Optional.of("%d of %d changes have arrived".formatted(arrived, changes));
  }

  private static void set(StandIn shop, int quantity) throws Exception {
    shop.execute("USE Shop\nGO\nUPDATE dbo.Stock SET Quantity = " + quantity);
  }

  private static Optional<String> missing(Webhooks receiver, String state) {
    boolean slack =
        receiver.calls("/services/s1ackT0ken").stream()
            .anyMatch(call -> call.text().contains("*" + state.toUpperCase(Locale.ROOT)));
    return slack && states(receiver).contains(state)
        ? Optional.empty()
        : Optional.of("nobody is told " + state);
  }

  private static List<String> states(Webhooks receiver) {
    return receiver.calls("/alert").stream()
        .map(call -> call.body().get("state").asText())
        .filter(state -> !state.equals("test"))
        .toList();
  }

  private static String get(Installation renkei, String path) throws Exception {
    RunFiles.Running process = RunFiles.living(renkei.configuration().dataDir()).get(0);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(process.url().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** From the poll that read a change to the commit that made it visible, in a log of JSON. */
  private static void followsATrace(Installation renkei) throws Exception {
    List<String> published = new ArrayList<>();
    List<String> committed = new ArrayList<>();
    for (String line : renkei.log().lines().toList()) {
      assertThat(line).doesNotContain(SECRETS);
      JsonNode event = JSON.readTree(line);
      if (event.get("message").asText().equals("poll publishes")) {
        published.add(event.get("trace").asText());
      } else if (event.get("message").asText().equals("batch committed")) {
        committed.add(event.get("traces").asText());
      }
    }
    assertThat(published)
        .isNotEmpty()
        .allSatisfy(trace -> assertThat(committed).anyMatch(traces -> traces.contains(trace)));
  }
}
