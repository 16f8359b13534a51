package dev.renkei.cli.terraform;

import dev.renkei.cli.node.Hubs;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.AlertsConfig;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Reference;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.config.WarehouseConfig.BigQuery;
import dev.renkei.hub.pubsub.PubSubPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The variables of {@code deploy/terraform}, from an installation that has no {@link Refusals}:
 * strings, numbers, lists and maps, as {@code *.auto.tfvars.json} takes them. No value of a secret
 * is among them.
 */
public final class Variables {
  private static final String CLEAR = "clear";
  private static final String MASKED = "masked";

  /** So long that the longest role still fits into the thirty characters of an account. */
  private static final int PREFIX_LENGTH = 19;

  private final Installation installation;
  private final Configuration config;
  private final HubConfig.PubSub hub;
  private final Roles roles;

  private Variables(Installation installation) {
    this.installation = installation;
    this.config = installation.config();
    this.hub = (HubConfig.PubSub) config.hub();
    this.roles = new Roles(config, hub);
  }

  /**
   * All of them, by name.
   *
   * @throws IOException where a file beside the configuration cannot be read
   */
  public static Map<String, @Nullable Object> of(Installation installation) throws IOException {
    return new Variables(installation).all();
  }

  private Map<String, @Nullable Object> all() throws IOException {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    PubSubPlan clear = Hubs.clearPlan(hub, config);
    all.put("installation", config.name());
    all.put("label", clear.topics().get(0).installation());
    all.put("prefix", prefix(config.name()));
    all.put("project", hub.project());
    all.put("region", installation.region());
    all.put("image", installation.image());
    Map<String, Object> topics = new TreeMap<>();
    Map<String, Object> subscriptions = new TreeMap<>();
    add(clear, CLEAR, topics, subscriptions);
    Hubs.maskedPlan(hub, config).ifPresent(masked -> add(masked, MASKED, topics, subscriptions));
    all.put("topics", topics);
    all.put("subscriptions", subscriptions);
    all.put("datasets", datasets());
    all.put("policy_tags", policyTags());
    all.put("bigtable", bigtable(config.bigtable()));
    all.put("state_bucket", ((HubConfig.PubSub.State.Bucket) hub.state()).bucket());
    all.put("accounts", accounts(subscriptions));
    all.put("processes", processes());
    Map<String, Object> secrets = secrets();
    all.put("secrets", secrets);
    all.put("token_secret", tokenSecret(secrets));
    all.put("alerts", alerts(config.alerts()));
    all.put("files", files());
    all.put("data_dir", installation.inContainer(config.dataDir()));
    all.put("health_port", healthPort(config.server().listen()));
    return all;
  }

  /** As names of machines and accounts have to be. */
  static String prefix(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    String lettered = plain.matches("[a-z].*") ? plain : "r" + plain;
    return lettered.substring(0, Math.min(PREFIX_LENGTH, lettered.length())).replaceAll("-+$", "");
  }

  private static String shortName(String whole) {
    return whole.substring(whole.lastIndexOf('/') + 1);
  }

  private void add(
      PubSubPlan plan, String side, Map<String, Object> topics, Map<String, Object> subscriptions) {
    for (PubSubPlan.Topic topic : plan.topics()) {
      String name = shortName(topic.name());
      topics.put(
          name,
          Map.of(
              "side",
              side,
              "retention",
              topic.retention().toSeconds() + "s",
              "publishers",
              roles.publishers(name)));
    }
    for (PubSubPlan.Subscription subscription : plan.subscriptions()) {
      String name = shortName(subscription.name());
      subscriptions.put(
          name,
          Map.of(
              "topic", shortName(subscription.topic()),
              "side", side,
              "retention", subscription.retention().toSeconds() + "s",
              "ack_deadline", subscription.ackDeadline().toSeconds(),
              "subscriber", roles.subscriber(name)));
    }
  }

  private Map<String, Object> datasets() {
    Map<String, Object> datasets = new TreeMap<>();
    for (BigQuery big : bigQueries()) {
      datasets.put(
          big.name(),
          Map.of(
              "project", big.project(),
              "dataset", big.dataset(),
              "location", big.location(),
              "side", big.from() == WarehouseConfig.From.MASKED ? MASKED : CLEAR,
              "loader", Roles.loader(big),
              "labels", new TreeMap<>(big.labels())));
    }
    return datasets;
  }

  private List<BigQuery> bigQueries() {
    return NodePlan.enabledWarehouses(config).stream()
        .filter(BigQuery.class::isInstance)
        .map(BigQuery.class::cast)
        .toList();
  }

  private Set<String> policyTags() {
    Set<String> tags = new TreeSet<>();
    bigQueries().forEach(big -> big.policyTags().forEach(tag -> tags.add(tag.policyTag())));
    return tags;
  }

  private static @Nullable Object bigtable(@Nullable BigtableConfig bigtable) {
    return bigtable == null
        ? null
        : Map.of(
            "project", bigtable.project(),
            "instance", bigtable.instance(),
            "table", bigtable.table());
  }

  private Set<String> accounts(Map<String, Object> subscriptions) {
    Set<String> accounts = new TreeSet<>();
    accounts.add(Roles.TRACKER);
    subscriptions.keySet().forEach(name -> accounts.add(roles.subscriber(name)));
    processes().values().forEach(process -> accounts.add(String.valueOf(process.get("role"))));
    return accounts;
  }

