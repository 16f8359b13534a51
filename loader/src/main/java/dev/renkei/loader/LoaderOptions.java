package dev.renkei.loader;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a loader works.
 *
 * @param name of its thread and in its logs, for example the warehouse's
 * @param maxRows a batch is applied when it has so many messages
 * @param maxBytes and when their payloads have so many bytes
 * @param linger and so long after its first message, whatever else is on its way
 * @param firstWait before the second try of what failed; doubled from try to try
 * @param longestWait between two tries
 * @param closingPatience how long a snapshot's closing waits for those of the other partitions, or
 *     for rows, before it is given up
 * @param sources whose tables may be in the hub: where it is unordered, and any of them has
 *     published before, a new warehouse begins with a reload
 * @param folder where it keeps which rows of snapshots have come from an unordered hub; it should
 *     outlive the process. Null where the hub is ordered
 * @param retention how long an unordered hub keeps what was not acknowledged: whoever was away for
 *     longer reloads. Null where it keeps everything
 */
public record LoaderOptions(
    String name,
    int maxRows,
    long maxBytes,
    Duration linger,
    Duration firstWait,
    Duration longestWait,
    Duration closingPatience,
    Clock clock,
    Set<String> sources,
    @Nullable Path folder,
    @Nullable Duration retention) {
  public LoaderOptions {
    sources = Set.copyOf(sources);
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
        Clock.systemUTC(),
        Set.of(),
        null,
        null);
  }

  /** The same, for an unordered hub too. */
  public LoaderOptions unordered(Set<String> from, Path keptIn, Duration keeps) {
    return new LoaderOptions(
        name,
        maxRows,
        maxBytes,
        linger,
        firstWait,
        longestWait,
        closingPatience,
        clock,
        from,
        keptIn,
        keeps);
  }
}
