package dev.renkei.hub.kafka;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.HubException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Claims in a topic of one partition that is never cut: the order of the partition is the order of
 * the claims, so everybody sees the same winner.
 */
final class KafkaClaims implements ClaimStore, AutoCloseable {
  private final String name;
  private final CompactedTopic topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Map<String, Claim> won = new HashMap<>();

  KafkaClaims(KafkaSettings settings, Topics topics) {
    this.name = topics.claims();
    this.topic = new CompactedTopic(settings, name, this::remember);
    this.producer = new KafkaProducer<>(settings.producer());
  }

  private void remember(ConsumerRecord<byte[], byte[]> record) {
    String subject = new String(record.key(), StandardCharsets.UTF_8);
    String[] claim = new String(record.value(), StandardCharsets.UTF_8).split("\u0000", 2);
    won.putIfAbsent(subject, new Claim(subject, claim[0], claim.length > 1 ? claim[1] : ""));
  }

  @Override
  public synchronized Claim claim(String subject, String claimant, String content)
      throws HubException, InterruptedException {
    topic.readToEnd();
    Claim earlier = won.get(subject);
    if (earlier != null) {
      return earlier;
    }
    byte[] value = (claimant + "\u0000" + content).getBytes(StandardCharsets.UTF_8);
    try {
      long offset =
          producer
              .send(new ProducerRecord<>(name, subject.getBytes(StandardCharsets.UTF_8), value))
              .get()
              .offset();
      topic.readTo(offset + 1);
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(name, e);
    }
    return Objects.requireNonNull(won.get(subject), "a claim that was written is read back");
  }

  @Override
  public synchronized Optional<Claim> holder(String subject) throws HubException {
    topic.readToEnd();
    return Optional.ofNullable(won.get(subject));
  }

  @Override
  public void close() {
    producer.close();
    topic.close();
  }
}
