package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.TableAssignment.MovedException;
import java.sql.SQLException;
import java.time.Duration;

/** What kind of failure it is decides when to try again (docs/change-tracking.md, rule 26). */
public enum FailureKind {
  /** The same read may succeed at once. */
  TRANSIENT(
      Duration.ofMillis(100),
      "a deadlock, a lock timeout, a conflict of SNAPSHOT, or throttling",
      "tried again by itself"),
  CONNECTION(
      Duration.ofMillis(200),
      "the connection broke, or could not be made",
      "look whether SQL Server runs and can be reached; tried again by itself"),
  SCHEMA_CHANGED(
      Duration.ofMillis(100),
      "columns or tables are not what the catalog showed",
      "the catalog is read again"),
  PERMISSION(
      Duration.ofSeconds(1),
      "a right is missing",
      "grant SELECT and VIEW CHANGE TRACKING on the table; `renkei check` shows the T-SQL"),
  LOGIN(
      Duration.ofSeconds(2),
      "SQL Server refuses the login",
      "mend `source.sqlserver`: login, password or database"),
  TRACKING_OFF(
      Duration.ofSeconds(1),
      "Change Tracking is off",
      "switch Change Tracking on; `renkei check` shows the T-SQL"),
  SECONDARY(
      Duration.ofSeconds(1),
      "the server is a replica, or its database is not to be read now",
      "this is a readable secondary: give the availability group's listener as `source.sqlserver.host`"),
  BEHIND(
      Duration.ofSeconds(1),
      "the server's versions are behind those that trackers have read",
      "look which server `source.sqlserver.host` leads to: it must be the one that the other trackers reach"),
  FILTER(
      Duration.ofSeconds(1),
      "the row filter cannot judge a row, or no row of the schema",
      "mend `where` of the table in `tables.override` and restart; `renkei check` compiles it"),
  /** This one stays, or will be forgotten in a moment. */
  MOVED(
      Duration.ofMillis(20),
      "tables go from one tracker to another",
      "tables move between trackers; read again by itself"),
  HUB(
      Duration.ofMillis(200),
      "the hub does not take what was read",
      "look whether the hub runs and can be reached"),
  OTHER(Duration.ofSeconds(1), "anything else", "see the message; tried again by itself");

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Duration first;
  private final String meaning;
  private final String cure;

  FailureKind(Duration first, String meaning, String cure) {
    this.first = first;
    this.meaning = meaning;
    this.cure = cure;
  }

  /** What has failed, without a full stop. */
  public String meaning() {
    return meaning;
  }

  /** What to do, without a full stop. */
  public String cure() {
    return cure;
  }

  static FailureKind of(Exception failure) {
    if (failure instanceof Epochs.BehindException) {
      return BEHIND;
    }
    if (failure instanceof MovedException) {
      return MOVED;
    }
    if (failure instanceof HubException) {
      return HUB;
    }
    if (failure instanceof RowFilterException) {
      return FILTER;
    }
    if (!(failure instanceof SQLException sql)) {
      return OTHER;
    }
    return switch (sql.getErrorCode()) {
      case 1205, 1222, 3960, 3961, -2, 40197, 40501, 40613, 49918, 49919, 49920, 10928, 10929 ->
          TRANSIENT;
      case 207, 208, 4902, 213 -> SCHEMA_CHANGED;
      case 229, 230, 297, 300, 916 -> PERMISSION;
      case 18456, 18452, 4064 -> LOGIN;
      case 4060 -> CONNECTION; // during a failover the database is away for a moment
      case 22105, 22116 -> TRACKING_OFF;
      case 22117, 976, 978, 979 -> SECONDARY;
      default -> ofState(sql);
    };
  }

  private static FailureKind ofState(SQLException failure) {
    String state = failure.getSQLState();
    boolean cut = state != null && state.startsWith("08");
    return cut || failure.getErrorCode() == 0 || failure.getErrorCode() == 596 ? CONNECTION : OTHER;
  }

  /**
   * How long to wait: doubled by each failure, at most half a minute, and of that between half and
   * all, so that tables do not knock together.
   *
   * @param failures in a row, from 1
   * @param jitter from 0 to 1
   */
  Duration delay(int failures, double jitter) {
    long full = first.toMillis() << Math.min(failures - 1, 16);
    long capped = Math.min(full, LONGEST.toMillis());
    return Duration.ofMillis(capped / 2 + (long) (capped / 2.0 * jitter));
  }
}
