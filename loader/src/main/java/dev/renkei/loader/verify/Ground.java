package dev.renkei.loader.verify;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.core.source.SourceRows.Standing;
import java.util.Collection;
import java.util.List;

/** What the trackers' cursors of a table say to a comparison of it. */
sealed interface Ground {
  /** The table is followed as it is now, and was loaded whole. */
  record Firm(int epoch) implements Ground {}

  /** It is being loaded, for the first time or again. */
  record Loading() implements Ground {}

  /** No tracker follows this table: it was made anew, its history was lost, or nobody runs. */
  record NotFollowed() implements Ground {}

  /** Its rows of before the tracking were never read. */
  record NeverWhole() implements Ground {}

  /** Decides. */
  static Ground of(Collection<Cursor> cursors, Standing table) {
    int epoch = cursors.stream().mapToInt(Cursor::epoch).max().orElse(0);
    List<Cursor> now =
        cursors.stream()
            .filter(
                cursor ->
                    cursor.epoch() == epoch
                        && cursor.objectId() == table.objectId()
                        && cursor.beginVersion() == table.beginVersion())
            .toList();
    if (now.isEmpty()) {
      return new NotFollowed();
    }
    int done = now.stream().mapToInt(Cursor::snapshotDone).max().orElse(0);
    for (Cursor cursor : now) {
      SnapshotProgress snapshot = cursor.snapshot();
      if (snapshot != null && snapshot.part() == null && snapshot.generation() > done) {
        return new Loading();
      }
    }
    return done == 0 ? new NeverWhole() : new Firm(epoch);
  }

  /** Whether a tracker has every change of the table up to a version in the hub. */
  static boolean reaches(Collection<Cursor> cursors, Standing table, int epoch, long version) {
    return cursors.stream()
        .anyMatch(
            cursor ->
                cursor.epoch() == epoch
                    && cursor.objectId() == table.objectId()
                    && cursor.beginVersion() == table.beginVersion()
                    && cursor.version() >= version);
  }
}
