package dev.renkei.hub.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How every client of ours talks to the cluster.
 *
 * @param bootstrapServers host:port, comma separated
 * @param properties the user's, passed to every client as they are; they win over ours but for what
 *     correctness needs
 */
record KafkaSettings(String bootstrapServers, Map<String, String> properties) {
  /** Room for a row with a 10 MB text: requests and fetches of this size pass. */
  static final int MAX_MESSAGE_BYTES = 64 << 20;

  KafkaSettings {
    properties = Map.copyOf(properties);
  }

  Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("auto.include.jmx.reporter", "false");
    settings.put("enable.metrics.push", "false");
    settings.put("reconnect.backoff.max.ms", "1000");
    settings.putAll(properties);
    return settings;
  }

  Map<String, Object> consumer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("max.poll.records", "5000");
    settings.put("max.partition.fetch.bytes", Integer.toString(8 << 20));
    settings.put("fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
    settings.put("fetch.max.wait.ms", "100");
    settings.putAll(common());
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");
    settings.put("allow.auto.create.topics", "false");
    return settings;
  }

  Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("linger.ms", "2");
    settings.put("batch.size", Integer.toString(128 << 10));
    settings.put("compression.type", "lz4");
    settings.put("max.request.size", Integer.toString(MAX_MESSAGE_BYTES));
    settings.putAll(common());
    settings.put("key.serializer", ByteArraySerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    return settings;
  }
}
