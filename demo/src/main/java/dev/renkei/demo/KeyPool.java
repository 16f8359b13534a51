package dev.renkei.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The keys that a table has, and some that it had. */
final class KeyPool {
  private static final int REMEMBERED = 1_000;

  /** Of all picks, half fall on the first sixteenth of the keys. */
  private static final int SKEW = 4;

  private final ShopTable table;
  private final List<Object[]> keys = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final Deque<Object[]> gone = new ArrayDeque<>();

  KeyPool(ShopTable table) {
    this.table = table;
  }

  int size() {
    return keys.size();
  }

  boolean has(Object[] key) {
    return positions.containsKey(table.keyText(key));
  }

  void add(Object[] key) {
    if (positions.putIfAbsent(table.keyText(key), keys.size()) != null) {
      throw new IllegalArgumentException(table + ": this key is there already");
    }
    keys.add(key);
  }

  void remove(Object[] key) {
    Integer at = positions.remove(table.keyText(key));
    if (at == null) {
      throw new IllegalArgumentException(table + ": no such key");
    }
    Object[] last = keys.remove(keys.size() - 1);
    if (at < keys.size()) {
      keys.set(at, last);
      positions.put(table.keyText(last), at);
    }
    gone.addLast(key);
    if (gone.size() > REMEMBERED) {
      gone.removeFirst();
    }
  }

  /** The same key, spelled otherwise. */
  void respell(Object[] key) {
    Integer at = positions.get(table.keyText(key));
    if (at == null) {
      throw new IllegalArgumentException(table + ": no such key");
    }
    keys.set(at, key);
  }

  /** Any key; the pool must not be empty. */
  Object[] any(SplittableRandom random) {
    return keys.get(random.nextInt(keys.size()));
  }

  /** Some keys far more often than others; the pool must not be empty. */
  Object[] hot(SplittableRandom random) {
    return keys.get((int) (keys.size() * Math.pow(random.nextDouble(), SKEW)));
  }

  /** A key that was removed and is not there; null where none is remembered. */
  Object @Nullable [] lost() {
    Object[] key = gone.pollFirst();
    while (key != null && has(key)) {
      key = gone.pollFirst();
    }
    return key;
  }
}
