package dev.renkei.sqlserver;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When versions were committed, as far as the source lets us read it: it needs VIEW DATABASE STATE,
 * and is a hint, so whatever fails here disturbs no poll. The newest versions are held.
 * Thread-safe.
 *
 * @see <a
 *     href="https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table">
 *     sys.dm_tran_commit_table</a>
 */
final class CommitTimes {
  private static final Logger log = LoggerFactory.getLogger(CommitTimes.class);

  /** So many versions are held; the changes of older ones have the end of their poll. */
  static final int HELD = 100_000;

  /** All tables wait for it. */
  private static final int PATIENCE_SECONDS = 1;

  private static final Duration AFTER_REFUSAL = Duration.ofMinutes(10);

  /** A fresh commit is at most so old when it is read, or its zone cannot be told. */
  static final Duration FRESH = Duration.ofMinutes(10);

  private static final Duration SKEW = Duration.ofMinutes(1);

  private static final String SQL =
      """
      SELECT commit_ts, commit_time, SYSUTCDATETIME(), DATEDIFF(minute, GETUTCDATE(), GETDATE())
      FROM sys.dm_tran_commit_table
      WHERE commit_ts > ? AND commit_ts <= ?
      ORDER BY commit_ts DESC""";

  private final TreeMap<Long, Instant> times = new TreeMap<>();
  private long readUpTo;
  private @Nullable ZoneOffset zone;
  private @Nullable Instant refusedUntil;

  /** Versions name other commits from now on. */
  synchronized void forget() {
    times.clear();
    readUpTo = 0;
  }

  /** Reads the versions since the last call; what it cannot read it does without for a while. */
  synchronized void read(Connection connection, long upTo, Instant now) {
    Instant until = refusedUntil;
    if (upTo == readUpTo || (until != null && now.isBefore(until))) {
      return;
    }
    if (upTo < readUpTo) {
      times.clear(); // another history
      readUpTo = 0;
    }
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      statement.setQueryTimeout(PATIENCE_SECONDS);
      statement.setLong(1, Math.max(readUpTo, upTo - HELD));
      statement.setLong(2, upTo);
      try (ResultSet rows = statement.executeQuery()) {
        take(rows);
      }
      refusedUntil = null;
      readUpTo = upTo;
      while (times.size() > HELD) {
        times.pollFirstEntry();
      }
    } catch (SQLException e) {
      refusedUntil = now.plus(AFTER_REFUSAL);
      log.atInfo().addKeyValue("reason", e.getMessage()).log("commit times cannot be read");
    }
  }

  private void take(ResultSet rows) throws SQLException {
    while (rows.next()) {
      LocalDateTime committed = rows.getObject(2, LocalDateTime.class);
      if (committed == null) {
        continue;
      }
      if (zone == null) {
        // The newest comes first: if its zone cannot be told, nor can that of the others.
        Instant serverNow = rows.getObject(3, LocalDateTime.class).toInstant(ZoneOffset.UTC);
        zone = zone(committed, serverNow, rows.getInt(4));
      }
      if (zone == null) {
        return;
      }
      times.put(rows.getLong(1), committed.toInstant(zone));
    }
  }

  /**
   * Whether the source writes commit times in UTC or in its own time: its documentation does not
   * say. The one that makes a fresh commit the youngest, and does not put it into the future.
   *
   * @param now by the source's clock
   * @param offsetMinutes of the source's own time from UTC
   * @return null where neither makes the commit fresh
   */
  static @Nullable ZoneOffset zone(LocalDateTime committed, Instant now, int offsetMinutes) {
    ZoneOffset found = null;
    Duration youngest = FRESH;
    for (int minutes : new int[] {0, offsetMinutes}) {
      ZoneOffset candidate = ZoneOffset.ofTotalSeconds(minutes * 60);
      Duration age = Duration.between(committed.toInstant(candidate), now);
      if (age.compareTo(SKEW.negated()) >= 0 && age.compareTo(youngest) < 0) {
        found = candidate;
        youngest = age;
      }
    }
    return found;
  }

  /** When a version was committed; null where that is not known. */
  synchronized @Nullable Instant of(long version) {
    return times.get(version);
  }
}
