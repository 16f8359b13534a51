package dev.renkei.loader;

import org.jspecify.annotations.Nullable;

/** The {@link Delays} of the last minute, in slices of ten seconds. Times are nanoseconds. */
final class RecentDelays {
  private static final int SLICES = 6;
  private static final long SLICE_NANOS = 10_000_000_000L;

  private final @Nullable Delays[] slices = new @Nullable Delays[SLICES];
  private final long[] numbers = new long[SLICES];

  void add(long millis, long now) {
    long number = Math.floorDiv(now, SLICE_NANOS);
    int place = Math.floorMod(number, SLICES);
    Delays slice = slices[place];
    if (slice == null) {
      slice = new Delays();
      slices[place] = slice;
    } else if (numbers[place] != number) {
      slice.clear();
    }
    numbers[place] = number;
    slice.add(millis);
  }

  /** Adds what is not older than a minute. */
  void addTo(Delays sum, long now) {
    long number = Math.floorDiv(now, SLICE_NANOS);
    for (int i = 0; i < SLICES; i++) {
      Delays slice = slices[i];
      if (slice != null && number - numbers[i] < SLICES) {
        sum.addAll(slice);
      }
    }
  }
}
