package dev.renkei.core.hub;

import dev.renkei.core.message.EncodedMessage;
import java.util.concurrent.CompletableFuture;

/**
 * A way into the hub for messages that depend on no cursor and no order: events of clients. Many
 * are made durable together. Thread-safe.
 *
 * <p>A message that was lost may be in the hub all the same; whoever sends it again sends the same
 * sequence of the same key, which falls out where duplicates are removed.
 */
public interface EventPublisher extends AutoCloseable {
  /**
   * Hands a message over, where trackers publish; takes no longer than a second.
   *
   * @return completes when the hub has it, so that no failure of a broker or process loses it;
   *     exceptionally, with {@link HubException}, when that is not known within the publisher's
   *     patience. Completed by a thread of the hub's, which must not be held up.
   */
  CompletableFuture<Void> publish(EncodedMessage message);

  /** Makes durable what was handed over, where that is still possible, and lets go. */
  @Override
  void close();
}
