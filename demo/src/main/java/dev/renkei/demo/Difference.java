package dev.renkei.demo;

import dev.renkei.core.schema.TableName;

/**
 * A fault that the proof found.
 *
 * @param key a JSON array of texts in key order, such as {@code ["7","s"]}
 * @param what a sentence without values of the row
 */
public record Difference(TableName table, String key, String what) {
  @Override
  public String toString() {
    return "%s %s: %s".formatted(table, key, what);
  }
}
