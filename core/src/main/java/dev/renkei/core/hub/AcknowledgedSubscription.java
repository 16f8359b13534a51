package dev.renkei.core.hub;

import dev.renkei.core.hub.HubSubscription.HubRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A reader of an unordered hub that keeps for it what it has acknowledged. Everything is delivered
 * at least once, in any order, and again whenever it was not acknowledged (SEMANTICS 10, 18).
 *
 * <p>One thread polls at a time; deliveries may be settled from any.
 */
public non-sealed interface AcknowledgedSubscription extends HubReader {
  /**
   * What has arrived; empty after {@code atMost} without anything. What is not settled yet is
   * bounded by the subscription's flow control: whoever keeps deliveries for long gets no others.
   *
   * @throws HubSubscription.PositionLostException once, where the stream was made anew while it was
   *     read, and what was published in between may be gone: {@link #streamId} is another from then
   *     on, settling what was delivered before reaches nobody, and the next poll reads on
   * @throws HubException where it cannot be read now; a later poll tries again
   */
  List<Delivery> poll(Duration atMost) throws HubException, InterruptedException;

  /**
   * Everything that was published at that time or later, and is held still, is delivered again.
   * What was published before may count as acknowledged, though it never was.
   *
   * @return when this is agreed with the hub; deliveries of before may arrive still
   */
  void seek(Instant from) throws HubException, InterruptedException;

  /**
   * Whether this still holds everything that was ever published, none of it acknowledged: a first
   * reader misses nothing then. Asking takes the answer away, durably, before it is given: whoever
   * asks again is told no, and so is everybody in any doubt.
   */
  boolean takeBeginning() throws HubException, InterruptedException;

  /** When a mark of this reader was set; empty where it has none of that name. */
  Optional<Instant> markedAt(String mark) throws HubException, InterruptedException;

  /**
   * What was not acknowledged when a mark was set, and everything that was published since, is
   * delivered again. What was acknowledged then counts as acknowledged, though it may have been
   * sought since.
   *
   * @return when this is agreed with the hub; deliveries of before may arrive still
   * @throws HubException also where there is no such mark
   */
  void seekToMark(String mark) throws HubException, InterruptedException;

  /**
   * A message under a lease, which is extended until it is settled: once, by one of the two. An
   * acknowledgement may be lost; then the message comes again.
   */
  interface Delivery {
    /** Its partition is 0, its offset the hub's own number of the message where it has one. */
    HubRecord message();

    /** It is dealt with, durably. */
    void acknowledge();

    /** It is to come again. */
    void release();
  }
}
