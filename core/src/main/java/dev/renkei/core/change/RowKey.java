package dev.renkei.core.change;

/**
 * A row's identity as its source compares keys (SEMANTICS 3).
 *
 * @param folded the canonical text: a JSON array of the key values in key order, each folded by its
 *     column's type and collation; equal exactly for keys that the source holds equal
 */
public record RowKey(String folded) {
  public RowKey {
    if (!folded.startsWith("[")) {
      throw new IllegalArgumentException("a folded key is a JSON array");
    }
  }
}
