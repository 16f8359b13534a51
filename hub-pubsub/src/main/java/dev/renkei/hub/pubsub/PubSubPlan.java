package dev.renkei.hub.pubsub;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Everything that a hub on Pub/Sub is made of, before anything is made.
 *
 * @param state where cursors, claims, schemas, dead letters and commands are kept, for people
 */
public record PubSubPlan(List<Topic> topics, List<Subscription> subscriptions, String state) {
  /** How long a message stays out before it is delivered again, unless its lease is extended. */
  static final Duration ACK_DEADLINE = Duration.ofSeconds(60);

  /** The consumer that fills Bigtable; no warehouse can have such a name. */
  public static final String LATEST = "pipeline.latest";

  /** Between a stream and the name of one of its consumers. */
  private static final String STREAM_ENDS = "/";

  /** The consumer that joins events. */
  public static final String ENRICH = "pipeline.enrich";

  /** The consumer that judges by rules. */
  public static final String RULES = "pipeline.rules";

  /** The consumer that fills the masked side. */
  public static final String MASK = "pipeline.mask";

  /** The consumer that computes features; the topic of features is there for it alone. */
  public static final String FEATURES = "pipeline.features";

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._~+%-]{2,254}");
  private static final int LABEL_LENGTH = 63;

  /**
   * A topic.
   *
   * @param name its whole name, {@code projects/P/topics/T}
   * @param retention how long messages can be asked for again
   * @param installation the value of its label {@code renkei_installation}
   */
  public record Topic(String name, Duration retention, String installation) {}

  /**
   * A subscription: retains what was acknowledged, never expires, without order; labelled {@code
   * renkei_stream} by a number that is another one whenever it is made.
   *
   * @param name its whole name, {@code projects/P/subscriptions/S}
   * @param topic the whole name of its topic
   * @param installation as the topic's
   */
  public record Subscription(
      String name, String topic, Duration retention, Duration ackDeadline, String installation) {}

  public PubSubPlan {
    topics = List.copyOf(topics);
    subscriptions = List.copyOf(subscriptions);
  }

  /**
   * What a configuration asks for.
   *
   * @param installation the configured name of what this hub serves
   * @param consumers each has a subscription of its own of the hub topic; {@code STREAM/NAME} of
   *     the topic of that name, and {@code STREAM/} asks for the topic alone
   * @throws IllegalArgumentException where Pub/Sub refuses a name
   */
  public static PubSubPlan of(
      HubConfig.PubSub config, String installation, Collection<String> consumers) {
    Topic topic = new Topic(hubTopic(config), config.retention(), label(installation));
    List<Topic> topics = new ArrayList<>(List.of(topic));
    List<Subscription> subscriptions = new ArrayList<>();
    if (config.raw()) {
      Topic raw = new Topic(publishedTopic(config), config.retention(), topic.installation());
      topics.add(raw);
      subscriptions.add(
          new Subscription(
              rawSubscription(config),
              raw.name(),
              config.retention(),
              ACK_DEADLINE,
              topic.installation()));
    }
    if (consumers.contains(FEATURES)) {
      topics.add(new Topic(featuresTopic(config), config.retention(), topic.installation()));
    }
    for (String consumer : consumers.stream().distinct().sorted().toList()) {
      String from = stream(config, consumer);
      if (topics.stream().noneMatch(known -> known.name().equals(from))) {
        topics.add(new Topic(from, config.retention(), topic.installation()));
      }
      if (consumer.endsWith(STREAM_ENDS)) {
        continue;
      }
      subscriptions.add(
          new Subscription(
              subscription(config, consumer),
              from,
              config.retention(),
              ACK_DEADLINE,
              topic.installation()));
    }
    return new PubSubPlan(topics, subscriptions, state(config.state()));
  }

  /**
   * The whole name of the topic that trackers publish to: the hub's own where nothing is between.
   */
  static String publishedTopic(HubConfig.PubSub config) {
    return config.raw()
        ? "projects/%s/topics/%s".formatted(config.project(), checked(config.topic("raw")))
        : hubTopic(config);
  }

  /** The whole name of the subscription by which a pipeline removes duplicates. */
  public static String rawSubscription(HubConfig.PubSub config) {
    return "projects/%s/subscriptions/%s"
        .formatted(config.project(), checked(config.topic("raw") + ".dedupe"));
  }

  /** The whole name of the topic of a hub. */
  public static String hubTopic(HubConfig.PubSub config) {
    return "projects/%s/topics/%s".formatted(config.project(), checked(config.topic("hub")));
  }

  /** The whole name of the topic of a stream beside the hub, for example {@code notifications}. */
  public static String streamTopic(HubConfig.PubSub config, String stream) {
    return "projects/%s/topics/%s".formatted(config.project(), checked(config.topic(stream)));
  }

  /** The whole name of the topic that a consumer reads. */
  private static String stream(HubConfig.PubSub config, String consumer) {
    int slash = consumer.indexOf(STREAM_ENDS);
    return slash < 0 ? hubTopic(config) : streamTopic(config, consumer.substring(0, slash));
  }

  /** The whole name of the topic of features. */
  public static String featuresTopic(HubConfig.PubSub config) {
    return "projects/%s/topics/%s".formatted(config.project(), checked(config.topic("features")));
  }

  /** The whole name of a consumer's subscription. */
  public static String subscription(HubConfig.PubSub config, String consumer) {
    String[] parts = consumer.split(STREAM_ENDS, 2);
    String name = parts.length == 1 ? "hub." + consumer : parts[0] + "." + parts[1];
    return "projects/%s/subscriptions/%s".formatted(config.project(), checked(config.topic(name)));
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches() || name.startsWith("goog")) {
      throw new IllegalArgumentException(
          "'%s' is no name for Pub/Sub: 3 to 255 letters, digits and . _ ~ + %% -, beginning with a letter, but not with goog. Check hub.topic_prefix and the names of warehouses"
              .formatted(name));
    }
    return name;
  }

  /** As labels have to be. */
  static String label(String text) {
    String label = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    return label.substring(0, Math.min(LABEL_LENGTH, label.length()));
  }

  private static String state(State state) {
    if (state instanceof State.Bucket bucket) {
      return "gs://" + bucket.bucket() + "/" + bucket.prefix();
    }
    return ((State.Directory) state).path().toString();
  }

  /** A line for each of them. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Topic topic : topics) {
      lines.add(
          "topic %s: message retention %s, label renkei_installation=%s"
              .formatted(topic.name(), text(topic.retention()), topic.installation()));
    }
    for (Subscription subscription : subscriptions) {
      lines.add(
          "subscription %s of %s: acknowledged messages retained, message retention %s, ack deadline %s, never expires, labels renkei_installation=%s, renkei_stream=<new number>"
              .formatted(
                  subscription.name(),
                  subscription.topic(),
                  text(subscription.retention()),
                  text(subscription.ackDeadline()),
                  subscription.installation()));
    }
    lines.add(
        "state %s: cursors, claims, schemas, dead letters and commands, as objects"
            .formatted(state));
    return List.copyOf(lines);
  }

  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + " d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 && seconds > 60 ? seconds / 60 + " min" : seconds + " s";
  }
}
