package dev.renkei.sqlserver;

import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.Cursor;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a tracker begins with a table (SEMANTICS 13): at the highest valid cursor of any tracker.
 *
 * @param version the cursor to begin with
 * @param snapshotDone the last snapshot that any tracker completed
 * @param snapshot the number of the snapshot to claim; 0 where none is needed
 * @param lost why none of the cursors that are there is valid; null where one is, or none is there
 */
record StartingPoint(long version, int snapshotDone, int snapshot, @Nullable Validity lost) {

  /**
   * Decides.
   *
   * @param current the current version
   */
  static StartingPoint of(
      String tracker,
      int epoch,
      Collection<Cursor> cursors,
      Identity identity,
      Tracking tracking,
      long current,
      Start start) {
    int last = lastNumber(cursors);
    List<Cursor> valid =
        cursors.stream()
            .filter(c -> judge(c, epoch, identity, tracking) == Validity.HOLDS)
            .toList();
    if (valid.isEmpty()) {
      Validity lost =
          cursors.stream()
              .max(Comparator.comparingInt(Cursor::epoch).thenComparingLong(Cursor::version))
              .map(newest -> judge(newest, epoch, identity, tracking))
              .orElse(null);
      boolean load = lost != null || start == Start.SNAPSHOT;
      return new StartingPoint(current, 0, load ? last + 1 : 0, lost);
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
    return new StartingPoint(version, done, snapshot, null);
  }

  /**
   * A cursor above the version that was read lately is valid: another tracker has moved it since.
   * Where versions have gone back, the epoch is another one.
   */
  static Validity judge(Cursor cursor, int epoch, Identity identity, Tracking tracking) {
    return cursor.epoch() != epoch
        ? Validity.RESTORED
        : Validity.of(
            new Identity(cursor.objectId(), cursor.beginVersion()),
            cursor.version(),
            identity.objectId(),
            tracking,
            Long.MAX_VALUE);
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
