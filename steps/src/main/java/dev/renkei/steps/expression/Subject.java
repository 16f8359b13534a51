package dev.renkei.steps.expression;

import dev.renkei.core.change.Row;
import org.jspecify.annotations.Nullable;

/**
 * What an expression is asked about.
 *
 * @param row after the change; null where the change has deleted it
 * @param before null where it was not there, or is not known
 * @param type one letter; empty where only a row is asked about
 */
record Subject(@Nullable Row row, @Nullable Row before, String type) {
  static Subject of(Row row) {
    return new Subject(row, null, "");
  }
}
