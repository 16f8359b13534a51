package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic of one partition that is read from its beginning to its end again and again, committed
 * records only. Thread-safe.
 */
final class CompactedTopic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Consumer<ConsumerRecord<byte[], byte[]>> reader;

  /**
   * Nothing is read before the first {@link #readToEnd}.
   *
   * @param reader is handed each record once, in order, by the thread that reads
   */
  CompactedTopic(
      KafkaSettings settings, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    this.consumer = new KafkaConsumer<>(settings.consumer());
    this.partition = new TopicPartition(topic, 0);
    this.reader = reader;
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  /** Reads on to where the topic ended, for committed readers, when this was called. */
  synchronized void readToEnd() throws HubException {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
      readTo(ends.getOrDefault(partition, 0L));
    } catch (KafkaException e) {
      throw Failures.of(partition.topic(), e);
    }
  }

  /** Reads on until the offset before {@code end} has been passed. */
  synchronized void readTo(long end) throws HubException {
    try {
      long patient = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(reader);
        if (System.nanoTime() > patient) {
          throw new HubException(
              "%s: not read to its end within %s. Check that the brokers are up."
                  .formatted(partition.topic(), PATIENCE));
        }
      }
    } catch (KafkaException e) {
      throw Failures.of(partition.topic(), e);
    }
  }

  @Override
  public synchronized void close() {
    consumer.close();
  }
}
