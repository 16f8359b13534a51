package dev.renkei.hub.kafka;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.Passage;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A hub on Kafka: an outside cluster, or a broker inside this process or another one of the same
 * data directory. Opening it creates the topics that are missing and checks the others.
 * Thread-safe.
 */
public final class KafkaHub implements Hub {
  private static final Duration PATIENCE_WITH_A_START = Duration.ofSeconds(30);
  private static final Duration PATIENCE_WITH_A_JOIN = Duration.ofSeconds(5);
  private static final long LOOK_AGAIN_MILLIS = 200;

  private final @Nullable EmbeddedBroker broker;
  private final KafkaSettings settings;
  private final Topics topics;
  private final Admin admin;
  private final KafkaCursors cursors;
  private final KafkaClaims claims;
  private final KafkaSchemas schemas;
  private final KafkaDeadLetters deadLetters;
  private final KafkaCommands commands;

  private KafkaHub(
      HubConfig.Kafka config, String bootstrapServers, @Nullable EmbeddedBroker broker, Ready ready)
      throws HubException, InterruptedException {
    this.broker = broker;
    this.settings = new KafkaSettings(bootstrapServers, config.properties());
    this.topics = new Topics(config.topicPrefix(), config.partitions(), config.retention());
    try {
      this.admin = Admin.create(settings.common());
    } catch (KafkaException e) {
      throw Failures.of("connection", e);
    }
    try {
      ready.make(topics, admin);
    } catch (HubException | InterruptedException e) {
      admin.close(Duration.ofSeconds(1));
      throw e;
    }
    this.cursors = new KafkaCursors(settings, topics);
    this.claims = new KafkaClaims(settings, topics);
    this.schemas = new KafkaSchemas(settings, topics.schemas());
    this.deadLetters =
        new KafkaDeadLetters(settings, topics.deadLetters(), openLetters(topics.deadLetters()));
    this.commands = new KafkaCommands(settings, topics);
  }

  /** Sees that the topics are as they must be. */
  private interface Ready {
    void make(Topics topics, Admin admin) throws HubException, InterruptedException;
  }

  /**
   * Opens the hub of a configuration. A broker that is embedded is run by this process.
   *
   * @param dataDirectory where an embedded broker keeps its topics
   * @throws HubException where another process runs the embedded broker already
   */
  public static KafkaHub open(HubConfig.Kafka config, Path dataDirectory)
      throws HubException, InterruptedException {
    return config.embedded()
        ? host(config, EmbeddedBroker.start(brokerDirectory(dataDirectory)))
        : outside(config, Topics::ensure);
  }

