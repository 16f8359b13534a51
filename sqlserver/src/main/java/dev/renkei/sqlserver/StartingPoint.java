package dev.renkei.sqlserver;

import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.Cursor;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Where a tracker begins with a table (SEMANTICS 13): at the highest valid cursor of any tracker.
 *
 * @param version the cursor to begin with
 * @param snapshotDone the last snapshot that any tracker completed
 * @param snapshot the number of the snapshot to claim; 0 where none is needed
 * @param historyLost whether cursors are there but none is valid
 */
record StartingPoint(long version, int snapshotDone, int snapshot, boolean historyLost) {

  static StartingPoint of(
      String tracker,
      Collection<Cursor> cursors,
      Identity identity,
      Tracking tracking,
      long current,
      Start start) {
    int last = lastNumber(cursors);
    List<Cursor> valid =
        cursors.stream()
            .filter(
                c ->
                    c.epoch() == Epochs.FIRST
                        && Validity.of(
                                new Identity(c.objectId(), c.beginVersion()),
                                c.version(),
                                identity.objectId(),
                                tracking,
                                current)
                            == Validity.HOLDS)
            .toList();
    if (valid.isEmpty()) {
      boolean known = !cursors.isEmpty();
      return new StartingPoint(current, 0, known || start == Start.SNAPSHOT ? last + 1 : 0, known);
    }
    long version = valid.stream().mapToLong(Cursor::version).max().orElseThrow();
    int done = valid.stream().mapToInt(Cursor::snapshotDone).max().orElseThrow();
    boolean mine =
        valid.stream()
            .filter(c -> c.tracker().equals(tracker))
            .map(Cursor::snapshot)
            .anyMatch(progress -> progress != null && progress.number() > done);
    int pending =
        valid.stream()
            .map(Cursor::snapshot)
            .filter(Objects::nonNull)
            .mapToInt(Cursor.SnapshotProgress::number)
            .max()
            .orElse(0);
    int snapshot = 0;
    if (mine) {
      snapshot = last + 1;
    } else if (pending > done) {
      snapshot = pending;
    } else if (done == 0 && start == Start.SNAPSHOT) {
      snapshot = last + 1;
    }
    return new StartingPoint(version, done, snapshot, false);
  }

  /** The highest number that a snapshot of this table has had. */
  static int lastNumber(Collection<Cursor> cursors) {
    int last = 0;
    for (Cursor cursor : cursors) {
      Cursor.SnapshotProgress progress = cursor.snapshot();
      last =
          Math.max(last, Math.max(cursor.snapshotDone(), progress == null ? 0 : progress.number()));
    }
    return last;
  }

  /** The highest number of a snapshot of this table that was completed, by whichever tracker. */
  static int lastDone(Collection<Cursor> cursors) {
    return cursors.stream().mapToInt(Cursor::snapshotDone).max().orElse(0);
  }
}
