package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** All partitions of one topic, assigned; committed messages only; the position is the reader's. */
final class KafkaSubscription implements HubSubscription {
  private final String topic;
  private final String streamId;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  /**
   * Opens at the beginning of the topic.
   *
   * @param streamId the topic's name and Kafka's id of it, which a re-created topic does not share
   */
  KafkaSubscription(KafkaSettings settings, String topic, String streamId, int partitionCount) {
    this.topic = topic;
    this.streamId = streamId;
    this.consumer = new KafkaConsumer<>(settings.consumer());
    List<TopicPartition> all = new ArrayList<>();
    for (int partition = 0; partition < partitionCount; partition++) {
      all.add(new TopicPartition(topic, partition));
    }
    this.partitions = List.copyOf(all);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  @Override
  public String streamId() {
    return streamId;
  }

  @Override
  public int partitions() {
    return partitions.size();
  }

  @Override
  public void seek(Map<Integer, Long> nextOffsets) throws HubException {
    try {
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        long beginning = beginnings.getOrDefault(partition, 0L);
        long next = nextOffsets.getOrDefault(partition.partition(), beginning);
        if (next < beginning || next > ends.getOrDefault(partition, 0L)) {
          throw new PositionLostException(
              "%s, partition %d: stored position %d is outside of what the topic holds (%d to %d)."
                  .formatted(
                      topic,
                      partition.partition(),
                      next,
                      beginning,
                      ends.getOrDefault(partition, 0L)));
        }
        consumer.seek(partition, next);
      }
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public void seekToTime(Instant time) throws HubException {
    try {
      Map<TopicPartition, Long> wanted = new HashMap<>();
      partitions.forEach(partition -> wanted.put(partition, time.toEpochMilli()));
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        OffsetAndTimestamp at = found.get(partition);
        consumer.seek(partition, at == null ? ends.getOrDefault(partition, 0L) : at.offset());
      }
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public List<HubRecord> poll(Duration atMost) throws HubException, InterruptedException {
    try {
      List<HubRecord> records = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
        records.add(read(record));
      }
      return records;
    } catch (OffsetOutOfRangeException e) {
      throw new PositionLostException(
          "%s: the next message is no longer held: %s."
              .formatted(topic, e.offsetOutOfRangePartitions()));
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(topic);
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  static HubRecord read(ConsumerRecord<byte[], byte[]> record) {
    @Nullable MessageAttributes attributes = null;
    Map<String, String> raw = Map.of();
    try {
      attributes = HeaderCodec.read(name -> text(record.headers().lastHeader(name)));
    } catch (MessageException e) {
      raw = new TreeMap<>();
      for (Header header : record.headers()) {
        String text = text(header);
        raw.put(header.key(), text == null ? "" : text);
      }
    }
    return new HubRecord(
        record.partition(),
        record.offset(),
        record.timestamp(),
        attributes,
        raw,
        record.key(),
        record.value() == null ? new byte[0] : record.value());
  }

  static @Nullable String text(@Nullable Header header) {
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public Map<Integer, Long> nextOffsets() throws HubException {
    try {
      Map<Integer, Long> next = new TreeMap<>();
      for (TopicPartition partition : partitions) {
        next.put(partition.partition(), consumer.position(partition));
      }
      return next;
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public Map<Integer, Long> endOffsets() throws HubException {
    try {
      Map<Integer, Long> ends = new TreeMap<>();
      consumer
          .endOffsets(partitions)
          .forEach((partition, end) -> ends.put(partition.partition(), end));
      return ends;
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
