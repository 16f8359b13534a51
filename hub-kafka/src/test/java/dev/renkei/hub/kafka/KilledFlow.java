package dev.renkei.hub.kafka;

import dev.renkei.core.config.HubConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The dedupe flow in a process of its own, until it is killed. */
final class KilledFlow {
  static final int PARTITIONS = 2;
  static final String RUNNING = "running";

  private KilledFlow() {}

  static HubConfig.Kafka config(List<String> bootstrapServers) {
    return new HubConfig.Kafka(
        bootstrapServers, "renkei.", PARTITIONS, Duration.ofDays(7), Map.of());
  }

  /**
   * @param arguments the broker, and the folder of the states of flows
   */
  public static void main(String[] arguments) throws Exception {
    Path state = Path.of(arguments[1]);
    try (KafkaHub hub = KafkaHub.open(config(List.of(arguments[0])), state);
        FlowPlace place = FlowPlace.take(state);
        DedupeFlow flow =
            hub.dedupe(new DedupeFlow.Options(place.directory(), place.instance(), 1, Map.of()))) {
      flow.start();
      flow.awaitRunning(Duration.ofSeconds(60));
      System.out.println(RUNNING);
      Thread.currentThread().join();
    }
  }
}
