package dev.renkei.loader.verify;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.source.SourceRows.Standing;

/** Waits for changes on their way from a source into a warehouse. */
public interface Arrivals {
  /** How the trackers stand with a table. */
  Ground ground(Standing table) throws HubException, InterruptedException;

  /**
   * Returns when the warehouse holds every change of the table up to the version at which it was
   * looked at.
   *
   * @throws NotArrivedException where that takes too long, or cannot be any more
   */
  void await(Standing table, int epoch)
      throws NotArrivedException, HubException, InterruptedException;

  /** The warehouse does not hold it; the message says how far it came and what to look at. */
  final class NotArrivedException extends Exception {
    private static final long serialVersionUID = 1;

    NotArrivedException(String message) {
      super(message);
    }
  }
}
