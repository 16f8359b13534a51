package dev.renkei.loader;

import java.time.Duration;

/** How long to wait before a try: doubling, to a bound. */
record Backoff(Duration first, Duration longest) {
  /**
   * @param failures how many tries have failed, from 1
   */
  Duration after(int failures) {
    int doublings = Math.min(failures - 1, 30);
    Duration wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
