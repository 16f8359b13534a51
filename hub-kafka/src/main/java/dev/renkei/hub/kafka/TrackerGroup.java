package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.TableAssignment;
import dev.renkei.core.hub.TableAssignment.MovedException;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the tables among trackers: they are a consumer group over a topic that stays empty, and a
 * table is the tracker's that has the partition of the table's hash (SEMANTICS 15).
 *
 * <p>Members are static, so that a tracker that was killed and is started again at once gets its
 * tables back without a rebalance; one that ends in good order leaves, so that the others have its
 * tables at once. Partitions move one by one (cooperative), so that a table which stays where it is
 * is read on meanwhile.
 *
 * <p>A thread of its own is the only one that touches the consumer.
 */
final class TrackerGroup implements TableAssignment, AutoCloseable {
  /**
   * So long after its last sign of life a tracker's tables go to others: the shortest time that
   * brokers accept unless they are configured otherwise ({@code group.min.session.timeout.ms}).
   */
  static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  /** Also how soon a tracker hears that another one came or went. */
  private static final Duration HEARTBEAT = Duration.ofMillis(500);

  /** A tracker that lives but does not turn is no longer waited for. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE_WITH_OTHERS = Duration.ofMillis(500);
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(TrackerGroup.class);

  /** What is done with the tracker's open work when tables go. */
  interface Work {
    /**
     * Returns when nothing is open that was published before this call; or after some seconds, when
     * the group's coordinator will refuse it.
     */
    void settle();

    /** The tracker can no longer be a member. */
    void end(HubException why);
  }

  private final String tracker;
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final LeftTransactions left;
  private final Work work;
  private final Thread thread;

  /** Assigned, but perhaps not yet let go of by the one before; the thread's own. */
  private final Set<TopicPartition> coming = new TreeSet<>(TrackerGroup::compare);

  private long lastTerm;

  /** By partition; 0 where it is not this tracker's. Replaced, never changed. */
  private volatile long[] terms = new long[Topics.ASSIGNMENTS];

  private volatile ConsumerGroupMetadata membership;
  private volatile Runnable listener = () -> {};
  private volatile boolean wanted;
  private volatile boolean closing;

