package dev.renkei.beam;

import dev.renkei.beam.dedupe.DedupePipeline;
import dev.renkei.beam.dedupe.DedupePlan;
import dev.renkei.beam.enrich.EnrichPipeline;
import dev.renkei.beam.enrich.EnrichPlan;
import dev.renkei.beam.features.FeatureSinks;
import dev.renkei.beam.features.FeaturesPipeline;
import dev.renkei.beam.features.FeaturesPlan;
import dev.renkei.beam.flow.FlowHub;
import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.beam.flow.KafkaFlowHub;
import dev.renkei.beam.flow.KafkaSchemaAccess;
import dev.renkei.beam.flow.PubSubFlowHub;
import dev.renkei.beam.flow.StateSchemaAccess;
import dev.renkei.beam.latest.LatestPipeline;
import dev.renkei.beam.latest.LatestPlan;
import dev.renkei.beam.mask.MaskPipeline;
import dev.renkei.beam.mask.MaskPlan;
import dev.renkei.beam.rules.RulesPipeline;
import dev.renkei.beam.rules.RulesPlan;
import dev.renkei.beam.warehouse.WarehousePipeline;
import dev.renkei.beam.warehouse.WarehousePlan;
import dev.renkei.bigtable.BigtableAccess;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.hub.pubsub.PubSubAccess;
import dev.renkei.hub.pubsub.PubSubPlan;
import dev.renkei.steps.enrich.Joining;
import dev.renkei.steps.flow.AttributeFilter;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.steps.mask.MaskKeysException;
import dev.renkei.steps.mask.MaskStep;
import dev.renkei.steps.rule.Rule;
import dev.renkei.steps.rule.RuleStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/** What a configuration says of a flow, as its pipeline needs it. */
final class Blueprints {
  private Blueprints() {}

  /**
   * Reads the configuration; connects to nothing.
   *
   * @param warehouse which of those that are loaded by Beam; null where there is one
   * @param embeddedBroker where the embedded broker listens; null where it does not run
   * @throws PipelineFailure where the configuration does not say enough, or something else
   */
  static Blueprint of(
      Configuration config, Flow flow, @Nullable String warehouse, @Nullable String embeddedBroker)
      throws PipelineFailure {
    return switch (flow) {
      case DEDUPE -> new Blueprint(flow, "", new Dedupe(dedupe(config, embeddedBroker)));
      case WAREHOUSE -> {
        WarehouseConfig.BigQuery target = byBeam(config, warehouse);
        FlowHub hub =
            target.from() == WarehouseConfig.From.MASKED
                ? maskedHub(config, target.name(), embeddedBroker)
                : hub(config, target.name(), "warehouse." + target.name(), embeddedBroker);
        yield new Blueprint(
            flow,
            target.name(),
            new Warehouse(WarehousePlan.of(hub, target, config.hub().retention())));
      }
      case LATEST -> new Blueprint(flow, "", new Latest(latest(config, embeddedBroker)));
      case ENRICH -> new Blueprint(flow, "", new Enrich(enrich(config, embeddedBroker)));
      case RULES -> new Blueprint(flow, "", new Rules(rules(config, embeddedBroker)));
      case MASK -> new Blueprint(flow, "", new Mask(mask(config, embeddedBroker)));
      case FEATURES -> new Blueprint(flow, "", new Features(features(config, embeddedBroker)));
    };
  }

  private record Warehouse(WarehousePlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      WarehousePipeline.build(pipeline, plan);
    }

