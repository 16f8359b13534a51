package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Only;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code hub}, and what they make. */
final class HubKeys {
  private enum HubType {
    KAFKA,
    PUBSUB
  }

  private static final String KAFKA = "kafka";
  private static final String PUBSUB = "pubsub";

  private static final ValueKey<HubType> HUB_TYPE =
      ValueKey.of("type", ValueType.choice(HubType.class), KAFKA, "The hub's vendor.");
  private static final ListKey<String> BOOTSTRAP_SERVERS =
      new ListKey<>(
          "bootstrap_servers",
          ValueType.text(
              "`embedded`, or servers as host:port",
              "embedded|[^,\\s]+:\\d{1,5}(,[^,\\s]+:\\d{1,5})*"),
          List.of("embedded"),
          "A cluster outside, or a broker inside this process.");
  private static final ValueKey<String> TOPIC_PREFIX =
      ValueKey.of(
          "topic_prefix",
          ValueType.text("letters, digits, `.`, `-` and `_`, up to 100", "[A-Za-z0-9._-]{0,100}"),
          "renkei.",
          "What all topics begin with.");
  private static final ValueKey<Integer> PARTITIONS =
      ValueKey.of(
          "partitions",
          ValueType.number(1, 1024),
          "4",
          "Partitions of the topics for changes, when they are made.");
  private static final ValueKey<Duration> RETENTION =
      ValueKey.of(
          "retention",
          ValueType.duration("1m", "365d"),
          "7d",
          "How long the hub keeps messages for replay.");
  private static final TextsKey HUB_PROPERTIES =
      new TextsKey("properties", "Handed on to Kafka's clients as they are.");
  private static final ValueKey<String> PROJECT =
      ValueKey.required("project", CommonTypes.PROJECT, "The project of topics and subscriptions.");
  private static final ValueKey<String> STATE =
      ValueKey.optional(
          "state",
          ValueType.text(
              "`gs://BUCKET/PREFIX`, or a folder",
              "gs://[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/.*)?|(?!gs:).+"),
          "Where cursors, claims, schemas and dead letters are kept; in Cloud Storage for processes on several machines. By default the folder `hub-state` in `data_dir`.");
  private static final ValueKey<Integer> MAX_MESSAGES =
      ValueKey.of(
          "max_messages", ValueType.number(1, 1000), "1000", "Messages in one request, at most.");
  private static final ValueKey<Integer> MAX_REQUEST =
      ValueKey.of(
          "max_request",
          ValueType.number(1_000, 10_000_000),
          "9800000",
          "Bytes of one request, at most.");
  private static final ValueKey<Integer> MAX_MESSAGE =
      ValueKey.of(
          "max_message",
          ValueType.number(1_000, 10_000_000),
          "4000000",
          "Bytes of one message with its attributes; one above it goes to the dead letters.");
  private static final ValueKey<Duration> FLUSH =
      ValueKey.of(
          "flush",
          ValueType.duration("1ms", "1m"),
          "1s",
          "How long a request waits to be filled; where a cursor waits for it, it is sent at once.");
  private static final ValueKey<Integer> THREADS =
      ValueKey.of("threads", ValueType.number(1, 64), "4", "Threads that send.");
  private static final Group PUBLISH =
      Group.of(
          "publish",
          "How messages are sent to Pub/Sub.",
          MAX_MESSAGES,
          MAX_REQUEST,
          MAX_MESSAGE,
          FLUSH,
          THREADS);
  private static final ValueKey<String> ADDRESS =
      ValueKey.optional(
          "address",
          CommonTypes.ADDRESS,
          "Where Pub/Sub is reached, for example an endpoint of one region.");
  static final ValueKey<Boolean> PLAINTEXT =
      ValueKey.of(
          "plaintext", ValueType.bool(), "false", "Without TLS and credentials, for an emulator.");
  private static final Group ENDPOINT =
      Group.of(
          "endpoint",
          "Another address than Google's own. Without one the environment variable `PUBSUB_EMULATOR_HOST` counts.",
          ADDRESS,
          PLAINTEXT);
  static final Group HUB =
      Group.of(
              "hub",
              "The durable, replayable stream of unique changes.",
              HUB_TYPE,
              new Only(KAFKA, BOOTSTRAP_SERVERS),
              new Only(PUBSUB, PROJECT),
              TOPIC_PREFIX,
              new Only(KAFKA, PARTITIONS),
              RETENTION,
              new Only(KAFKA, HUB_PROPERTIES),
              new Only(PUBSUB, STATE),
              new Only(PUBSUB, PUBLISH),
              new Only(PUBSUB, ENDPOINT))
          .withKind(HUB_TYPE);

  private static final String CLOUD_STORAGE = "gs://";

  private HubKeys() {}

  /**
   * The section; null where it has faults.
   *
   * @param dataDir absolute
   * @param folder of the file
   */
  static @Nullable HubConfig read(Values root, Path dataDir, Path folder, Reading reading) {
    return reading.make(
        root.get(HUB),
        v ->
            v.get(HUB_TYPE) == HubType.PUBSUB
                ? pubSub(v, state(v, dataDir, folder), PipelineKeys.dedupes(root), reading)
                : kafka(v));
  }

  private static HubConfig pubSub(
      Values v, HubConfig.PubSub.State state, boolean dedupeByPipeline, Reading reading) {
    HubConfig.PubSub.Publish publish = reading.make(v.get(PUBLISH), HubKeys::publish);
    return new HubConfig.PubSub(
        v.get(PROJECT),
        v.get(TOPIC_PREFIX),
        v.get(RETENTION),
        state,
        publish == null ? HubConfig.PubSub.Publish.DEFAULT : publish,
        pubSubEndpoint(v.get(ENDPOINT)),
        dedupeByPipeline);
  }

  private static HubConfig.PubSub.@Nullable Endpoint pubSubEndpoint(Values v) {
    String address = v.find(ADDRESS);
    return address == null ? null : new HubConfig.PubSub.Endpoint(address, v.get(PLAINTEXT));
  }

  private static HubConfig.PubSub.Publish publish(Values v) {
    return new HubConfig.PubSub.Publish(
        v.get(MAX_MESSAGES), v.get(MAX_REQUEST), v.get(MAX_MESSAGE), v.get(FLUSH), v.get(THREADS));
  }

  private static HubConfig.PubSub.State state(Values v, Path dataDir, Path folder) {
    String state = v.find(STATE);
    if (state == null) {
      return new HubConfig.PubSub.State.Directory(dataDir.resolve("hub-state"));
    }
    if (!state.startsWith(CLOUD_STORAGE)) {
      return new HubConfig.PubSub.State.Directory(folder.resolve(state).normalize());
    }
    String place = state.substring(CLOUD_STORAGE.length());
    int slash = place.indexOf('/');
    String prefix = slash < 0 ? "" : place.substring(slash + 1);
    return new HubConfig.PubSub.State.Bucket(
        slash < 0 ? place : place.substring(0, slash),
        prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
  }

  private static HubConfig kafka(Values v) {
    List<String> servers =
        v.get(BOOTSTRAP_SERVERS).stream().flatMap(text -> Arrays.stream(text.split(","))).toList();
    boolean embedded = servers.contains("embedded");
    if ((embedded && servers.size() > 1) || servers.isEmpty()) {
      throw new IllegalArgumentException(
          "`bootstrap_servers` is either `embedded` or a list of servers");
    }
    return new HubConfig.Kafka(
        embedded ? List.of() : servers,
        v.get(TOPIC_PREFIX),
        v.get(PARTITIONS),
        v.get(RETENTION),
        v.get(HUB_PROPERTIES));
  }
}
