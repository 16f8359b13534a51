package dev.renkei.bench.source;

import dev.renkei.bench.Series;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Tracker;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** A tracker that begins below a change set of one table and reads it to its end. */
public final class TrackedRead {
  private static final long PATIENCE_SECONDS = 600;

  private final Cursor start;
  private final long target;

  private TrackedRead(Cursor start, long target) {
    this.start = start;
    this.target = target;
  }

  /** Begins where Change Tracking of the table begins, and ends at the database's version now. */
  public static TrackedRead of(Source source, TableName table) throws SQLException {
    int objectId = (int) source.number("SELECT OBJECT_ID(N'%s')".formatted(table));
    return new TrackedRead(
        cursor(
            table,
            source.number("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(%d)".formatted(objectId)),
            objectId,
            source.number(
                "SELECT begin_version FROM sys.change_tracking_tables WHERE object_id = "
                    + objectId)),
        source.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()"));
  }

  /** What {@link #arguments} has written. */
  public static TrackedRead of(String[] arguments, int from) {
    return new TrackedRead(
        cursor(
            TableName.parse(arguments[from]),
            Long.parseLong(arguments[from + 1]),
            Integer.parseInt(arguments[from + 2]),
            Long.parseLong(arguments[from + 3])),
        Long.parseLong(arguments[from + 4]));
  }

  private static Cursor cursor(TableName table, long version, int objectId, long begin) {
    return new Cursor(
        "bench", Defaults.SOURCE, table, 1, version, objectId, begin, 1, null, Instant.EPOCH);
  }

  /** For another process. */
  public String[] arguments() {
    return new String[] {
      start.table().toString(),
      Long.toString(start.version()),
      Integer.toString(start.objectId()),
      Long.toString(start.beginVersion()),
      Long.toString(target)
    };
  }

  public long after() {
    return start.version();
  }

  public long upTo() {
    return target;
  }

  /** What one read has shown, from its first lane to its last cursor. */
  public record Result(Series.Taken taken, long changes, long bytes) {}

  /** Reads the change set once, in one transaction, into a hub that costs nothing. */
  public Result read(int port) throws InterruptedException {
    return read(port, new DiscardingHub(start), Duration.ofMinutes(10));
  }

  /**
   * Reads the change set once.
   *
   * @param maxTransaction how long one transaction may last
   */
  public Result read(int port, HubPublisher publisher, Duration maxTransaction)
      throws InterruptedException {
    DiscardingHub stores = new DiscardingHub(start);
    WatchedPublisher watched = new WatchedPublisher(publisher, target);
    try (Tracker tracker =
        new Tracker(
            Defaults.tracker(
                port, start.table().toString(), TableSettings.Start.SNAPSHOT, maxTransaction),
            watched,
            stores,
            stores,
            stores,
            RowFilter.EVERY_ROW,
            Resting.NOTHING,
            Clock.systemUTC())) {
      tracker.start();
      Series.Taken taken = watched.awaitTarget(PATIENCE_SECONDS);
      return new Result(taken, watched.messages(), watched.bytes());
    }
  }
}
