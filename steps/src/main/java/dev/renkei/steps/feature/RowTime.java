package dev.renkei.steps.feature;

/**
 * When a row happened, and which of two of one moment is the later.
 *
 * @param micros since 1970
 * @param sequence of the change that brought it, packed
 */
record RowTime(long micros, long sequence) implements Comparable<RowTime> {
  @Override
  public int compareTo(RowTime other) {
    int byTime = Long.compare(micros, other.micros);
    return byTime != 0 ? byTime : Long.compareUnsigned(sequence, other.sequence);
  }
}
