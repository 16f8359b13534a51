package dev.renkei.core.hub;

import java.time.Duration;
import java.util.List;

/**
 * Commands in the order in which they were given, kept as long as the hub keeps its messages. Every
 * reader gets every command. Thread-safe.
 */
public interface CommandLog {
  /** Durable when it returns. */
  void send(Command command) throws HubException, InterruptedException;

  /**
   * Reads on behind what this reader has done; a new reader starts at the oldest command that is
   * held.
   *
   * @param reader a stable name, for example {@code tracker-a}; its position is kept by the hub.
   *     One follower at a time has it.
   */
  Follower follow(String reader) throws HubException, InterruptedException;

  /** One reader. Used by one thread at a time. */
  interface Follower extends AutoCloseable {
    /**
     * The next commands, without those that cannot be read: they are logged and passed over. Empty
     * after {@code atMost} without one.
     */
    List<Command> poll(Duration atMost) throws HubException, InterruptedException;

    /**
     * Everything polled so far never comes again; without this call it does, after a restart.
     * Durable when it returns.
     */
    void done() throws HubException, InterruptedException;

    @Override
    void close();
  }
}
