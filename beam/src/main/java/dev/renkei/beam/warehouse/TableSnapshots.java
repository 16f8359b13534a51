package dev.renkei.beam.warehouse;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.ArrivedRows;
import dev.renkei.core.snapshot.Settled;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one table that are not settled, and the last that are (SEMANTICS 18). A value:
 * what happens makes another one.
 *
 * @param waiting closings that wait for rows, for closings to other partitions, or for their sweep
 * @param whole the last settled snapshot of the whole table; null before one
 * @param part the last of a part
 */
record TableSnapshots(List<Waiting> waiting, @Nullable Settled whole, @Nullable Settled part)
    implements Serializable {
  /** Before anything has happened. */
  static final TableSnapshots NONE = new TableSnapshots(List.of(), null, null);

  private static final long serialVersionUID = 1;

  TableSnapshots {
    waiting = List.copyOf(waiting);
  }

  /**
   * A closing that waits.
   *
   * @param partitions those that it has arrived for
   * @param quietSince when something of its table was last heard
   * @param due when it is swept; null while rows are missing
   */
  record Waiting(
      SnapshotClosed closing, Set<Integer> partitions, Instant quietSince, @Nullable Due due)
      implements Serializable {
    private static final long serialVersionUID = 1;

    Waiting {
      partitions = Set.copyOf(partitions);
    }

    private boolean hasAllPartitions() {
      return partitions.size() >= closing.partitionCount();
    }

    /** The sweep of a whole table does for everything that began before it. */
    private boolean doesFor(SnapshotClosed other) {
      boolean sameKeys = closing.part() == null || closing.part().equals(other.part());
      return sameKeys && closing.start().compareTo(other.start()) > 0;
    }
  }

  /**
   * When a snapshot that has arrived whole is swept.
   *
   * @param arrived when its last row had come
   * @param last the highest sequence of its rows
   * @param since when its first row had come
   */
  record Due(Instant at, Instant arrived, Sequence last, Instant since) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /** A closing to one partition has arrived. */
  TableSnapshots closed(SnapshotClosed closing, int partition, Instant now) {
    boolean settled =
        Stream.of(Optional.ofNullable(whole), Optional.ofNullable(part))
            .flatMap(Optional::stream)
            .anyMatch(s -> s.covers(closing));
    if (settled || waiting.stream().anyMatch(w -> w.doesFor(closing))) {
      return this;
    }
    Set<Integer> partitions = new TreeSet<>(Set.of(partition));
    List<Waiting> after = new ArrayList<>();
    Due due = null;
    for (Waiting one : waiting) {
      if (one.closing().equals(closing)) {
        partitions.addAll(one.partitions());
        due = one.due();
      } else {
        after.add(one);
      }
    }
    Waiting added = new Waiting(closing, partitions, now, due);
    after.removeIf(one -> added.doesFor(one.closing()));
    after.add(added);
    return new TableSnapshots(after, whole, part);
  }

  /** Rows of the table have come: whoever waits goes on waiting. */
  TableSnapshots heard(Instant now) {
    return new TableSnapshots(
        waiting.stream().map(w -> new Waiting(w.closing(), w.partitions(), now, w.due())).toList(),
        whole,
        part);
  }

  /** Those that have arrived whole and are not due yet, each with its highest sequence. */
  List<Complete> complete(ArrivedRows rows) {
    List<Complete> complete = new ArrayList<>();
    for (Waiting one : waiting) {
      if (one.due() == null && one.hasAllPartitions()) {
        rows.complete(one.closing()).ifPresent(last -> complete.add(new Complete(one, last)));
      }
    }
    return complete;
  }

  /** One that has arrived whole. */
  record Complete(Waiting waiting, Sequence last) {}

  TableSnapshots due(Waiting one, Due due) {
    return replaced(
        one, List.of(new Waiting(one.closing(), one.partitions(), one.quietSince(), due)));
  }

  /** Those whose time to be swept has come. */
  List<Waiting> dueBy(Instant now) {
    return waiting.stream().filter(w -> w.due() != null && !w.due().at().isAfter(now)).toList();
  }

  /** Those whose rows do not come. */
  List<Waiting> quietBefore(Instant time) {
    return waiting.stream().filter(w -> w.due() == null && !w.quietSince().isAfter(time)).toList();
  }

  /** When the next sweep is due. */
  Optional<Instant> nextDue() {
    return waiting.stream()
        .map(Waiting::due)
        .flatMap(Stream::ofNullable)
        .map(Due::at)
        .min(Instant::compareTo);
  }

  /** When the next closing is given up, if nothing is heard. */
  Optional<Instant> nextGivingUp(Duration patience) {
    return waiting.stream()
        .filter(w -> w.due() == null)
        .map(w -> w.quietSince().plus(patience))
        .min(Instant::compareTo);
  }

  TableSnapshots settled(Waiting one, Settled settled) {
    TableSnapshots after = replaced(one, List.of());
    return settled.part()
        ? new TableSnapshots(after.waiting, whole, settled)
        : new TableSnapshots(after.waiting, settled, part);
  }

  private TableSnapshots replaced(Waiting one, List<Waiting> by) {
    List<Waiting> after = new ArrayList<>(waiting);
    after.removeIf(w -> Objects.equals(w.closing(), one.closing()));
    after.addAll(by);
    return new TableSnapshots(after, whole, part);
  }

  /** Whether the last snapshot of the whole table was given up. */
  boolean wasGivenUp() {
    return whole != null && whole.givenUp();
  }

  /** The last that are settled. */
  List<Settled> settled() {
    return Stream.of(Optional.ofNullable(whole), Optional.ofNullable(part))
        .flatMap(Optional::stream)
        .toList();
  }
}
