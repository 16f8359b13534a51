package dev.renkei.steps.dedupe;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the gate remembers of a key.
 *
 * @param packed the sequence of its last change
 * @param seen when a change of it last came, exact to half of the hub's retention; null in what was
 *     written before times were kept
 */
public record LastSequence(long packed, @Nullable Instant seen) {
  private static final byte WITH_TIME = 1;
  private static final int OLD_LENGTH = Long.BYTES;
  private static final int LENGTH = 1 + Long.BYTES + Long.BYTES;

  /**
   * @throws IllegalStateException where a later version has written it
   */
  public static LastSequence read(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    if (stored.length == OLD_LENGTH) {
      return new LastSequence(bytes.getLong(), null);
    }
    if (stored.length != LENGTH || bytes.get() != WITH_TIME) {
      throw new IllegalStateException(
          "dedupe's state was written by a later version of Renkei; run that one");
    }
    return new LastSequence(bytes.getLong(), Instant.ofEpochMilli(bytes.getLong()));
  }

  public static byte[] write(long packed, Instant seen) {
    return ByteBuffer.allocate(LENGTH)
        .put(WITH_TIME)
        .putLong(packed)
        .putLong(seen.toEpochMilli())
        .array();
  }

  /** As {@link #read} reads it. */
  public byte[] write() {
    return seen == null
        ? ByteBuffer.allocate(OLD_LENGTH).putLong(packed).array()
        : write(packed, seen);
  }

  /** Whether a repeated change is to be written down: some tracker still reads it. */
  public boolean isStale(Instant now, Duration retention) {
    // In milliseconds, since each duplicate takes this path; Duration divides by BigDecimal.
    return seen == null || now.toEpochMilli() - seen.toEpochMilli() > retention.toMillis() / 2;
  }

  /** Twice the retention: whatever the hub still holds of the key is younger. */
  public boolean isForgettable(Instant now, Duration retention) {
    return seen != null && seen.plus(retention).plus(retention).isBefore(now);
  }
}
