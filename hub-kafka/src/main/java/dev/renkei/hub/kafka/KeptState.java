package dev.renkei.hub.kafka;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds of a step's key. The array is not copied.
 *
 * @param timer when the key's timer is due; null where it has none
 * @param state as the step's codec writes it
 */
record KeptState(@Nullable Instant timer, byte[] state) {
  private static final byte FORM = 1;
  private static final long NONE = -1;

  /**
   * @throws IllegalStateException where a later version has written it
   */
  static KeptState read(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    if (stored.length < 1 + Long.BYTES || bytes.get() != FORM) {
      throw new IllegalStateException(
          "the flow's state was written by a later version of Renkei; run that one");
    }
    long due = bytes.getLong();
    byte[] state = new byte[bytes.remaining()];
    bytes.get(state);
    return new KeptState(due == NONE ? null : Instant.ofEpochMilli(due), state);
  }

  byte[] write() {
    return ByteBuffer.allocate(1 + Long.BYTES + state.length)
        .put(FORM)
        .putLong(timer == null ? NONE : timer.toEpochMilli())
        .put(state)
        .array();
  }
}
