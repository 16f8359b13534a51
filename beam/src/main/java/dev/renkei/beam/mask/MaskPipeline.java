package dev.renkei.beam.mask;

import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.KafkaSink;
import dev.renkei.beam.flow.PubSubSink;
import dev.renkei.beam.flow.StateDeadLetterSink;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.steps.mask.MaskStep;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Hub to masked side (SEMANTICS 26). The names of its transforms are those that operators meet, and
 * by which a running job is updated: they do not change.
 */
public final class MaskPipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = MaskStep.NAME;

  private MaskPipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, MaskPlan plan) {
    PCollectionTuple masked =
        plan.hub().read(pipeline, FLOW).apply("Mask", StepTransform.of(FLOW, plan.step()));
    if (plan instanceof MaskPlan.Kafka kafka) {
      masked
          .get(FlowTags.MAIN)
          .apply("Masked", KafkaSink.messagesAsRead(kafka.address(), kafka.masked(), FLOW));
      masked
          .get(FlowTags.DEAD_LETTERS)
          .apply("Dead letters", KafkaSink.deadLetters(kafka.address(), kafka.deadLetters()));
    } else if (plan instanceof MaskPlan.PubSub pubSub) {
      masked.get(FlowTags.MAIN).apply("Masked", PubSubSink.of(pubSub.masked(), FLOW));
      masked
          .get(FlowTags.DEAD_LETTERS)
          .apply("Dead letters", StateDeadLetterSink.of(pubSub.state()));
    }
  }
}
