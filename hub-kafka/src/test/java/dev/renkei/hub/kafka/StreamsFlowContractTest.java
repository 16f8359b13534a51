package dev.renkei.hub.kafka;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.steps.contract.FlowContract;
import dev.renkei.steps.contract.FlowSite;
import dev.renkei.steps.contract.FlowUnderTest;
import dev.renkei.steps.flow.Output;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Flows on Kafka Streams. */
class StreamsFlowContractTest extends FlowContract {
  @TempDir private static Path folder = Path.of("");
  private static @Nullable EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws HubException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void endBroker() {
    Objects.requireNonNull(broker).close();
  }

  @Override
  protected String bootstrapServers() {
    return Objects.requireNonNull(broker).bootstrapServers();
  }

  @Override
  protected AutoCloseable start(FlowUnderTest flow, FlowSite site) throws Exception {
    HubConfig.Kafka config =
        new HubConfig.Kafka(
            List.of(site.bootstrapServers()),
            site.prefix(),
            FlowSite.PARTITIONS,
            FlowSite.RETENTION,
            Map.of());
    KafkaHub hub = KafkaHub.open(config, folder);
    Path state = folder.resolve(site.prefix() + "state");
    AutoCloseable started = started(flow, site, hub, state);
    return () -> {
      started.close();
      hub.close();
    };
  }

  private static AutoCloseable started(
      FlowUnderTest flow, FlowSite site, KafkaHub hub, Path state) {
    if (flow instanceof FlowUnderTest.Dedupe dedupe) {
      DedupeFlow gate =
          hub.dedupe(new DedupeFlow.Options(state, "test", 1, dedupe.filter().wanted()));
      gate.start();
      return gate;
    }
    StepFlow steps =
        flow instanceof FlowUnderTest.Keyed keyed
            ? hub.flow(options(site, state, keyed.step().outputs()), keyed.step())
            : stateless((FlowUnderTest.Stateless) flow, site, hub, state);
    steps.start();
    return steps;
  }

  private static StepFlow stateless(
      FlowUnderTest.Stateless flow, FlowSite site, KafkaHub hub, Path state) {
    return hub.flow(options(site, state, flow.step().outputs()), flow.step());
  }

  private static StepFlow.Options options(FlowSite site, Path state, Set<String> outputs) {
    Map<String, String> to = new HashMap<>();
    for (String output : outputs) {
      to.put(output, output.equals(Output.MAIN) ? site.hub() : site.topic(output));
    }
    return new StepFlow.Options("step", site.raw(), to, state, "test", 1);
  }
}
