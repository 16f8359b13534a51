package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One record of a topic, by its place. */
final class StoredRecord {
  private static final Duration POLL = Duration.ofMillis(100);

  private StoredRecord() {}

  /** Reads it; null where the topic holds it no more. */
  static @Nullable ConsumerRecord<byte[], byte[]> read(
      KafkaSettings settings, String topic, int partition, long offset) throws HubException {
    TopicPartition place = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer())) {
      consumer.assign(List.of(place));
      long beginning = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
      long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      if (offset < beginning || offset >= end) {
        return null;
      }
      consumer.seek(place, offset);
      while (consumer.position(place) <= offset) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          return record.offset() == offset ? record : null;
        }
      }
      return null;
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }
}
