package dev.renkei.demo;

/**
 * Where each (table, key, version) was seen and how often: in the ledger, in raw, in the hub. A
 * hash table of 23 bytes an entry, since there are millions of them.
 */
final class Sightings {
  /** Where something was seen. */
  enum Place {
    LEDGER,
    RAW,
    HUB
  }

  private static final int PLACES = Place.values().length;

  private long[] keys = new long[1 << 12];
  private long[] versions = new long[1 << 12];
  private byte[] tables = new byte[1 << 12];
  private byte[] counts = new byte[PLACES << 12];
  private int size;

  /**
   * Sees one once more.
   *
   * @param key its {@link TextHash} within the table
   */
  void add(Place place, int table, long key, long version) {
    if (size > keys.length / 4 * 3) {
      grow();
    }
    int slot = slot(key, version);
    if (keys[slot] == 0) {
      keys[slot] = key;
      versions[slot] = version;
      tables[slot] = (byte) table;
      size++;
    }
    int at = slot * PLACES + place.ordinal();
    if (counts[at] == Byte.MAX_VALUE) {
      throw new IllegalStateException("the same change more than 126 times");
    }
    counts[at]++;
  }

  void forEach(Visitor visitor) {
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0) {
        int at = slot * PLACES;
        visitor.seen(
            tables[slot], keys[slot], versions[slot], counts[at], counts[at + 1], counts[at + 2]);
      }
    }
  }

  private int slot(long key, long version) {
    int mask = keys.length - 1;
    long mixed = (key + version * 0x9E3779B97F4A7C15L) * 0xd6e8feb86659fd93L;
    int slot = (int) (mixed >>> 32) & mask;
    while (keys[slot] != 0 && (keys[slot] != key || versions[slot] != version)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldVersions = versions;
    byte[] oldTables = tables;
    byte[] oldCounts = counts;
    keys = new long[oldKeys.length * 2];
    versions = new long[oldKeys.length * 2];
    tables = new byte[oldKeys.length * 2];
    counts = new byte[oldKeys.length * 2 * PLACES];
    for (int old = 0; old < oldKeys.length; old++) {
      if (oldKeys[old] != 0) {
        int slot = slot(oldKeys[old], oldVersions[old]);
        keys[slot] = oldKeys[old];
        versions[slot] = oldVersions[old];
        tables[slot] = oldTables[old];
        System.arraycopy(oldCounts, old * PLACES, counts, slot * PLACES, PLACES);
      }
    }
  }

  /** Takes the entries one by one, in no order. */
  interface Visitor {
    void seen(int table, long key, long version, int inLedger, int inRaw, int inHub);
  }
}