  /** Each role of Renkei's own on a machine of its own; pipelines run on Dataflow. */
  private Map<String, Map<String, Object>> processes() {
    Map<String, Map<String, Object>> processes = new TreeMap<>();
    for (String name : NodePlan.trackers(config)) {
      processes.put(name, process(Roles.TRACKER, List.of("track", "--name", name), false));
    }
    if (!NodePlan.loadedWarehouses(config).isEmpty()) {
      processes.put(Roles.LOADER, process(Roles.LOADER, List.of("load"), true));
    }
    if (!config.events().isEmpty()) {
      processes.put(Roles.COLLECTOR, process(Roles.COLLECTOR, List.of("collect"), false));
    }
    if (!config.rules().isEmpty()) {
      processes.put(Roles.NOTIFIER, process(Roles.NOTIFIER, List.of("flow", "rules"), false));
    }
    return processes;
  }

  private static Map<String, Object> process(String role, List<String> arguments, boolean data) {
    return Map.of("role", role, "arguments", arguments, "data", data);
  }

  /** A place for each; where two names would have one id, a number follows. */
  private Map<String, Object> secrets() {
    String prefix = prefix(config.name());
    Map<String, Object> secrets = new TreeMap<>();
    secrets.put(
        prefix + "-configuration", Map.of("kind", "configuration", "name", "configuration"));
    for (Reference reference : installation.references()) {
      String kind = reference.kind().name().toLowerCase(Locale.ROOT);
      String plain = reference.name().replaceAll("[^A-Za-z0-9_-]+", "-").replaceAll("^-|-$", "");
      String id = "%s-%s-%s".formatted(prefix, kind, plain);
      int twin = 2;
      String free = id;
      while (secrets.containsKey(free)) {
        free = id + "-" + twin++;
      }
      secrets.put(free, place(reference));
    }
    return secrets;
  }

  /** The secret that {@code server.token} is, where it is one reference. */
  private @Nullable String tokenSecret(Map<String, Object> secrets) {
    String token = config.shown().byKey().getOrDefault("server.token", "");
    return secrets.entrySet().stream()
        .filter(
            secret ->
                installation.references().stream()
                    .anyMatch(
                        reference ->
                            reference.toString().equals(token)
                                && secret.getValue().equals(place(reference))))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private static Map<String, Object> place(Reference reference) {
    return Map.of(
        "kind", reference.kind().name().toLowerCase(Locale.ROOT), "name", reference.name());
  }

  private static Map<String, @Nullable Object> alerts(AlertsConfig alerts) {
    Map<String, @Nullable Object> all = new TreeMap<>();
    all.put("lag_p99_seconds", seconds(alerts.lagP99()));
    all.put("retention_left_seconds", seconds(alerts.retentionLeft()));
    all.put("memory", alerts.memory());
    all.put("cpu", alerts.cpu());
    return all;
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis() / 1000.0;
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (EventsConfig.Type type : config.events().types()) {
      files.put(installation.inContainer(type.schema()), Files.readString(type.schema()));
    }
    return files;
  }

  private static @Nullable Integer healthPort(ListenAddress listen) {
    return listen.isLoopback() || listen.port() == 0 ? null : listen.port();
  }

  /** Whose account publishes and reads what. */
  private record Roles(Configuration config, HubConfig.PubSub hub) {
    static final String TRACKER = "tracker";
    static final String LOADER = "loader";
    static final String COLLECTOR = "collector";
    static final String NOTIFIER = "notifier";
    static final String PIPELINES = "pipelines";

    static String loader(BigQuery warehouse) {
      return warehouse.byBeam() ? PIPELINES : LOADER;
    }

    /** Trackers and the collector publish to where changes begin, pipelines to all behind it. */
    List<String> publishers(String topic) {
      List<String> publishers = new ArrayList<>();
      if (topic.equals(hub.topic(hub.raw() ? "raw" : "hub"))) {
        publishers.add(TRACKER);
        if (!config.events().isEmpty()) {
          publishers.add(COLLECTOR);
        }
      }
      boolean behind = !topic.equals(hub.topic("raw"));
      boolean fromPipelines =
          !topic.equals(hub.topic("hub"))
              || hub.raw()
              || !config.features().isEmpty()
              || !config.events().joined().isEmpty();
      if (behind && fromPipelines && hasPipelines()) {
        publishers.add(PIPELINES);
      }
      return publishers;
    }

    private boolean hasPipelines() {
      return hub.raw()
          || config.bigtable() != null
          || config.privacy().masks()
          || config.pipelines().features()
          || !config.events().joined().isEmpty()
          || !config.rules().isEmpty()
          || NodePlan.enabledWarehouses(config).stream()
              .anyMatch(one -> one instanceof BigQuery big && big.byBeam());
    }

    String subscriber(String subscription) {
      if (subscription.startsWith(hub.topic("notifications."))) {
        return NOTIFIER;
      }
      return NodePlan.loadedWarehouses(config).stream()
              .map(WarehouseConfig::name)
              .anyMatch(
                  name ->
                      subscription.equals(hub.topic("hub." + name))
                          || subscription.equals(hub.masked().topic("hub." + name)))
          ? LOADER
          : PIPELINES;
    }
  }
}
