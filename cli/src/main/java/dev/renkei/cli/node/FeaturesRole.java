package dev.renkei.cli.node;

import dev.renkei.bigtable.BigtableAccess;
import dev.renkei.bigtable.BigtableFeatures;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.kafka.StepFlow;
import dev.renkei.server.StatusReport;
import dev.renkei.steps.feature.ContributionsStep;
import dev.renkei.steps.feature.WindowsStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.TableMessages;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The flow that computes features, two steps with a topic between: what rows add, by the rows'
 * keys, and what windows hold, by the features'.
 *
 * @param contributions from the hub into the topic between
 * @param windows from there into the hub, and into the topic of features
 * @param bigtable from that topic into Bigtable; null where no feature goes there
 */
record FeaturesRole(StepRole contributions, StepRole windows, @Nullable FeatureFeed bigtable)
    implements FlowRole {
  private static final String FEATURES = "features";
  static final String CONTRIBUTIONS = "feature-contributions";

  /** The word of an engine that does its work. */
  private static final String RUNS = "RUNNING";

  /** Starts it; returns at once. */
  static FeaturesRole start(KafkaHub hub, Configuration config, FlowPlace place, int threads)
      throws HubException, InterruptedException {
    List<FeatureConfig> features = config.features();
    Missed.tell(
        hub,
        config,
        CONTRIBUTIONS,
        hub.hubTopic(),
        "features lack what changed meanwhile: `renkei backfill` computes them again");
    List<String> topics = hub.streams(List.of(CONTRIBUTIONS, FEATURES));
    StepFlow contributions =
        hub.flow(
            new StepFlow.Options(
                CONTRIBUTIONS,
                hub.hubTopic(),
                Map.of(Output.MAIN, topics.get(0)),
                place.directory(),
                place.instance(),
                threads),
            new ContributionsStep(features, messages(hub, config)));
    StepFlow windows =
        hub.flow(
            new StepFlow.Options(
                FEATURES,
                topics.get(0),
                Map.of(Output.MAIN, hub.hubTopic(), WindowsStep.TOPIC, topics.get(1)),
                place.directory(),
                place.instance(),
                threads),
            new WindowsStep(features, messages(hub, config)));
    contributions.start();
    windows.start();
    return new FeaturesRole(
        new StepRole(Flows.FEATURES, contributions),
        new StepRole(Flows.FEATURES, windows),
        bigtable(hub, config, topics.get(1)));
  }

  private static @Nullable FeatureFeed bigtable(KafkaHub hub, Configuration config, String topic) {
    Set<String> tables =
        config.features().stream()
            .filter(feature -> feature.to().contains(FeatureConfig.Target.BIGTABLE))
            .map(feature -> feature.table().toString())
            .collect(Collectors.toSet());
    BigtableConfig bigtable = config.bigtable();
    if (tables.isEmpty() || bigtable == null) {
      return null;
    }
    return FeatureFeed.start(
        topic,
        () -> hub.sharedReader(topic, "features-bigtable"),
        tables,
        BigtableFeatures.of(BigtableAccess.resolved(bigtable, System.getenv())),
        hub.deadLetters());
  }

  private static TableMessages messages(KafkaHub hub, Configuration config) {
    return new TableMessages(config.source().name(), hub.schemaAccess());
  }

  @Override
  public String name() {
    return Flows.FEATURES;
  }

  @Override
  public StatusReport.Flow report() {
    StatusReport.Flow first = contributions.report();
    StatusReport.Flow second = windows.report();
    Map<String, Long> others = new TreeMap<>(first.others());
    others.put("contributions", first.counts().out());
    if (bigtable != null) {
      others.put("to_bigtable", bigtable.written());
    }
    second.others().forEach((name, count) -> others.merge(name, count, Long::sum));
    return new StatusReport.Flow(
        Flows.FEATURES,
        first.state().equals(second.state()) || !first.state().equals(RUNS)
            ? first.state()
            : second.state(),
        new StatusReport.Counts(
            first.counts().in(),
            second.counts().out(),
            0,
            first.counts().superseded(),
            first.counts().filtered(),
            first.counts().deadLetters() + second.counts().deadLetters()),
        others,
        bigtable == null ? null : bigtable.problem());
  }

  @Override
  public void rest(boolean resting) {
    contributions.rest(resting);
    windows.rest(resting);
  }

  @Override
  public void close() {
    contributions.close();
    windows.close();
    if (bigtable != null) {
      bigtable.close();
    }
  }
}
