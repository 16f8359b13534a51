package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;
import java.util.List;

/** The hub of a configuration, by its vendor. */
public final class Hubs {
  private Hubs() {}

  /** Opens it, with everything that it needs. */
  static Hub open(Configuration config, NodePlan.HubUse use)
      throws HubException, InterruptedException {
    HubConfig hub = config.hub();
    if (hub instanceof HubConfig.Kafka kafka) {
      return use == NodePlan.HubUse.HOST
          ? KafkaHub.open(kafka, config.dataDir())
          : KafkaHub.openOrJoin(kafka, config.dataDir());
    }
    throw new HubException("Pub/Sub is not in this build");
  }

  /**
   * Connects to a hub that is there; makes nothing.
   *
   * @throws HubException where it does not answer within a few seconds, or lacks something
   */
  public static Hub join(Configuration config) throws HubException, InterruptedException {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return KafkaHub.join(kafka, config.dataDir());
    }
    throw new HubException("Pub/Sub is not in this build");
  }

  /** Where it is, for people. */
  public static String place(Configuration config) {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return kafka.embedded()
          ? "Kafka, embedded in " + config.dataDir()
          : "Kafka at " + String.join(", ", kafka.bootstrapServers());
    }
    return "Pub/Sub in project " + ((HubConfig.PubSub) config.hub()).project();
  }

  /** What opening it would make where it is missing, a sentence each. */
  public static List<String> plan(Configuration config) {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return KafkaHub.plan(kafka);
    }
    return List.of();
  }
}
