package dev.renkei.core.hub;

import dev.renkei.core.message.MessageAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the hub whose positions belong to the reader (SEMANTICS 22): all partitions assigned,
 * nothing committed at the hub, no automatic reset. One thread at a time.
 */
public non-sealed interface HubSubscription extends HubReader {
  int partitions();

  /**
   * Reads on from these offsets (the next ones to read); partitions left out start at their
   * beginning.
   *
   * @throws PositionLostException where an offset is no longer held
   */
  void seek(Map<Integer, Long> nextOffsets) throws HubException;

  /** Reads on from the first message of that time or later, in every partition. */
  void seekToTime(java.time.Instant time) throws HubException;

  /** Committed messages in order of each partition; empty after {@code atMost} without one. */
  List<HubRecord> poll(Duration atMost) throws HubException, InterruptedException;

  /**
   * Where the next poll reads on, by partition: behind everything polled so far, and behind
   * whatever the hub keeps between messages for itself.
   */
  Map<Integer, Long> nextOffsets() throws HubException;

  /** The offsets behind the last committed message, by partition. */
  Map<Integer, Long> endOffsets() throws HubException;

  /**
   * A message as read.
   *
   * @param attributes null where they cannot be read: such a message goes to dead letters with its
   *     {@code rawAttributes}
   */
  record HubRecord(
      int partition,
      long offset,
      long timestampMillis,
      @Nullable MessageAttributes attributes,
      Map<String, String> rawAttributes,
      byte @Nullable [] routingKey,
      byte[] payload) {}

  /**
   * A stored position is gone: retention has passed it, or the topic was made anew. The reader
   * reloads.
   */
  final class PositionLostException extends HubException {
    private static final long serialVersionUID = 1;

    public PositionLostException(String message) {
      super(message);
    }
  }
}
