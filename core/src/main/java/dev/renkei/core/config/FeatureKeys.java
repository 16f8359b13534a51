package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.TextsKey;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.schema.TableName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code features}, and what they make. */
final class FeatureKeys {
  private static final ValueType<String> EXPRESSION =
      ValueType.text("an expression on `row` (docs/expressions.md)", "(?s).+");

  private static final ValueKey<TableName> FROM =
      ValueKey.required(
          "from",
          ValueType.of(TableName.class, "a table as schema.table", TableName::parse),
          "The table whose rows count; of events `events.TYPE` or `events.TYPE_enriched`, of another feature `features.NAME`.");
  private static final ListKey<String> KEY =
      new ListKey<>(
          "key",
          EXPRESSION,
          List.of(),
          "What rows are put together by, for example `row.ProductID`; a list for several columns. Needed.");
  private static final ValueKey<String> WHERE =
      ValueKey.optional("where", EXPRESSION, "Which rows count; by default all.");
  private static final ValueKey<String> TIME =
      ValueKey.optional(
          "time", EXPRESSION, "When a row happened; by default when it was committed.");
  private static final ValueKey<ZoneId> TIMEZONE =
      ValueKey.optional(
          "timezone",
          ValueType.of(
              ZoneId.class, "a time zone, for example `Asia/Tokyo` or `+09:00`", FeatureKeys::zone),
          "Of datetimes without an offset; windows of days begin at its midnight, by its standard offset of the year 2020.");
  private static final ValueKey<Duration> FIXED =
      span("fixed", "Windows of this size, end to end.");
  private static final ValueKey<Duration> SLIDING =
      span("sliding", "Windows of this size, of which one begins `every` so often.");
  private static final ValueKey<Duration> EVERY = span("every", "Only with `sliding`.");
  private static final ValueKey<Duration> SESSION =
      span("session", "Windows that end when for so long no row of the key has come.");
  private static final ValueKey<Duration> LATENESS =
      ValueKey.of(
          "lateness",
          ValueType.duration("0s", "30d"),
          "1m",
          "How long after a window's end its rows may still be committed at the source; later ones do not count.");
  private static final Group WINDOW =
      Group.of(
          "window",
          "One of `fixed`, `sliding` with `every`, or `session`.",
          FIXED,
          SLIDING,
          EVERY,
          SESSION,
          LATENESS);
  private static final TextsKey VALUES =
      new TextsKey(
          "values",
          "Names, and what is computed: `count()`, `count(E)`, `sum(E)`, `avg(E)`, `min(E)`, `max(E)`, `last(E)`, `distinct(E)`.");
  private static final ListKey<Target> TO =
      new ListKey<>(
          "to",
          ValueType.choice(Target.class),
          List.of("topic", "warehouse"),
          "Where results go: the topic `features`, every warehouse by way of the hub, Bigtable.");
  private static final ValueKey<Duration> EARLY =
      ValueKey.of(
          "early",
          ValueType.duration("0s", "1d"),
          "1s",
          "How often a window's result is told before it is final, at most.");
  private static final ValueKey<Duration> KEEP =
      ValueKey.of(
          "keep",
          ValueType.duration("1s", "30d"),
          "1h",
          "How long closed windows are remembered: rows that reach Renkei later than that, though committed in time, are not counted rightly.");

  /** The section. */
  static final Named FEATURES =
      new Named(
          "features",
          "NAME",
          ValueType.text("letters, digits and `_`, up to 60", "[A-Za-z][A-Za-z0-9_]{0,59}"),
          Group.of(
              "features",
              "One feature.",
              FROM,
              KEY,
              WHERE,
              TIME,
              TIMEZONE,
              WINDOW,
              VALUES,
              TO,
              EARLY,
              KEEP),
          "Values over windows of time (docs/features.md).");

  private FeatureKeys() {}

