package dev.renkei.bench.hub;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's clients with the settings that Renkei gives to its own. */
final class BareClients {
  private BareClients() {}

  static KafkaProducer<byte[], byte[]> producer(String address, String transactionalId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", address);
    settings.put("transactional.id", transactionalId);
    settings.put("transaction.timeout.ms", "10000");
    settings.put("delivery.timeout.ms", "10000");
    settings.put("request.timeout.ms", "5000");
    settings.put("buffer.memory", Integer.toString(64 << 20));
    settings.put("linger.ms", "2");
    settings.put("batch.size", Integer.toString(128 << 10));
    settings.put("compression.type", "lz4");
    settings.put("max.request.size", Integer.toString(64 << 20));
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("auto.include.jmx.reporter", "false");
    settings.put("enable.metrics.push", "false");
    settings.put("key.serializer", ByteArraySerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    return new KafkaProducer<>(settings);
  }

  static KafkaConsumer<byte[], byte[]> consumer(String address, String group) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", address);
    settings.put("group.id", group);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", "2000");
    settings.put("fetch.max.wait.ms", "50");
    settings.put("auto.include.jmx.reporter", "false");
    settings.put("enable.metrics.push", "false");
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    return new KafkaConsumer<>(settings);
  }
}
