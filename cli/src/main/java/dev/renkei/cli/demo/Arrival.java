package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.demo.Shop;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Waits until everything up to a version has gone the whole way: past every tracker, through the
 * hub, into the warehouse.
 */
final class Arrival {
  private final Chain chain;
  private final Node node;
  private final String source;
  private final String warehouse;
  private final List<String> trackers;

  Arrival(Chain chain, Node node, String source, String warehouse, List<String> trackers) {
    this.chain = chain;
    this.node = node;
    this.source = source;
    this.warehouse = warehouse;
    this.trackers = trackers;
  }

  /**
   * Waits.
   *
   * @throws TimeoutException saying what has not arrived
   */
  void await(long version, Duration atMost)
      throws HubException, InterruptedException, TimeoutException {
    long until = System.nanoTime() + atMost.toNanos();
    Patience.await(until, "trackers have not read up to version " + version, () -> isRead(version));
    chain.awaitLoaded(node, warehouse, until);
  }

  private boolean isRead(long version) throws HubException, InterruptedException {
    Collection<Cursor> cursors = node.hub().cursors().cursors(source);
    long behind =
        Shop.tables().stream()
            .flatMap(
                table ->
                    trackers.stream()
                        .filter(
                            tracker ->
                                cursors.stream()
                                    .noneMatch(
                                        c ->
                                            c.table().equals(table)
                                                && c.tracker().equals(tracker)
                                                && c.version() >= version)))
            .count();
    return behind == 0;
  }
}
