package dev.renkei.core.hub;

import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import java.time.Duration;
import java.util.List;

/**
 * A reader that shares a stream with others of its name, on whatever machines. The hub keeps what
 * they have acknowledged; everything is delivered at least once, and again where the one that had
 * it has ended before it acknowledged it.
 *
 * <p>One thread polls at a time, and without long breaks, or others take over; deliveries may be
 * settled from any thread.
 */
public interface SharedReader extends AutoCloseable {
  /**
   * What has arrived; empty after {@code atMost} without anything. What is not settled yet is
   * bounded: whoever keeps deliveries for long gets no others.
   *
   * @throws HubException where it cannot be read now; a later poll tries again
   */
  List<Delivery> poll(Duration atMost) throws HubException, InterruptedException;

  @Override
  void close();
}