  /**
   * Opens the hub of a configuration. A broker that is embedded is run by this process, or shared
   * with the one that runs it already; one that is just starting is waited for.
   *
   * @throws HubException where the process that holds the directory does not answer
   */
  public static KafkaHub openOrJoin(HubConfig.Kafka config, Path dataDirectory)
      throws HubException, InterruptedException {
    if (!config.embedded()) {
      return outside(config, Topics::ensure);
    }
    Path directory = brokerDirectory(dataDirectory);
    long patient = System.nanoTime() + PATIENCE_WITH_A_START.toNanos();
    do {
      Optional<EmbeddedBroker> own = EmbeddedBroker.startUnlessHeld(directory);
      if (own.isPresent()) {
        return host(config, own.get());
      }
      Optional<String> running = RunningBroker.find(directory);
      if (running.isPresent()) {
        return new KafkaHub(config, running.get(), null, Topics::ensure);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    } while (System.nanoTime() < patient);
    throw new HubException(
        "%s: another process holds the embedded broker, but it has not answered for %s. Stop it and start again."
            .formatted(directory, PATIENCE_WITH_A_START));
  }

  /**
   * Connects to a hub that runs; makes no broker and no topics.
   *
   * @throws HubException where none answers within a few seconds, or its topics are not there
   */
  public static KafkaHub join(HubConfig.Kafka config, Path dataDirectory)
      throws HubException, InterruptedException {
    if (!config.embedded()) {
      return outside(config, KafkaHub::awaitTopics);
    }
    Path directory = brokerDirectory(dataDirectory);
    long begun = System.nanoTime();
    boolean listening;
    do {
      Optional<String> running = RunningBroker.find(directory);
      if (running.isPresent()) {
        return new KafkaHub(config, running.get(), null, KafkaHub::awaitTopics);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      listening = RunningBroker.isListening(directory);
    } while (System.nanoTime() - begun
        < (listening ? PATIENCE_WITH_A_START : PATIENCE_WITH_A_JOIN).toNanos());
    throw new HubException(
        listening
            ? "%s: something listens where the embedded broker was, but it has not answered for %s. Look at the log of `renkei up`."
                .formatted(directory, PATIENCE_WITH_A_START)
            : "%s: no broker runs for this data_dir; start `renkei up`.".formatted(dataDirectory));
  }

  private static KafkaHub host(HubConfig.Kafka config, EmbeddedBroker broker)
      throws HubException, InterruptedException {
    try {
      return new KafkaHub(config, broker.bootstrapServers(), broker, Topics::ensure);
    } catch (HubException | InterruptedException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static KafkaHub outside(HubConfig.Kafka config, Ready ready)
      throws HubException, InterruptedException {
    return new KafkaHub(config, String.join(",", config.bootstrapServers()), null, ready);
  }

  private static Path brokerDirectory(Path dataDirectory) {
    return dataDirectory.resolve("kafka");
  }

  /** Whoever runs the hub may be about to make them. */
  private static void awaitTopics(Topics topics, Admin admin)
      throws HubException, InterruptedException {
    long patient = System.nanoTime() + PATIENCE_WITH_A_JOIN.toNanos();
    Set<String> missing = topics.missing(admin, PATIENCE_WITH_A_JOIN);
    while (!missing.isEmpty()) {
      if (System.nanoTime() > patient) {
        throw new HubException(
            "topics are not there: %s. Start `renkei up`, which makes them."
                .formatted(String.join(", ", missing)));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      missing = topics.missing(admin, PATIENCE_WITH_A_JOIN);
    }
    topics.check(admin);
  }

  /**
   * The topics that opening this hub makes where they are missing, a sentence each.
   *
   * @param masked with those of the masked side
   */
  public static List<String> plan(HubConfig.Kafka config, boolean masked) {
    return new Topics(config.topicPrefix(), config.partitions(), config.retention()).plan(masked);
  }

  /** Whether this process runs the embedded broker, so that others end with it. */
  public boolean isHost() {
    return broker != null;
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

  /** The brokers. */
  @Override
  public String address() {
    return bootstrapServers();
  }

  /** Opens a tracker's publisher; an earlier process under that name is fenced. */
  @Override
  public HubPublisher publisher(String tracker, long bufferBytes) throws HubException {
    return KafkaPublisher.open(settings, topics, tracker, bufferBytes);
  }

  /** Opens such a publisher; an earlier process under that name is fenced. */
  @Override
  public HubPublisher sharingPublisher(String tracker, long bufferBytes)
      throws HubException, InterruptedException {
    topics.ensureAssignments(admin);
    return KafkaPublisher.openSharing(
        settings, topics, tracker, bufferBytes, LeftTransactions.ofTrackers(admin, topics));
  }

  @Override
  public EventPublisher eventPublisher(Duration patience, long bufferBytes) throws HubException {
    return KafkaEvents.open(settings, topics.raw(), patience, bufferBytes);
  }

  /** Opens a reader of the topic of unique changes, at its beginning. */
  @Override
  public HubSubscription reader(String consumer) throws HubException, InterruptedException {
    return subscription(hubTopic());
  }

  @Override
  public Passage passage() throws HubException, InterruptedException {
    return KafkaPassage.begin(this, admin, topics.prefix() + "dedupe");
  }

  /**
   * How far flows are behind.
   *
   * @param readers of each flow, without the prefix
   */
  public FlowLags flowLags(Map<String, List<String>> readers) {
    Map<String, List<String>> groups = new HashMap<>();
    readers.forEach(
        (flow, names) ->
            groups.put(flow, names.stream().map(name -> topics.prefix() + name).toList()));
    return new FlowLags(settings, admin, groups, System::nanoTime);
  }

  /**
   * How many messages of a topic the cluster has dropped before a flow took them: it was away
   * longer than they are kept. The ends of transactions that lay between them count as well.
   *
   * @param reader as it calls itself, without the prefix
   */
  public long dropped(String topic, String reader) throws HubException, InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> places =
          FlowLags.committed(admin, topics.prefix() + reader);
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      describe(topic)
          .partitions()
          .forEach(
              partition ->
                  wanted.put(
                      new TopicPartition(topic, partition.partition()), OffsetSpec.earliest()));
      long dropped = 0;
      for (var beginning : admin.listOffsets(wanted).all().get().entrySet()) {
        OffsetAndMetadata place = places.get(beginning.getKey());
        dropped +=
            Math.max(0, beginning.getValue().offset() - (place == null ? 0 : place.offset()));
      }
      return dropped;
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  /** Kafka's id of a topic, which one that was made anew does not share. */
  public String topicId(String topic) throws HubException, InterruptedException {
    try {
      return describe(topic).topicId().toString();
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  private TopicDescription describe(String topic) throws ExecutionException, InterruptedException {
    return java.util.Objects.requireNonNull(
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
  }

  /** Opens a reader of a topic, at its beginning. */
  public HubSubscription subscription(String topic) throws HubException, InterruptedException {
    try {
      TopicDescription description = describe(topic);
      return new KafkaSubscription(
          settings, topic, topic + "/" + description.topicId(), description.partitions().size());
    } catch (ExecutionException | KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  /**
   * Makes topics for what flows write, where they are missing, with as many partitions as the
   * hub's.
   *
   * @param names without the prefix
   * @return their topics, in the same order
   * @throws HubException where one is there and has other partitions
   */
  public List<String> streams(List<String> names) throws HubException, InterruptedException {
    topics.ensureStreams(admin, names);
    return names.stream().map(name -> topics.prefix() + name).toList();
  }

  /**
   * Sees that a group of readers has a place in a topic: one that has never read begins behind what
   * is there now.
   *
   * @param name of the readers
   */
  public void place(String topic, String name) throws HubException, InterruptedException {
    new SharedPlace(admin, topic, topics.prefix() + name).beginAtEnd();
  }

  /**
   * Opens a reader that shares a topic with others of its name.
   *
   * @param name stable
   */
  public SharedReader sharedReader(String topic, String name) throws HubException {
    try {
      return new KafkaSharedReader(settings, topic, topics.prefix() + name);
    } catch (KafkaException e) {
      throw Failures.of(topic, e);
    }
  }

  /** The flow that removes duplicates; it is not started. */
  public DedupeFlow dedupe(DedupeFlow.Options options) {
    return new DedupeFlow(settings, topics, options, admin);
  }

  /** A flow of a step without state; it is not started. */
  public StepFlow flow(StepFlow.Options options, Step step) {
    return flow(options, new Stateless(step));
  }

  /** A flow of a step with state; it is not started. */
  public StepFlow flow(StepFlow.Options options, KeyedStep<?> step) {
    return new StepFlow(settings, topics, options, step, admin);
  }

  @Override
  public CursorStore cursors() {
    return cursors;
  }

  @Override
  public ClaimStore claims() {
    return claims;
  }

  @Override
  public SchemaStore schemas() {
    return schemas;
  }

  /**
   * The masked side: what it shows of this hub is read like a hub, with schemas and dead letters of
   * its own. Opening it creates the topics that are missing and checks the others. The caller
   * closes it, before this.
   */
  @Override
  public MaskedSide masked() throws HubException, InterruptedException {
    topics.ensureMasked(admin);
    return new MaskedSide(this, settings, topics);
  }

  /** The schemas as the steps of this process's flows come to them. */
  public SchemaAccess schemaAccess() {
    return SchemaAccess.here(schemas);
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public OpenLetters openLetters() {
    return openLetters(topics.deadLetters());
  }

  /** Those in a topic. */
  KafkaOpenLetters openLetters(String topic) {
    return new KafkaOpenLetters(settings, admin, topics.prefix(), topic);
  }

  @Override
  public CommandLog commands() {
    return commands;
  }

  @Override
  public boolean isReachable() {
    try {
      admin.describeCluster().clusterId().get(2, TimeUnit.SECONDS);
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
