package dev.renkei.cli.demo;

import dev.renkei.core.hub.HubException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what must become true. */
final class Patience {
  private static final Duration LOOK = Duration.ofMillis(100);

  private Patience() {}

  /** What is to become true. */
  interface Condition {
    boolean holds() throws HubException, InterruptedException;
  }

  /**
   * Waits.
   *
   * @param untilNanos of {@link System#nanoTime}
   * @throws TimeoutException with this sentence
   */
  static void await(long untilNanos, String otherwise, Condition condition)
      throws HubException, InterruptedException, TimeoutException {
    while (!condition.holds()) {
      if (System.nanoTime() > untilNanos) {
        throw new TimeoutException(otherwise);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
  }
}
