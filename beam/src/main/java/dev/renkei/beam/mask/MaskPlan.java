package dev.renkei.beam.mask;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.steps.mask.MaskStep;
import java.io.Serializable;

/** Everything that the pipeline {@code mask} is made from; the step holds keys. */
public sealed interface MaskPlan extends Serializable {
  /** What is read. */
  FlowHub hub();

  MaskStep step();

  /**
   * On Kafka.
   *
   * @param masked the topic of masked messages, of as many partitions as the hub's
   * @param deadLetters the topic of what cannot be masked
   */
  record Kafka(FlowHub hub, MaskStep step, KafkaAddress address, String masked, String deadLetters)
      implements MaskPlan {}

  /**
   * On Pub/Sub.
   *
   * @param masked the whole name of the topic of masked messages
   * @param state where the masked side keeps its schemas and dead letters
   */
  record PubSub(FlowHub hub, MaskStep step, String masked, HubState state) implements MaskPlan {}
}
