package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas in a compacted topic. What was read once is kept, since a schema never changes under its
 * id.
 */
final class KafkaSchemas implements SchemaStore, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KafkaSchemas.class);

  private final CompactedTopic topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String name;
  private final Map<String, SchemaRecord> known = new LinkedHashMap<>();

  KafkaSchemas(KafkaSettings settings, String name) {
    this.name = name;
    this.topic = new CompactedTopic(settings, name, this::remember);
    this.producer = new KafkaProducer<>(settings.producer());
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    SchemaRecord schema;
    try {
      schema = SchemaCodec.read(record.value());
    } catch (MessageException e) {
      log.atError()
          .addKeyValue("topic", name)
          .addKeyValue("offset", record.offset())
          .log(e.getMessage());
      return;
    }
    // Two trackers may store a schema; the place where it was seen first is the lower one.
    known.merge(
        key(schema),
        schema,
        (before, now) -> before.firstSeen().compareTo(now.firstSeen()) <= 0 ? before : now);
  }

  private static String key(SchemaRecord schema) {
    return schema.source() + "\u0000" + schema.schema().table() + "\u0000" + schema.schemaId();
  }

  @Override
  public synchronized void put(SchemaRecord schema) throws HubException, InterruptedException {
    topic.readToEnd();
    if (known.containsKey(key(schema))) {
      return;
    }
    try {
      producer
          .send(
              new ProducerRecord<>(
                  name, key(schema).getBytes(StandardCharsets.UTF_8), SchemaCodec.write(schema)))
          .get();
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(name, e);
    }
    topic.readToEnd();
  }

  @Override
  public synchronized Optional<SchemaRecord> find(String schemaId) throws HubException {
    Optional<SchemaRecord> found = lookUp(schemaId);
    if (found.isEmpty()) {
      topic.readToEnd();
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
    topic.readToEnd();
    return List.copyOf(
        known.values().stream()
            .filter(
                schema -> schema.source().equals(source) && schema.schema().table().equals(table))
            .toList());
  }

  @Override
  public void close() {
    producer.close();
    topic.close();
  }
}
