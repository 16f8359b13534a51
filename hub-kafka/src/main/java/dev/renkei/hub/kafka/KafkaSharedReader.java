package dev.renkei.hub.kafka;

import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SharedReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A member of a consumer group that commits, for each partition, the offset up to which everything
 * is acknowledged.
 */
final class KafkaSharedReader implements SharedReader {
  /** Messages that may be unsettled before no more are read. */
  static final int MOST_UNSETTLED = 400;

  private static final Duration COMMIT_EVERY = Duration.ofMillis(500);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Progress> assigned = new HashMap<>();

  /** Of partitions that have gone to others: whoever has the deliveries still holds them. */
  private final List<Progress> left = new ArrayList<>();

  private long committedNanos = System.nanoTime();

  /**
   * Joins a group.
   *
   * @param group by name; its members share the topic
   */
  KafkaSharedReader(KafkaSettings settings, String topic, String group) {
    this.topic = topic;
    Map<String, Object> consumerSettings = settings.consumer();
    consumerSettings.put("group.id", group);
    consumerSettings.put("auto.offset.reset", "earliest");
    consumerSettings.put("max.poll.records", "100");
    consumerSettings.put("session.timeout.ms", "6000");
    consumerSettings.put("heartbeat.interval.ms", "1000");
    this.consumer = new KafkaConsumer<>(consumerSettings);
    consumer.subscribe(List.of(topic), new Moves());
  }

  /** What of a partition is on its way. */
  private static final class Progress {
    private final TreeSet<Long> unsettled = new TreeSet<>();
    private long next = -1;
    private long committed = -1;

    synchronized void read(long offset) {
      unsettled.add(offset);
      next = offset + 1;
    }

    synchronized void settle(long offset) {
      unsettled.remove(offset);
    }

    synchronized int size() {
      return unsettled.size();
    }

    /** What is to be committed; null where that has not changed. */
    synchronized @Nullable Long due() {
      long upTo = unsettled.isEmpty() ? next : unsettled.first();
      return upTo < 0 || upTo == committed ? null : upTo;
    }

    synchronized void committed(long offset) {
      committed = offset;
    }
  }

  private final class Moves implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(partition -> assigned.put(partition, new Progress()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      commit();
      leave(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      leave(partitions);
    }

    private void leave(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        Progress progress = assigned.remove(partition);
        if (progress != null) {
          left.add(progress);
        }
      }
    }
  }

  @Override
  public List<Delivery> poll(Duration atMost) throws HubException, InterruptedException {
    try {
      if (System.nanoTime() - committedNanos > COMMIT_EVERY.toNanos()) {
        commit();
      }
      if (unsettled() >= MOST_UNSETTLED) {
        consumer.pause(consumer.assignment());
      } else {
        consumer.resume(consumer.paused());
      }
      List<Delivery> deliveries = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
        Progress progress = assigned.get(new TopicPartition(record.topic(), record.partition()));
        if (progress != null) {
          progress.read(record.offset());
          deliveries.add(new Read(KafkaSubscription.read(record), progress));
        }
      }
      return deliveries;
    } catch (InterruptException e) {
      Thread.interrupted();
      throw new InterruptedException(topic);
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  private int unsettled() {
    left.removeIf(progress -> progress.size() == 0);
    return Stream.concat(assigned.values().stream(), left.stream()).mapToInt(Progress::size).sum();
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
    assigned.forEach(
        (partition, progress) -> {
          Long upTo = progress.due();
          if (upTo != null) {
            due.put(partition, new OffsetAndMetadata(upTo));
          }
        });
    if (!due.isEmpty()) {
      consumer.commitSync(due);
      due.forEach(
          (partition, offset) -> {
            Progress progress = assigned.get(partition);
            if (progress != null) {
              progress.committed(offset.offset());
            }
          });
    }
    committedNanos = System.nanoTime();
  }

  /** A message, which counts for the time in which its partition was this reader's. */
  private record Read(HubRecord message, Progress progress) implements Delivery {
    @Override
    public void acknowledge() {
      progress.settle(message.offset());
    }

    /** It stays unsettled: whoever reads on after this reader gets it. */
    @Override
    public void release() {}
  }

  @Override
  public void close() {
    try {
      commit();
    } catch (KafkaException e) {
      // They are delivered again then.
    } finally {
      consumer.close();
    }
  }
}
