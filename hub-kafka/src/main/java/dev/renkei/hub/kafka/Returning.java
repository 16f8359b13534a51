package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetterHeaders;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.OpenLetters.SentBack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Letters on their way back: to the topic and partition that they were read from, with key, payload
 * and attributes as they were. Many are under way at a time; then it is noted that they were sent.
 */
final class Returning implements AutoCloseable {
  private static final int BATCH = 500;
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

  private final KafkaSettings settings;
  private final Admin admin;
  private final String prefix;
  private final String letters;
  private final long atMost;
  private final LongConsumer progress;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Integer> partitions = new HashMap<>();
  private final List<UnderWay> underWay = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private long taken;
  private long sent;
  private long refused;
  private boolean more;

  private record UnderWay(long letter, Future<RecordMetadata> sent) {}

  /** Why a letter cannot be sent back. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  Returning(
      KafkaSettings settings,
      Admin admin,
      String prefix,
      String letters,
      long atMost,
      LongConsumer progress) {
    this.settings = settings;
    this.admin = admin;
    this.prefix = prefix;
    this.letters = letters;
    this.atMost = atMost;
    this.progress = progress;
    this.producer = new KafkaProducer<>(settings.producer());
  }

  /**
   * Sends one.
   *
   * @return whether another would be sent
   */
  boolean take(ConsumerRecord<byte[], byte[]> letter) throws HubException, InterruptedException {
    if (taken == atMost) {
      more = true;
      return false;
    }
    try {
      underWay.add(new UnderWay(letter.offset(), producer.send(original(letter))));
      taken++;
    } catch (RefusedException e) {
      refuse(letter.offset(), String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      settle();
      throw Failures.of(letters, e);
    }
    if (underWay.size() == BATCH) {
      settle();
    }
    return true;
  }

  private void refuse(long letter, String why) {
    refused++;
    if (reasons.size() < OpenLetters.MOST_TOLD) {
      reasons.add("%d: %s".formatted(letter, why));
    }
  }

  private ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> record)
      throws HubException, InterruptedException, RefusedException {
    DeadLetter letter = KafkaDeadLetters.read(record);
    String topic = letter.stream().replaceFirst("/.*", "");
    if (!topic.startsWith(prefix)) {
      throw new RefusedException("it was read from %s, which is none of this hub".formatted(topic));
    }
    int there = partitions(topic);
    Integer partition = letter.partition() < there ? Integer.valueOf(letter.partition()) : null;
    ConsumerRecord<byte[], byte[]> whole =
        isPlaceOnly(record) ? whole(topic, letter.partition(), letter.offset()) : record;
    ProducerRecord<byte[], byte[]> back =
        new ProducerRecord<>(topic, partition, whole.key(), whole.value());
    for (Header header : whole.headers()) {
      if (!header.key().startsWith(DeadLetterHeaders.OURS)) {
        back.headers().add(header);
      }
    }
    return back;
  }

  /** As those of the flow that masks are (SEMANTICS 26): it is where it was read. */
  private static boolean isPlaceOnly(ConsumerRecord<byte[], byte[]> record) {
    boolean attributes = false;
    for (Header header : record.headers()) {
      attributes |= !header.key().startsWith(DeadLetterHeaders.OURS);
    }
    return !attributes && record.key() == null && (record.value() == null || isEmpty(record));
  }

  private static boolean isEmpty(ConsumerRecord<byte[], byte[]> record) {
    return record.value().length == 0;
  }

  private ConsumerRecord<byte[], byte[]> whole(String topic, int partition, long offset)
      throws HubException, InterruptedException, RefusedException {
    ConsumerRecord<byte[], byte[]> found = StoredRecord.read(settings, topic, partition, offset);
    if (found == null) {
      throw new RefusedException(
          "nothing but its place was kept, and %s holds it no more: load its table again"
              .formatted(topic));
    }
    return found;
  }

  private int partitions(String topic) throws HubException, InterruptedException, RefusedException {
    Integer known = partitions.get(topic);
    if (known != null) {
      return known;
    }
    try {
      TopicDescription described =
          Objects.requireNonNull(
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
      int there = described.partitions().size();
      partitions.put(topic, there);
      return there;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new RefusedException("the topic %s is no more".formatted(topic));
      }
      throw Failures.of(topic, e);
    }
  }

  /** Waits for those under way, and notes which of them are there. */
  private void settle() throws HubException, InterruptedException {
    List<Long> done = new ArrayList<>();
    @Nullable HubException failure = null;
    for (UnderWay one : underWay) {
      try {
        var unused = one.sent().get();
        done.add(one.letter());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RecordTooLargeException) {
          refuse(one.letter(), String.valueOf(Failures.of(letters, e).getMessage()));
        } else {
          failure = Failures.of(letters, e);
        }
      }
    }
    underWay.clear();
    if (!done.isEmpty()) {
      note(done);
      sent += done.size();
      progress.accept(sent);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void note(List<Long> done) throws HubException, InterruptedException {
    ProducerRecord<byte[], byte[]> note =
        new ProducerRecord<>(letters, null, null, SentOffsets.write(done));
    note.headers()
        .add(
            DeadLetterHeaders.SENT_BACK, Instant.now().toString().getBytes(StandardCharsets.UTF_8));
    try {
      var unused = producer.send(note).get();
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(letters, e);
    }
  }

  /** Waits for the last; tells what has become of all. */
  SentBack end() throws HubException, InterruptedException {
    settle();
    return new SentBack(sent, refused, reasons, more);
  }

  @Override
  public void close() {
    producer.close(PATIENCE_AT_END);
  }
}
