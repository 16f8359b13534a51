package dev.renkei.loader;

import java.util.Arrays;

/**
 * Counts how long things took, in milliseconds, exact to a 32nd: below 32 ms each has a bucket of
 * its own, above 32 share each doubling. Longer than 24 days counts as that.
 */
final class Delays {
  private static final int PER_DOUBLING = 32;
  private static final int BITS = 5;
  private static final int BUCKETS = (31 - BITS + 1) * PER_DOUBLING;

  private final int[] counts = new int[BUCKETS];
  private long count;
  private long max;

  void add(long millis) {
    long clamped = Math.min(Math.max(0, millis), Integer.MAX_VALUE);
    counts[bucket((int) clamped)]++;
    count++;
    max = Math.max(max, clamped);
  }

  void addAll(Delays other) {
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] += other.counts[i];
    }
    count += other.count;
    max = Math.max(max, other.max);
  }

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
    max = 0;
  }

  long count() {
    return count;
  }

  long max() {
    return max;
  }

  /**
   * How long that part of them took at most; 0 where there are none.
   *
   * @param part above 0, at most 1
   */
  long quantile(double part) {
    long rank = (long) Math.ceil(part * count);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(highest(i), max);
      }
    }
    return 0;
  }

  private static int bucket(int millis) {
    if (millis < PER_DOUBLING) {
      return millis;
    }
    int shift = 31 - Integer.numberOfLeadingZeros(millis) - BITS;
    return (shift + 1) * PER_DOUBLING + (millis >> shift) - PER_DOUBLING;
  }

  /** The longest that falls into a bucket. */
  private static long highest(int bucket) {
    if (bucket < PER_DOUBLING) {
      return bucket;
    }
    int shift = bucket / PER_DOUBLING - 1;
    return ((bucket % PER_DOUBLING + PER_DOUBLING + 1L) << shift) - 1;
  }
}
