package dev.renkei.sqlserver;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps snapshots to {@code max_rows_per_second}, all of a tracker's together. Thread-safe. */
final class Pace {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int rowsPerSecond;
  private final CountDownLatch closing;
  private long free = System.nanoTime();

  Pace(int rowsPerSecond, CountDownLatch closing) {
    this.rowsPerSecond = rowsPerSecond;
    this.closing = closing;
  }

  /** Waits until so many rows more are within the limit. */
  void take(int rows) throws InterruptedException {
    long wait;
    synchronized (this) {
      long now = System.nanoTime();
      free = Math.max(free, now - SECOND / 4);
      free += rows * SECOND / rowsPerSecond;
      wait = free - now;
    }
    if (wait > 0 && closing.await(wait, TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("closing");
    }
  }
}
