package dev.renkei.loader;

import java.time.Clock;
import java.time.Duration;

/**
 * How a loader works.
 *
 * @param name of its thread and in its logs, for example the warehouse's
 * @param maxRows a batch is applied when it has so many messages
 * @param maxBytes and when their payloads have so many bytes
 * @param linger and so long after its first message, whatever else is on its way
 * @param firstWait before the second try of what failed; doubled from try to try
 * @param longestWait between two tries
 * @param closingPatience how long a snapshot's closing waits for those of the other partitions
 *     before it is given up
 */
public record LoaderOptions(
    String name,
    int maxRows,
    long maxBytes,
    Duration linger,
    Duration firstWait,
    Duration longestWait,
    Duration closingPatience,
    Clock clock) {
  public LoaderOptions {
    if (name.isEmpty() || maxRows < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "loader '%s': batches of %d rows, %d bytes".formatted(name, maxRows, maxBytes));
    }
    if (linger.isNegative()
        || firstWait.isNegative()
        || firstWait.isZero()
        || longestWait.compareTo(firstWait) < 0
        || closingPatience.isNegative()) {
      throw new IllegalArgumentException(
          "loader '%s': linger %s, waits %s to %s, patience %s"
              .formatted(name, linger, firstWait, longestWait, closingPatience));
    }
  }

  /** The defaults: commits within about 50 ms of a message's arrival. */
  public static LoaderOptions of(String name) {
    return new LoaderOptions(
        name,
        20_000,
        32L << 20,
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofSeconds(30),
        Duration.ofHours(1),
        Clock.systemUTC());
  }
}
