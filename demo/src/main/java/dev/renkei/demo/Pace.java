package dev.renkei.demo;

/**
 * So many changes a second. After a stall it catches up at twice the rate; of a stall longer than
 * two seconds the rest is forgotten. Times are of {@link System#nanoTime}.
 */
final class Pace {
  private static final long FORGOTTEN_NANOS = 2_000_000_000;

  private final double nanosPerChange;
  private long due;
  private long soonest;

  Pace(double changesPerSecond, long now) {
    this.nanosPerChange = 1e9 / changesPerSecond;
    this.due = now;
    this.soonest = now;
  }

  /** How long to wait before the next transaction; 0 or less: none. */
  long waitNanos(long now) {
    return soonest - now;
  }

  /** A transaction that began then has ended now. */
  void spent(int changes, long begun, long now) {
    due = Math.max(due, now - FORGOTTEN_NANOS) + Math.round(changes * nanosPerChange);
    soonest = Math.max(due, begun + Math.round(changes * nanosPerChange / 2));
  }
}
