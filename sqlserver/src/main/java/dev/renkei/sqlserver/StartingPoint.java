package dev.renkei.sqlserver;

import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
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
 * @param snapshot the generation of the snapshot to claim; 0 where none is needed
 * @param begun what this tracker had begun and not ended: it goes on where it is the one to claim,
 *     else it is abandoned; null without one
 * @param lost why none of the cursors that are there is valid; null where one is, or none is there
 */
record StartingPoint(
    long version,
    int snapshotDone,
    int snapshot,
    @Nullable SnapshotProgress begun,
    @Nullable Validity lost) {

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
      Start start,
      String layout) {
    int last = lastGeneration(cursors);
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
      return new StartingPoint(current, 0, load ? last + 1 : 0, null, lost);
    }
    long version = valid.stream().mapToLong(Cursor::version).max().orElseThrow();
    int done = valid.stream().mapToInt(Cursor::snapshotDone).max().orElseThrow();
    int pending =
        valid.stream()
            .filter(c -> isMeant(c, tracker))
            .map(Cursor::snapshot)
            .filter(Objects::nonNull)
            .mapToInt(SnapshotProgress::generation)
            .max()
            .orElse(0);
    SnapshotProgress begun =
        valid.stream()
            .filter(c -> c.tracker().equals(tracker))
            .map(Cursor::snapshot)
            .filter(progress -> progress != null && progress.isBegun())
            .findFirst()
            .orElse(null);
    if (pending > done) {
      boolean unlike =
          begun != null && begun.generation() == pending && !begun.layout().equals(layout);
      return new StartingPoint(version, done, unlike ? last + 1 : pending, begun, null);
    }
    int snapshot = done == 0 && start == Start.SNAPSHOT ? last + 1 : 0;
    return new StartingPoint(version, done, snapshot, begun, null);
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

  /** A part of the table that another tracker reads is that one's affair. */
  private static boolean isMeant(Cursor cursor, String tracker) {
    SnapshotProgress progress = cursor.snapshot();
    return progress != null && (progress.part() == null || cursor.tracker().equals(tracker));
  }

  /** What of the table that snapshot of the tracker's own is to read; null for all. */
  static @Nullable String part(String tracker, Collection<Cursor> cursors, int generation) {
    for (Cursor cursor : cursors) {
      SnapshotProgress progress = cursor.snapshot();
      if (cursor.tracker().equals(tracker)
          && progress != null
          && progress.generation() == generation) {
        return progress.part();
      }
    }
    return null;
  }

  /** Whether that snapshot was one of a part, and is complete. */
  static boolean isPartDone(Collection<Cursor> cursors, int generation) {
    return cursors.stream()
        .map(Cursor::last)
        .anyMatch(
            last ->
                last != null
                    && last.generation() == generation
                    && last.part() != null
                    && last.complete());
  }

  /** The highest generation that a snapshot of this table has had. */
  static int lastGeneration(Collection<Cursor> cursors) {
    int highest = 0;
    for (Cursor cursor : cursors) {
      SnapshotProgress progress = cursor.snapshot();
      LastSnapshot last = cursor.last();
      highest = Math.max(highest, cursor.snapshotDone());
      highest = Math.max(highest, progress == null ? 0 : progress.generation());
      highest = Math.max(highest, last == null ? 0 : last.generation());
    }
    return highest;
  }

  /**
   * The highest generation of a snapshot of this table that was completed, by whichever tracker.
   */
  static int lastDone(Collection<Cursor> cursors) {
    return cursors.stream().mapToInt(Cursor::snapshotDone).max().orElse(0);
  }
}
