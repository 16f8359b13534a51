package dev.renkei.hub.kafka;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.TableAssignment;
import dev.renkei.core.hub.TableAssignment.MovedException;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.schema.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes rows and cursors in Kafka transactions that all lanes of a tracker share, since a
 * transaction costs about 20 ms whatever its size.
 *
 * <p>A committer thread, the only owner of the transaction, commits as soon as a cursor waits, or
 * when a transaction has grown large or old. Lanes send under the shared side of a lock, the
 * committer ends a transaction under its exclusive side. An aborted transaction breaks every lane
 * that had rows in it.
 *
 * <p>Where trackers share the tables, a transaction also commits offsets of its tables' partitions,
 * with what this tracker knows of the group: its coordinator refuses it when tables have moved
 * since, so that a tracker which was paused publishes nothing that it has lost (SEMANTICS 15).
 */
final class KafkaPublisher implements HubPublisher, TrackerGroup.Work {
  /**
   * So many rows end a transaction even when no cursor waits, so that a large table streams on. Far
   * more than a table's {@code batch_size}: else each cursor would come just behind the end of its
   * rows' transaction, and cost another one.
   */
  static final int MAX_ROWS = 20_000;

  /** So long a row without a cursor waits for its transaction's end. */
  static final Duration MAX_AGE = Duration.ofMillis(200);

  /**
   * A killed tracker's open transaction holds every committed reader back for at most this long.
   */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** What is open when tables go is ended within this time, or will be refused. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Topics topics;
  private final Thread committer;
  private final @Nullable TrackerGroup group;

  private final ReentrantReadWriteLock transaction = new ReentrantReadWriteLock();

  private final ReentrantLock state = new ReentrantLock();
  private final Condition work = state.newCondition();
  private final Condition ended = state.newCondition();
  // Guarded by state.
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private int rows;
  private final Set<Integer> touched = new HashSet<>();
  private boolean settling;
  private long begunNanos;
  private boolean closing;
  private @Nullable HubException dead;
  private @Nullable HubException sendFailure;

  /**
   * The number of the open transaction; written under the exclusive side of {@code transaction}.
   */
  private volatile long current = 1;

  /** The last transaction that was aborted. */
  private volatile long lastAborted;

  private volatile boolean lastAbortedSinceMoved;

  private KafkaPublisher(
      KafkaProducer<byte[], byte[]> producer,
      Topics topics,
      String tracker,
      @Nullable Joining joining) {
    this.producer = producer;
    this.topics = topics;
    this.committer = new Thread(this::commitUntilClosed, "renkei-publisher-" + tracker);
    this.group = joining == null ? null : joining.group(this);
  }

  /** Makes the group's member, which is not started yet. */
  private interface Joining {
    TrackerGroup group(TrackerGroup.Work work);
  }

  /**
   * Takes over the tracker's name: what an earlier process of that name left open is aborted, and
   * that process is fenced.
   *
   * @param bufferBytes how much may be under way before lanes block
   */
  static KafkaPublisher open(
      KafkaSettings settings, Topics topics, String tracker, long bufferBytes) throws HubException {
    return open(settings, topics, tracker, bufferBytes, null);
  }

  /** The same for a tracker that shares the tables with others. */
  static KafkaPublisher openSharing(
      KafkaSettings settings,
      Topics topics,
      String tracker,
      long bufferBytes,
      LeftTransactions left)
      throws HubException {
    return open(
        settings,
        topics,
        tracker,
        bufferBytes,
        work -> new TrackerGroup(settings, topics, tracker, left, work));
  }

