package dev.renkei.acceptance.faults;

import static dev.renkei.acceptance.faults.PubSubShop.rows;
import static dev.renkei.acceptance.faults.PubSubShop.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.node.Node;
import dev.renkei.hub.pubsub.PubSubEmulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Events on Pub/Sub, by the collector in {@code up} and by one alone: HTTP, hub, DuckDB. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PubSubEventsTest {
  private static final int UNAVAILABLE = 503;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void whatIsAcknowledgedArrivesOnceThoughPubSubFallsSilentAndGoesAway() throws Exception {
    try (PubSubShop shop = PubSubShop.open(folder, "")) {
      configure(shop);
      try (Program alone = collector(shop)) {
        URI address = listening();
        Files.writeString(folder.resolve("listen"), "127.0.0.1:0");
        try (Node up = shop.everything();
            Clients clients = Clients.of(List.of(url(up), address))) {
          fallSilentAndGoOn(shop, clients, url(up));
          Set<String> acknowledged = clients.acknowledged();
          until("all are loaded", () -> new TreeSet<>(loaded(up, "")).equals(acknowledged));
          assertThat(loaded(up, "")).doesNotHaveDuplicates();
          assertThat(loaded(up, "_changes")).doesNotHaveDuplicates();
        }
        shop.stopHub();
        assertThat(Clients.postOnce(address)).isEqualTo(UNAVAILABLE);
        assertThat(alone.isAlive()).isTrue();
      }
    }
  }

  private static void fallSilentAndGoOn(PubSubShop shop, Clients clients, URI one)
      throws Exception {
    until("events are taken", () -> clients.acknowledged().size() > 100);
    shop.pauseHub();
    int before = clients.acknowledged().size();
    until("both collectors refuse", () -> clients.refusers() == 2);
    until("and say so", () -> Clients.ready(one) == UNAVAILABLE);
    // One batch of each was under way, and may have been taken before.
    assertThat(clients.acknowledged().size()).isLessThanOrEqualTo(before + 2 * Clients.BATCH);
    shop.resumeHub();
    until("they go on", () -> clients.acknowledged().size() > before + 100);
    clients.stop();
  }

  private void configure(PubSubShop shop) throws Exception {
    Files.writeString(
        folder.resolve("page_view.json"),
        "{\"type\": \"object\", \"properties\": {\"url\": {\"type\": \"string\"}}}");
    Files.writeString(folder.resolve("listen"), "127.0.0.1:0");
    shop.configure(
        """
        events:
          page_view: {schema: page_view.json, rate_limit: 1000000/s}
        collector: {listen: "${file:listen}", patience: 3s}
        """);
  }

  /** {@code renkei collect} at an address of its own. */
  private Program collector(PubSubShop shop) throws Exception {
    Files.writeString(folder.resolve("listen"), "127.0.0.1:" + PubSubEmulator.freePort());
    Program collector = shop.program("collect");
    collector.awaitOutput("(?m)^ready", PATIENCE);
    return collector;
  }

  private URI listening() throws IOException {
    return URI.create("http://" + Files.readString(folder.resolve("listen")));
  }

  private static URI url(Node node) {
    return node.collector().orElseThrow();
  }

  /** The ids of a table, those that stand there twice twice. */
  private static List<String> loaded(Node node, String suffix) throws Exception {
    return new ArrayList<>(rows(node, "SELECT event_id FROM events.page_view" + suffix));
  }
}
