package dev.renkei.loader.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * When tables are compared by themselves: each once in a while, spread over it.
 *
 * @param every how often each is
 * @param since when the schedule began; it outlives restarts
 */
public record Schedule(Duration every, Instant since) {
  /** So long at most until one that could not be compared is tried again. */
  private static final Duration AFTER_FAILURE = Duration.ofHours(1);

  /**
   * A table, and how it was compared last.
   *
   * @param last null where it never was
   * @param failed whether that had no result
   */
  public record Entry(String warehouse, String table, @Nullable Instant last, boolean failed) {}

  /**
   * The one that has been due for longest; empty where none is.
   *
   * @param entries in an order that stays
   */
  public Optional<Entry> due(List<Entry> entries, Instant now) {
    return IntStream.range(0, entries.size())
        .mapToObj(i -> new Dated(entries.get(i), at(entries.get(i), i, entries.size())))
        .filter(dated -> !dated.at().isAfter(now))
        .min(Comparator.comparing(Dated::at))
        .map(Dated::entry);
  }

  private record Dated(Entry entry, Instant at) {}

  private Instant at(Entry entry, int index, int count) {
    Instant last = entry.last();
    if (last == null) {
      return since.plus(every.multipliedBy(index + 1L).dividedBy(count));
    }
    boolean soon = entry.failed() && AFTER_FAILURE.compareTo(every) < 0;
    return last.plus(soon ? AFTER_FAILURE : every);
  }
}
