package dev.renkei.hub.kafka;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.contract.HubContract;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real broker. */
class KafkaHubContractTest extends HubContract {
  @TempDir private static Path folder = Path.of("");
  private static EmbeddedBroker broker;
  private static int hubs;

  private final String prefix = "contract" + hubs++ + ".";

  @BeforeAll
  static void startBroker() throws HubException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  protected Hub open() throws Exception {
    return KafkaHub.open(
        new HubConfig.Kafka(
            List.of(broker.bootstrapServers()), prefix, 3, Duration.ofDays(7), Map.of()),
        folder);
  }

  @Override
  protected String publishedStream(Hub of) {
    return ((KafkaHub) of).rawTopic();
  }

  @Override
  protected String nowhere(Hub of) {
    return prefix + "removed";
  }

  @Override
  protected Set<String> arrived(Hub of, int different) throws Exception {
    KafkaHub hub = (KafkaHub) of;
    Set<String> ids = new HashSet<>();
    try (HubSubscription raw = hub.subscription(hub.rawTopic())) {
      Awaits.until(
          () -> {
            for (HubRecord record : raw.poll(Duration.ofMillis(200))) {
              ids.add(Objects.requireNonNull(record.attributes()).uniqueId());
            }
            return ids.size() >= different;
          });
    }
    return ids;
  }
}
