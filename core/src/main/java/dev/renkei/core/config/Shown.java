package dev.renkei.core.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a configuration says and leaves to its defaults, as it may be shown: references as they are
 * written, never what they stand for, and secrets as {@code (hidden)}.
 *
 * @param byKey texts by whole key, for example {@code tables.override.dbo.Orders.interval}; items
 *     of a list by a comma, times and sizes in one spelling, so that equal ones are equal
 */
public record Shown(Map<String, String> byKey) {
  /** Of a configuration that was not read from a file. */
  public static final Shown NOTHING = new Shown(Map.of());

  /** What stands for a secret. */
  public static final String HIDDEN = "(hidden)";

  public Shown {
    byKey = Collections.unmodifiableMap(new TreeMap<>(byKey));
  }
}
