package dev.renkei.steps.contract.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The table of a feature of lines, as every consumer applies its messages (SEMANTICS 10). */
public final class ResultTable {
  private final Map<String, Change> rows = new TreeMap<>();
  private int ignored;

  /** A message has come. */
  public void apply(Change change) {
    Change before = rows.get(change.key().folded());
    if (before == null || change.sequence().compareTo(before.sequence()) > 0) {
      rows.put(change.key().folded(), change);
    } else {
      ignored++;
    }
  }

  /** How many messages were no newer than what was there. */
  public int ignored() {
    return ignored;
  }

  /**
   * As {@link Reference#of} tells results.
   *
   * @param finalOnly without rows that may still change
   */
  public Map<String, List<@Nullable Object>> rows(boolean finalOnly) {
    Map<String, List<@Nullable Object>> table = new TreeMap<>();
    for (Change change : rows.values()) {
      Row row = change.row();
      if (row != null && (!finalOnly || isFinal(row))) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(moment(row, 2));
        for (int i = 3; i < row.schema().columns().size() - 1; i++) {
          values.add(row.value(i));
        }
        Integer product = (Integer) Objects.requireNonNull(row.value(0));
        table.put(Reference.name(product, moment(row, 1).toEpochMilli()), values);
      }
    }
    return table;
  }

  private static boolean isFinal(Row row) {
    return Boolean.TRUE.equals(row.value(row.schema().columns().size() - 1));
  }

  private static Instant moment(Row row, int column) {
    return ((OffsetDateTime) Objects.requireNonNull(row.value(column))).toInstant();
  }
}
