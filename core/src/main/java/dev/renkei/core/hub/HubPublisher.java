package dev.renkei.core.hub;

import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A tracker's way into the hub. Thread-safe; each table publishes through a {@link Lane} of its
 * own.
 *
 * <p>Messages become durable in groups, in the order of each lane. A cursor becomes durable only
 * together with, or after, every message that its lane published before it (SEMANTICS 13); on Kafka
 * in the same transaction.
 */
public interface HubPublisher extends AutoCloseable {
  /** Opens a lane; a lane that has failed is thrown away and another one opened. */
  Lane lane();

  /** How many partitions control messages go to. */
  int partitions();

  /** Which tables may be published; what a lane publishes of another one is refused. */
  default TableAssignment assignment() {
    return TableAssignment.EVERY_TABLE;
  }

  /**
   * Why nothing can be published through this publisher ever again: it was fenced, closed, or has
   * failed for good, and another one must be opened. Empty while it lives, also while it fails and
   * tries again.
   */
  default Optional<HubException> failure() {
    return Optional.empty();
  }

  /** Whether it has not failed for good. */
  default boolean isAlive() {
    return failure().isEmpty();
  }

  /** Makes durable what was handed over, where that is still possible, and lets go. */
  @Override
  void close();

  /** Messages in order. Used by one thread at a time. */
  interface Lane {
    /**
     * Hands a message over; blocks while too much is under way (back-pressure).
     *
     * @return whether consumers will get it; false where the hub cannot carry it, and the dead
     *     letters hold it already
     * @throws HubException when anything that this lane has published since its last durable cursor
     *     is lost: read again from there, through a new lane
     */
    boolean publish(EncodedMessage message) throws HubException, InterruptedException;

    /** Hands a control message over, to every partition. */
    void publish(ControlMessage message) throws HubException, InterruptedException;

    /**
     * Moves a cursor behind everything that this lane has published.
     *
     * @return completes when messages and cursor are durable; exceptionally, with {@link
     *     HubException}, when they are not: read again from the last durable cursor, through a new
     *     lane
     */
    CompletableFuture<Void> advance(Cursor cursor) throws HubException, InterruptedException;
  }
}
