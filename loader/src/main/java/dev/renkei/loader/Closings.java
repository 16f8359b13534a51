package dev.renkei.loader;

import dev.renkei.core.message.ControlMessage.Addressed;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the closing messages of snapshots until all partitions have sent theirs (SEMANTICS 18).
 *
 * <p>A partition's durable position does not pass a closing that still waits for others: after a
 * restart it is read again, and what follows it counts once all the same, by its sequence. Belongs
 * to one thread.
 */
final class Closings {
  private final Map<Subject, Waiting> waiting = new HashMap<>();

  /** A closing of a part stands for no other part, and not for the whole. */
  private record Subject(TableName table, SnapshotClosed.@Nullable Part part) {}

  private static final class Waiting {
    final SnapshotClosed closing;
    final Instant since;
    final Set<Integer> arrived = new HashSet<>();
    final Map<Integer, Long> held = new HashMap<>();

    Waiting(SnapshotClosed closing, Instant since) {
      this.closing = closing;
      this.since = since;
    }
  }

  /**
   * A closing that all partitions have sent.
   *
   * @param at when the last one arrived
   */
  record Complete(SnapshotClosed closing, Instant at) {}

  /**
   * Takes one message.
   *
   * @param partition where it was read
   * @return the closing if it is complete now
   */
  List<Complete> add(Addressed message, int partition, long offset, Instant now) {
    if (!(message.message() instanceof SnapshotClosed closing)) {
      return List.of();
    }
    Subject subject = new Subject(closing.table(), closing.part());
    Waiting known = waiting.get(subject);
    if (known == null || closing.start().compareTo(known.closing.start()) > 0) {
      known = new Waiting(closing, now);
      waiting.put(subject, known);
    } else if (closing.start().compareTo(known.closing.start()) < 0) {
      return List.of(); // An earlier snapshot than the one that waits: its sweep covers both.
    }
    known.arrived.add(message.partition());
    known.held.putIfAbsent(partition, offset);
    if (known.arrived.size() < known.closing.partitionCount()) {
      return List.of();
    }
    waiting.remove(subject);
    return List.of(new Complete(known.closing, now));
  }

  /** The positions that may become durable. */
  Map<Integer, Long> durable(Map<Integer, Long> positions) {
    Map<Integer, Long> durable = new TreeMap<>(positions);
    for (Waiting one : waiting.values()) {
      one.held.forEach(
          (partition, offset) ->
              durable.computeIfPresent(partition, (p, next) -> Math.min(next, offset)));
    }
    return durable;
  }

  /** Forgets, and names, closings that have waited since before that time. */
  List<SnapshotClosed> giveUpBefore(Instant time) {
    List<SnapshotClosed> givenUp = new ArrayList<>();
    waiting.values().removeIf(one -> one.since.isBefore(time) && givenUp.add(one.closing));
    return givenUp;
  }

  void clear() {
    waiting.clear();
  }
}
