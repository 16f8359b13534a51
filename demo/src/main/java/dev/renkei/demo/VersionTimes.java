package dev.renkei.demo;

import java.util.Arrays;

/** A time for each version; versions come in rising order. */
final class VersionTimes {
  private final long[] versions;
  private final long[] times;
  private int size;

  VersionTimes(int capacity) {
    this.versions = new long[capacity];
    this.times = new long[capacity];
  }

  void put(long version, long time) {
    if (size > 0 && version <= versions[size - 1]) {
      throw new IllegalArgumentException(
          "version %d after %d: somebody else writes too".formatted(version, versions[size - 1]));
    }
    versions[size] = version;
    times[size++] = time;
  }

  /** {@link Ledger#UNKNOWN} of a version that was not put. */
  long of(long version) {
    int at = Arrays.binarySearch(versions, 0, size, version);
    return at < 0 ? Ledger.UNKNOWN : times[at];
  }
}
