package dev.renkei.notifier;

import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.SharedReader;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.notification.Notification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the notifications of one rule to one target, those of a row one after another. What cannot
 * be delivered becomes a dead letter. A notification is acknowledged when one of both has happened;
 * so whoever goes on after a kill delivers it again, under its id.
 *
 * <p>One thread reads, a few deliver; the reader bounds how much is under way.
 */
final class Courier implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String name;
  private final String rule;
  private final String stream;
  private final Target target;
  private final Opening reader;
  private final DeadLetters deadLetters;
  private final Backoff backoff;
  private final Clock clock;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final LongAdder delivered = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder given = new LongAdder();
  private volatile @Nullable String problem;

  /** Opens the reader; it belongs to the courier then. */
  interface Opening {
    SharedReader open() throws HubException, InterruptedException;
  }

  /**
   * Starts delivering.
   *
   * @param name of this courier among all
   * @param rule whose notifications it takes
   * @param stream that is read, for dead letters
   * @param lanes how many notifications are delivered at a time
   */
  Courier(
      String name,
      String rule,
      String stream,
      Target target,
      Opening reader,
      DeadLetters deadLetters,
      Backoff backoff,
      int lanes,
      Clock clock) {
    this.name = name;
    this.rule = rule;
    this.stream = stream;
    this.target = target;
    this.reader = reader;
    this.deadLetters = deadLetters;
    this.backoff = backoff;
    this.clock = clock;
    for (int i = 0; i < lanes; i++) {
      Lane lane = new Lane();
      this.lanes.add(lane);
      run("renkei-notify-" + name + "-" + i, lane::run);
    }
    run("renkei-notify-" + name, this::read);
  }

  private void run(String threadName, Runnable work) {
    Thread thread = new Thread(work, threadName);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** What it has done, and what it cannot do now. */
  CourierState state() {
    return new CourierState(
        rule, target.place(), delivered.sum(), repeated.sum(), given.sum(), problem);
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  private void read() {
    while (!isStopped()) {
      try (SharedReader open = reader.open()) {
        while (!isStopped()) {
          hand(open.poll(POLL));
        }
      } catch (HubException e) {
        log.atWarn()
            .addKeyValue("rule", rule)
            .addKeyValue("reason", e.getMessage())
            .log("notifications cannot be read; tried again");
        // What waits belongs to the reader that has failed: the next one brings it again.
        lanes.forEach(lane -> lane.queue.clear());
        if (sleep(AFTER_FAILURE)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void hand(List<Delivery> deliveries) {
    for (Delivery delivery : deliveries) {
      HubRecord message = delivery.message();
      if (isForMe(message.rawAttributes())) {
        lanes.get(Math.floorMod(laneOf(message), lanes.size())).queue.add(delivery);
      } else {
        delivery.acknowledge();
      }
    }
  }

  /** One that was given up and is sent back is for the one that gave it up. */
  private boolean isForMe(Map<String, String> attributes) {
    return rule.equals(attributes.get(Notification.RULE))
        && name.equals(attributes.getOrDefault(Notification.FOR, name));
  }

  /** The same for all of a row; where the hub gives no order, there is none to keep. */
  private static int laneOf(HubRecord message) {
    byte[] row = message.routingKey();
    return row == null ? Long.hashCode(message.offset()) : Arrays.hashCode(row);
  }

  /** Whether it was stopped meanwhile. */
  private boolean sleep(Duration time) {
    try {
      return stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Delivers one after the other. */
  private final class Lane {
    private final LinkedBlockingQueue<Delivery> queue = new LinkedBlockingQueue<>();

    private void run() {
      try {
        while (!isStopped()) {
          Delivery next = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
          if (next != null && settle(next.message())) {
            next.acknowledge();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Whether it is settled, and not only stopped. */
    private boolean settle(HubRecord message) throws InterruptedException {
      Instant begun = clock.instant();
      for (int calls = 1; ; calls++) {
        Outcome outcome = target.call(message);
        if (outcome instanceof Outcome.Done) {
          delivered.increment();
          problem = null;
          return true;
        }
        if (outcome instanceof Outcome.Refused refused) {
          return giveUp(message, refused.what());
        }
        Outcome.Again again = (Outcome.Again) outcome;
        problem = "rule %s: %s %s".formatted(rule, target.place(), again.what());
        if (calls > target.retries()) {
          Duration tried = Duration.between(begun, clock.instant());
          return giveUp(
              message,
              "%s; called %d times in %d s".formatted(again.what(), calls, tried.toSeconds()));
        }
        repeated.increment();
        if (sleep(backoff.before(calls, again.notBefore()))) {
          return false;
        }
      }
    }

    private boolean giveUp(HubRecord message, String what) throws InterruptedException {
      String reason = "rule %s: %s %s".formatted(rule, target.place(), what);
      problem = reason;
      while (!isStopped()) {
        try {
          deadLetters.put(letter(message, reason));
          given.increment();
          log.atWarn()
              .addKeyValue("rule", rule)
              .addKeyValue("notification", message.rawAttributes().get(MessageAttributes.UNIQUE_ID))
              .addKeyValue("reason", reason)
              .log("notification given up; it is a dead letter");
          return true;
        } catch (HubException e) {
          if (sleep(AFTER_FAILURE)) {
            return false;
          }
        }
      }
      return false;
    }
  }

  private DeadLetter letter(HubRecord message, String reason) {
    Map<String, String> attributes = new TreeMap<>(message.rawAttributes());
    attributes.put(Notification.FOR, name);
    return new DeadLetter(
        stream,
        message.partition(),
        message.offset(),
        reason,
        attributes,
        message.routingKey(),
        message.payload(),
        clock.instant());
  }

  /** Begins to end. */
  void stop() {
    stop.countDown();
  }

  /** Ends; what is under way comes again the next time. */
  @Override
  public void close() throws InterruptedException {
    stop();
    long patient = System.nanoTime() + PATIENCE.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(patient - System.nanoTime())));
      thread.interrupt();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
