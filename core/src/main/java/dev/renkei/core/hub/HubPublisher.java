package dev.renkei.core.hub;

import dev.renkei.core.message.EncodedMessage;
import java.util.concurrent.CompletableFuture;

/**
 * A tracker's way into the hub. Thread-safe: each table publishes from a thread of its own.
 *
 * <p>Messages become durable in groups, in the order of each thread. A cursor becomes durable only
 * together with, or after, every message that its thread published before it (SEMANTICS 13); on
 * Kafka in the same transaction.
 */
public interface HubPublisher extends AutoCloseable {
  /**
   * Hands a message over; blocks while too much is under way (back-pressure).
   *
   * @throws HubException when an earlier message of this publisher failed for good
   */
  void publish(EncodedMessage message) throws HubException, InterruptedException;

  /**
   * Moves a cursor behind everything that this thread has published.
   *
   * @return completes when the messages and the cursor are durable; exceptionally, with {@link
   *     HubException}, when they are not: the caller reads again from its last durable cursor
   */
  CompletableFuture<Void> advance(Cursor cursor) throws HubException, InterruptedException;

  @Override
  void close() throws HubException;
}