  private static ValueKey<Duration> span(String name, String description) {
    return ValueKey.optional(name, ValueType.duration("1ms", "366d"), description);
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no zone", e);
    }
  }

  /**
   * The features that a file has.
   *
   * @param bigtable whether it says where Bigtable is
   */
  static List<FeatureConfig> read(Values root, boolean bigtable, Reading reading) {
    List<FeatureConfig> features = new ArrayList<>();
    root.get(FEATURES)
        .forEach(
            (name, v) -> {
              List<Value> values = values(v, reading);
              Window window = reading.make(v.get(WINDOW), FeatureKeys::window);
              if (v.get(KEY).isEmpty()) {
                reading.fault(
                    v,
                    Reading.child(v.path(), KEY.name()),
                    v.line(),
                    null,
                    "missing; accepted is " + EXPRESSION.accepted());
              }
              if (!bigtable && v.get(TO).contains(Target.BIGTABLE)) {
                reading.fault(
                    v,
                    Reading.child(v.path(), TO.name()),
                    v.line(),
                    "bigtable",
                    "the section `bigtable` does not say which table");
              }
              FeatureConfig feature =
                  window == null ? null : reading.make(v, f -> feature(name, f, window, values));
              if (feature != null) {
                features.add(feature);
              }
            });
    refuseCircles(root, features, reading);
    return features;
  }

  /** A feature may be computed from another, but not by way of others from itself. */
  private static void refuseCircles(Values root, List<FeatureConfig> features, Reading reading) {
    for (FeatureConfig feature : features) {
      List<String> circle = circle(feature, features);
      if (!circle.isEmpty()) {
        Values section = Objects.requireNonNull(root.get(FEATURES).get(feature.name()));
        reading.fault(
            section,
            Reading.child(section.path(), FROM.name()),
            section.line(),
            feature.from().toString(),
            "the feature would be computed from itself: " + String.join(" from ", circle));
      }
    }
  }

  /** From a feature back to itself; empty where no way leads there. */
  private static List<String> circle(FeatureConfig feature, List<FeatureConfig> all) {
    List<String> way = new ArrayList<>(List.of(feature.name()));
    FeatureConfig next = made(feature.from(), all);
    while (next != null && way.size() <= all.size()) {
      way.add(next.name());
      if (next == feature) {
        return way;
      }
      next = made(next.from(), all);
    }
    return List.of();
  }

  private static @Nullable FeatureConfig made(TableName table, List<FeatureConfig> by) {
    return by.stream()
        .filter(feature -> feature.table().toString().equalsIgnoreCase(table.toString()))
        .findFirst()
        .orElse(null);
  }

  private static FeatureConfig feature(String name, Values v, Window window, List<Value> values) {
    return new FeatureConfig(
        name,
        v.get(FROM),
        v.get(KEY),
        v.find(WHERE),
        v.find(TIME),
        v.find(TIMEZONE),
        window,
        v.get(WINDOW).get(LATENESS),
        values,
        EnumSet.copyOf(v.get(TO)),
        v.get(EARLY),
        v.get(KEEP));
  }

  private static List<Value> values(Values v, Reading reading) {
    List<Value> values = new ArrayList<>();
    String path = Reading.child(v.path(), VALUES.name());
    v.get(VALUES)
        .forEach(
            (name, text) -> {
              try {
                values.add(Value.of(name, text));
              } catch (IllegalArgumentException e) {
                reading.fault(
                    v, Reading.child(path, name), v.line(), null, String.valueOf(e.getMessage()));
              }
            });
    return values;
  }

  private static Window window(Values v) {
    Duration fixed = v.find(FIXED);
    Duration sliding = v.find(SLIDING);
    Duration every = v.find(EVERY);
    @Nullable Duration session = v.find(SESSION);
    int kinds = (fixed == null ? 0 : 1) + (sliding == null ? 0 : 1) + (session == null ? 0 : 1);
    if (kinds != 1 || (every == null) != (sliding == null)) {
      throw new IllegalArgumentException(
          "`window` is one of {fixed: 5m}, {sliding: 10m, every: 1m} and {session: 30m}");
    }
    if (fixed != null) {
      return new Window.Fixed(fixed);
    }
    if (sliding != null && every != null) {
      return new Window.Sliding(sliding, every);
    }
    return new Window.Session(Objects.requireNonNull(session));
  }
}
