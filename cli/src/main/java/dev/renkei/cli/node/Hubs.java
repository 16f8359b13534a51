package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;

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
}
