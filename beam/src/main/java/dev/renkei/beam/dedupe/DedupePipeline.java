package dev.renkei.beam.dedupe;

import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.KafkaSink;
import dev.renkei.beam.flow.KafkaSource;
import dev.renkei.beam.flow.KeyedStepTransform;
import dev.renkei.beam.flow.PubSubRoot;
import dev.renkei.beam.flow.PubSubSink;
import dev.renkei.beam.flow.PubSubSource;
import dev.renkei.beam.flow.StateDeadLetterSink;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.dedupe.SequenceGate;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Legible;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Raw to hub: one of each change (SEMANTICS 9). The names of its transforms are those that
 * operators meet, and by which a running job is updated: they do not change.
 */
public final class DedupePipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "dedupe";

  private DedupePipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, DedupePlan plan) {
    if (plan instanceof DedupePlan.Kafka kafka) {
      onKafka(pipeline, kafka);
    } else if (plan instanceof DedupePlan.PubSub pubSub) {
      onPubSub(pipeline, pubSub);
    }
  }

  private static void onKafka(Pipeline pipeline, DedupePlan.Kafka plan) {
    PCollectionTuple legible =
        pipeline
            .apply("Raw", KafkaSource.of(plan.address(), plan.raw(), plan.group(), FLOW))
            .apply("Legible", StepTransform.of(FLOW, new Legible(true)));
    PCollectionTuple gated =
        filtered(legible, plan)
            .apply("Gate", KeyedStepTransform.of(FLOW, new SequenceGate(plan.retention())));
    gated.get(FlowTags.MAIN).apply("Hub", KafkaSink.messages(plan.address(), plan.hub(), FLOW));
    deadLetters(legible, gated)
        .apply("Dead letters", KafkaSink.deadLetters(plan.address(), plan.deadLetters()));
  }

  private static void onPubSub(Pipeline pipeline, DedupePlan.PubSub plan) {
    PubSubRoot.use(pipeline, plan.rootUrl());
    PCollectionTuple legible =
        pipeline
            .apply("Raw", PubSubSource.withoutDuplicates(plan.rawSubscription(), FLOW))
            .apply("Legible", StepTransform.of(FLOW, new Legible(false)));
    filtered(legible, plan).apply("Hub", PubSubSink.of(plan.hubTopic(), FLOW));
    legible.get(FlowTags.DEAD_LETTERS).apply("Dead letters", StateDeadLetterSink.of(plan.state()));
  }

  private static PCollection<FlowMessage> filtered(PCollectionTuple legible, DedupePlan plan) {
    return legible
        .get(FlowTags.MAIN)
        .apply("Filter", StepTransform.of(FLOW, plan.filter()))
        .get(FlowTags.MAIN);
  }

  private static PCollection<DeadLetter> deadLetters(PCollectionTuple one, PCollectionTuple other) {
    return PCollectionList.of(one.get(FlowTags.DEAD_LETTERS))
        .and(other.get(FlowTags.DEAD_LETTERS))
        .apply("All dead letters", Flatten.pCollections());
  }
}
