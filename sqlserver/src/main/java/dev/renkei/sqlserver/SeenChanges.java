package dev.renkei.sqlserver;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which changes of a table were read lately, so that a read of the same versions again
 * tells whether one had come late: had become visible only behind the cursor (SEMANTICS 14). Two
 * generations of hashes; when the younger is full, the older is forgotten. One table's reads come
 * one after the other, so nothing here is guarded.
 */
final class SeenChanges {
  private static final int FIRST_SLOTS = 1 << 6;
  private static final int MOST_SLOTS = 1 << 14;

  private Generation young;
  private @Nullable Generation old;

  /** Every visible change above this version has been remembered, and is so still. */
  private long completeAbove;

  /** Hashes by open addressing, half full at most; 0 is a free slot. */
  private static final class Generation {
    private final long[] slots;
    private int count;
    private long highest;

    Generation(int slots) {
      this.slots = new long[slots];
    }

    boolean isFull() {
      return count * 2 >= slots.length;
    }

    boolean contains(long hash) {
      return slots[find(hash)] == hash;
    }

    void add(long hash, long version) {
      int slot = find(hash);
      if (slots[slot] == 0) {
        slots[slot] = hash;
        count++;
      }
      highest = Math.max(highest, version);
    }

    private int find(long hash) {
      int slot = (int) hash & slots.length - 1;
      while (slots[slot] != 0 && slots[slot] != hash) {
        slot = slot + 1 & slots.length - 1;
      }
      return slot;
    }
  }

  /**
   * An empty memory.
   *
   * @param from nothing is known of changes at or below this version
   */
  SeenChanges(long from) {
    this.completeAbove = from;
    this.young = new Generation(FIRST_SLOTS);
  }

  /**
   * Remembers a change that was read.
   *
   * @param cursor where the cursor stood before this read
   * @return whether it has come late: it lies behind the cursor, where the memory reaches, and was
   *     not there before
   */
  boolean take(long version, List<@Nullable Object> key, long cursor) {
    long hash = hash(version, key);
    Generation older = old;
    if (young.contains(hash) || older != null && older.contains(hash)) {
      return false;
    }
    boolean late = version <= cursor && version > completeAbove;
    if (young.isFull()) {
      makeRoom();
    }
    young.add(hash, version);
    return late;
  }

  private void makeRoom() {
    Generation older = old;
    if (older != null) {
      completeAbove = Math.max(completeAbove, older.highest);
    }
    old = young;
    young = new Generation(Math.min(young.slots.length * 2, MOST_SLOTS));
  }

  private static long hash(long version, List<@Nullable Object> key) {
    long hash = mix(version);
    for (Object value : key) {
      int own =
          value instanceof byte[] bytes
              ? Arrays.hashCode(bytes)
              : value == null ? 0 : value.hashCode();
      hash = mix(hash ^ own);
    }
    return hash == 0 ? 1 : hash;
  }

  private static long mix(long bits) {
    long mixed = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
