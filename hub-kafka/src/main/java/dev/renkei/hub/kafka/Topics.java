package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of a hub: what each is for, and whether a cluster has them as they must be.
 *
 * @param prefix before every name, for example {@code renkei.}
 * @param partitions of {@code raw} and {@code hub}; they must agree, since a row stays in its
 *     partition
 * @param retention of {@code raw}, {@code hub}, commands and dead letters
 */
record Topics(String prefix, int partitions, Duration retention) {
  /** Partitions of the topic by which trackers divide the tables: shares of tables, no messages. */
  static final int ASSIGNMENTS = 64;

  private static final Duration PATIENCE_WITH_BROKERS = Duration.ofSeconds(30);

  Topics {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions: " + partitions);
    }
  }

  String raw() {
    return prefix + "raw";
  }

  String hub() {
    return prefix + "hub";
  }

  String deadLetters() {
    return prefix + "dead-letters";
  }

  /** What the masked side shows of the hub. */
  String masked() {
    return prefix + "masked";
  }

  String maskedSchemas() {
    return prefix + "masked-schemas";
  }

  String maskedDeadLetters() {
    return prefix + "masked-dead-letters";
  }

  String commands() {
    return prefix + "commands";
  }

  String schemas() {
    return prefix + "schemas";
  }

  String cursors() {
    return prefix + "cursors";
  }

  String claims() {
    return prefix + "claims";
  }

  /** Never holds a message. */
  String assignments() {
    return prefix + "assignments";
  }

  /** The consumer group of the trackers that divide the tables. */
  String trackerGroup() {
    return prefix + "trackers";
  }

  /** The transactional id of a tracker. */
  String transaction(String tracker) {
    return prefix + "tracker-" + tracker;
  }

  /**
   * Creates the topic by which trackers divide the tables; only those that do need it.
   *
   * @throws HubException where it is there and has other partitions
   */
  void ensureAssignments(Admin admin) throws HubException, InterruptedException {
    try {
      admin
          .createTopics(
              List.of(topic(assignments(), ASSIGNMENTS, Map.of("cleanup.policy", "delete"))))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw Failures.of(assignments(), e);
      }
      checkAssignments(admin);
    }
  }

  /**
   * Creates topics for what flows write; only installations with such flows need them.
   *
   * @param names without the prefix
   * @throws HubException where one is there and has other partitions than the hub's
   */
  void ensureStreams(Admin admin, List<String> names) throws HubException, InterruptedException {
    for (String name : names) {
      String stream = prefix + name;
      try {
        admin.createTopics(List.of(topic(stream, partitions, retained()))).all().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw Failures.of(stream, e);
        }
        checkStream(admin, stream);
      }
      awaitHosted(admin, stream);
    }
  }

  /** A topic is made a moment before brokers know that they have it. */
  private static void awaitHosted(Admin admin, String topic)
      throws HubException, InterruptedException {
    long patient = System.nanoTime() + PATIENCE_WITH_BROKERS.toNanos();
    while (true) {
      try {
        boolean led =
            java.util.Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
                .partitions()
                .stream()
                .allMatch(partition -> partition.leader() != null);
        if (led) {
          return;
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > patient) {
          throw Failures.of(topic, e);
        }
      }
      if (System.nanoTime() > patient) {
        throw new HubException(
            "%s: no broker has taken it for %s. Look at the brokers' logs."
                .formatted(topic, PATIENCE_WITH_BROKERS));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void checkStream(Admin admin, String stream) throws HubException, InterruptedException {
    int there = partitionsOf(admin, stream);
    if (there != partitions) {
      throw new HubException(
          "%s has %d partitions, it must have %d, as the hub has: delete it, or give the flow another topic"
              .formatted(stream, there, partitions));
    }
  }

  private static int partitionsOf(Admin admin, String topic)
      throws HubException, InterruptedException {
    try {
      return java.util.Objects.requireNonNull(
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
          .partitions()
          .size();
    } catch (ExecutionException e) {
      throw Failures.of(topic, e);
    }
  }

  private void checkAssignments(Admin admin) throws HubException, InterruptedException {
    int there = partitionsOf(admin, assignments());
    if (there != ASSIGNMENTS) {
      throw new HubException(
          "%s has %d partitions, it must have %d: delete it, nothing is in it"
              .formatted(assignments(), there, ASSIGNMENTS));
    }
  }

  /**
   * Creates what is missing and checks what is there.
   *
   * @throws HubException listing every topic that is not as it must be, with its cure
   */
  void ensure(Admin admin) throws HubException, InterruptedException {
    ensure(admin, wanted());
  }

  /** The same of the topics of the masked side. */
  void ensureMasked(Admin admin) throws HubException, InterruptedException {
    ensure(admin, wantedMasked());
  }

  private void ensure(Admin admin, Map<String, NewTopic> wanted)
      throws HubException, InterruptedException {
    try {
      Set<String> present = admin.listTopics().names().get();
      List<NewTopic> missing = new ArrayList<>();
      wanted.forEach(
          (name, topic) -> {
            if (!present.contains(name)) {
              missing.add(topic);
            }
          });
      for (var creation : admin.createTopics(missing).values().values()) {
        try {
          creation.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
      present.retainAll(wanted.keySet());
      check(admin, present);
    } catch (ExecutionException e) {
      throw Failures.of("topics with prefix " + prefix, e);
    }
  }

  private Map<String, NewTopic> wanted() {
    Map<String, NewTopic> wanted = new HashMap<>();
    for (String stream : List.of(raw(), hub())) {
      wanted.put(stream, topic(stream, partitions, retained()));
    }
    wanted.put(deadLetters(), topic(deadLetters(), 1, retained()));
    wanted.put(commands(), topic(commands(), 1, retained()));
    wanted.put(schemas(), topic(schemas(), 1, Map.of("cleanup.policy", "compact")));
    wanted.put(cursors(), topic(cursors(), 1, Map.of("cleanup.policy", "compact")));
    wanted.put(
        claims(),
        topic(
            claims(),
            1,
            Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1")));
    return wanted;
  }

  private Map<String, NewTopic> wantedMasked() {
    return Map.of(
        masked(), topic(masked(), partitions, retained()),
        maskedDeadLetters(), topic(maskedDeadLetters(), 1, retained()),
        maskedSchemas(), topic(maskedSchemas(), 1, Map.of("cleanup.policy", "compact")));
  }

  /**
   * What would be made where it is missing, a sentence each.
   *
   * @param withMasked with the topics of the masked side
   */
  List<String> plan(boolean withMasked) {
    List<String> lines = new ArrayList<>();
    Map<String, NewTopic> all = new TreeMap<>(wanted());
    if (withMasked) {
      all.putAll(wantedMasked());
    }
    all.forEach(
        (name, topic) ->
            lines.add(
                "topic %s: %d %s, %s"
                    .formatted(
                        name,
                        topic.numPartitions(),
                        topic.numPartitions() == 1 ? "partition" : "partitions",
                        new TreeMap<>(topic.configs()))));
    return lines;
  }

  /** Those that a cluster has not got. */
  Set<String> missing(Admin admin, Duration patience) throws HubException, InterruptedException {
    try {
      Set<String> missing = new TreeSet<>(wanted().keySet());
      missing.removeAll(admin.listTopics().names().get(patience.toMillis(), TimeUnit.MILLISECONDS));
      return missing;
    } catch (ExecutionException e) {
      throw Failures.of("topics with prefix " + prefix, e);
    } catch (TimeoutException e) {
      throw new HubException(
          "hub: no answer within %s. Check hub.bootstrap_servers and that the brokers are up."
              .formatted(patience),
          e);
    }
  }

  private Map<String, String> retained() {
    return Map.of(
        "cleanup.policy", "delete",
        "retention.ms", Long.toString(retention.toMillis()),
        "max.message.bytes", Integer.toString(KafkaSettings.MAX_MESSAGE_BYTES));
  }

  private static NewTopic topic(String name, int partitions, Map<String, String> settings) {
    return new NewTopic(name, java.util.Optional.of(partitions), java.util.Optional.empty())
        .configs(settings);
  }

  /** Checks topics that are there, without making any. */
  void check(Admin admin) throws HubException, InterruptedException {
    try {
      check(admin, wanted().keySet());
    } catch (ExecutionException e) {
      throw Failures.of("topics with prefix " + prefix, e);
    }
  }

  private void check(Admin admin, Set<String> present)
      throws ExecutionException, InterruptedException, HubException {
    Set<String> streams = Set.of(raw(), hub(), masked());
    List<String> faults = new ArrayList<>();
    Map<String, TopicDescription> descriptions =
        admin.describeTopics(present).allTopicNames().get();
    List<ConfigResource> resources =
        present.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<ConfigResource, Config> settings = admin.describeConfigs(resources).all().get();
    for (String name : new TreeSet<>(present)) {
      int expected = streams.contains(name) ? partitions : 1;
      int actual = java.util.Objects.requireNonNull(descriptions.get(name)).partitions().size();
      if (actual != expected) {
        faults.add(
            "%s has %d partitions, the configuration says %d: set hub.partitions to what the topics have, or choose another topic_prefix"
                .formatted(name, actual, expected));
      }
      Config topic =
          java.util.Objects.requireNonNull(
              settings.get(new ConfigResource(ConfigResource.Type.TOPIC, name)));
      boolean compacted = topic.get("cleanup.policy").value().contains("compact");
      boolean mustCompact = Set.of(schemas(), cursors(), maskedSchemas()).contains(name);
      if (compacted != mustCompact) {
        faults.add(
            "%s has cleanup.policy=%s, it must be %s"
                .formatted(
                    name, topic.get("cleanup.policy").value(), mustCompact ? "compact" : "delete"));
      }
      long retentionMillis = Long.parseLong(topic.get("retention.ms").value());
      if (streams.contains(name)
          && retentionMillis >= 0
          && retentionMillis < retention.toMillis()) {
        faults.add(
            "%s keeps messages for %s, the configuration says %s: raise its retention.ms to %d"
                .formatted(
                    name, Duration.ofMillis(retentionMillis), retention, retention.toMillis()));
      }
      if (name.equals(claims()) && retentionMillis >= 0) {
        faults.add(
            "%s must keep its messages for ever: set its retention.ms to -1".formatted(name));
      }
    }
    if (!faults.isEmpty()) {
      throw new HubException("topics are not as they must be: " + String.join("; ", faults));
    }
  }
}
