package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilter;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import java.time.Clock;

/**
 * Follows the tables of one database and publishes their changes. It goes on until it is closed:
 * whatever fails is tried again, counted and shown. Publisher and stores are the caller's to close,
 * after this.
 */
public final class Tracker implements AutoCloseable {
  private final TrackerOptions options;
  private final Poller poller;

  public Tracker(
      TrackerOptions options,
      HubPublisher publisher,
      CursorStore cursors,
      ClaimStore claims,
      SchemaStore schemas,
      RowFilter filter,
      Clock clock) {
    this.options = options;
    this.poller =
        new Poller(
            new Context(
                options,
                publisher,
                cursors,
                claims,
                schemas,
                filter,
                clock,
                new MessageCodec(options.source().name()),
                new SourceConnections(
                    options.source().sqlserver(), "renkei tracker " + options.name())));
  }

  /** Starts its threads; the source need not be there yet. */
  public void start() {
    poller.start();
  }

  /** How each table stands. */
  public TrackerState state() {
    return new TrackerState(
        options.name(),
        options.source().name(),
        poller.problem(),
        poller.tables().stream().map(TableTracker::state).toList());
  }

  /**
   * Loads a table again; one that was stopped goes on.
   *
   * @return false where no such table is tracked
   */
  public boolean reload(TableName table) {
    for (TableTracker tracker : poller.tables()) {
      if (tracker.name().equals(table)) {
        tracker.reload();
        return true;
      }
    }
    return false;
  }

  /**
   * Ends what it reads and closes its connections; what the hub has not acknowledged is read again
   * at the next start.
   */
  @Override
  public void close() {
    poller.close();
  }
}
