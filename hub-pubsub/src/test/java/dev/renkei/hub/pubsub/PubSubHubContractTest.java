package dev.renkei.hub.pubsub;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.contract.HubContract;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.Hub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on Google's emulator. */
class PubSubHubContractTest extends HubContract {
  private static final String CONSUMER = "local";

  @TempDir private static Path folder = Path.of("");
  private static PubSubEmulator emulator;

  private final HubConfig.PubSub config = Emulator.config(folder);

  @BeforeAll
  static void startEmulator() throws Exception {
    emulator = Emulator.start(folder);
  }

  @AfterAll
  static void stopEmulator() {
    if (emulator != null) {
      emulator.close();
    }
  }

  @Override
  protected Hub open() throws Exception {
    return PubSubHub.open(config, emulator.access(), "shop", List.of(CONSUMER));
  }

  @Override
  protected String publishedStream(Hub of) {
    return PubSubPlan.subscription(config, CONSUMER) + "/a1b2";
  }

  @Override
  protected String nowhere(Hub of) {
    return PubSubPlan.subscription(config, "removed") + "/a1b2";
  }

  @Override
  protected Set<String> arrived(Hub of, int different) throws Exception {
    Set<String> ids = new HashSet<>();
    try (AcknowledgedSubscription reader = (AcknowledgedSubscription) of.reader(CONSUMER)) {
      Awaits.until(
          Duration.ofMinutes(1),
          () -> {
            for (Delivery delivery : reader.poll(Duration.ofMillis(200))) {
              ids.add(Objects.requireNonNull(delivery.message().attributes()).uniqueId());
              delivery.acknowledge();
            }
            return ids.size() >= different;
          });
    }
    return ids;
  }
}
