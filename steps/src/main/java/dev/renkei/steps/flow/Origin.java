package dev.renkei.steps.flow;

import java.time.Instant;

/**
 * Where a message was read.
 *
 * @param stream a topic, or a subscription
 * @param partition 0 on a hub without partitions
 * @param offset its number there; on Pub/Sub the message's id
 * @param at when it was written there, to the millisecond
 */
public record Origin(String stream, int partition, long offset, Instant at) {
  /** Of a message that was read nowhere. */
  public static final Origin NONE = new Origin("", 0, 0, Instant.EPOCH);

  public Origin {
    at = Instant.ofEpochMilli(at.toEpochMilli());
  }
}
