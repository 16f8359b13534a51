package dev.renkei.server;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where requests of operators go: to trackers and loaders, in whatever process they run. A call
 * returns when the request is durable, not when it is fulfilled.
 */
public interface Commands {
  /**
   * Asks trackers to take a snapshot of a table again.
   *
   * @param table null for every table
   * @param reason for the log
   * @throws IllegalArgumentException where there is no such table; the message goes to the caller
   */
  void reload(@Nullable TableName table, String reason) throws HubException;

  /**
   * Asks loaders to go back to a time and apply the hub's messages from there again.
   *
   * @param warehouse null for every warehouse
   * @throws IllegalArgumentException where there is no such warehouse, or the time is not in the
   *     hub; the message goes to the caller
   */
  void replay(@Nullable String warehouse, Instant from) throws HubException;
}
