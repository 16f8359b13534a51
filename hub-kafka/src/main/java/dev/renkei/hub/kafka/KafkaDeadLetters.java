package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetterHeaders;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Dead letters in a topic: original key, payload and attributes, and the reason in headers of our
 * own.
 */
final class KafkaDeadLetters implements DeadLetters, AutoCloseable {
  private final String topic;
  private final OpenLetters open;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @param open those of them that are open
   */
  KafkaDeadLetters(KafkaSettings settings, String topic, OpenLetters open) {
    this.topic = topic;
    this.open = open;
    this.producer = new KafkaProducer<>(settings.producer());
  }

  /** Adds where a record was read and why it is here. */
  static void mark(
      Headers headers, String stream, int partition, long offset, String reason, Instant at) {
    DeadLetterHeaders.write(
        stream, partition, offset, reason, at, (name, text) -> add(headers, name, text));
  }

  private static void add(Headers headers, String name, String text) {
    headers.add(name, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void put(DeadLetter letter) throws HubException, InterruptedException {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, letter.routingKey(), letter.payload());
    letter.attributes().forEach((name, text) -> add(record.headers(), name, text));
    mark(
        record.headers(),
        letter.stream(),
        letter.partition(),
        letter.offset(),
        letter.reason(),
        letter.at());
    try {
      producer.send(record).get();
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  @Override
  public List<DeadLetter> newest(int atMost) throws HubException, InterruptedException {
    List<DeadLetter> letters = new ArrayList<>();
    for (OpenLetters.Listed listed : open.newest(atMost, LetterFilter.ALL)) {
      open.find(listed.id()).ifPresent(letters::add);
    }
    return List.copyOf(letters);
  }

  /** A letter as its record has it. */
  static DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> attributes = new TreeMap<>();
    Map<String, String> ours = new TreeMap<>();
    for (Header header : record.headers()) {
      String text = KafkaSubscription.text(header);
      (header.key().startsWith(DeadLetterHeaders.OURS) ? ours : attributes)
          .put(header.key(), text == null ? "" : text);
    }
    return new DeadLetter(
        ours.getOrDefault(DeadLetterHeaders.STREAM, "unknown"),
        Integer.parseInt(ours.getOrDefault(DeadLetterHeaders.PARTITION, "0")),
        Long.parseLong(ours.getOrDefault(DeadLetterHeaders.OFFSET, "0")),
        ours.getOrDefault(DeadLetterHeaders.REASON, "no reason given"),
        attributes,
        record.key(),
        record.value() == null ? new byte[0] : record.value(),
        ours.containsKey(DeadLetterHeaders.AT)
            ? Instant.parse(ours.get(DeadLetterHeaders.AT))
            : Instant.ofEpochMilli(record.timestamp()));
  }

  @Override
  public void close() {
    producer.close();
  }
}
