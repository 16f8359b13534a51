package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/**
 * The number that a snapshot has in the sequence (SEMANTICS 1): 1 where its start is above every
 * stamp of the last one, else the next, so that it wins where versions are equal.
 */
final class SnapshotNumber {
  private static final long UNKNOWN_STAMP = Long.MAX_VALUE;

  private SnapshotNumber() {}

  /** What rows of a table have had: a number, and versions up to a stamp. */
  record Used(int generation, int number, long stamp, boolean complete) {}

  /** What cursors of one epoch say that snapshots before this generation have used. */
  static List<Used> used(Collection<Cursor> cursors, int epoch, int generation) {
    List<Used> used = new ArrayList<>();
    for (Cursor cursor : cursors) {
      LastSnapshot last = cursor.last();
      boolean here = cursor.epoch() == epoch;
      if (last != null && last.epoch() == epoch) {
        used.add(new Used(last.generation(), last.number(), last.stamp(), last.complete()));
      }
      if (here && last == null && cursor.snapshotDone() > 0) {
        // Of an earlier build, which did not say it: there, number and generation were one.
        int number = Math.min(cursor.snapshotDone(), Sequence.MAX_SNAPSHOT);
        used.add(new Used(cursor.snapshotDone(), number, UNKNOWN_STAMP, true));
      }
      SnapshotProgress now = cursor.snapshot();
      if (here && now != null && now.isBegun()) {
        used.add(new Used(now.generation(), now.number(), now.stamp(), false));
      }
    }
    used.removeIf(one -> one.generation() >= generation);
    return used;
  }

  /**
   * The number of the next one; empty where no more are left at this version.
   *
   * @param start its first stamp
   */
  static OptionalInt next(long start, Collection<Used> used) {
    int newest = used.stream().mapToInt(Used::generation).max().orElse(0);
    int number = 0;
    boolean above = true;
    for (Used one : used) {
      if (one.generation() == newest) {
        number = Math.max(number, one.number());
        above &= one.complete() && start > one.stamp();
      }
    }
    int next = above ? 1 : number + 1;
    return next > Sequence.MAX_SNAPSHOT ? OptionalInt.empty() : OptionalInt.of(next);
  }

  /** The least version that a snapshot can begin with, so that its rows win over those before. */
  static long leastStart(Collection<Used> used) {
    return used.stream()
        .mapToLong(Used::stamp)
        .filter(stamp -> stamp != UNKNOWN_STAMP)
        .max()
        .orElse(0);
  }
}
