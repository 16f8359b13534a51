package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.hub.kafka.FlowPlace;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.hub.pubsub.PubSubHub;
import dev.renkei.steps.mask.MaskStep;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which flows a configuration has, and how each is started on a hub on Kafka. On Pub/Sub nothing
 * stands between trackers and hub, consumers judge by sequence (SEMANTICS 9, 10), and flows are run
 * by {@code renkei pipeline}.
 */
public final class Flows {
  static final String DEDUPE = "dedupe";
  public static final String FEATURES = "features";
  public static final String ENRICH = "enrich";
  public static final String RULES = "rules";

  /** Of flows beside the clear chain: half of it gathers, half is the transaction. */
  static final Duration BESIDE = Duration.ofMillis(500);

  /**
   * Of flows that write into the hub: whoever reads committed messages there waits for the end of
   * each of their transactions, so those are kept short.
   */
  static final Duration INTO_HUB = Duration.ofMillis(200);

  /** A thread of a flow beside the chain has two clients, and transactions of its own. */
  private static final int PROCESSORS_PER_THREAD = 4;

  private Flows() {}

  /** All flows of this build, in the order in which data passes them. */
  public static List<String> known() {
    return List.of(DEDUPE, ENRICH, FEATURES, MaskStep.NAME, RULES);
  }

  /** Those that a configuration has and that Renkei itself runs, in that order. */
  public static List<String> of(Configuration config) {
    return known().stream().filter(name -> refusal(name, config).isEmpty()).toList();
  }

  /** By which names those of them that Kafka Streams runs read the hub and what lies behind it. */
  static Map<String, List<String>> readers(Configuration config) {
    Map<String, List<String>> readers = new HashMap<>();
    for (String flow : of(config)) {
      switch (flow) {
        case FEATURES -> readers.put(flow, List.of(FeaturesRole.CONTRIBUTIONS, FEATURES));
        case ENRICH -> readers.put(flow, List.of(EnrichRole.BETWEEN, ENRICH));
        case RULES -> {
          if (!config.pipelines().rules()) {
            readers.put(flow, List.of(RULES));
          }
        }
        default -> readers.put(flow, List.of(flow));
      }
    }
    return readers;
  }

  /**
   * Why a flow does not run here.
   *
   * @param name one of {@link #known}
   */
  public static Optional<String> refusal(String name, Configuration config) {
    return Stream.of(onPubSub(name, config), own(name, config))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> onPubSub(String name, Configuration config) {
    return config.hub() instanceof HubConfig.Kafka || name.equals(RULES)
        ? Optional.empty()
        : Optional.of(
            "flow %s runs on Kafka; on Pub/Sub nothing stands between trackers and hub, and consumers judge by sequence. Flows on Pub/Sub are run by `renkei pipeline`."
                .formatted(name));
  }

  private static Optional<String> own(String name, Configuration config) {
    return switch (name) {
      case DEDUPE ->
          config.pipelines().dedupe()
              ? Optional.of(
                  "flow dedupe: the configuration says `pipelines: {dedupe: true}`, so that `renkei pipeline dedupe` does this; two of them would each pass every message.")
              : Optional.empty();
      case FEATURES ->
          config.features().isEmpty()
              ? Optional.of("flow features: the configuration has no `features`.")
              : config.pipelines().features()
                  ? Optional.of(
                      "flow features: the configuration says `pipelines: {features: true}`, so that `renkei pipeline features` does this.")
                  : Optional.empty();
      case ENRICH ->
          config.events().joined().isEmpty()
              ? Optional.of("flow enrich: no type of `events` has a `join`.")
              : config.pipelines().enrich()
                  ? Optional.of(
                      "flow enrich: the configuration says `pipelines: {enrich: true}`, so that `renkei pipeline enrich` does this.")
                  : Optional.empty();
      case RULES ->
          config.rules().isEmpty()
              ? Optional.of("flow rules: the configuration has no `rules`.")
              : Optional.empty();
      case MaskStep.NAME ->
          config.privacy().masks()
              ? Optional.empty()
              : Optional.of(
                  "flow mask: the configuration has no keys to mask by. `renkei keys create FILE` writes them, `privacy: {keyset: \"${file:FILE}\"}` names them (docs/privacy.md).");
      default -> throw new IllegalArgumentException("no flow " + name);
    };
  }

  /** Starts one; returns at once. */
  static FlowRole start(String name, KafkaHub hub, Configuration config, FlowPlace place)
      throws HubException, InterruptedException {
    return switch (name) {
      case DEDUPE -> dedupe(hub, config, place);
      case FEATURES -> FeaturesRole.start(hub, config, place, threads(config));
      case ENRICH -> EnrichRole.start(hub, config, place, threadsBeside(config));
      case RULES -> RulesRole.start(hub, config, place, threadsBeside(config));
      case MaskStep.NAME -> MaskRole.start(hub, config, place, threadsBeside(config));
      default -> throw new IllegalArgumentException("no flow " + name);
    };
  }

  /** Starts one on Pub/Sub, where a pipeline does its steps; returns at once. */
  static FlowRole start(String name, PubSubHub hub, Configuration config) {
    if (name.equals(RULES)) {
      return RulesRole.start(hub, config);
    }
    throw new IllegalArgumentException("no flow on Pub/Sub: " + name);
  }

  private static FlowRole dedupe(KafkaHub hub, Configuration config, FlowPlace place)
      throws HubException, InterruptedException {
    Missed.reload(hub, config, DEDUPE, hub.rawTopic());
    DedupeFlow flow =
        hub.dedupe(
            new DedupeFlow.Options(
                place.directory(), place.instance(), threads(config), config.pipelines().filter()));
    flow.start();
    return new DedupeRole(flow);
  }

  /** Of one flow beside the clear chain, of which there may be many in a process. */
  private static int threadsBeside(Configuration config) {
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.min(threads(config), Math.max(1, processors / PROCESSORS_PER_THREAD));
  }

  /** Of dedupe, and of each step of features, in one process. */
  private static int threads(Configuration config) {
    return Math.min(
        ((HubConfig.Kafka) config.hub()).partitions(), Runtime.getRuntime().availableProcessors());
  }
}
