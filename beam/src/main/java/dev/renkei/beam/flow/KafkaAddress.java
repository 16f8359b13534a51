package dev.renkei.beam.flow;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Kafka cluster, and how every client of ours talks to it.
 *
 * @param bootstrapServers each as host:port
 * @param properties the user's, passed to every client; they win over ours but for what correctness
 *     needs; may hold secrets
 */
public record KafkaAddress(List<String> bootstrapServers, Map<String, String> properties)
    implements Serializable {
  /** Room for a row with a 10 MB text, as in the rest of Renkei. */
  private static final String MAX_MESSAGE_BYTES = Integer.toString(64 << 20);

  public KafkaAddress {
    bootstrapServers = List.copyOf(bootstrapServers);
    properties = Map.copyOf(properties);
    if (bootstrapServers.isEmpty()) {
      throw new IllegalArgumentException("no bootstrap servers");
    }
  }

  String servers() {
    return String.join(",", bootstrapServers);
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("reconnect.backoff.max.ms", "1000");
    settings.putAll(properties);
    return settings;
  }

  /** Of one that reads a whole topic by itself. */
  Map<String, Object> reader() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("fetch.max.wait.ms", "100");
    settings.putAll(common());
    settings.put("bootstrap.servers", servers());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "none");
    settings.put("allow.auto.create.topics", "false");
    return settings;
  }

  /** Where a group has not been yet, it begins with the oldest message. */
  Map<String, Object> consumer(String group) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("max.poll.records", "2000");
    settings.put("max.partition.fetch.bytes", Integer.toString(8 << 20));
    settings.put("fetch.max.bytes", MAX_MESSAGE_BYTES);
    settings.put("fetch.max.wait.ms", "100");
    settings.putAll(common());
    settings.put("group.id", group);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", "false");
    return settings;
  }

  /** Of one that writes at least once. */
  Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("linger.ms", "2");
    settings.put("batch.size", Integer.toString(128 << 10));
    settings.put("compression.type", "lz4");
    settings.put("max.request.size", MAX_MESSAGE_BYTES);
    settings.putAll(common());
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    return settings;
  }

  /** Without the values of {@code properties}. */
  @Override
  public String toString() {
    return "KafkaAddress[%s, properties %s]".formatted(bootstrapServers, properties.keySet());
  }
}
