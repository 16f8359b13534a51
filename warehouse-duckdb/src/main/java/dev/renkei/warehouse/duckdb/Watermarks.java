package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Sequence;
import java.util.Arrays;

/**
 * The highest sequence that any key of a bucket has, so that most changes are known to be new
 * without a look-up: a change above its bucket's mark is above its key's last. Never too low.
 * Belongs to one thread.
 */
final class Watermarks {
  private static final int BUCKETS = 1 << 12;

  private final long[] packed = new long[BUCKETS];

  Watermarks(Sequence all) {
    Arrays.fill(packed, all.packed());
  }

  boolean isAbove(long keyHash, Sequence sequence) {
    return Long.compareUnsigned(sequence.packed(), packed[bucket(keyHash)]) > 0;
  }

  void raise(long keyHash, Sequence sequence) {
    int bucket = bucket(keyHash);
    if (Long.compareUnsigned(sequence.packed(), packed[bucket]) > 0) {
      packed[bucket] = sequence.packed();
    }
  }

  void raiseAll(Sequence sequence) {
    for (int i = 0; i < BUCKETS; i++) {
      if (Long.compareUnsigned(sequence.packed(), packed[i]) > 0) {
        packed[i] = sequence.packed();
      }
    }
  }

  private static int bucket(long keyHash) {
    return (int) (keyHash >>> 40) & (BUCKETS - 1);
  }
}
