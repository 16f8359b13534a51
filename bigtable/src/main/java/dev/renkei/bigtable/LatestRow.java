package dev.renkei.bigtable;

import dev.renkei.core.change.Sequence;

/**
 * A row as it was last published.
 *
 * @param sequence of the message that it comes from
 * @param json the row, {@code {"column": value}}, as messages carry it
 */
public record LatestRow(Sequence sequence, String json) {
  /** Without the row: its contents never enter a log. */
  @Override
  public String toString() {
    return "LatestRow[" + sequence.hex() + "]";
  }
}
