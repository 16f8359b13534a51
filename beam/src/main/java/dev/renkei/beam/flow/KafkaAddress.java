package dev.renkei.beam.flow;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

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

  private static final Map<String, Object> QUICK_BACK = Map.of("reconnect.backoff.max.ms", "1000");

  /** What correctness needs, so that the user's properties do not count. */
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "isolation.level",
          "enable.auto.commit",
          "auto.offset.reset",
          "allow.auto.create.topics",
          "key.deserializer",
          "value.deserializer",
          "key.serializer",
          "value.serializer",
          "acks",
          "enable.idempotence");

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

  /**
   * What a reading pipeline says of its consumers, for all to see: Beam shows it with the job. The
   * user's properties come with {@link #consumers}.
   */
  Map<String, Object> consumer(String group) {
    Map<String, Object> settings = new HashMap<>(QUICK_BACK);
    settings.put("max.poll.records", "2000");
    settings.put("max.partition.fetch.bytes", Integer.toString(8 << 20));
    settings.put("fetch.max.bytes", MAX_MESSAGE_BYTES);
    settings.put("fetch.max.wait.ms", "100");
    settings.put("group.id", group);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest"); // where the group has not been yet
    settings.put("allow.auto.create.topics", "false");
    return settings;
  }

  /** Makes consumers on workers. */
  SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> consumers() {
    return new Consumers(this);
  }

  /** The same of producers, which write at least once. */
  Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>(QUICK_BACK);
    settings.put("linger.ms", "2");
    settings.put("batch.size", Integer.toString(128 << 10));
    settings.put("compression.type", "lz4");
    settings.put("max.request.size", MAX_MESSAGE_BYTES);
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    return settings;
  }

  /** Makes producers on workers. */
  SerializableFunction<Map<String, Object>, Producer<byte[], byte[]>> producers() {
    return new Producers(this);
  }

  private Map<String, Object> with(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    properties.forEach(
        (name, text) -> {
          if (!OURS.contains(name)) {
            all.put(name, text);
          }
        });
    return all;
  }

  private record Consumers(KafkaAddress address)
      implements SerializableFunction<Map<String, Object>, Consumer<byte[], byte[]>> {
    @Override
    public Consumer<byte[], byte[]> apply(Map<String, Object> settings) {
      return new KafkaConsumer<>(address.with(settings));
    }
  }

  private record Producers(KafkaAddress address)
      implements SerializableFunction<Map<String, Object>, Producer<byte[], byte[]>> {
    @Override
    public Producer<byte[], byte[]> apply(Map<String, Object> settings) {
      return new KafkaProducer<>(address.with(settings));
    }
  }

  /** Without the values of {@code properties}. */
  @Override
  public String toString() {
    return "KafkaAddress[%s, properties %s]".formatted(bootstrapServers, properties.keySet());
  }
}