    @Override
    public void prepare() throws PipelineFailure, InterruptedException {
      try {
        WarehousePipeline.prepare(plan);
      } catch (WarehouseException e) {
        throw PipelineFailure.warehouse(String.valueOf(e.getMessage()));
      } catch (HubException e) {
        throw PipelineFailure.hub(String.valueOf(e.getMessage()));
      }
    }
  }

  private static WarehouseConfig.BigQuery byBeam(Configuration config, @Nullable String wanted)
      throws PipelineFailure {
    List<WarehouseConfig.BigQuery> byBeam = new ArrayList<>();
    for (WarehouseConfig one : config.warehouses()) {
      if (one instanceof WarehouseConfig.BigQuery big
          && big.enabled()
          && big.byBeam()
          && (wanted == null || big.name().equals(wanted))) {
        byBeam.add(big);
      }
    }
    if (byBeam.isEmpty()) {
      throw PipelineFailure.usage(
          "pipeline warehouse: %s is enabled and loaded `by: beam` (docs/configuration.md, `warehouses`)."
              .formatted(wanted == null ? "no warehouse" : "no warehouse '" + wanted + "'"));
    }
    if (byBeam.size() > 1) {
      throw PipelineFailure.usage(
          "pipeline warehouse: --warehouse=NAME, please; `by: beam` are %s."
              .formatted(
                  byBeam.stream()
                      .map(WarehouseConfig.BigQuery::name)
                      .collect(Collectors.joining(", "))));
    }
    return byBeam.get(0);
  }

  private record Dedupe(DedupePlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      DedupePipeline.build(pipeline, plan);
    }
  }

  private static DedupePlan dedupe(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    if (!config.pipelines().dedupe()) {
      throw PipelineFailure.usage(
          "pipeline dedupe: the configuration leaves duplicates to `renkei up`. Say `pipelines: {dedupe: true}`, and start `up` (or `flow dedupe`, `track`) anew.");
    }
    AttributeFilter filter = new AttributeFilter(config.pipelines().filter());
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return new DedupePlan.Kafka(
          kafka(kafka, embeddedBroker),
          kafka.topic("raw"),
          kafka.topic("hub"),
          kafka.topic("dead-letters"),
          kafka.topic("dedupe"),
          kafka.retention(),
          filter);
    }
    HubConfig.PubSub pubSub = (HubConfig.PubSub) config.hub();
    return new DedupePlan.PubSub(
        PubSubPlan.rawSubscription(pubSub),
        PubSubPlan.hubTopic(pubSub),
        state(pubSub),
        rootUrl(pubSub),
        filter);
  }

  private record Latest(LatestPlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      LatestPipeline.build(pipeline, plan);
    }
  }

  private static LatestPlan latest(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    BigtableConfig bigtable = config.bigtable();
    if (bigtable == null) {
      throw PipelineFailure.usage(
          "pipeline latest: the configuration names no table in Bigtable. Say `bigtable: {project: P, instance: I, table: T}`.");
    }
    return LatestPlan.of(
        hub(config, PubSubPlan.LATEST, "latest", embeddedBroker),
        BigtableAccess.resolved(bigtable, System.getenv()));
  }

  private record Enrich(EnrichPlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      EnrichPipeline.build(pipeline, plan);
    }
  }

  private static EnrichPlan enrich(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    if (config.events().joined().isEmpty()) {
      throw PipelineFailure.usage("pipeline enrich: no type of `events` has a `join`.");
    }
    if (config.hub() instanceof HubConfig.Kafka && !config.pipelines().enrich()) {
      throw PipelineFailure.usage(
          "pipeline enrich: the configuration leaves joins to `renkei up`. Say `pipelines: {enrich: true}`, and start `up` (or `flow enrich`) anew.");
    }
    return new EnrichPlan(
        hub(config, PubSubPlan.ENRICH, "pipeline.enrich", embeddedBroker),
        config.source().name(),
        Joining.of(config.events()),
        config.hub() instanceof HubConfig.PubSub pubSub
            ? PubSubPlan.hubTopic(pubSub)
            : ((HubConfig.Kafka) config.hub()).topic("hub"));
  }

  private record Rules(RulesPlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      RulesPipeline.build(pipeline, plan);
    }
  }

  private static RulesPlan rules(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    if (config.rules().isEmpty()) {
      throw PipelineFailure.usage("pipeline rules: the configuration has no `rules`.");
    }
    if (config.hub() instanceof HubConfig.Kafka && !config.pipelines().rules()) {
      throw PipelineFailure.usage(
          "pipeline rules: the configuration leaves rules to `renkei up`. Say `pipelines: {rules: true}`, and start `up` (or `flow rules`) anew: it makes the topics and delivers.");
    }
    List<Rule> rules = config.rules().stream().map(Rule::of).toList();
    Map<String, String> topics = new TreeMap<>();
    topics.put(Output.MAIN, topic(config, "notifications"));
    for (Rule rule : rules) {
      rule.topics().forEach(name -> topics.put(RuleStep.output(name), topic(config, name)));
    }
    return new RulesPlan(
        hub(config, PubSubPlan.RULES, "pipeline.rules", embeddedBroker),
        config.source().name(),
        rules,
        config.hub().retention(),
        topics);
  }

  private static String topic(Configuration config, String name) {
    return config.hub() instanceof HubConfig.PubSub pubSub
        ? PubSubPlan.streamTopic(pubSub, name)
        : ((HubConfig.Kafka) config.hub()).topic(name);
  }

  private record Features(FeaturesPlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      FeaturesPipeline.build(pipeline, plan);
    }

    @Override
    public void prepare() throws PipelineFailure, InterruptedException {
      try {
        plan.sinks().prepare();
      } catch (HubException e) {
        throw PipelineFailure.hub(String.valueOf(e.getMessage()));
      }
    }
  }

  private static FeaturesPlan features(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    if (config.features().isEmpty()) {
      throw PipelineFailure.usage("pipeline features: the configuration has no `features`.");
    }
    if (!config.pipelines().features()) {
      throw PipelineFailure.usage(
          "pipeline features: the configuration leaves features to `renkei up`. Say `pipelines: {features: true}`, and start `up` anew.");
    }
    boolean toBigtable =
        config.features().stream().anyMatch(f -> f.to().contains(FeatureConfig.Target.BIGTABLE));
    BigtableConfig bigtable = config.bigtable();
    return new FeaturesPlan(
        hub(config, PubSubPlan.FEATURES, "pipeline-features", embeddedBroker),
        config.source().name(),
        schemas(config, embeddedBroker),
        new ArrayList<>(config.features()),
        sinks(config, embeddedBroker),
        toBigtable && bigtable != null ? BigtableAccess.resolved(bigtable, System.getenv()) : null);
  }

  private static SchemaAccess schemas(Configuration config, @Nullable String embeddedBroker) {
    return config.hub() instanceof HubConfig.Kafka kafka
        ? new KafkaSchemaAccess(kafka(kafka, embeddedBroker), kafka.topic("schemas"))
        : new StateSchemaAccess(state((HubConfig.PubSub) config.hub()));
  }

  private static FeatureSinks sinks(Configuration config, @Nullable String embeddedBroker) {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return new FeatureSinks.Kafka(
          kafka(kafka, embeddedBroker),
          kafka.topic("hub"),
          kafka.topic("features"),
          kafka.partitions(),
          kafka.retention());
    }
    HubConfig.PubSub pubSub = (HubConfig.PubSub) config.hub();
    return new FeatureSinks.PubSub(PubSubPlan.hubTopic(pubSub), PubSubPlan.featuresTopic(pubSub));
  }

  /**
   * The hub as a pipeline reads it.
   *
   * @param subscriber whose subscription of the hub topic it reads on Pub/Sub
   * @param group of its readers on Kafka, without the prefix
   */
  private static FlowHub hub(
      Configuration config, String subscriber, String group, @Nullable String embeddedBroker) {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return new KafkaFlowHub(
          kafka(kafka, embeddedBroker),
          kafka.topic("hub"),
          kafka.topic("schemas"),
          kafka.topic("dead-letters"),
          kafka.topic(group));
    }
    HubConfig.PubSub pubSub = (HubConfig.PubSub) config.hub();
    return new PubSubFlowHub(
        PubSubPlan.subscription(pubSub, subscriber), state(pubSub), rootUrl(pubSub));
  }

  /** The masked side as a warehouse's pipeline reads it: nothing of the hub itself. */
  private static FlowHub maskedHub(
      Configuration config, String warehouse, @Nullable String embeddedBroker) {
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      return new KafkaFlowHub(
          kafka(kafka, embeddedBroker),
          kafka.topic("masked"),
          kafka.topic("masked-schemas"),
          kafka.topic("masked-dead-letters"),
          kafka.topic("warehouse." + warehouse));
    }
    HubConfig.PubSub masked = ((HubConfig.PubSub) config.hub()).masked();
    return new PubSubFlowHub(
        PubSubPlan.subscription(masked, warehouse), state(masked), rootUrl(masked));
  }

  private record Mask(MaskPlan plan) implements Blueprint.Builds {
    @Override
    public void build(Pipeline pipeline) {
      MaskPipeline.build(pipeline, plan);
    }
  }

  private static MaskPlan mask(Configuration config, @Nullable String embeddedBroker)
      throws PipelineFailure {
    FlowHub hub = hub(config, PubSubPlan.MASK, "mask-pipeline", embeddedBroker);
    if (config.hub() instanceof HubConfig.Kafka kafka) {
      KafkaAddress address = kafka(kafka, embeddedBroker);
      return new MaskPlan.Kafka(
          hub,
          maskStep(
              config,
              new KafkaSchemaAccess(address, kafka.topic("schemas")),
              new KafkaSchemaAccess(address, kafka.topic("masked-schemas"))),
          address,
          kafka.topic("masked"),
          kafka.topic("masked-dead-letters"));
    }
    HubConfig.PubSub clear = (HubConfig.PubSub) config.hub();
    HubConfig.PubSub masked = clear.masked();
    return new MaskPlan.PubSub(
        hub,
        maskStep(config, new StateSchemaAccess(state(clear)), new StateSchemaAccess(state(masked))),
        PubSubPlan.hubTopic(masked),
        state(masked));
  }

  private static MaskStep maskStep(Configuration config, SchemaAccess clear, SchemaAccess masked)
      throws PipelineFailure {
    Secret keyset = config.privacy().keyset();
    if (keyset == null) {
      throw PipelineFailure.usage(
          "pipeline mask: the configuration has no keys to mask by. `renkei keys create FILE` writes them, `privacy: {keyset: \"${file:FILE}\"}` names them (docs/privacy.md).");
    }
    try {
      return new MaskStep(
          config.source().name(),
          config.privacy().policy(),
          MaskKeys.parse(keyset.reveal()),
          clear,
          masked);
    } catch (MaskKeysException e) {
      throw PipelineFailure.usage("privacy.keyset: " + e.getMessage());
    }
  }

  private static KafkaAddress kafka(HubConfig.Kafka kafka, @Nullable String embeddedBroker) {
    // Of a dry run alone nobody knows where the embedded broker would listen.
    List<String> servers =
        kafka.embedded()
            ? List.of(embeddedBroker == null ? "127.0.0.1:0" : embeddedBroker)
            : kafka.bootstrapServers();
    return new KafkaAddress(servers, kafka.properties());
  }

  private static HubState state(HubConfig.PubSub pubSub) {
    if (pubSub.state() instanceof HubConfig.PubSub.State.Bucket bucket) {
      return new HubState.Bucket(
          pubSub.project(), bucket.bucket(), bucket.prefix(), PubSubAccess.of(pubSub).storage());
    }
    return new HubState.Directory(
        ((HubConfig.PubSub.State.Directory) pubSub.state()).path().toString());
  }

  private static @Nullable String rootUrl(HubConfig.PubSub pubSub) {
    HubConfig.PubSub.Endpoint endpoint = PubSubAccess.of(pubSub).pubSub();
    return endpoint == null
        ? null
        : (endpoint.plaintext() ? "http://" : "https://") + endpoint.address();
  }
}
