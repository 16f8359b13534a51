package dev.renkei.server.console;

import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.PipelinesConfig;
import dev.renkei.core.config.RuleConfig;
import dev.renkei.core.config.WarehouseConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration links with what, for the picture of it. Holds no secret: of webhooks only
 * that there are some.
 *
 * @param trackers how many are configured
 * @param mode as the configuration says it
 * @param hub {@code kafka} or {@code pubsub}
 * @param flows in the order in which data passes them; none of Pub/Sub's without a pipeline
 * @param events the types that clients send
 * @param bigtable where features are kept for lookups; null where they are not
 */
public record Chain(
    Source source,
    int trackers,
    String mode,
    String hub,
    List<Flow> flows,
    List<String> events,
    List<Warehouse> warehouses,
    List<Feature> features,
    List<Rule> rules,
    @Nullable String bigtable) {
  public Chain {
    flows = List.copyOf(flows);
    events = List.copyOf(events);
    warehouses = List.copyOf(warehouses);
    features = List.copyOf(features);
    rules = List.copyOf(rules);
  }

  /** The database that is read. */
  public record Source(String name, String host, String database) {}

  /**
   * A flow.
   *
   * @param pipeline whether it runs on Beam, in no process of ours
   */
  public record Flow(String name, boolean pipeline) {}

  /**
   * A warehouse.
   *
   * @param masked whether it is loaded from the masked side
   * @param pipeline whether Beam loads it, and no process of ours
   */
  public record Warehouse(
      String name, String type, String place, boolean masked, boolean enabled, boolean pipeline) {}

  /** A feature, in the words of the configuration. */
  public record Feature(
      String name, String from, List<String> keys, String window, List<String> to) {
    public Feature {
      keys = List.copyOf(keys);
      to = List.copyOf(to);
    }
  }

  /**
   * A rule, in the words of the configuration.
   *
   * @param to kinds of targets, and names of topics
   */
  public record Rule(
      String name, List<String> from, String when, @Nullable String throttle, List<String> to) {
    public Rule {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  public static Chain of(Configuration config) {
    BigtableConfig bigtable = config.bigtable();
    return new Chain(
        new Source(
            config.source().name(),
            config.source().sqlserver().host(),
            config.source().sqlserver().database()),
        config.trackers().count(),
        word(config.trackers().mode()),
        isKafka(config) ? "kafka" : "pubsub",
        flows(config),
        config.events().types().stream().map(EventsConfig.Type::name).toList(),
        config.warehouses().stream().map(Chain::warehouse).toList(),
        config.features().stream().map(Chain::feature).toList(),
        config.rules().stream().map(Chain::rule).toList(),
        bigtable == null ? null : bigtable.table());
  }

  private static boolean isKafka(Configuration config) {
    return config.hub() instanceof HubConfig.Kafka;
  }

  private static List<Flow> flows(Configuration config) {
    PipelinesConfig pipelines = config.pipelines();
    boolean beam = !isKafka(config);
    List<Flow> flows = new ArrayList<>();
    if (!beam || pipelines.dedupe()) {
      flows.add(new Flow("dedupe", pipelines.dedupe()));
    }
    if (!config.events().joined().isEmpty()) {
      flows.add(new Flow("enrich", beam || pipelines.enrich()));
    }
    if (!config.features().isEmpty()) {
      flows.add(new Flow("features", beam || pipelines.features()));
    }
    if (config.privacy().masks()) {
      flows.add(new Flow("mask", beam));
    }
    if (!config.rules().isEmpty()) {
      flows.add(new Flow("rules", false));
    }
    return flows;
  }

  private static Warehouse warehouse(WarehouseConfig config) {
    boolean masked = config.from() == WarehouseConfig.From.MASKED;
    if (config instanceof WarehouseConfig.BigQuery bigQuery) {
      return new Warehouse(
          config.name(),
          "bigquery",
          bigQuery.project() + "." + bigQuery.dataset(),
          masked,
          config.enabled(),
          bigQuery.byBeam());
    }
    WarehouseConfig.DuckDb duckDb = (WarehouseConfig.DuckDb) config;
    return new Warehouse(
        config.name(), "duckdb", duckDb.path().toString(), masked, config.enabled(), false);
  }

  private static Feature feature(FeatureConfig config) {
    return new Feature(
        config.name(),
        config.from().toString(),
        config.keys(),
        window(config.window()),
        config.to().stream().map(Chain::word).sorted().toList());
  }

  private static String window(FeatureConfig.Window window) {
    if (window instanceof FeatureConfig.Window.Fixed fixed) {
      return "fixed " + text(fixed.size());
    }
    if (window instanceof FeatureConfig.Window.Sliding sliding) {
      return "sliding %s, every %s".formatted(text(sliding.size()), text(sliding.every()));
    }
    return "session " + text(((FeatureConfig.Window.Session) window).gap());
  }

  private static Rule rule(RuleConfig config) {
    RuleConfig.Throttle throttle = config.throttle();
    return new Rule(
        config.name(),
        config.from().stream().map(Object::toString).toList(),
        config.when(),
        throttle == null ? null : throttle.most() + "/" + text(throttle.per()),
        config.to().stream().map(Chain::target).toList());
  }

  private static String target(RuleConfig.Target target) {
    if (target instanceof RuleConfig.Topic topic) {
      return "topic " + topic.name();
    }
    return target instanceof RuleConfig.Webhook ? "webhook" : "log";
  }

  /** As the configuration writes it: {@code 90s}, {@code 10m}, {@code 7d}. */
  private static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1_000 != 0) {
      return millis + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0 && seconds > 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0 && seconds > 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
