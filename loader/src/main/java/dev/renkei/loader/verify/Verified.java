package dev.renkei.loader.verify;

import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Comparison.Kind;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the comparison of a table with its source ended.
 *
 * @param rows of the source that were compared
 * @param leftOut differences that do not count, as their rows were written to meanwhile
 * @param differences how many there are of each kind; none of a kind that there is not
 * @param examples some of them
 * @param problem why it could not be compared, and what to do; null where it could
 */
public record Verified(
    TableName table,
    State state,
    Instant begun,
    Instant ended,
    long rows,
    long leftOut,
    Map<Kind, Long> differences,
    List<Example> examples,
    @Nullable String problem) {
  /** So many of a kind are told with their keys. */
  public static final int EXAMPLES_PER_KIND = 20;

  public Verified {
    Map<Kind, Long> ordered = new EnumMap<>(Kind.class);
    ordered.putAll(differences);
    differences = Collections.unmodifiableMap(ordered);
    examples = List.copyOf(examples);
    if ((state == State.FAILED || state == State.REFUSED) != (problem != null)
        || (state == State.DIFFERENT) == differences.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s with %s, %s".formatted(table, state, differences, problem));
    }
  }

  /** How it ended. */
  public enum State {
    EQUAL,
    DIFFERENT,
    /** Begun and not finished. */
    FAILED,
    /** Not a table, or not a warehouse, that can be compared. */
    REFUSED
  }

  /**
   * A difference with its key.
   *
   * @param key folded, a JSON array of texts in key order
   */
  public record Example(Kind kind, String key) {}

  /** All differences. */
  public long count() {
    return differences.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Of one kind. */
  public long count(Kind kind) {
    return differences.getOrDefault(kind, 0L);
  }
}
