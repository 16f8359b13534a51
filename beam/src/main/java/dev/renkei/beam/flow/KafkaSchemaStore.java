package dev.renkei.beam.flow;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schemas that trackers have stored in Kafka, as workers read them: whatever the topic holds
 * when a schema is asked for. Thread-safe.
 */
public final class KafkaSchemaStore implements SchemaStore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaSchemaStore.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Map<String, SchemaRecord> known = new LinkedHashMap<>();

  private KafkaSchemaStore(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
  }

  /**
   * Opens it; nothing is read yet.
   *
   * @param topic the topic of schemas, of one partition
   */
  public static KafkaSchemaStore open(KafkaAddress address, String topic) throws HubException {
    try {
      KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              address.reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return new KafkaSchemaStore(consumer, partition);
    } catch (KafkaException e) {
      throw failure(topic, e);
    }
  }

  @Override
  public void put(SchemaRecord schema) {
    throw new UnsupportedOperationException("trackers store schemas");
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
    return known.values().stream().filter(schema -> schema.schemaId().equals(schemaId)).findFirst();
  }

  @Override
  public synchronized Collection<SchemaRecord> of(String source, TableName table)
      throws HubException {
    readToEnd();
    return List.copyOf(
        known.values().stream()
            .filter(
                schema -> schema.source().equals(source) && schema.schema().table().equals(table))
            .toList());
  }

  private void readToEnd() throws HubException {
    try {
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long patient = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(this::remember);
        if (System.nanoTime() > patient) {
          throw new HubException(
              "%s: not read to its end within %s. Check that the brokers are up."
                  .formatted(partition.topic(), PATIENCE));
        }
      }
    } catch (KafkaException e) {
      throw failure(partition.topic(), e);
    }
  }

  private static HubException failure(String topic, KafkaException e) {
    return new HubException(
        "%s: cannot be read (%s). Check hub.bootstrap_servers and that the brokers are up."
            .formatted(topic, e.getMessage()),
        e);
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    try {
      SchemaRecord schema = SchemaCodec.read(record.value());
      // Two trackers may store a schema; the place where it was seen first is the lower one.
      known.merge(
          schema.source() + "\u0000" + schema.schema().table() + "\u0000" + schema.schemaId(),
          schema,
          (before, now) -> before.firstSeen().compareTo(now.firstSeen()) <= 0 ? before : now);
    } catch (MessageException e) {
      log.atError()
          .addKeyValue("topic", partition.topic())
          .addKeyValue("offset", record.offset())
          .log(e.getMessage());
    }
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }
}
