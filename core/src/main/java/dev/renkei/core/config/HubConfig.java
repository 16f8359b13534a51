package dev.renkei.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The hub, by vendor. */
public sealed interface HubConfig permits HubConfig.Kafka {
  /** How long the hub keeps messages for replay. */
  Duration retention();

  /**
   * Kafka, embedded or outside.
   *
   * @param bootstrapServers {@code host:port} of an outside cluster; empty for the embedded broker
   * @param topicPrefix what all topics begin with
   * @param partitions of the topics raw and hub, when they are made
   * @param properties handed on to Kafka's clients; may hold secrets
   */
  record Kafka(
      List<String> bootstrapServers,
      String topicPrefix,
      int partitions,
      Duration retention,
      Map<String, String> properties)
      implements HubConfig {
    public Kafka {
      bootstrapServers = List.copyOf(bootstrapServers);
      properties = Map.copyOf(properties);
      if (partitions < 1 || retention.isNegative() || retention.isZero()) {
        throw new IllegalArgumentException(
            "%d partitions kept for %s".formatted(partitions, retention));
      }
    }

    /** Whether this process brings its own broker. */
    public boolean embedded() {
      return bootstrapServers.isEmpty();
    }

    /** The whole name of a topic, for example {@code renkei.raw}. */
    public String topic(String name) {
      return topicPrefix + name;
    }

    /** Without the values of {@code properties}. */
    @Override
    public String toString() {
      return "Kafka[%s, topics %s*, %d partitions, retention %s, properties %s]"
          .formatted(
              embedded() ? "embedded" : bootstrapServers,
              topicPrefix,
              partitions,
              retention,
              properties.keySet());
    }
  }
}
