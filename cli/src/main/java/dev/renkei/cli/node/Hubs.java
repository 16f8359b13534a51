package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.pubsub.PubSubAccess;
import dev.renkei.hub.pubsub.PubSubCheck;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.hub.pubsub.PubSubPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    HubConfig.PubSub pubSub = (HubConfig.PubSub) hub;
    return PubSubHub.open(pubSub, access(pubSub), config.name(), consumers(config));
  }

  /** Connects to a hub that is there, or opens it where it is embedded and nothing runs. */
  public static Hub openOrJoin(Configuration config) throws HubException, InterruptedException {
    return open(config, NodePlan.HubUse.HOST_OR_JOIN);
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
    HubConfig.PubSub pubSub = (HubConfig.PubSub) config.hub();
    return PubSubHub.join(pubSub, access(pubSub), config.name(), consumers(config));
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
      return KafkaHub.plan(kafka, config.privacy().masks());
    }
    HubConfig.PubSub pubSub = (HubConfig.PubSub) config.hub();
    List<String> lines = new ArrayList<>(clearPlan(pubSub, config).lines());
    maskedPlan(pubSub, config).ifPresent(masked -> lines.addAll(masked.lines()));
    return lines;
  }

  /** What the hub itself is made of on Pub/Sub. */
  public static PubSubPlan clearPlan(HubConfig.PubSub hub, Configuration config) {
    return PubSubPlan.of(hub, config.name(), consumers(config));
  }

  /** What its masked side is made of; empty where nothing is masked. */
  public static Optional<PubSubPlan> maskedPlan(HubConfig.PubSub hub, Configuration config) {
    return config.privacy().masks()
        ? Optional.of(PubSubPlan.of(hub.masked(), config.name(), maskedConsumers(config)))
        : Optional.empty();
  }

  /**
   * What stands in the way of a hub on Pub/Sub, and what it lacks; makes nothing.
   *
   * @throws HubException where it cannot be asked
   */
  public static List<PubSubCheck.Finding> check(HubConfig.PubSub hub, Configuration config)
      throws HubException, InterruptedException {
    return PubSubCheck.run(hub, access(hub), config.name(), consumers(config));
  }

  private static PubSubAccess access(HubConfig.PubSub config) {
    return PubSubAccess.of(config);
  }

  /**
   * Whoever opens the hub makes every consumer's subscription: it holds what comes from then on.
   */
  private static List<String> consumers(Configuration config) {
    Stream<String> warehouses = warehouses(config, WarehouseConfig.From.HUB);
    Stream<String> bigtable =
        config.bigtable() == null ? Stream.of() : Stream.of(PubSubPlan.LATEST);
    Stream<String> mask = config.privacy().masks() ? Stream.of(PubSubPlan.MASK) : Stream.of();
    Stream<String> enrich =
        config.events().joined().isEmpty() ? Stream.of() : Stream.of(PubSubPlan.ENRICH);
    Stream<String> features =
        config.pipelines().features() ? Stream.of(PubSubPlan.FEATURES) : Stream.of();
    return Stream.of(warehouses, bigtable, mask, enrich, features, RulesRole.consumers(config))
        .flatMap(names -> names)
        .toList();
  }

  /** The same of the masked side. */
  static List<String> maskedConsumers(Configuration config) {
    return warehouses(config, WarehouseConfig.From.MASKED).toList();
  }

  private static Stream<String> warehouses(Configuration config, WarehouseConfig.From from) {
    return NodePlan.enabledWarehouses(config).stream()
        .filter(warehouse -> warehouse.from() == from)
        .map(WarehouseConfig::name);
  }
}
