package dev.renkei.hub.pubsub;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a condition, in tests. */
final class Awaits {
  private Awaits() {}

  /** A condition that may ask the hub. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Asks again and again until the condition holds; fails after 30 seconds. */
  static void until(Condition condition) throws Exception {
    until(Duration.ofSeconds(30), condition);
  }

  /** The same, with another patience. */
  static void until(Duration patience, Condition condition) throws Exception {
    long patient = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new AssertionError("the condition did not hold within " + patience);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
