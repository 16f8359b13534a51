package dev.renkei.demo;

import org.jspecify.annotations.Nullable;

/** 64 bits of a text: what the proof keeps of millions of keys and values. */
final class TextHash {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private TextHash() {}

  /** NULL and the empty text differ. */
  static long of(@Nullable String text) {
    return text == null ? 0 : of(text, OFFSET);
  }

  /** Of a key within its table. */
  static long of(int table, String key) {
    return of(key, OFFSET + table * PRIME);
  }

  private static long of(String text, long start) {
    long hash = start;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    hash ^= hash >>> 32;
    hash *= 0xd6e8feb86659fd93L;
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }
}
