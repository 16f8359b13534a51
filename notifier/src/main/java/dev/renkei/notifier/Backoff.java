package dev.renkei.notifier;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before a call is repeated: twice as long each time, of which a random half is
 * left out, so that many do not come back at once.
 *
 * @param first the longest wait before the first repetition
 * @param longest of all waits
 * @param random from 0 to 1
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {
  /** About eight minutes for ten repetitions. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2), Math::random);

  /**
   * The wait before a repetition.
   *
   * @param repetition from 1
   * @param notBefore what the receiver has asked for
   */
  Duration before(int repetition, Duration notBefore) {
    double full =
        Math.min(longest.toMillis(), first.toMillis() * Math.pow(2, Math.min(repetition - 1, 40)));
    Duration wait = Duration.ofMillis((long) (full * (1 - random.getAsDouble() / 2)));
    return wait.compareTo(notBefore) < 0 ? notBefore : wait;
  }
}
