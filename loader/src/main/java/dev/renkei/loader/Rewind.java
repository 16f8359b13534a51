package dev.renkei.loader;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replay under way.
 *
 * @param from the time that was asked for
 * @param until the hub's ends when it was asked for, by partition
 */
record Rewind(Instant from, Map<Integer, Long> until) {
  Rewind {
    until = Map.copyOf(until);
  }

  /**
   * Where a replay reads on: never ahead of what may be durable, or messages would be left out.
   *
   * @param durable next offsets that may be durable now
   * @param atTime the first messages of that time or later
   */
  static Map<Integer, Long> target(Map<Integer, Long> durable, Map<Integer, Long> atTime) {
    Map<Integer, Long> target = new TreeMap<>(durable);
    atTime.forEach((partition, offset) -> target.merge(partition, offset, Math::min));
    return target;
  }

  boolean isPassedBy(Map<Integer, Long> nextOffsets) {
    return until.entrySet().stream()
        .allMatch(end -> nextOffsets.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }
}
