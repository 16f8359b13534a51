package dev.renkei.server;

import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.HubException;

/** Where requests of operators go: {@link dev.renkei.core.hub.CommandLog#send}. */
@FunctionalInterface
public interface Commands {
  /**
   * Durable when it returns, not yet fulfilled.
   *
   * @throws IllegalArgumentException where there is no such table or warehouse; the message goes to
   *     the caller
   */
  void send(Command command) throws HubException, InterruptedException;
}
