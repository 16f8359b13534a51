package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.StatusReport;
import dev.renkei.standin.StandIn;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody wants to know when one piece is left (slide 7). */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RulesTest {
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
        CREATE TABLE dbo.Stock (ProductID int NOT NULL PRIMARY KEY, Quantity int NOT NULL, Shelf nvarchar(10))
        ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Stock VALUES (1, 2, N'A'), (2, 2, N'A'), (3, 1, N'B'), (4, 5, N'B')
        """);
    return shop;
  }

  private static void configure(Installation renkei, Webhooks receiver) throws Exception {
    Files.writeString(
        renkei.file(),
        """
        rules:
          last_one:
            from: dbo.Stock
            when: "row.Quantty == 1 && before.Quantity > 1"
            include: [Quantity]
            to: {webhook: "%s", secret: "${NOTIFY_SECRET}"}
          seldom:
            from: dbo.Stock
            when: "row.Quantity == 1 && before.Quantity > 1"
            throttle: 1/1h
            to:
              - {webhook: "%s", secret: "${NOTIFY_SECRET}"}
              - {topic: low-stock}
              - log
        """
            .formatted(receiver.url("/last"), receiver.url("/seldom")),
        StandardOpenOption.APPEND);
    renkei.set("NOTIFY_SECRET", "whsec_" + Webhooks.SECRET);
  }

  @Test
  void eachCrossingIsToldOnceAndAThrottledRuleTellsLess() throws Exception {
    try (StandIn shop = shop();
        Webhooks receiver = new Webhooks(call -> call == 0 ? 500 : 204);
        Installation renkei =
            Installation.of(
                folder,
                shop,
                "Shop",
                """
                  defaults: {interval: 100ms}
                  include: ["dbo.*"]
                """)) {
      configure(renkei, receiver);
      refusesWhatDoesNotFit(renkei);
      renkei.up();
      awaitQuantity(renkei, 4, 5);

      set(renkei, shop, 1, 1); // the first call is answered by 500 and comes again
      awaitCalls(renkei, receiver, "/last", "1");
      set(renkei, shop, 1, 3);
      set(renkei, shop, 1, 1);
      set(renkei, shop, 2, 0);
      set(renkei, shop, 3, 2);
      set(renkei, shop, 3, 1);
      set(renkei, shop, 5, 1); // is new, so nothing is known of it
      awaitCalls(renkei, receiver, "/last", "1", "1", "3");
      assertThat(renkei.run("reload", "dbo.Stock")).returns(0, Ended::code);
      // Of each row, so that all that came before has been judged.
      for (int product = 1; product <= 5; product++) {
        set(renkei, shop, product, 7);
        set(renkei, shop, product, 1);
      }
      awaitCalls(renkei, receiver, "/last", "1", "1", "1", "2", "3", "3", "4", "5");
      awaitCalls(renkei, receiver, "/seldom", "1", "2", "3", "4", "5");

      tellsWhatHasHappened(receiver);
      tellsWhatTheWarehousesLogTells(renkei, receiver);
      tellsHowItIs(renkei);
      logsWithoutRows(renkei);
      writesTheRulesOwnTopic(renkei);
    }
  }

  private static void refusesWhatDoesNotFit(Installation renkei) throws Exception {
    Ended check = renkei.run("check");
    assertThat(check).returns(2, Ended::code);
    assertThat(check.output())
        .contains(
            "rules.last_one",
            "line 1, column 5: dbo.Stock has no column 'Quantty'; the nearest is 'Quantity'")
        .doesNotContain(Webhooks.SECRET);
    Files.writeString(
        renkei.file(), Files.readString(renkei.file()).replace("Quantty", "Quantity"));
    assertThat(renkei.run("check")).returns(0, Ended::code);
  }

  /** Waits until it has arrived: what is not read in between is collapsed by Change Tracking. */
  private static void set(Installation renkei, StandIn shop, int product, int quantity)
      throws Exception {
    shop.execute(
        """
        USE Shop
        GO
        UPDATE dbo.Stock SET Quantity = %d WHERE ProductID = %d
        IF @@ROWCOUNT = 0 INSERT INTO dbo.Stock VALUES (%d, %d, N'C')
        """
            .formatted(quantity, product, product, quantity));
    awaitQuantity(renkei, product, quantity);
  }

  private static void awaitQuantity(Installation renkei, int product, int quantity)
      throws Exception {
    renkei.until(
        () -> {
          List<List<Object>> views =
              renkei
                  .client()
                  .query("SELECT 1 FROM duckdb_views() WHERE view_name = 'Stock'", null, 1)
                  .rows();
          if (views.isEmpty()) {
            return Optional.of("no view dbo.Stock");
          }
          String there =
              renkei
                  .client()
                  .query("SELECT Quantity FROM dbo.Stock WHERE ProductID = " + product, null, 1)
                  .rows()
                  .toString();
          return there.equals("[[%d]]".formatted(quantity))
              ? Optional.empty()
              : Optional.of("quantity %s of %d instead of %d".formatted(there, product, quantity));
        });
  }

  /** The first call of all is repeated; each other notification comes once. */
  private static void awaitCalls(
      Installation renkei, Webhooks receiver, String path, String... products) throws Exception {
    renkei.until(
        () -> {
          List<String> there =
              receiver.calls(path).stream()
                  .map(call -> call.id() + call.body().at("/key/ProductID").asText())
                  .distinct()
                  .map(text -> text.substring(text.length() - 1))
                  .sorted()
                  .toList();
          return there.equals(List.of(products))
              ? Optional.empty()
              : Optional.of(
                  "told at %s: %s instead of %s".formatted(path, there, List.of(products)));
        });
  }

  private static void tellsWhatHasHappened(Webhooks receiver) {
    List<Webhooks.Call> calls = receiver.calls();
    assertThat(calls).hasSize(8 + 5 + 1).allMatch(Webhooks.Call::signed);
    assertThat(calls.stream().map(Webhooks.Call::id).distinct()).hasSize(13);
    assertThat(calls.stream().filter(call -> call.id().equals(calls.get(0).id())))
        .extracting(Webhooks.Call::text)
        .hasSize(2)
        .containsOnly(calls.get(0).text());
    assertThat(receiver.calls("/last"))
        .allSatisfy(
            call -> {
              assertThat(call.body().get("rule").asText()).isEqualTo("last_one");
              assertThat(call.body().get("row")).hasToString("{\"Quantity\":1}");
              assertThat(call.body().at("/before/Quantity").asInt()).isGreaterThan(1);
            });
    assertThat(receiver.calls("/seldom"))
        .allSatisfy(call -> assertThat(call.body().at("/row/Shelf").asText()).isNotEmpty());
  }

  /** Recomputed in SQL, as docs/rules.md says. */
  private static void tellsWhatTheWarehousesLogTells(Installation renkei, Webhooks receiver)
      throws Exception {
    List<String> recomputed =
        renkei
            .client()
            .query(
                """
                SELECT _message_id FROM (
                  SELECT *, lag(Quantity) OVER w AS before, lag(_type) OVER w AS type_before
                  FROM dbo.Stock_changes WINDOW w AS (PARTITION BY ProductID ORDER BY _sequence))
                WHERE _type <> 'D' AND type_before <> 'D' AND Quantity = 1 AND before > 1
                """,
                null,
                100)
            .rows()
            .stream()
            .map(row -> String.valueOf(row.get(0)))
            .toList();
    assertThat(receiver.calls("/last").stream().map(c -> c.body().at("/change/id").asText()))
        .containsOnly(recomputed.toArray(String[]::new));
    assertThat(recomputed).hasSize(8).doesNotHaveDuplicates();
  }

  private static void tellsHowItIs(Installation renkei) throws Exception {
    // A report may be a second old.
    renkei.until(
        () -> {
          Map<String, Long> counts = rules(renkei).others();
          return counts.getOrDefault("fired", 0L) == 8 + 5
                  && counts.getOrDefault("throttled", 0L) == 3
                  && counts.getOrDefault("repeated", 0L) == 1
              ? Optional.empty()
              : Optional.of("fired 13, throttled 3 and repeated 1 are wanted of " + counts);
        });
    assertThat(rules(renkei))
        .returns("RUNNING", StatusReport.Flow::state)
        .returns(null, StatusReport.Flow::problem);
  }

  private static StatusReport.Flow rules(Installation renkei) throws Exception {
    return renkei.status().flows().stream()
        .filter(flow -> flow.name().equals("rules"))
        .findFirst()
        .orElseThrow();
  }

  private static void logsWithoutRows(Installation renkei) throws Exception {
    renkei.until(
        () ->
            renkei.logged("rule fired").size() == 5
                ? Optional.empty()
                : Optional.of("lines of the rule seldom: " + renkei.logged("rule fired")));
    assertThat(renkei.logged("rule fired"))
        .allSatisfy(
            line ->
                assertThat(line).contains("seldom", "dbo.Stock", "key").doesNotContain("Shelf"));
    assertThat(renkei.log()).doesNotContain(Webhooks.SECRET);
  }

  private static void writesTheRulesOwnTopic(Installation renkei) throws Exception {
    List<String> there = new ArrayList<>();
    try (KafkaHub hub =
            KafkaHub.join(
                (HubConfig.Kafka) renkei.configuration().hub(), renkei.configuration().dataDir());
        HubSubscription topic = hub.subscription("renkei.low-stock")) {
      renkei.until(
          () -> {
            topic
                .poll(Duration.ofMillis(100))
                .forEach(
                    message -> there.add(new String(message.payload(), StandardCharsets.UTF_8)));
            return there.size() == 5
                ? Optional.empty()
                : Optional.of("%d messages in the topic low-stock".formatted(there.size()));
          });
    }
    assertThat(there).allSatisfy(text -> assertThat(text).contains("\"rule\":\"seldom\""));
  }
}