  private static KafkaPublisher open(
      KafkaSettings settings,
      Topics topics,
      String tracker,
      long bufferBytes,
      @Nullable Joining joining)
      throws HubException {
    var producerSettings = settings.producer();
    producerSettings.put("transactional.id", topics.transaction(tracker));
    producerSettings.put("transaction.timeout.ms", Long.toString(TRANSACTION_TIMEOUT.toMillis()));
    producerSettings.put("delivery.timeout.ms", Long.toString(TRANSACTION_TIMEOUT.toMillis()));
    producerSettings.put("request.timeout.ms", Long.toString(TRANSACTION_TIMEOUT.toMillis() / 2));
    producerSettings.put("buffer.memory", Long.toString(bufferBytes));
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerSettings);
    try {
      producer.initTransactions();
      producer.beginTransaction();
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw Failures.of("tracker " + tracker, e);
    }
    return started(producer, topics, tracker, joining);
  }

  private static KafkaPublisher started(
      KafkaProducer<byte[], byte[]> producer,
      Topics topics,
      String tracker,
      @Nullable Joining joining)
      throws HubException {
    KafkaPublisher publisher;
    try {
      publisher = new KafkaPublisher(producer, topics, tracker, joining);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw Failures.of("tracker " + tracker, e);
    }
    publisher.committer.start();
    if (publisher.group != null) {
      publisher.group.start();
    }
    return publisher;
  }

  @Override
  public Lane lane() {
    return new KafkaLane();
  }

  @Override
  public int partitions() {
    return topics.partitions();
  }

  @Override
  public TableAssignment assignment() {
    return group == null ? TableAssignment.EVERY_TABLE : group;
  }

  private final class KafkaLane implements Lane {
    /** The transaction of the first row since the last durable cursor; 0 without one. */
    private long first;

    // Of the table that this lane publishes, where trackers share them.
    private @Nullable TableName table;
    private int share;
    private long term;
    private long touchedIn;

    @Override
    public boolean publish(EncodedMessage message) throws HubException, InterruptedException {
      send(message, null);
      return true;
    }

    @Override
    public void publish(ControlMessage message) throws HubException, InterruptedException {
      for (int partition = 0; partition < topics.partitions(); partition++) {
        send(message.encode(partition), partition);
      }
    }

    @Override
    public CompletableFuture<Void> advance(Cursor cursor)
        throws HubException, InterruptedException {
      CompletableFuture<Void> durable = new CompletableFuture<>();
      byte[] key =
          (cursor.tracker() + "\u0000" + cursor.source() + "\u0000" + cursor.table())
              .getBytes(StandardCharsets.UTF_8);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topics.cursors(), key, CursorCodec.write(cursor));
      transaction.readLock().lock();
      try {
        refuseIfBroken();
        touch(cursor.source(), cursor.table());
        enter(record);
        state.lock();
        try {
          waiting.add(durable);
          work.signal();
        } finally {
          state.unlock();
        }
        // From here on, what this lane has sent is decided with the open transaction.
        first = 0;
      } finally {
        transaction.readLock().unlock();
      }
      return durable;
    }

    private void send(EncodedMessage message, @Nullable Integer partition)
        throws HubException, InterruptedException {
      ProducerRecord<byte[], byte[]> record = record(message, partition);
      transaction.readLock().lock();
      try {
        refuseIfBroken();
        touch(message.attributes().source(), message.attributes().table());
        if (first == 0) {
          first = current;
        }
        enter(record);
        count();
      } finally {
        transaction.readLock().unlock();
      }
    }

    /** Refuses a table that is not this tracker's; notes it for the transaction's end. */
    private void touch(String source, TableName of) throws HubException {
      TrackerGroup members = group;
      if (members == null) {
        return;
      }
      if (!of.equals(table)) {
        table = of;
        share = TrackerGroup.partitionOf(source, of);
        term = members.term(share);
        touchedIn = 0;
      }
      if (term == 0 || members.term(share) != term) {
        throw new MovedException(of + ": another tracker has this table now");
      }
      if (touchedIn != current) {
        touchedIn = current;
        state.lock();
        try {
          touched.add(share);
        } finally {
          state.unlock();
        }
      }
    }

    private void refuseIfBroken() throws HubException {
      HubException reason = dead;
      if (reason != null) {
        throw reason;
      }
      if (first != 0 && lastAborted >= first) {
        throw lastAbortedSinceMoved
            ? new MovedException("tables have moved; rows of this one are read again")
            : new HubException(
                "a transaction with rows of this table was aborted; they are read again");
      }
    }
  }

  private ProducerRecord<byte[], byte[]> record(
      EncodedMessage message, @Nullable Integer partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topics.raw(), partition, message.routingKey(), message.payload());
    HeaderCodec.write(
        message.attributes(),
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  /** Sends inside the open transaction. The producer itself blocks while its buffer is full. */
  private void enter(ProducerRecord<byte[], byte[]> record) throws HubException {
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure != null) {
              failed(Failures.of(record.topic(), failure));
            }
          });
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
      throw Failures.of(record.topic(), e);
    } catch (KafkaException | IllegalStateException e) {
      HubException failure = Failures.of(record.topic(), e);
      failed(failure);
      throw failure;
    }
  }

  private void failed(HubException failure) {
    state.lock();
    try {
      sendFailure = failure;
      work.signal();
    } finally {
      state.unlock();
    }
  }

  private void count() {
    state.lock();
    try {
      if (rows++ == 0) {
        begunNanos = System.nanoTime();
        work.signal();
      } else if (rows == MAX_ROWS) {
        work.signal();
      }
    } finally {
      state.unlock();
    }
  }

  private void commitUntilClosed() {
    try {
      while (awaitWork()) {
        endTransaction();
      }
    } catch (InterruptedException e) {
      die(new HubException("the publisher was interrupted"));
    }
  }

  /** Waits until the open transaction is to be ended; false once there is nothing left to do. */
  private boolean awaitWork() throws InterruptedException {
    state.lock();
    try {
      while (true) {
        if (dead != null) {
          return false;
        }
        if (!waiting.isEmpty() || rows >= MAX_ROWS || sendFailure != null || settling) {
          return true;
        }
        if (closing) {
          return rows > 0;
        }
        if (rows == 0) {
          work.await();
        } else {
          long left = MAX_AGE.toNanos() - (System.nanoTime() - begunNanos);
          if (left <= 0 || work.awaitNanos(left) <= 0) {
            return true;
          }
        }
      }
    } finally {
      state.unlock();
    }
  }

  private void endTransaction() {
    List<CompletableFuture<Void>> decided;
    Set<Integer> shares;
    @Nullable HubException failure;
    transaction.writeLock().lock();
    try {
      state.lock();
      try {
        decided = waiting;
        waiting = new ArrayList<>();
        shares = Set.copyOf(touched);
        touched.clear();
        rows = 0;
        settling = false;
        failure = sendFailure;
        sendFailure = null;
      } finally {
        state.unlock();
      }
      if (failure == null) {
        failure = commit(shares);
      } else {
        abort(failure);
      }
      current++;
    } finally {
      transaction.writeLock().unlock();
    }
    tellThatItEnded();
    for (CompletableFuture<Void> future : decided) {
      if (failure == null) {
        future.complete(null);
      } else {
        future.completeExceptionally(failure);
      }
    }
  }

  private void tellThatItEnded() {
    state.lock();
    try {
      ended.signalAll();
    } finally {
      state.unlock();
    }
  }

  /**
   * Commits and begins the next transaction; returns why it could not.
   *
   * @param shares the partitions of the tables in it, where trackers share them
   */
  private @Nullable HubException commit(Set<Integer> shares) {
    try {
      proveMembership(shares);
      producer.commitTransaction();
      producer.beginTransaction();
      return null;
    } catch (MovedException e) {
      abort(e);
      return e;
    } catch (KafkaException | IllegalStateException e) {
      HubException failure = Failures.of("commit", e);
      if (isFatal(e)) {
        lastAborted = current;
        die(failure);
      } else {
        abort(failure);
      }
      return failure;
    }
  }

  private void proveMembership(Set<Integer> shares) throws MovedException {
    TrackerGroup members = group;
    if (members == null || shares.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> nothingRead = new HashMap<>();
    shares.forEach(
        partition ->
            nothingRead.put(
                new TopicPartition(topics.assignments(), partition), new OffsetAndMetadata(0)));
    producer.sendOffsetsToTransaction(nothingRead, members.membership());
  }

  @Override
  public void settle() {
    long open = askToEnd();
    state.lock();
    try {
      long left = SETTLING.toNanos();
      while (current == open && dead == null && left > 0) {
        left = ended.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      state.unlock();
    }
  }

  /** The number of the open transaction, which ends soon; 0 where nothing is in it. */
  private long askToEnd() {
    transaction.writeLock().lock(); // whoever was about to send has sent then
    state.lock();
    try {
      if (touched.isEmpty()) {
        return 0;
      }
      settling = true;
      work.signal();
      return current;
    } finally {
      state.unlock();
      transaction.writeLock().unlock();
    }
  }

  @Override
  public void end(HubException why) {
    die(why);
  }

  private void abort(HubException reason) {
    boolean moved = reason instanceof MovedException;
    (moved ? log.atInfo() : log.atWarn())
        .addKeyValue("reason", reason.getMessage())
        .log("transaction aborted");
    lastAbortedSinceMoved = moved;
    lastAborted = current;
    try {
      producer.abortTransaction();
      producer.beginTransaction();
    } catch (KafkaException | IllegalStateException e) {
      // The first failure says why; this one only that it cannot be mended.
      reason.addSuppressed(e);
      die(reason);
    }
    state.lock();
    try {
      // What failed meanwhile belonged to the transaction that is gone.
      sendFailure = null;
    } finally {
      state.unlock();
    }
  }

  private static boolean isFatal(RuntimeException failure) {
    return failure instanceof ProducerFencedException
        || failure instanceof InvalidProducerEpochException
        || failure instanceof OutOfOrderSequenceException
        || failure instanceof UnsupportedVersionException
        || failure instanceof AuthorizationException
        || failure instanceof IllegalStateException;
  }

  private void die(HubException reason) {
    List<CompletableFuture<Void>> lost;
    state.lock();
    try {
      dead = reason;
      lost = waiting;
      waiting = new ArrayList<>();
      work.signalAll();
      ended.signalAll();
    } finally {
      state.unlock();
    }
    log.atError().addKeyValue("reason", reason.getMessage()).log("publisher stopped");
    lost.forEach(future -> future.completeExceptionally(reason));
  }

  @Override
  public Optional<HubException> failure() {
    state.lock();
    try {
      if (dead == null && closing) {
        return Optional.of(new HubException("the publisher is closed"));
      }
      return Optional.ofNullable(dead);
    } finally {
      state.unlock();
    }
  }

  @Override
  public void close() {
    state.lock();
    try {
      closing = true;
      work.signalAll();
    } finally {
      state.unlock();
    }
    try {
      committer.join(TRANSACTION_TIMEOUT.toMillis() * 2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (group != null) {
      group.close();
    }
    if (dead == null) {
      try {
        producer.abortTransaction(); // empty, but the producer's end would wait for it
      } catch (KafkaException | IllegalStateException e) {
        log.atDebug().addKeyValue("reason", e.getMessage()).log("empty transaction not ended");
      }
    }
    producer.close(Duration.ofSeconds(2));
  }
}
