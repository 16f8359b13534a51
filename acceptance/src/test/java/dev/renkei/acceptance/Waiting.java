package dev.renkei.acceptance;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Waits for conditions of other processes. */
public final class Waiting {
  private static final long LOOK_MILLIS = 50;

  private Waiting() {}

  /** What is to become true. */
  @FunctionalInterface
  public interface Condition {
    /** What is still missing, in words; empty when nothing is. */
    Optional<String> missing() throws Exception;
  }

  /** Fails with what was missing at the last look. */
  public static void until(Duration atMost, Condition condition) throws Exception {
    long end = System.nanoTime() + atMost.toNanos();
    Optional<String> missing = condition.missing();
    while (missing.isPresent()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("after %d s: %s".formatted(atMost.toSeconds(), missing.get()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      missing = condition.missing();
    }
  }
}
