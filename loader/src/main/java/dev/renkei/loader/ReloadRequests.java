package dev.renkei.loader;

import dev.renkei.core.hub.HubException;

/** Where a loader asks for a reload of all tables, since it cannot know what it has missed. */
public interface ReloadRequests {
  /**
   * Durable when it returns; asking twice does no harm.
   *
   * @param reason a sentence for the operator
   */
  void requestAll(String reason) throws HubException, InterruptedException;
}
