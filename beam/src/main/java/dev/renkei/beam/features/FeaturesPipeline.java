package dev.renkei.beam.features;

import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.KeyedStepTransform;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.beam.latest.BigtableRows;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.feature.ContributionsStep;
import dev.renkei.steps.feature.WindowsStep;
import dev.renkei.steps.flow.AttributeFilter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.TableMessages;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Hub to features, by the steps that Kafka Streams runs. The names of its transforms are those that
 * operators meet, and by which a running job is updated: they do not change.
 */
public final class FeaturesPipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "features";

  private FeaturesPipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, FeaturesPlan plan) {
    PCollectionTuple added =
        plan.hub()
            .read(pipeline, FLOW)
            .apply(
                "Contributions",
                KeyedStepTransform.of(
                    FLOW, new ContributionsStep(plan.features(), messages(plan))));
    PCollectionTuple told =
        added
            .get(FlowTags.MAIN)
            .apply(
                "Windows",
                KeyedStepTransform.of(FLOW, new WindowsStep(plan.features(), messages(plan))));
    plan.sinks().toHub(told.get(FlowTags.MAIN));
    PCollection<FlowMessage> rows = told.get(FlowTags.of(WindowsStep.TOPIC));
    plan.sinks().toTopic(of(plan.tables(Target.TOPIC), "Of the topic", rows));
    PCollectionList<DeadLetter> letters =
        PCollectionList.of(added.get(FlowTags.DEAD_LETTERS)).and(told.get(FlowTags.DEAD_LETTERS));
    BigtableConfig bigtable = plan.bigtable();
    if (bigtable != null) {
      letters =
          letters.and(
              of(plan.tables(Target.BIGTABLE), "Of Bigtable", rows)
                  .apply("To Bigtable", BigtableRows.write(bigtable)));
    }
    plan.hub().setAside(letters.apply("All dead letters", Flatten.pCollections()));
  }

  private static PCollection<FlowMessage> of(
      List<String> tables, String name, PCollection<FlowMessage> rows) {
    // Of no table: a value that no message has.
    Set<String> wanted = tables.isEmpty() ? Set.of("") : Set.copyOf(tables);
    return rows.apply(
            name,
            StepTransform.of(
                FLOW, new AttributeFilter(Map.of(MessageAttributes.TABLE_NAME, wanted))))
        .get(FlowTags.MAIN);
  }

  private static TableMessages messages(FeaturesPlan plan) {
    return new TableMessages(plan.source(), plan.schemas());
  }
}
