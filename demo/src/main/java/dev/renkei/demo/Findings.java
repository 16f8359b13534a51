package dev.renkei.demo;

import dev.renkei.core.schema.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects differences: counts all, names the first ones. A lost key counts once. */
final class Findings {
  private final List<Difference> named = new ArrayList<>();
  private final Set<String> lostKeys = new HashSet<>();
  private long duplicated;
  private boolean equal = true;

  /** A row that is not the same on both sides. */
  void different(TableName table, String key, String what) {
    equal = false;
    lost(table, key, what);
  }

  /** A row, or its last version, that did not arrive. */
  void lost(TableName table, String key, String what) {
    if (lostKeys.add(table + key)) {
      name(table, key, what);
    }
  }

  void duplicated(TableName table, String key, String what) {
    duplicated++;
    name(table, key, what);
  }

  private void name(TableName table, String key, String what) {
    if (named.size() < Evidence.MAX_NAMED) {
      named.add(new Difference(table, key, what));
    }
  }

  long lost() {
    return lostKeys.size();
  }

  long duplicated() {
    return duplicated;
  }

  /** Whether whole tables were equal. */
  boolean equal() {
    return equal;
  }

  List<Difference> named() {
    return named;
  }
}
