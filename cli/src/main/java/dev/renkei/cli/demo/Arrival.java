package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.demo.Shop;
import dev.renkei.demo.Topic;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.loader.LoaderState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits until everything up to a version has gone the whole way: past every tracker, through
 * dedupe, into the warehouse.
 */
final class Arrival {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Node node;
  private final String source;
  private final String warehouse;
  private final List<String> trackers;

  Arrival(Node node, String source, String warehouse, List<String> trackers) {
    this.node = node;
    this.source = source;
    this.warehouse = warehouse;
    this.trackers = trackers;
  }

  /**
   * Waits.
   *
   * @throws TimeoutException saying what has not arrived
   */
  void await(long version, Duration atMost)
      throws HubException, InterruptedException, TimeoutException {
    long until = System.nanoTime() + atMost.toNanos();
    await(until, "trackers have not read up to version " + version, () -> isRead(version));
    long raw = messages();
    await(
        until,
        "dedupe has not taken all %d messages".formatted(raw),
        () -> node.dedupeCounts().map(DedupeFlow.Counts::in).orElse(0L) >= raw);
    // Dedupe commits at most this long after it has taken a message.
    TimeUnit.MILLISECONDS.sleep(500);
    try (HubSubscription hub = node.kafka().subscription(node.kafka().hubTopic())) {
      Map<Integer, Long> ends = hub.endOffsets();
      await(until, "the warehouse has not taken all of the hub", () -> isLoaded(ends));
    }
  }

  /** What is to become true. */
  private interface Condition {
    boolean holds() throws HubException, InterruptedException;
  }

  private static void await(long until, String otherwise, Condition condition)
      throws HubException, InterruptedException, TimeoutException {
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException(otherwise);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
  }

  private boolean isRead(long version) throws HubException, InterruptedException {
    Collection<Cursor> cursors = node.hub().cursors().cursors(source);
    long behind =
        Shop.tables().stream()
            .flatMap(
                table ->
                    trackers.stream()
                        .filter(
                            tracker ->
                                cursors.stream()
                                    .noneMatch(
                                        c ->
                                            c.table().equals(table)
                                                && c.tracker().equals(tracker)
                                                && c.version() >= version)))
            .count();
    return behind == 0;
  }

  private long messages() throws HubException, InterruptedException {
    AtomicLong count = new AtomicLong();
    try (HubSubscription raw = node.kafka().subscription(node.kafka().rawTopic())) {
      Topic.of(raw).forEach(message -> count.incrementAndGet());
    }
    return count.get();
  }

  private boolean isLoaded(Map<Integer, Long> ends) {
    Optional<LoaderState> loader = node.loader(warehouse);
    return loader.isPresent()
        && ends.entrySet().stream()
            .allMatch(
                end -> loader.get().positions().getOrDefault(end.getKey(), 0L) >= end.getValue());
  }
}
