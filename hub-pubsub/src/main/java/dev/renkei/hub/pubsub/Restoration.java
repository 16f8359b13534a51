package dev.renkei.hub.pubsub;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics and subscriptions again that were deleted under a running hub, or that an emulator
 * has forgotten; only in a process that makes them at all. What they held is gone: readers notice
 * by the new stream, and load the tables again.
 */
final class Restoration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Restoration.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final HubResources resources;
  private final boolean owns;

  // Guarded by this.
  private PubSubPlan plan;
  private @Nullable Thread thread;
  private boolean closed;

  Restoration(HubResources resources, PubSubPlan plan, boolean owns) {
    this.resources = resources;
    this.plan = plan;
    this.owns = owns;
  }

  /** What is to be there from now on. */
  synchronized void plan(PubSubPlan wanted) {
    plan = wanted;
  }

  /** Something is gone; returns at once, asked twice it is done once. */
  synchronized void ask(String missing) {
    if (!owns || closed || (thread != null && thread.isAlive())) {
      return;
    }
    log.atError()
        .addKeyValue("missing", missing)
        .log("a topic or subscription is gone, and what it held; it is made anew");
    thread = new Thread(this::makeAgain, "renkei-pubsub-restoration");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized PubSubPlan plan() {
    return plan;
  }

  private void makeAgain() {
    Duration wait = FIRST_WAIT;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        resources.ensure(plan());
        return;
      } catch (HubException e) {
        log.atWarn()
            .addKeyValue("waitMillis", wait.toMillis())
            .log("cannot be made again yet: " + e.getMessage());
      }
      try {
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
      } catch (InterruptedException e) {
        return;
      }
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
