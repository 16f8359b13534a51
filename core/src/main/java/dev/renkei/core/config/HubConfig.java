package dev.renkei.core.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hub, by vendor. */
public sealed interface HubConfig permits HubConfig.Kafka, HubConfig.PubSub {
  /** How long the hub keeps messages for replay. */
  Duration retention();

  /**
   * Kafka, embedded or outside.
   *
   * @param bootstrapServers {@code host:port} of an outside cluster; empty for the embedded broker
   * @param topicPrefix what all topics begin with
   * @param partitions of the topics raw and hub, when they are made
   * @param properties handed on to Kafka's clients; may hold secrets
   */
  record Kafka(
      List<String> bootstrapServers,
      String topicPrefix,
      int partitions,
      Duration retention,
      Map<String, String> properties)
      implements HubConfig {
    public Kafka {
      bootstrapServers = List.copyOf(bootstrapServers);
      properties = Map.copyOf(properties);
      if (partitions < 1 || retention.isNegative() || retention.isZero()) {
        throw new IllegalArgumentException(
            "%d partitions kept for %s".formatted(partitions, retention));
      }
    }

    /** Whether this process brings its own broker. */
    public boolean embedded() {
      return bootstrapServers.isEmpty();
    }

    /** The whole name of a topic, for example {@code renkei.raw}. */
    public String topic(String name) {
      return topicPrefix + name;
    }

    /** Without the values of {@code properties}. */
    @Override
    public String toString() {
      return "Kafka[%s, topics %s*, %d partitions, retention %s, properties %s]"
          .formatted(
              embedded() ? "embedded" : bootstrapServers,
              topicPrefix,
              partitions,
              retention,
              properties.keySet());
    }
  }

  /**
   * Google Pub/Sub.
   *
   * @param project the project of topics and subscriptions
   * @param topicPrefix what all topics and subscriptions begin with
   * @param state where cursors, claims, schemas and dead letters are kept
   * @param endpoint where Pub/Sub is reached; null for Google's own, or for the emulator that the
   *     environment names
   * @param raw whether trackers publish to a topic of their own, from which a pipeline brings one
   *     of each message to the hub; else they publish to the hub
   */
  record PubSub(
      String project,
      String topicPrefix,
      Duration retention,
      State state,
      Publish publish,
      @Nullable Endpoint endpoint,
      boolean raw)
      implements HubConfig {
    /** What Pub/Sub keeps messages for, at least and at most. */
    private static final Duration LEAST_RETENTION = Duration.ofMinutes(10);

    private static final Duration MOST_RETENTION = Duration.ofDays(31);

    public PubSub {
      if (project.isEmpty()) {
        throw new IllegalArgumentException("a hub without project");
      }
      if (retention.compareTo(LEAST_RETENTION) < 0 || retention.compareTo(MOST_RETENTION) > 0) {
        throw new IllegalArgumentException("`retention` on Pub/Sub is from 10m to 31d");
      }
      if (!topicPrefix.matches("[A-Za-z].*") || topicPrefix.startsWith("goog")) {
        throw new IllegalArgumentException(
            "`topic_prefix` on Pub/Sub begins with a letter, and not with `goog`");
      }
    }

    /** With Google's own endpoint, where trackers publish to the hub. */
    public PubSub(
        String project, String topicPrefix, Duration retention, State state, Publish publish) {
      this(project, topicPrefix, retention, state, publish, null, false);
    }

    /** Where trackers publish to the hub. */
    public PubSub(
        String project,
        String topicPrefix,
        Duration retention,
        State state,
        Publish publish,
        @Nullable Endpoint endpoint) {
      this(project, topicPrefix, retention, state, publish, endpoint, false);
    }

    /**
     * The masked side of this hub, as a hub of its own: topics, subscriptions and state are apart,
     * so that rights can be.
     */
    public PubSub masked() {
      return new PubSub(
          project,
          topicPrefix + "masked.",
          retention,
          state.in("masked"),
          publish,
          endpoint,
          false);
    }

    /** The same hub, where trackers publish to a topic of their own. */
    public PubSub withRaw() {
      return new PubSub(project, topicPrefix, retention, state, publish, endpoint, true);
    }

    /** The whole name of a topic, for example {@code renkei.hub}. */
    public String topic(String name) {
      return topicPrefix + name;
    }

    /**
     * Another address than Google's own, for example of one region.
     *
     * @param address {@code host:port}
     * @param plaintext without TLS and credentials, for an emulator
     */
    public record Endpoint(String address, boolean plaintext) {}

    /** What has no place in a stream. */
    public sealed interface State {
      /** A place inside of this one. */
      State in(String folder);

      /** A folder on this machine: for a lone process, or for all on a shared file system. */
      record Directory(Path path) implements State {
        public Directory {
          if (!path.isAbsolute()) {
            throw new IllegalArgumentException("state in " + path);
          }
        }

        @Override
        public Directory in(String folder) {
          return new Directory(path.resolve(folder));
        }
      }

      /**
       * Objects in Cloud Storage.
       *
       * @param prefix of their names; empty, or ending in a slash
       */
      record Bucket(String bucket, String prefix) implements State {
        public Bucket {
          if (bucket.isEmpty() || !(prefix.isEmpty() || prefix.endsWith("/"))) {
            throw new IllegalArgumentException("state in gs://%s/%s".formatted(bucket, prefix));
          }
        }

        @Override
        public Bucket in(String folder) {
          return new Bucket(bucket, prefix + folder + "/");
        }
      }
    }

    /**
     * How messages are sent.
     *
     * @param maxMessages in one request, 1 to 1,000
     * @param maxRequestBytes of one request, up to 10 MB by Pub/Sub's limit
     * @param maxMessageBytes payload and attributes of one message; one above it goes to the dead
     *     letters
     * @param flush how long a request waits to be filled
     * @param threads that send
     */
    public record Publish(
        int maxMessages, int maxRequestBytes, int maxMessageBytes, Duration flush, int threads) {
      /** Those of slide 20. */
      public static final Publish DEFAULT =
          new Publish(1000, 9_800_000, 4_000_000, Duration.ofSeconds(1), 4);

      public Publish {
        if (maxMessages < 1
            || maxMessages > 1000
            || maxRequestBytes < 1
            || maxRequestBytes > 10_000_000
            || maxMessageBytes < 1
            || maxMessageBytes > maxRequestBytes
            || flush.isNegative()
            || threads < 1) {
          throw new IllegalArgumentException(
              "requests of %d messages and %d bytes, messages of %d bytes, flush %s, %d threads"
                  .formatted(maxMessages, maxRequestBytes, maxMessageBytes, flush, threads));
        }
      }
    }
  }
}
