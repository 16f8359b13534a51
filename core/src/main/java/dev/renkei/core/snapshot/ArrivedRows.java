package dev.renkei.core.snapshot;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;

/** The distinct rows of snapshots of one table that are durable, by chunk, attempt and stamp. */
public interface ArrivedRows {
  /** The stamps of the rows of one attempt at a chunk: of one snapshot, or of several. */
  NavigableSet<Sequence> stamps(Chunk chunk);

  /** How many rows of that stamp there are. */
  long rows(Chunk chunk, Sequence stamp);

  /**
   * Whether every row of the counting attempts has arrived: the highest sequence among them, the
   * snapshot's start where it has no rows; empty where rows are missing.
   */
  default Optional<Sequence> complete(SnapshotClosed closed) {
    Sequence end = nextStart(closed.start());
    Sequence last = closed.start();
    List<SnapshotClosed.Chunk> chunks = closed.chunks();
    for (int i = 0; i < chunks.size(); i++) {
      SnapshotClosed.Chunk wanted = chunks.get(i);
      if (wanted.rows() > 0) {
        Optional<Sequence> found =
            stampOf(new Chunk(i + 1, wanted.attempt()), wanted.rows(), closed.start(), end);
        if (found.isEmpty()) {
          return found;
        }
        last = found.get().compareTo(last) > 0 ? found.get() : last;
      }
    }
    return Optional.of(last);
  }

  private Optional<Sequence> stampOf(Chunk chunk, long rows, Sequence start, Sequence end) {
    return stamps(chunk).subSet(start, true, end, false).stream()
        .filter(stamp -> stamp.snapshot() == start.snapshot() && rows(chunk, stamp) >= rows)
        .findFirst();
  }

  /** Where another snapshot of the same number begins, as far as its rows have shown it. */
  private Sequence nextStart(Sequence start) {
    return stamps(new Chunk(1, 1)).tailSet(start, false).stream()
        .filter(stamp -> stamp.epoch() == start.epoch())
        .filter(stamp -> stamp.snapshot() == start.snapshot())
        .findFirst()
        .orElse(new Sequence(start.epoch(), Sequence.MAX_VERSION, Sequence.MAX_SNAPSHOT));
  }
}
