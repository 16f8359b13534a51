package dev.renkei.loader;

import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Lot.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Closings of snapshots whose rows have not all arrived (SEMANTICS 18), with their deliveries.
 * Those stay unacknowledged: whoever loses the count of the rows, and the machine with it, gets
 * them again. Belongs to one thread.
 */
final class WaitingClosings {
  private final List<Waiting> all = new ArrayList<>();

  /** One that waits. */
  static final class Waiting {
    private final SnapshotClosed closing;
    private final List<Delivery> deliveries = new ArrayList<>();
    private final long publishedMillis;
    private Instant quietSince;

    private Waiting(SnapshotClosed closing, Delivery first, Instant now) {
      this.closing = closing;
      this.publishedMillis = first.message().timestampMillis();
      this.quietSince = now;
      deliveries.add(first);
    }

    SnapshotClosed closing() {
      return closing;
    }

    Table table() {
      return new Table(closing.source(), closing.table());
    }

    /** Of the same message, which came several times. */
    List<Delivery> deliveries() {
      return List.copyOf(deliveries);
    }

    /** The sweep of a whole table does for everything that began before it. */
    private boolean doesFor(Waiting other) {
      boolean sameKeys = closing.part() == null || closing.part().equals(other.closing.part());
      return sameKeys
          && table().equals(other.table())
          && closing.start().compareTo(other.closing.start()) > 0;
    }
  }

  /**
   * Takes a closing.
   *
   * @return deliveries that need not wait: a later snapshot does for them
   */
  List<Delivery> add(SnapshotClosed closing, Delivery delivery, Instant now) {
    for (Waiting one : all) {
      if (one.closing.equals(closing)) {
        one.deliveries.add(delivery);
        return List.of();
      }
    }
    Waiting added = new Waiting(closing, delivery, now);
    if (all.stream().anyMatch(one -> one.doesFor(added))) {
      return added.deliveries();
    }
    List<Delivery> replaced = new ArrayList<>();
    all.removeIf(one -> added.doesFor(one) && replaced.addAll(one.deliveries));
    all.add(added);
    return replaced;
  }

  List<Waiting> all() {
    return List.copyOf(all);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int deliveries() {
    return all.stream().mapToInt(one -> one.deliveries.size()).sum();
  }

  void remove(Waiting one) {
    all.remove(one);
  }

  /**
   * Something has arrived: the patience of a closing begins anew where there was a row of its
   * table, or a message that is older than it. Those tell that rows may be on their way.
   *
   * @param counted tables of which new rows of snapshots have come
   * @param oldestMillis when the oldest message was published
   */
  void heard(Set<Table> counted, long oldestMillis, Instant now) {
    for (Waiting one : all) {
      if (counted.contains(one.table()) || oldestMillis < one.publishedMillis) {
        one.quietSince = now;
      }
    }
  }

  /** Time in which nothing could be read does not count. */
  void paused(Duration by) {
    for (Waiting one : all) {
      one.quietSince = one.quietSince.plus(by);
    }
  }

  /** Those that have heard of nothing since before that time. */
  List<Waiting> quietBefore(Instant time) {
    return all.stream().filter(one -> one.quietSince.isBefore(time)).toList();
  }
}
