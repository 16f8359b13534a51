package dev.renkei.core.change;

import java.io.Serializable;
import java.util.HexFormat;

/**
 * Where a message stands in the history of its row (SEMANTICS 1): compared by epoch, then version,
 * then snapshot.
 *
 * @param epoch one unbroken history of the source's versions, 1 to 4095 (0 only in {@link #ZERO})
 * @param version Change Tracking's version, 0 to 2^40 - 1
 * @param snapshot 0 for a change, the snapshot's number (1 to 4095) for a row of one
 */
public record Sequence(int epoch, long version, int snapshot)
    implements Comparable<Sequence>, Serializable {
  public static final int MAX_EPOCH = 0xFFF;
  public static final long MAX_VERSION = (1L << 40) - 1;
  public static final int MAX_SNAPSHOT = 0xFFF;

  /** Below every message. */
  public static final Sequence ZERO = new Sequence(0, 0, 0);

  public Sequence {
    if (epoch < 0
        || epoch > MAX_EPOCH
        || version < 0
        || version > MAX_VERSION
        || snapshot < 0
        || snapshot > MAX_SNAPSHOT) {
      throw new IllegalArgumentException(
          "sequence out of range: epoch %d (to %d), version %d (to %d), snapshot %d (to %d)"
              .formatted(epoch, MAX_EPOCH, version, MAX_VERSION, snapshot, MAX_SNAPSHOT));
    }
  }

  /**
   * All three in one unsigned 64-bit number that orders alike: epoch 12 bits, version 40, snapshot
   * 12.
   */
  public long packed() {
    return (long) epoch << 52 | version << 12 | snapshot;
  }

  public static Sequence unpacked(long packed) {
    return new Sequence(
        (int) (packed >>> 52), packed >>> 12 & MAX_VERSION, (int) (packed & MAX_SNAPSHOT));
  }

  /** The packed number as 16 hex digits, upper case; they order as text as the sequences do. */
  public String hex() {
    return HexFormat.of().withUpperCase().toHexDigits(packed());
  }

  public static Sequence ofHex(String hex) {
    return unpacked(HexFormat.fromHexDigitsToLong(hex));
  }

  @Override
  public int compareTo(Sequence other) {
    return Long.compareUnsigned(packed(), other.packed());
  }
}
