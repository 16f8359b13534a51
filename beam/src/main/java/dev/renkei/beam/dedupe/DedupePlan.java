package dev.renkei.beam.dedupe;

import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.steps.flow.AttributeFilter;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Everything that the pipeline {@code dedupe} is made from. */
public sealed interface DedupePlan extends Serializable {
  /** What passes at all (slide 22). */
  AttributeFilter filter();

  /**
   * On Kafka, by sequence per key: exact, without a window.
   *
   * @param raw the topic that trackers write
   * @param hub the topic of unique changes, of as many partitions
   * @param deadLetters the topic of what cannot be read
   * @param group stable name of the pipeline among the readers of {@code raw}
   * @param retention of both topics: keys are forgotten after twice this
   */
  record Kafka(
      KafkaAddress address,
      String raw,
      String hub,
      String deadLetters,
      String group,
      Duration retention,
      AttributeFilter filter)
      implements DedupePlan {}

  /**
   * On Pub/Sub, by id within ten minutes; consumers judge the rest by sequence.
   *
   * @param rawSubscription the whole name of the pipeline's own subscription of the raw topic
   * @param hubTopic the whole name of the topic of unique changes
   * @param state where dead letters are kept
   * @param rootUrl {@code http://host:port} of an emulator; null for Google's
   */
  record PubSub(
      String rawSubscription,
      String hubTopic,
      HubState state,
      @Nullable String rootUrl,
      AttributeFilter filter)
      implements DedupePlan {}
}
