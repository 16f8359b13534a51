package dev.renkei.beam.flow;

import dev.renkei.beam.dedupe.DedupePipeline;
import dev.renkei.beam.dedupe.DedupePlan;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.contract.FlowContract;
import dev.renkei.steps.contract.FlowSite;
import dev.renkei.steps.contract.FlowUnderTest;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Legible;
import dev.renkei.steps.flow.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Flows on Beam, whatever runs them. */
abstract class BeamFlowContract extends FlowContract {
  private static final String FLOW = "step";

  @TempDir private static Path folder = Path.of("");
  private static @Nullable SeparateBroker broker;

  @BeforeAll
  static void startBroker() throws IOException {
    broker = SeparateBroker.start(folder);
  }

  @AfterAll
  static void endBroker() {
    Objects.requireNonNull(broker).close();
  }

  static Path folder() {
    return folder;
  }

  /** The runner, and how it runs. */
  abstract String[] options();

  @Override
  protected String bootstrapServers() {
    return Objects.requireNonNull(broker).bootstrapServers();
  }

  @Override
  protected AutoCloseable start(FlowUnderTest flow, FlowSite site) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(options()).create());
    KafkaAddress address = new KafkaAddress(List.of(site.bootstrapServers()), Map.of());
    if (flow instanceof FlowUnderTest.Dedupe dedupe) {
      DedupePipeline.build(
          pipeline,
          new DedupePlan.Kafka(
              address,
              site.raw(),
              site.hub(),
              site.deadLetters(),
              site.prefix() + "dedupe",
              FlowSite.RETENTION,
              dedupe.filter()));
    } else if (flow instanceof FlowUnderTest.Keyed keyed) {
      build(
          pipeline,
          address,
          site,
          KeyedStepTransform.of(FLOW, keyed.step()),
          keyed.step().outputs());
    } else if (flow instanceof FlowUnderTest.Stateless stateless) {
      build(
          pipeline,
          address,
          site,
          StepTransform.of(FLOW, stateless.step()),
          stateless.step().outputs());
    }
    PipelineResult running = pipeline.run();
    return running::cancel;
  }

  private static void build(
      Pipeline pipeline,
      KafkaAddress address,
      FlowSite site,
      PTransform<PCollection<FlowMessage>, PCollectionTuple> step,
      Set<String> outputs) {
    PCollectionTuple legible =
        pipeline
            .apply("Raw", KafkaSource.of(address, site.raw(), site.prefix() + FLOW, FLOW))
            .apply("Legible", StepTransform.of(FLOW, new Legible(true)));
    PCollectionTuple stepped = legible.get(FlowTags.MAIN).apply("Step", step);
    for (String output : outputs) {
      String topic = output.equals(Output.MAIN) ? site.hub() : site.topic(output);
      stepped
          .get(FlowTags.of(output))
          .apply("To " + output, KafkaSink.messages(address, topic, FLOW));
    }
    PCollection<DeadLetter> dead =
        PCollectionList.of(legible.get(FlowTags.DEAD_LETTERS))
            .and(stepped.get(FlowTags.DEAD_LETTERS))
            .apply("All dead letters", Flatten.pCollections());
    dead.apply("Dead letters", KafkaSink.deadLetters(address, site.deadLetters()));
  }
}
