package dev.renkei.bench.tracker;

import dev.renkei.bench.source.Defaults;
import dev.renkei.bench.source.DiscardingHub;
import dev.renkei.bench.source.Source;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Tracker;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A tracker that begins below a change set of one table and reads it to its end in one transaction,
 * else with the default settings.
 */
final class TrackedRead {
  private static final Duration MAX_TRANSACTION = Duration.ofMinutes(10);
  private static final long PATIENCE_SECONDS = 600;

  private final Cursor start;
  private final long target;

  /** Looks up where the table stands at the source. */
  TrackedRead(Source source, TableName table) throws SQLException {
    int objectId = (int) source.number("SELECT OBJECT_ID(N'%s')".formatted(table));
    long begin =
        source.number(
            "SELECT begin_version FROM sys.change_tracking_tables WHERE object_id = " + objectId);
    long minValid =
        source.number("SELECT CHANGE_TRACKING_MIN_VALID_VERSION(%d)".formatted(objectId));
    this.target = source.number("SELECT CHANGE_TRACKING_CURRENT_VERSION()");
    this.start =
        new Cursor(
            "bench", Defaults.SOURCE, table, 1, minValid, objectId, begin, 1, null, Instant.EPOCH);
  }

  long after() {
    return start.version();
  }

  long upTo() {
    return target;
  }

  /** What one read has shown. */
  record Result(double seconds, long changes, long bytes) {}

  /** Reads the change set once. */
  Result read(int port) throws InterruptedException {
    DiscardingHub hub = new DiscardingHub(start, target);
    try (Tracker tracker =
        new Tracker(
            Defaults.tracker(
                port, start.table().toString(), TableSettings.Start.SNAPSHOT, MAX_TRANSACTION),
            hub,
            hub,
            hub,
            hub,
            RowFilter.EVERY_ROW,
            Clock.systemUTC())) {
      tracker.start();
      double seconds = hub.awaitTarget(PATIENCE_SECONDS);
      return new Result(seconds, hub.messages(), hub.bytes());
    }
  }
}