  /** Joins once it is started and {@link #join} is called. */
  TrackerGroup(
      KafkaSettings settings, Topics topics, String tracker, LeftTransactions left, Work work) {
    this.tracker = tracker;
    this.topic = topics.assignments();
    this.left = left;
    this.work = work;
    Map<String, Object> consumerSettings = settings.consumer();
    consumerSettings.put("group.id", topics.trackerGroup());
    consumerSettings.put("group.instance.id", tracker);
    consumerSettings.put("group.protocol", "classic"); // its session timeout is ours to choose
    consumerSettings.put("session.timeout.ms", Long.toString(SESSION_TIMEOUT.toMillis()));
    consumerSettings.put("heartbeat.interval.ms", Long.toString(HEARTBEAT.toMillis()));
    consumerSettings.put("max.poll.interval.ms", Long.toString(LONGEST_TURN.toMillis()));
    consumerSettings.put(
        "partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    consumerSettings.put("auto.offset.reset", "earliest");
    this.consumer = new KafkaConsumer<>(consumerSettings);
    this.membership = consumer.groupMetadata();
    this.thread = new Thread(this::run, "renkei-group-" + tracker);
    thread.setDaemon(true);
  }

  private static int compare(TopicPartition one, TopicPartition other) {
    return Integer.compare(one.partition(), other.partition());
  }

  void start() {
    thread.start();
  }

  // ---- what others ask ----

  /** The partition that a table belongs to, the same in every tracker and release. */
  static int partitionOf(String source, TableName table) {
    CRC32 hash = new CRC32();
    hash.update((source + "\u0000" + table).getBytes(StandardCharsets.UTF_8));
    return (int) (hash.getValue() % Topics.ASSIGNMENTS);
  }

  @Override
  public OptionalLong term(String source, TableName table) {
    long term = term(partitionOf(source, table));
    return term == 0 ? OptionalLong.empty() : OptionalLong.of(term);
  }

  /** 0 where it is not this tracker's. */
  long term(int partition) {
    return terms[partition];
  }

  @Override
  public boolean isExclusive() {
    return true;
  }

  @Override
  public void join() {
    wanted = true;
  }

  @Override
  public void stepBack() {
    wanted = false;
  }

  @Override
  public void onChange(Runnable told) {
    listener = told;
  }

  /**
   * With what a transaction proves that this tracker is a member, as of the last rebalance that it
   * knows of.
   *
   * @throws MovedException where it is none
   */
  ConsumerGroupMetadata membership() throws MovedException {
    ConsumerGroupMetadata now = membership;
    if (now.generationId() < 0) {
      // Kafka would let such a commit pass.
      throw new MovedException(
          "tracker %s has no tables now: it has not joined the others yet, or was away too long"
              .formatted(tracker));
    }
    return now;
  }

  // ---- the thread ----

  private void run() {
    try {
      while (!closing) {
        if (wanted) {
          takePart();
        } else {
          standBack();
        }
      }
    } catch (WakeupException | InterruptException | InterruptedException e) {
      // Closing.
    } catch (KafkaException | IllegalStateException e) {
      work.end(Failures.of(topic, e));
    } finally {
      terms = new long[Topics.ASSIGNMENTS];
      leave();
      listener.run();
    }
  }

  private void takePart() {
    if (consumer.subscription().isEmpty()) {
      consumer.subscribe(List.of(topic), new Moves());
    }
    consumer.poll(POLL);
    membership = consumer.groupMetadata();
    if (!coming.isEmpty()) {
      take();
    }
  }

  /** The group waits for a static member that has only gone silent, and then goes on without it. */
  private void standBack() throws InterruptedException {
    if (!consumer.subscription().isEmpty()) {
      consumer.unsubscribe();
      membership = consumer.groupMetadata();
    }
    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
  }

  private void leave() {
    Thread.interrupted(); // the farewell must still be sent
    try {
      consumer.close(
          CloseOptions.timeout(LEAVING)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } catch (KafkaException e) {
      log.atWarn()
          .addKeyValue("tracker", tracker)
          .addKeyValue("reason", e.getMessage())
          .log("others learn only by its silence that this tracker has left");
    }
  }

  /**
   * Takes what is assigned, as soon as the tracker before has nothing under way there: then its
   * last cursor can be read.
   */
  private void take() {
    left.end();
    try {
      // Answers only when no transaction with offsets of these partitions is undecided.
      var unused = consumer.committed(Set.copyOf(coming), PATIENCE_WITH_OTHERS);
    } catch (TimeoutException e) {
      log.atInfo()
          .addKeyValue("tracker", tracker)
          .addKeyValue("partitions", coming.size())
          .log("waits for the tracker before, which has a transaction open");
      return;
    }
    long[] now = terms.clone();
    coming.forEach(partition -> now[partition.partition()] = ++lastTerm);
    terms = now;
    log.atInfo()
        .addKeyValue("tracker", tracker)
        .addKeyValue("taken", numbers(coming))
        .addKeyValue("has", Arrays.stream(now).filter(term -> term > 0).count())
        .addKeyValue("of", Topics.ASSIGNMENTS)
        .log("tables assigned");
    coming.clear();
    listener.run();
  }

  private static String numbers(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .map(partition -> Integer.toString(partition.partition()))
        .collect(Collectors.joining(","));
  }

  private void give(Collection<TopicPartition> partitions) {
    long[] now = terms.clone();
    partitions.forEach(partition -> now[partition.partition()] = 0);
    terms = now;
    coming.removeAll(Set.copyOf(partitions));
  }

  /** Called within a poll, thus by the thread. */
  private final class Moves implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      membership = consumer.groupMetadata();
      consumer.pause(partitions); // there is nothing to fetch
      coming.addAll(partitions);
    }

    /** Others get them only after this has returned. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      membership = consumer.groupMetadata();
      if (partitions.isEmpty()) {
        return;
      }
      give(partitions);
      work.settle();
      log.atInfo()
          .addKeyValue("tracker", tracker)
          .addKeyValue("given", numbers(partitions))
          .log("tables go to another tracker");
      listener.run();
    }

    /** Others have them already: what is open will be refused. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      membership = consumer.groupMetadata();
      give(partitions);
      log.atWarn()
          .addKeyValue("tracker", tracker)
          .addKeyValue("lost", numbers(partitions))
          .log("tables were taken over by others: this tracker was away too long");
      listener.run();
    }
  }

  /** Leaves, so that others take over at once. */
  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
