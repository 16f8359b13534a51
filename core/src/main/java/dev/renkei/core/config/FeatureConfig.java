package dev.renkei.core.config;

import dev.renkei.core.schema.TableName;
import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values over windows of time, computed from the rows of one table (docs/features.md).
 *
 * @param name as users know it
 * @param keys expressions on a row, at least one: rows of equal keys are computed together
 * @param where a condition on a row; null lets all count
 * @param time an expression that tells when a row happened; null for when it was committed
 * @param timezone of datetimes without an offset, and of where days begin; null for none, and UTC
 * @param lateness how long after a window's end its rows may still be committed
 * @param values at least one, of names that differ
 * @param to at least one
 * @param early how often a window's result is told before it is final, at most
 * @param keep how long closed windows, and what rows have added to them, are remembered
 */
public record FeatureConfig(
    String name,
    TableName from,
    List<String> keys,
    @Nullable String where,
    @Nullable String time,
    @Nullable ZoneId timezone,
    Window window,
    Duration lateness,
    List<Value> values,
    Set<Target> to,
    Duration early,
    Duration keep)
    implements Serializable {
  /** The schema of the tables that features make. */
  public static final String SCHEMA = "features";

  public static final String WINDOW_START = "window_start";
  public static final String WINDOW_END = "window_end";
  public static final String IS_FINAL = "is_final";

  public FeatureConfig {
    keys = List.copyOf(keys);
    values = List.copyOf(values);
    to = Set.copyOf(to);
    if (keys.isEmpty() || values.isEmpty() || to.isEmpty()) {
      throw new IllegalArgumentException("`key`, `values` and `to` are needed, none may be empty");
    }
    if (lateness.isNegative() || early.isNegative() || keep.isNegative()) {
      throw new IllegalArgumentException("a duration below zero");
    }
    long names = values.stream().map(v -> v.name().toLowerCase(Locale.ROOT)).distinct().count();
    if (names != values.size()) {
      throw new IllegalArgumentException("two `values` of one name");
    }
    for (Value value : values) {
      if (Stream.of(WINDOW_START, WINDOW_END, IS_FINAL).anyMatch(value.name()::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "`values` names %s, which every feature has".formatted(value.name()));
      }
    }
  }

  /** The table of its results. */
  public TableName table() {
    return new TableName(SCHEMA, name);
  }

  /** Where results go. */
  public enum Target {
    /** The topic {@code features}. */
    TOPIC,
    /** The hub, and from there every warehouse. */
    WAREHOUSE,
    BIGTABLE;

    /** All of them. */
    public static Set<Target> all() {
      return EnumSet.allOf(Target.class);
    }
  }

  /** Which windows a moment belongs to. */
  public sealed interface Window extends Serializable {
    /** Windows of one size, end to end. */
    record Fixed(Duration size) implements Window {
      public Fixed {
        requirePositive(size);
      }
    }

    /** Windows of one size that begin every so often. */
    record Sliding(Duration size, Duration every) implements Window {
      /** Each row is counted in so many windows at most. */
      public static final int MOST = 1_000;

      public Sliding {
        requirePositive(size);
        requirePositive(every);
        if (every.compareTo(size) > 0) {
          throw new IllegalArgumentException(
              "`window`: `every` is longer than `sliding`, so that rows between would be lost");
        }
        if (size.dividedBy(every) > MOST) {
          throw new IllegalArgumentException(
              "`window`: a row would belong to %d windows; at most %d"
                  .formatted(size.dividedBy(every), MOST));
        }
      }
    }

    /** As long as rows of a key follow each other within the gap. */
    record Session(Duration gap) implements Window {
      public Session {
        requirePositive(gap);
      }
    }

    private static void requirePositive(Duration duration) {
      if (duration.isZero() || duration.isNegative()) {
        throw new IllegalArgumentException("`window`: a duration above zero is needed");
      }
    }
  }

  /** What is computed of the rows of a window. */
  public enum Function {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    LAST,
    DISTINCT;

    /** As users type it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One value of a feature.
   *
   * @param expression what is computed on; null for {@link Function#COUNT} of rows
   * @param at how many characters of the value stand before the expression
   */
  public record Value(String name, Function function, @Nullable String expression, int at)
      implements Serializable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");
    private static final Pattern CALL =
        Pattern.compile("\\s*([a-z]+)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);

    public Value {
      if (expression == null && function != Function.COUNT) {
        throw new IllegalArgumentException(function.label() + "() of nothing");
      }
    }

    /**
     * Reads {@code sum(row.Quantity)}.
     *
     * @throws IllegalArgumentException with the sentence for whoever wrote it
     */
    public static Value of(String name, String text) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "`%s` is no name of letters, digits and `_`".formatted(name));
      }
      Matcher call = CALL.matcher(text);
      if (!call.matches()) {
        throw new IllegalArgumentException("`%s: %s`; %s".formatted(name, text, accepted()));
      }
      for (Function function : Function.values()) {
        if (function.label().equals(call.group(1))) {
          String expression = call.group(2).isBlank() ? null : call.group(2);
          if (expression == null && function != Function.COUNT) {
            throw new IllegalArgumentException(
                "`%s: %s` needs an expression, as in %s(row.Quantity)"
                    .formatted(name, text, function.label()));
          }
          return new Value(name, function, expression, call.start(2));
        }
      }
      throw new IllegalArgumentException("`%s: %s`; %s".formatted(name, text, accepted()));
    }

    private static String accepted() {
      return "accepted are count(), count(E), sum(E), avg(E), min(E), max(E), last(E) and distinct(E), E an expression on `row`";
    }
  }
}
