package dev.renkei.hub.kafka;

import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandCodec;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands in a topic of one partition. A reader's position lies at Kafka under a group id that is
 * the reader's own; nobody joins that group, so nothing is rebalanced.
 */
final class KafkaCommands implements CommandLog {
  private static final Logger log = LoggerFactory.getLogger(KafkaCommands.class);

  /** Kafka forgets positions that nobody has committed for days (offsets.retention.minutes). */
  private static final Duration COMMIT_AGAIN = Duration.ofHours(6);

  private final KafkaSettings settings;
  private final TopicPartition partition;
  private final Duration retention;

  KafkaCommands(KafkaSettings settings, Topics topics) {
    this.settings = settings;
    this.partition = new TopicPartition(topics.commands(), 0);
    this.retention = topics.retention();
  }

  /** Commands are rare: a producer lives no longer than one of them. */
  @Override
  public void send(Command command) throws HubException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer())) {
      producer
          .send(
              new ProducerRecord<>(
                  partition.topic(), partition.partition(), null, CommandCodec.write(command)))
          .get();
    } catch (InterruptException e) {
      throw interrupted();
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(partition.topic(), e);
    }
  }

  @Override
  public Follower follow(String reader) throws HubException {
    Map<String, Object> consumer = settings.consumer();
    consumer.put("group.id", partition.topic() + "." + reader);
    consumer.put("auto.offset.reset", "earliest");
    try {
      return new KafkaFollower(new KafkaConsumer<>(consumer));
    } catch (KafkaException e) {
      throw Failures.of(partition.topic(), e);
    }
  }

  private InterruptedException interrupted() {
    Thread.interrupted();
    return new InterruptedException(partition.topic());
  }

  private final class KafkaFollower implements Follower {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long committedNanos = System.nanoTime();
    private boolean owing;

    KafkaFollower(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
      consumer.assign(List.of(partition));
    }

    @Override
    public List<Command> poll(Duration atMost) throws HubException, InterruptedException {
      List<Command> commands = new ArrayList<>();
      try {
        if (!owing && System.nanoTime() - committedNanos > COMMIT_AGAIN.toNanos()) {
          commit();
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
          owing = true;
          read(record).ifPresent(commands::add);
        }
      } catch (InterruptException e) {
        throw interrupted();
      } catch (KafkaException e) {
        throw Failures.of(partition.topic(), e);
      }
      return List.copyOf(commands);
    }

    /** Nothing where it is older than the retention: Kafka removes whole segments, later. */
    private Optional<Command> read(ConsumerRecord<byte[], byte[]> record) {
      if (record.timestamp() < System.currentTimeMillis() - retention.toMillis()) {
        return Optional.empty();
      }
      try {
        byte[] value = record.value();
        if (value == null) {
          throw new IllegalArgumentException("a command without content");
        }
        return Optional.of(CommandCodec.read(value));
      } catch (IllegalArgumentException e) {
        log.atWarn()
            .addKeyValue("topic", partition.topic())
            .addKeyValue("offset", record.offset())
            .addKeyValue("reason", e.getMessage())
            .log("command passed over, it cannot be read");
        return Optional.empty();
      }
    }

    @Override
    public void done() throws HubException, InterruptedException {
      try {
        commit();
      } catch (InterruptException e) {
        throw interrupted();
      } catch (KafkaException e) {
        throw Failures.of(partition.topic(), e);
      }
    }

    private void commit() {
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(consumer.position(partition))));
      committedNanos = System.nanoTime();
      owing = false;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
