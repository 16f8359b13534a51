package dev.renkei.loader;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Where a loader begins to read (SEMANTICS 22). */
sealed interface Beginning {
  /** Where its last run left off. */
  record Resume(Map<Integer, Long> positions) implements Beginning {}

  /**
   * The warehouse was never loaded from this topic: the whole hub, if it still has its first
   * message.
   */
  record First(Map<Integer, Long> positions) implements Beginning {}

  /**
   * The topic was made anew since: the whole of it, and what was lost with the old one by a reload.
   */
  record Recreated(Map<Integer, Long> positions) implements Beginning {}

  /**
   * @param streamId the topic's name and, behind the last slash, its identity
   * @param stored the warehouse's positions for that stream
   * @param loaded all streams that the warehouse was ever loaded from
   */
  static Beginning of(
      String streamId, int partitions, Map<Integer, Long> stored, Set<String> loaded) {
    Map<Integer, Long> whole = new TreeMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      whole.put(partition, 0L);
    }
    if (!stored.isEmpty()) {
      whole.putAll(stored);
      return new Resume(whole);
    }
    return isMadeAnew(streamId, loaded) ? new Recreated(whole) : new First(whole);
  }

  /** Whether another stream of that name was loaded before. */
  static boolean isMadeAnew(String streamId, Set<String> loaded) {
    String topic = topic(streamId);
    return loaded.stream().anyMatch(other -> !other.equals(streamId) && topic(other).equals(topic));
  }

  private static String topic(String streamId) {
    int slash = streamId.lastIndexOf('/');
    return slash < 0 ? streamId : streamId.substring(0, slash);
  }
}
