package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas of a hub on Kafka, in their compacted topic, which trackers write too. What was read
 * once is kept. Thread-safe.
 */
public final class KafkaSchemaTopic implements SchemaStore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaSchemaTopic.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;
  private final Map<String, SchemaRecord> known = new LinkedHashMap<>();

  /**
   * @param producers asked once, when a schema is first stored
   */
  KafkaSchemaTopic(
      String topic,
      Consumer<byte[], byte[]> consumer,
      Supplier<Producer<byte[], byte[]>> producers) {
    this.topic = topic;
    this.consumer = consumer;
    this.producers = producers;
  }

  /** Connects nothing yet. */
  public static KafkaSchemaTopic open(KafkaAddress address, String topic) {
    Map<String, Object> settings = new HashMap<>(address.consumer("unused"));
    settings.remove("group.id");
    settings.put("bootstrap.servers", address.servers());
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    Map<String, Object> writing = new HashMap<>(address.producer());
    writing.put("bootstrap.servers", address.servers());
    writing.put("key.serializer", ByteArraySerializer.class);
    writing.put("value.serializer", ByteArraySerializer.class);
    return new KafkaSchemaTopic(
        topic, address.consumers().apply(settings), () -> address.producers().apply(writing));
  }

  @Override
  public synchronized void put(SchemaRecord schema) throws HubException, InterruptedException {
    readToEnd();
    String key = key(schema);
    if (known.containsKey(key)) {
      return;
    }
    Producer<byte[], byte[]> to = producer;
    if (to == null) {
      to = producers.get();
      producer = to;
    }
    try {
      var unused =
          to.send(
                  new ProducerRecord<>(
                      topic, key.getBytes(StandardCharsets.UTF_8), SchemaCodec.write(schema)))
              .get();
    } catch (ExecutionException | KafkaException e) {
      throw new HubException(
          "%s: a schema cannot be stored: %s. Check the brokers, and the rights on this topic."
              .formatted(topic, e.getMessage()),
          e);
    }
    known.put(key, schema);
  }

  private static String key(SchemaRecord schema) {
    return schema.source() + "\u0000" + schema.schema().table() + "\u0000" + schema.schemaId();
  }

  @Override
  public synchronized Optional<SchemaRecord> find(String schemaId) throws HubException {
    Optional<SchemaRecord> found = lookUp(schemaId);
    if (found.isEmpty()) {
      readToEnd();
      found = lookUp(schemaId);
    }
    return found;
  }

  private Optional<SchemaRecord> lookUp(String schemaId) {
    return known.values().stream().filter(s -> s.schemaId().equals(schemaId)).findFirst();
  }

  @Override
  public synchronized Collection<SchemaRecord> of(String source, TableName table)
      throws HubException {
    readToEnd();
    return known.values().stream()
        .filter(s -> s.source().equals(source) && s.schema().table().equals(table))
        .toList();
  }

  private void readToEnd() throws HubException {
    try {
      if (consumer.assignment().isEmpty()) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (isBehind(ends)) {
        if (System.nanoTime() > until) {
          throw new HubException("%s: cannot be read to its end.".formatted(topic));
        }
        consumer.poll(POLL).forEach(this::remember);
      }
    } catch (KafkaException e) {
      throw new HubException(
          "%s: the schemas cannot be read: %s. Check the brokers, and that the trackers' hub has this topic."
              .formatted(topic, e.getMessage()),
          e);
    }
  }

  private boolean isBehind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue());
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    try {
      SchemaRecord schema = SchemaCodec.read(record.value());
      // Two trackers may store a schema; the place where it was seen first is the lower one.
      known.merge(
          key(schema),
          schema,
          (before, now) -> before.firstSeen().compareTo(now.firstSeen()) <= 0 ? before : now);
    } catch (MessageException e) {
      log.atError()
          .addKeyValue("topic", topic)
          .addKeyValue("offset", record.offset())
          .log(e.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    Producer<byte[], byte[]> to = producer;
    if (to != null) {
      to.close();
    }
    consumer.close();
  }
}
