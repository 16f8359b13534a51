package dev.renkei.beam.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.flow.GraphNames;
import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.steps.flow.AttributeFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/**
 * A running job is updated by the names of its transforms, and its state is found by them: a name
 * that changes here loses what the job knows. Add names; change none.
 */
class DedupeNamesTest {
  private static final AttributeFilter ALL = new AttributeFilter(Map.of());

  private static List<String> names(DedupePlan plan) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    DedupePipeline.build(pipeline, plan);
    return GraphNames.of(pipeline);
  }

  @Test
  void onKafkaTheyAreThese() {
    DedupePlan plan =
        new DedupePlan.Kafka(
            new KafkaAddress(List.of("127.0.0.1:1"), Map.of()),
            "renkei.raw",
            "renkei.hub",
            "renkei.dead-letters",
            "renkei.dedupe",
            Duration.ofDays(7),
            ALL);

    assertThat(names(plan))
        .containsExactlyInAnyOrder(
            "Raw",
            "Raw/Read topic",
            "Raw/With attributes",
            "Legible",
            "Legible/Each message",
            "Filter",
            "Filter/Each message",
            "Gate",
            "Gate/Key",
            "Gate/Each key",
            "Gate/Join dead-letters",
            "Gate/Join main",
            "Hub",
            "Hub/To record",
            "Hub/Write topic",
            "All dead letters",
            "Dead letters",
            "Dead letters/To record",
            "Dead letters/Write topic");
  }

  /** Dataflow shows what transforms tell of themselves to everybody who may see the job. */
  @Test
  void noTransformTellsThePropertiesOfKafkasClients() {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    DedupePipeline.build(
        pipeline,
        new DedupePlan.Kafka(
            new KafkaAddress(
                List.of("127.0.0.1:1"), Map.of("sasl.jaas.config", "password=hunter2")),
            "renkei.raw",
            "renkei.hub",
            "renkei.dead-letters",
            "renkei.dedupe",
            Duration.ofDays(7),
            ALL));

    String told = GraphNames.told(pipeline);

    assertThat(told).contains("renkei.raw").doesNotContain("hunter2");
  }

  @Test
  void onPubSubTheyAreThese() {
    DedupePlan plan =
        new DedupePlan.PubSub(
            "projects/shop-data/subscriptions/renkei.raw.dedupe",
            "projects/shop-data/topics/renkei.hub",
            new HubState.Bucket("shop-data", "shop-renkei", "state/", null),
            null,
            ALL);

    assertThat(names(plan))
        .containsExactlyInAnyOrder(
            "Raw",
            "Raw/Read subscription",
            "Raw/With attributes",
            "Legible",
            "Legible/Each message",
            "Filter",
            "Filter/Each message",
            "Hub",
            "Hub/To message",
            "Hub/Publish",
            "Dead letters",
            "Dead letters/Write object");
  }
}
