package dev.renkei.warehouse.bigquery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long one call goes on trying: pauses that double from 100 ms to 10 s, each a bit random. */
final class Patience {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 10_000;

  private final long endNanos;
  private long pauseMillis = FIRST_MILLIS;

  Patience(Duration patience) {
    endNanos = System.nanoTime() + patience.toNanos();
  }

  /** Waits before the next try; false, at once, where no time is left for one. */
  boolean pause() throws InterruptedException {
    long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
    if (leftMillis <= 0) {
      return false;
    }
    long pause = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis / 2 + 1);
    Thread.sleep(Math.min(pause, leftMillis));
    pauseMillis = Math.min(LONGEST_MILLIS, pauseMillis * 2);
    return true;
  }
}
