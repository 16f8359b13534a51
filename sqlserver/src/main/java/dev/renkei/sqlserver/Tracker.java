package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilter;
import dev.renkei.core.change.Where;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Follows the tables of one database and publishes their changes. It goes on until it is closed:
 * whatever fails is tried again, counted and shown. Publisher and stores are the caller's to close,
 * after this. When the publisher has failed for good, the state's error says so and nothing is read
 * any more: the caller replaces both.
 */
public final class Tracker implements AutoCloseable {
  private final TrackerOptions options;
  private final Poller poller;

  /**
   * Not started.
   *
   * @param resting tables, or the source, that are not read for now
   */
  public Tracker(
      TrackerOptions options,
      HubPublisher publisher,
      CursorStore cursors,
      ClaimStore claims,
      SchemaStore schemas,
      RowFilter filter,
      Resting resting,
      Clock clock) {
    this.options = options;
    this.poller =
        new Poller(
            new Context(
                options,
                publisher,
                cursors,
                claims,
                new Epochs(claims, options.source().name(), options.name()),
                schemas,
                filter,
                resting,
                clock,
                new MessageCodec(options.source().name()),
                new SourceConnections(
                    options.source().sqlserver(), "renkei tracker " + options.name()),
                new CommitTimes()));
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
        poller.tables().stream().map(TableTracker::state).toList(),
        poller.currentVersion(),
        poller.retention());
  }

  /**
   * Loads a table again; one that was stopped goes on. The catalog is read first, so that a table
   * that is new to the source counts.
   *
   * @return completes with true once the hub holds the wish, so that no crash forgets it; with
   *     false where no such table is tracked: it is not there, not configured, or cannot be read
   *     for a reason that {@link #state} names. As long as source or hub are away it does neither;
   *     exceptionally, with {@link dev.renkei.core.hub.HubException}, where the tracker is closed
   *     before.
   */
  public CompletableFuture<Boolean> reload(TableName table) {
    return poller.reload(table, null);
  }

  /**
   * Loads a part of a table again.
   *
   * @return as of {@link #reload(TableName)}; false too where the table is being loaded already, or
   *     the condition does not fit it: both are logged
   */
  public CompletableFuture<Boolean> reload(TableName table, Where part) {
    return poller.reload(table, part);
  }

  /**
   * Loads all tables again.
   *
   * @return as of {@link #reload}: true once the hub holds the wish for every table that is
   *     tracked, false where none is
   */
  public CompletableFuture<Boolean> reloadAll() {
    return poller.reload(null, null);
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
