package dev.renkei.beam.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class KafkaSchemaTopicTest {
  private static final TopicPartition SCHEMAS = new TopicPartition("renkei.schemas", 0);

  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>(OffsetResetStrategy.EARLIEST);
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, new ByteArraySerializer(), new ByteArraySerializer());
  private long end;

  @Test
  void aSchemaIsStoredOnceWhoeverHasStoredItBefore() throws Exception {
    topicIsThere();
    try (KafkaSchemaTopic topic = new KafkaSchemaTopic(SCHEMAS.topic(), consumer, () -> producer)) {
      consumer.updateEndOffsets(Map.of(SCHEMAS, 0L));
      stored(record("Stock", 5));

      topic.put(record("Stock", 7));
      topic.put(record("Prices", 6));
      topic.put(record("Prices", 8));

      assertThat(producer.history())
          .singleElement()
          .satisfies(r -> assertThat(SchemaCodec.read(r.value())).isEqualTo(record("Prices", 6)));
      assertThat(topic.find(record("Prices", 6).schemaId())).contains(record("Prices", 6));
    }
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void anUnknownSchemaIsLookedForToTheTopicsEnd() throws Exception {
    topicIsThere();
    try (KafkaSchemaTopic topic = new KafkaSchemaTopic(SCHEMAS.topic(), consumer, () -> producer)) {
      consumer.updateEndOffsets(Map.of(SCHEMAS, 0L));
      assertThat(topic.find("none")).isEmpty();

      stored(record("Stock", 7));
      stored(record("Stock", 5));
      stored(record("Prices", 6));

      assertThat(topic.find(record("Prices", 6).schemaId())).contains(record("Prices", 6));
      assertThat(topic.of("shop", new TableName("dbo", "Stock")))
          .as("it was first seen where the earlier of two trackers saw it")
          .containsExactly(record("Stock", 5));
    }
    assertThat(consumer.closed()).isTrue();
  }

  private void topicIsThere() {
    Node broker = new Node(1, "127.0.0.1", 1);
    Node[] brokers = {broker};
    consumer.updatePartitions(
        SCHEMAS.topic(), List.of(new PartitionInfo(SCHEMAS.topic(), 0, broker, brokers, brokers)));
    consumer.updateBeginningOffsets(Map.of(SCHEMAS, 0L));
  }

  private void stored(SchemaRecord schema) {
    long offset = end++;
    consumer.updateEndOffsets(Map.of(SCHEMAS, end));
    consumer.schedulePollTask(
        () ->
            consumer.addRecord(
                new ConsumerRecord<>(
                    SCHEMAS.topic(), 0, offset, new byte[] {1}, SchemaCodec.write(schema))));
  }

  private static SchemaRecord record(String table, long version) {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", table),
            List.of(new Column("ID", TypeKind.INT, 0, 0, 0, null, false, 1, false)));
    return new SchemaRecord("shop", SchemaCodec.id(schema), schema, new Sequence(1, version, 0));
  }
}
