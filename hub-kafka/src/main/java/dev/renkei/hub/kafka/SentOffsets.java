package dev.renkei.hub.kafka;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Letters that were sent back, by their offsets in their topic: an eighth of a byte for each letter
 * that the topic holds.
 */
final class SentOffsets {
  private static final String SEPARATOR = ",";

  private final long first;
  private final BitSet sent = new BitSet();

  /**
   * @param first the least offset that is asked for
   */
  SentOffsets(long first) {
    this.first = first;
  }

  /** What is written of them. */
  static byte[] write(Collection<Long> offsets) {
    return new TreeSet<>(offsets)
        .stream()
            .map(String::valueOf)
            .collect(Collectors.joining(SEPARATOR))
            .getBytes(StandardCharsets.UTF_8);
  }

  /** Takes up what {@link #write} has written. */
  void add(byte[] written) {
    for (String offset : new String(written, StandardCharsets.UTF_8).split(SEPARATOR, -1)) {
      long place = Long.parseLong(offset) - first;
      if (place >= 0) {
        sent.set(Math.toIntExact(place));
      }
    }
  }

  boolean contains(long offset) {
    return offset >= first && sent.get(Math.toIntExact(offset - first));
  }
}
