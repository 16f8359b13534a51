package dev.renkei.hub.kafka;

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
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new AssertionError("the condition did not hold within 30 seconds");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
