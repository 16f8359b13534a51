package dev.renkei.beam.enrich;

import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.HubSchemaAccess;
import dev.renkei.beam.flow.KeyedStepTransform;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.enrich.EnrichStep;
import dev.renkei.steps.flow.Legible;
import dev.renkei.steps.flow.TableMessages;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Events and masters of the hub to joined events in the hub; the shuffle brings them together. The
 * names of its transforms are those that operators meet, and by which a running job is updated:
 * they do not change.
 */
public final class EnrichPipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "enrich";

  private EnrichPipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, EnrichPlan plan) {
    PCollectionTuple legible =
        plan.hub()
            .read(pipeline, FLOW)
            .apply("Legible", StepTransform.of(FLOW, new Legible(false)));
    PCollectionTuple joined =
        legible
            .get(FlowTags.MAIN)
            .apply(
                "Join",
                KeyedStepTransform.of(
                    FLOW,
                    new EnrichStep(
                        plan.joinings(),
                        new TableMessages(plan.source(), new HubSchemaAccess(plan.hub())))));
    plan.hub().publish(joined.get(FlowTags.MAIN), "Joined", plan.topic(), FLOW);
    PCollection<DeadLetter> letters =
        PCollectionList.of(legible.get(FlowTags.DEAD_LETTERS))
            .and(joined.get(FlowTags.DEAD_LETTERS))
            .apply("Set aside", Flatten.pCollections());
    plan.hub().setAside(letters);
  }
}
