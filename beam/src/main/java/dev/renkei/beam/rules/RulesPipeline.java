package dev.renkei.beam.rules;

import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.HubSchemaAccess;
import dev.renkei.beam.flow.KeyedStepTransform;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Legible;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.rule.RuleStep;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Hub to notifications. The names of its transforms are those that operators meet, and by which a
 * running job is updated: they do not change.
 */
public final class RulesPipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "rules";

  private RulesPipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, RulesPlan plan) {
    PCollectionTuple legible =
        plan.hub()
            .read(pipeline, FLOW)
            .apply("Legible", StepTransform.of(FLOW, new Legible(false)));
    PCollectionTuple judged =
        legible.get(FlowTags.MAIN).apply("Judge", KeyedStepTransform.of(FLOW, step(plan)));
    new TreeMap<>(plan.topics())
        .forEach(
            (output, topic) -> {
              PCollection<FlowMessage> told = judged.get(FlowTags.of(output));
              String name = output.equals(Output.MAIN) ? "Notifications" : "To " + output;
              plan.hub().publish(told, name, topic, FLOW);
            });
    PCollection<DeadLetter> letters =
        PCollectionList.of(legible.get(FlowTags.DEAD_LETTERS))
            .and(judged.get(FlowTags.DEAD_LETTERS))
            .apply("Set aside", Flatten.pCollections());
    plan.hub().setAside(letters);
  }

  private static RuleStep step(RulesPlan plan) {
    return new RuleStep(
        plan.rules(),
        new TableMessages(plan.source(), new HubSchemaAccess(plan.hub())),
        plan.retention());
  }
}
