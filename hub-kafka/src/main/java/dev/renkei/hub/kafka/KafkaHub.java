package dev.renkei.hub.kafka;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.SchemaStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A hub on Kafka: an outside cluster, or a broker inside this process. Opening it creates the
 * topics that are missing and checks the others. Thread-safe.
 */
public final class KafkaHub implements AutoCloseable {
  private final @Nullable EmbeddedBroker broker;
  private final KafkaSettings settings;
  private final Topics topics;
  private final Admin admin;
  private final KafkaCursors cursors;
  private final KafkaClaims claims;
  private final KafkaSchemas schemas;
  private final KafkaDeadLetters deadLetters;
  private final KafkaCommands commands;

  private KafkaHub(HubConfig.Kafka config, @Nullable EmbeddedBroker broker)
      throws HubException, InterruptedException {
    this.broker = broker;
    this.settings =
        new KafkaSettings(
            broker == null
                ? String.join(",", config.bootstrapServers())
                : broker.bootstrapServers(),
            config.properties());
    this.topics = new Topics(config.topicPrefix(), config.partitions(), config.retention());
    try {
      this.admin = Admin.create(settings.common());
    } catch (KafkaException e) {
      throw Failures.of("connection", e);
    }
    try {
      topics.ensure(admin);
    } catch (HubException e) {
      admin.close(Duration.ofSeconds(1));
      throw e;
    }
    this.cursors = new KafkaCursors(settings, topics);
    this.claims = new KafkaClaims(settings, topics);
    this.schemas = new KafkaSchemas(settings, topics);
    this.deadLetters = new KafkaDeadLetters(settings, topics);
    this.commands = new KafkaCommands(settings, topics);
  }

  /**
   * Opens the hub of a configuration.
   *
   * @param dataDirectory where an embedded broker keeps its topics
   */
  public static KafkaHub open(HubConfig.Kafka config, Path dataDirectory)
      throws HubException, InterruptedException {
    if (!config.embedded()) {
      return new KafkaHub(config, null);
    }
    EmbeddedBroker broker = EmbeddedBroker.start(dataDirectory.resolve("kafka"));
    try {
      return new KafkaHub(config, broker);
    } catch (HubException | InterruptedException e) {
      broker.close();
      throw e;
    }
  }

  /** Where clients reach the brokers. */
  public String bootstrapServers() {
    return settings.bootstrapServers();
  }

  /** The topic of unique changes. */
  public String hubTopic() {
    return topics.hub();
  }

  /** What trackers write, before duplicates are removed. */
  public String rawTopic() {
    return topics.raw();
  }

  /**
   * Opens a tracker's publisher; an earlier process under that name is fenced.
   *
   * @param bufferBytes how much may be under way before publishing blocks
   */
  public HubPublisher publisher(String tracker, long bufferBytes) throws HubException {
    return KafkaPublisher.open(settings, topics, tracker, bufferBytes);
  }

  /** Opens a reader of a topic, at its beginning. */
  public HubSubscription subscription(String topic) throws HubException, InterruptedException {
    try {
      TopicDescription description =
          java.util.Objects.requireNonNull(
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
      return new KafkaSubscription(
          settings, topic, topic + "/" + description.topicId(), description.partitions().size());
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  /** The flow that removes duplicates; it is not started. */
  public DedupeFlow dedupe(DedupeFlow.Options options) {
    return new DedupeFlow(settings, topics, options);
  }

  public CursorStore cursors() {
    return cursors;
  }

  public ClaimStore claims() {
    return claims;
  }

  public SchemaStore schemas() {
    return schemas;
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** What trackers and loaders are asked to do; followers are the caller's to close. */
  public CommandLog commands() {
    return commands;
  }

  /** Whether the brokers answer within a moment. */
  public boolean isReachable() {
    try {
      admin.describeCluster().clusterId().get(2, java.util.concurrent.TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    deadLetters.close();
    schemas.close();
    claims.close();
    cursors.close();
    admin.close(Duration.ofSeconds(2));
    if (broker != null) {
      broker.close();
    }
  }
}
