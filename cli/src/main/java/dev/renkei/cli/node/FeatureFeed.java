package dev.renkei.cli.node;

import dev.renkei.core.feature.FeatureSink;
import dev.renkei.core.feature.FeatureSinkException;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.core.message.MessageAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows from the topic of features to where they are looked up, at least once; several
 * processes share it. What cannot be written now waits; what is refused becomes a dead letter.
 */
final class FeatureFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeatureFeed.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final String topic;
  private final Reading reading;
  private final Set<String> tables;
  private final FeatureSink sink;
  private final DeadLetters deadLetters;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicLong written = new AtomicLong();
  private final Thread thread;
  private volatile @Nullable String problem;

  /** Joins the readers of the topic. */
  interface Reading {
    SharedReader open() throws HubException;
  }

  private FeatureFeed(
      String topic,
      Reading reading,
      Set<String> tables,
      FeatureSink sink,
      DeadLetters deadLetters) {
    this.topic = topic;
    this.reading = reading;
    this.tables = tables;
    this.sink = sink;
    this.deadLetters = deadLetters;
    this.thread = new Thread(this::run, "renkei-features-bigtable");
    thread.setDaemon(true);
  }

  /**
   * Starts.
   *
   * @param tables whose rows are written
   * @param sink is closed with this
   */
  static FeatureFeed start(
      String topic,
      Reading reading,
      Set<String> tables,
      FeatureSink sink,
      DeadLetters deadLetters) {
    FeatureFeed feed = new FeatureFeed(topic, reading, tables, sink, deadLetters);
    feed.thread.start();
    return feed;
  }

  long written() {
    return written.get();
  }

  /** What it cannot do at the moment; null for nothing. */
  @Nullable String problem() {
    return problem;
  }

  private void run() {
    try {
      while (stopped.getCount() > 0) {
        feed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sink.close();
    }
  }

  /** Until it is stopped, or the hub fails: then all comes again that was not acknowledged. */
  private void feed() throws InterruptedException {
    try (SharedReader reader = reading.open()) {
      boolean failed = problem != null;
      while (stopped.getCount() > 0) {
        take(reader.poll(POLL));
        if (failed) {
          failed = false;
          problem = null;
          log.atInfo().addKeyValue("topic", topic).log("features are fed on");
        }
      }
    } catch (HubException e) {
      problem = e.getMessage();
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("reason", e.getMessage())
          .log("features are not fed on now");
      boolean unused = stopped.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void take(List<Delivery> deliveries) throws HubException, InterruptedException {
    List<HubRecord> rows = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      MessageAttributes attributes = delivery.message().attributes();
      if (attributes != null && tables.contains(attributes.table().toString())) {
        rows.add(delivery.message());
      }
    }
    if (rows.isEmpty() || write(rows)) {
      deliveries.forEach(Delivery::acknowledge);
    }
  }

  /** Tries until it is written; false where this has been stopped before. */
  private boolean write(List<HubRecord> rows) throws HubException, InterruptedException {
    Duration pause = POLL;
    do {
      try {
        for (FeatureSink.Refused refused : sink.write(rows)) {
          deadLetters.put(
              DeadLetter.of(refused.row(), topic, refused.reason(), Clock.systemUTC().instant()));
        }
        written.addAndGet(rows.size());
        problem = null;
        return true;
      } catch (FeatureSinkException e) {
        if (problem == null) {
          log.atWarn()
              .addKeyValue("topic", topic)
              .addKeyValue("reason", e.getMessage())
              .log("features cannot be written to Bigtable now");
        }
        problem = e.getMessage();
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    } while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    return false;
  }

  @Override
  public void close() {
    stopped.countDown();
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
