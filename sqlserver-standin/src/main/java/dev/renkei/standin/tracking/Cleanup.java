package dev.renkei.standin.tracking;

import dev.renkei.standin.sql.SqlError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Removes changes older than the retention: first each table's min_valid_version rises, then its
 * rows go in short transactions, last the commits that no table needs (<a
 * href="https://learn.microsoft.com/sql/relational-databases/track-changes/cleanup-and-troubleshoot-change-tracking-sql-server">Cleanup</a>).
 *
 * <p>The newest commit always stays: it tells the current version.
 */
final class Cleanup {
  /** Rows in one transaction. */
  static final int BATCH = 5_000;

  private final TrackingStore store;
  private final Versions versions;

  Cleanup(TrackingStore store, Versions versions) {
    this.store = store;
    this.versions = versions;
  }

  /** Removes what was committed at or before that time. */
  void upTo(Instant time) throws SqlError {
    long settled = versions.settled();
    OptionalLong last =
        store.run(c -> lastVersion(c, LocalDateTime.ofInstant(time, ZoneOffset.UTC)));
    if (last.isEmpty()) {
      return;
    }
    long version = Math.min(last.getAsLong(), settled);
    store.run(c -> raise(c, version));
    for (SideTable side : versions.tables()) {
      while (store.run(c -> removeBatch(c, side, version))) {
        // The next batch is a transaction of its own.
      }
    }
    while (store.run(c -> removeCommits(c, version)) == BATCH) {
      // The next batch is a transaction of its own.
    }
  }

  /** The highest version whose predecessors are all that old; empty where none is. */
  private OptionalLong lastVersion(Connection connection, LocalDateTime time) throws SQLException {
    String commits = TrackingStore.commits(versions.database());
    try (PreparedStatement firstYounger =
        connection.prepareStatement(
            "SELECT commit_ts FROM "
                + commits
                + " WHERE commit_time > ? ORDER BY commit_ts FETCH FIRST ROW ONLY")) {
      firstYounger.setObject(1, time);
      try (ResultSet row = firstYounger.executeQuery()) {
        if (row.next()) {
          long younger = row.getLong(1);
          return TrackingStore.number(
              connection,
              "SELECT MAX(commit_ts) FROM " + commits + " WHERE commit_ts < " + younger);
        }
      }
    }
    return TrackingStore.number(connection, "SELECT MAX(commit_ts) FROM " + commits);
  }

  private int raise(Connection connection, long version) throws SQLException {
    return TrackingStore.execute(
        connection,
        "UPDATE %s SET cleanup_version = %d, min_valid_version = GREATEST(min_valid_version, %d) WHERE cleanup_version < %d"
            .formatted(TrackingStore.tables(versions.database()), version, version, version));
  }

  /** Removes up to a batch of changes with their commit rows; whether there may be more. */
  private boolean removeBatch(Connection connection, SideTable side, long version)
      throws SQLException {
    if (!side.isOpen()) {
      return false;
    }
    String changes = SideTable.changesName(side.database(), side.objectId());
    String commits = SideTable.commitsName(side.database(), side.objectId());
    long bound = (version + 1) << SideTable.RUN_BITS;
    int left = BATCH;
    try (PreparedStatement remove =
            connection.prepareStatement(
                "DELETE FROM " + changes + " WHERE id BETWEEN ? AND ? FETCH FIRST ? ROWS ONLY");
        PreparedStatement removeCommit =
            connection.prepareStatement("DELETE FROM " + commits + " WHERE id = ?")) {
      List<long[]> runs = runs(connection, commits, bound);
      for (long[] run : runs) {
        remove.setLong(1, run[1]);
        remove.setLong(2, run[2]);
        remove.setInt(3, left);
        left -= remove.executeUpdate();
        if (left == 0) {
          return true;
        }
        removeCommit.setLong(1, run[0]);
        removeCommit.executeUpdate();
      }
      return runs.size() == BATCH;
    }
  }

  private static List<long[]> runs(Connection connection, String commits, long bound)
      throws SQLException {
    List<long[]> runs = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, first_id, last_id FROM "
                + commits
                + " WHERE id < ? ORDER BY id FETCH FIRST "
                + BATCH
                + " ROWS ONLY")) {
      select.setLong(1, bound);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          runs.add(new long[] {rows.getLong(1), rows.getLong(2), rows.getLong(3)});
        }
      }
    }
    return runs;
  }

  private int removeCommits(Connection connection, long version) throws SQLException {
    String commits = TrackingStore.commits(versions.database());
    OptionalLong newest = TrackingStore.number(connection, "SELECT MAX(commit_ts) FROM " + commits);
    return newest.isEmpty()
        ? 0
        : TrackingStore.execute(
            connection,
            "DELETE FROM %s WHERE commit_ts <= %d FETCH FIRST %d ROWS ONLY"
                .formatted(commits, Math.min(version, newest.getAsLong() - 1), BATCH));
  }
}
