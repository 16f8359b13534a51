package dev.renkei.steps.feature;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a row adds to a feature.
 *
 * @param schemaId of the feature's table, as the row's schema makes it
 * @param key the values of the feature's key
 * @param foldedKey the same, as they compare
 * @param at when the row happened
 * @param values one for each of the feature's, null where it is NULL, or counts rows
 */
record Contribution(
    String schemaId,
    List<Object> key,
    String foldedKey,
    RowTime at,
    List<@Nullable Object> values) {
  Contribution {
    key = List.copyOf(key);
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** Whether it adds the same at the same place, whichever change has brought it. */
  boolean isLike(Contribution other) {
    return foldedKey.equals(other.foldedKey)
        && at.micros() == other.at.micros()
        && schemaId.equals(other.schemaId)
        && java.util.Arrays.deepEquals(values.toArray(), other.values.toArray());
  }
}
