package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetterHeaders;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A topic of dead letters as it is when this is opened: letters, and after some of them a message
 * that says that they were sent back. Used by one thread.
 */
final class LetterTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /** So many records are held at a time when it is read from its end. */
  private static final int WINDOW = 100;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final long beginning;
  private final long end;

  private LetterTopic(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
    consumer.assign(List.of(partition));
    this.end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    this.beginning = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
  }

  static LetterTopic open(KafkaSettings settings, String topic) throws HubException {
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings.consumer());
    try {
      return new LetterTopic(consumer, new TopicPartition(topic, 0));
    } catch (KafkaException e) {
      consumer.close();
      throw Failures.of(topic, e);
    }
  }

  /** What letters there are. */
  interface Visitor {
    /** Whether to go on. */
    boolean visit(ConsumerRecord<byte[], byte[]> letter) throws HubException, InterruptedException;
  }

  /** Open letters, newest first. */
  void backwards(Visitor visitor) throws HubException, InterruptedException {
    SentOffsets sent = new SentOffsets(beginning);
    boolean on = true;
    for (long to = end; on && to > beginning; to -= WINDOW) {
      List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
      forwards(
          Math.max(beginning, to - WINDOW),
          to,
          record -> {
            if (isSentBack(record)) {
              sent.add(record.value());
            } else {
              letters.add(record);
            }
            return true;
          });
      // What says that a letter was sent back stands behind it, so that it is known by now.
      for (int i = letters.size() - 1; on && i >= 0; i--) {
        on = sent.contains(letters.get(i).offset()) || visitor.visit(letters.get(i));
      }
    }
  }

  /** Open letters, oldest first. */
  void forwards(Visitor visitor) throws HubException, InterruptedException {
    SentOffsets sent = sent(beginning);
    forwards(
        beginning,
        end,
        record -> isSentBack(record) || sent.contains(record.offset()) || visitor.visit(record));
  }

  /** The open letter of an offset, if there is one. */
  void at(long offset, Visitor visitor) throws HubException, InterruptedException {
    if (offset < beginning || offset >= end) {
      return;
    }
    SentOffsets sent = sent(offset);
    forwards(
        offset,
        offset + 1,
        record -> isSentBack(record) || sent.contains(record.offset()) || visitor.visit(record));
  }

  private SentOffsets sent(long from) throws HubException, InterruptedException {
    SentOffsets sent = new SentOffsets(beginning);
    forwards(
        from,
        end,
        record -> {
          if (isSentBack(record)) {
            sent.add(record.value());
          }
          return true;
        });
    return sent;
  }

  /** Records from one offset to before another, as long as it is to go on. */
  private void forwards(long from, long to, Visitor visitor)
      throws HubException, InterruptedException {
    try {
      consumer.seek(partition, from);
      while (consumer.position(partition) < to) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() >= to || !visitor.visit(record)) {
            return;
          }
        }
      }
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(partition.topic());
    } catch (KafkaException e) {
      throw Failures.of(partition.topic(), e);
    }
  }

  private static boolean isSentBack(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(DeadLetterHeaders.SENT_BACK) != null;
  }

  /** Closes the reader; nothing else is open. */
  @Override
  public void close() {
    consumer.close();
  }
}
