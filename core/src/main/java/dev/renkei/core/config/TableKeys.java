package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.Later;
import dev.renkei.core.config.Entry.ListKey;
import dev.renkei.core.config.Entry.Named;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.TableSettings.OnHistoryLost;
import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code tables}, and what they make. */
final class TableKeys {
  private static final ValueType<TablePattern> PATTERN =
      ValueType.of(
          TablePattern.class,
          "a pattern schema.table, `*` for any characters, for example \"dbo.*\"",
          TablePattern::new);
  private static final ValueType<TableName> TABLE =
      ValueType.of(TableName.class, "a table as schema.table", TableName::parse);

  private static final ValueKey<Duration> INTERVAL =
      ValueKey.of(
          "interval", ValueType.duration("10ms", "1d"), "500ms", "How often a table is polled.");
  private static final ValueKey<Start> START =
      ValueKey.of(
          "start",
          ValueType.choice(Start.class),
          "snapshot",
          "What a new table begins with: all its rows, or only changes from now on.");
  private static final ValueKey<Integer> BATCH_SIZE =
      ValueKey.of(
          "batch_size",
          ValueType.number(1, 1_000_000),
          "5000",
          "Rows that are read and published together.");
  private static final ValueKey<Duration> LOCK_TIMEOUT =
      ValueKey.of(
          "lock_timeout",
          ValueType.duration("1ms", "10m"),
          "5s",
          "How long a read waits for a lock before it is retried.");
  private static final ValueKey<Integer> RETRY_MAX_TIMES =
      ValueKey.of(
          "retry_max_times",
          ValueType.number(1, 1000),
          "10",
          "Failures in a row before an alert; the table is tried again later.");
  private static final ValueKey<OnHistoryLost> ON_HISTORY_LOST =
      ValueKey.of(
          "on_history_lost",
          ValueType.choice(OnHistoryLost.class),
          "reload",
          "What follows when the source no longer holds the changes since the cursor.");
  private static final Group DEFAULTS =
      Group.of(
          "defaults",
          "Settings of all tables.",
          INTERVAL,
          START,
          BATCH_SIZE,
          LOCK_TIMEOUT,
          RETRY_MAX_TIMES,
          ON_HISTORY_LOST);

  private static final ValueKey<Duration> OWN_INTERVAL = INTERVAL.withoutDefault();
  private static final ValueKey<Start> OWN_START = START.withoutDefault();
  private static final ValueKey<Integer> OWN_BATCH_SIZE = BATCH_SIZE.withoutDefault();
  private static final ValueKey<Duration> OWN_LOCK_TIMEOUT = LOCK_TIMEOUT.withoutDefault();
  private static final ValueKey<Integer> OWN_RETRY_MAX_TIMES = RETRY_MAX_TIMES.withoutDefault();
  private static final ValueKey<OnHistoryLost> OWN_ON_HISTORY_LOST =
      ON_HISTORY_LOST.withoutDefault();
  private static final ListKey<String> EXCLUDE_COLUMNS =
      new ListKey<>(
          "exclude_columns",
          CommonTypes.TEXT,
          List.of(),
          "Columns that are never read from the source.");
  private static final ValueKey<Duration> RELOAD_EVERY =
      ValueKey.optional(
          "reload_every",
          ValueType.duration("1s", "30d"),
          "How often a table without a primary key is loaded whole.");
  private static final ValueKey<String> WHERE =
      ValueKey.optional(
          "where",
          CommonTypes.TEXT,
          "Only rows for which this is true, in CEL (docs/expressions.md); one that leaves arrives as a delete.");
  private static final Group OWN_SETTINGS =
      Group.of(
          "override",
          "Settings of one table; what is left out is as in `defaults`.",
          OWN_INTERVAL,
          OWN_START,
          OWN_BATCH_SIZE,
          OWN_LOCK_TIMEOUT,
          OWN_RETRY_MAX_TIMES,
          OWN_ON_HISTORY_LOST,
          EXCLUDE_COLUMNS,
          RELOAD_EVERY,
          WHERE,
          new Later("topic", "A hub topic of the table's own."));
  private static final Named OVERRIDE =
      new Named("override", "SCHEMA.TABLE", TABLE, OWN_SETTINGS, "Settings of single tables.");

  private static final ListKey<TablePattern> INCLUDE =
      new ListKey<>(
          "include",
          PATTERN,
          List.of("*.*"),
          "Tables to track; new ones that match join without a restart.");
  private static final ListKey<TablePattern> EXCLUDE =
      new ListKey<>("exclude", PATTERN, List.of(), "Tables to leave out of these.");
  static final Group TABLES =
      Group.of(
          "tables", "Which tables are tracked, and how.", DEFAULTS, INCLUDE, EXCLUDE, OVERRIDE);

  private TableKeys() {}

  /** The section; null where it has faults. */
  static @Nullable TablesConfig read(Values root, Reading reading) {
    Values v = root.get(TABLES);
    TableSettings defaults = reading.make(v.get(DEFAULTS), TableKeys::defaults);
    if (defaults == null || !v.isSound()) {
      return null;
    }
    TablesConfig plain = new TablesConfig(defaults, v.get(INCLUDE), v.get(EXCLUDE), Map.of());
    Map<TableName, TableSettings> override = new LinkedHashMap<>();
    v.get(OVERRIDE)
        .forEach(
            (name, own) -> {
              TableName table = TableName.parse(name);
              if (!plain.matches(table)) {
                String problem =
                    "`include` and `exclude` leave this table out, so its settings would do nothing";
                reading.fault(own, own.path(), own.line(), null, problem);
              }
              TableSettings settings = reading.make(own, o -> overridden(o, defaults));
              if (settings != null) {
                override.put(table, settings);
              }
            });
    return new TablesConfig(defaults, plain.include(), plain.exclude(), override);
  }

  private static TableSettings defaults(Values v) {
    return new TableSettings(
        v.get(INTERVAL),
        v.get(START),
        v.get(BATCH_SIZE),
        v.get(LOCK_TIMEOUT),
        v.get(RETRY_MAX_TIMES),
        v.get(ON_HISTORY_LOST),
        Set.of(),
        null,
        null);
  }

  private static TableSettings overridden(Values v, TableSettings defaults) {
    return new TableSettings(
        v.get(OWN_INTERVAL, defaults.interval()),
        v.get(OWN_START, defaults.start()),
        v.get(OWN_BATCH_SIZE, defaults.batchSize()),
        v.get(OWN_LOCK_TIMEOUT, defaults.lockTimeout()),
        v.get(OWN_RETRY_MAX_TIMES, defaults.retryMaxTimes()),
        v.get(OWN_ON_HISTORY_LOST, defaults.onHistoryLost()),
        new LinkedHashSet<>(v.get(EXCLUDE_COLUMNS)),
        v.find(RELOAD_EVERY),
        v.find(WHERE));
  }
}
