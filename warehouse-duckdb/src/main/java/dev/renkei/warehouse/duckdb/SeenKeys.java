package dev.renkei.warehouse.duckdb;

import java.util.ArrayList;
import java.util.List;

/**
 * A Bloom filter that grows: answers for most new keys that they are new, and never so for one that
 * was added. It spares a first load the look-up of each row. Belongs to one thread.
 */
final class SeenKeys {
  private static final int FIRST_WORDS = 1 << 10;
  private static final int MAX_WORDS = 1 << 21;
  private static final int BITS_PER_KEY = 12;
  private static final int PROBES = 5;

  private final List<long[]> layers = new ArrayList<>();
  private int room;
  private boolean full;

  static long hash(String key) {
    long hash = key.length();
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    hash *= 0xBF58476D1CE4E5B9L;
    return hash ^ hash >>> 32;
  }

  /** Whether a key of that hash may have been added. */
  boolean mayContain(long hash) {
    if (full) {
      return true;
    }
    for (long[] layer : layers) {
      if (contains(layer, hash)) {
        return true;
      }
    }
    return false;
  }

  void add(long hash) {
    if (full) {
      return;
    }
    if (room == 0) {
      int words = layers.isEmpty() ? FIRST_WORDS : layers.get(layers.size() - 1).length * 2;
      if (words > MAX_WORDS) {
        full = true;
        layers.clear();
        return;
      }
      layers.add(new long[words]);
      room = words * Long.SIZE / BITS_PER_KEY;
    }
    room--;
    long[] layer = layers.get(layers.size() - 1);
    for (int i = 0; i < PROBES; i++) {
      long bit = bit(hash, i, layer.length);
      layer[(int) (bit >>> 6)] |= 1L << bit;
    }
  }

  private static boolean contains(long[] layer, long hash) {
    for (int i = 0; i < PROBES; i++) {
      long bit = bit(hash, i, layer.length);
      if ((layer[(int) (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private static long bit(long hash, int probe, int words) {
    long step = (hash >>> 32) | 1;
    return (hash + probe * step) & ((long) words * Long.SIZE - 1);
  }
}
