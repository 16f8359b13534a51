package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The letters of a topic; the id of each is its offset there. */
final class KafkaOpenLetters implements OpenLetters {
  private final KafkaSettings settings;
  private final Admin admin;
  private final String prefix;
  private final String topic;

  /**
   * @param prefix of the hub's topics; letters are sent back to no others
   * @param topic of the letters
   */
  KafkaOpenLetters(KafkaSettings settings, Admin admin, String prefix, String topic) {
    this.settings = settings;
    this.admin = admin;
    this.prefix = prefix;
    this.topic = topic;
  }

  static Listed listed(ConsumerRecord<byte[], byte[]> record) {
    return Listed.of(Long.toString(record.offset()), KafkaDeadLetters.read(record));
  }

  @Override
  public List<Listed> newest(int atMost, LetterFilter which)
      throws HubException, InterruptedException {
    List<Listed> found = new ArrayList<>();
    try (LetterTopic letters = LetterTopic.open(settings, topic)) {
      letters.backwards(
          record -> {
            Listed listed = listed(record);
            if (found.size() < atMost && which.matches(listed)) {
              found.add(listed);
            }
            return found.size() < atMost;
          });
    }
    return List.copyOf(found);
  }

  @Override
  public Optional<DeadLetter> find(String id) throws HubException, InterruptedException {
    Long offset = offset(id);
    AtomicReference<@Nullable DeadLetter> found = new AtomicReference<>();
    if (offset != null) {
      try (LetterTopic letters = LetterTopic.open(settings, topic)) {
        letters.at(
            offset,
            record -> {
              found.set(KafkaDeadLetters.read(record));
              return false;
            });
      }
    }
    return Optional.ofNullable(found.get());
  }

  private static @Nullable Long offset(String id) {
    try {
      return Long.valueOf(id);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public SentBack sendBack(LetterFilter which, long atMost, LongConsumer progress)
      throws HubException, InterruptedException {
    String id = which.id();
    Long only = id == null ? null : offset(id);
    try (LetterTopic letters = LetterTopic.open(settings, topic);
        Returning returning = new Returning(settings, admin, prefix, topic, atMost, progress)) {
      LetterTopic.Visitor visitor =
          record -> !which.matches(listed(record)) || returning.take(record);
      if (id == null) {
        letters.forwards(visitor);
      } else if (only != null) {
        letters.at(only, visitor);
      }
      return returning.end();
    }
  }
}
