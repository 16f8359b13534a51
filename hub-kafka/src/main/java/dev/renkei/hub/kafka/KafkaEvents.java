package dev.renkei.hub.kafka;

import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Events by an idempotent producer without transactions: a message is durable when all replicas
 * have it, and waits for no commit. A repeated one falls out in dedupe.
 */
final class KafkaEvents implements EventPublisher {
  private static final Duration MOST_BLOCKING = Duration.ofSeconds(1);
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;

  /** Until when nothing is tried, by {@link System#nanoTime}: sending has blocked. */
  private volatile long quietUntil = System.nanoTime();

  private KafkaEvents(KafkaProducer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  static KafkaEvents open(KafkaSettings kafka, String topic, Duration patience, long bufferBytes)
      throws HubException {
    var settings = kafka.producer();
    settings.put("delivery.timeout.ms", Long.toString(patience.toMillis()));
    settings.put("request.timeout.ms", Long.toString(patience.toMillis() / 2));
    settings.put("buffer.memory", Long.toString(bufferBytes));
    settings.put("max.block.ms", Long.toString(MOST_BLOCKING.toMillis()));
    settings.put("retry.backoff.max.ms", "500");
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
    try {
      var unused = producer.partitionsFor(topic); // so that no message waits for that
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw Failures.of(topic, e);
    }
    return new KafkaEvents(producer, topic);
  }

  @Override
  public CompletableFuture<Void> publish(EncodedMessage message) {
    if (System.nanoTime() - quietUntil < 0) {
      return CompletableFuture.failedFuture(
          new HubException("hub, %s: no broker takes messages now".formatted(topic)));
    }
    CompletableFuture<Void> durable = new CompletableFuture<>();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, message.routingKey(), message.payload());
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    long begun = System.nanoTime();
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  durable.complete(null);
                } else {
                  durable.completeExceptionally(Failures.of(topic, failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) { // interrupted, or it is closed
      durable.completeExceptionally(Failures.of(topic, e));
    }
    // One request may hold a thousand messages: only the first of them waits.
    if (durable.isCompletedExceptionally()
        && System.nanoTime() - begun > MOST_BLOCKING.toNanos() / 2) {
      quietUntil = System.nanoTime() + MOST_BLOCKING.toNanos();
    }
    return durable;
  }

  @Override
  public void close() {
    producer.close(PATIENCE_AT_END);
  }
}
