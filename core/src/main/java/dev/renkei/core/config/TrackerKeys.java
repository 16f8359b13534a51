package dev.renkei.core.config;

import dev.renkei.core.config.Entry.Group;
import dev.renkei.core.config.Entry.ValueKey;
import dev.renkei.core.config.TrackersConfig.Mode;
import org.jspecify.annotations.Nullable;

/** The keys of the section {@code trackers}, and what they make. */
final class TrackerKeys {
  private static final ValueKey<Mode> MODE =
      ValueKey.of(
          "mode",
          ValueType.choice(Mode.class),
          "active_active",
          "`active_active`: every tracker reads every table, and duplicates are removed; `assigned`: each table is read by one of them, and those of a tracker that fails go to the others; `single`: one tracker.");
  private static final ValueKey<Integer> COUNT =
      ValueKey.optional(
          "count",
          ValueType.number(1, 16),
          "How many trackers `up` runs. By default 2, with `mode: single` 1.");
  private static final ValueKey<Integer> PARALLEL_TABLES =
      ValueKey.of(
          "parallel_tables",
          ValueType.number(1, 256),
          "4",
          "How many tables one tracker reads at a time.");
  private static final ValueKey<Long> BUFFER =
      ValueKey.of(
          "buffer",
          ValueType.size("1MiB", "16GiB"),
          "64MiB",
          "What one tracker holds that the hub has not acknowledged; then it stops reading.");
  static final Group TRACKERS =
      Group.of("trackers", "Who reads the changes.", MODE, COUNT, PARALLEL_TABLES, BUFFER);

  private TrackerKeys() {}

  /** The section; null where it has faults. */
  static @Nullable TrackersConfig read(Values root, @Nullable HubConfig hub, Reading reading) {
    TrackersConfig trackers = reading.make(root.get(TRACKERS), TrackerKeys::trackers);
    if (trackers != null && hub instanceof HubConfig.PubSub && trackers.mode() == Mode.ASSIGNED) {
      refuseSharedTables(root.get(TRACKERS), reading);
    }
    return trackers;
  }

  /** Tables are shared by a consumer group, which only Kafka has. */
  private static void refuseSharedTables(Values v, Reading reading) {
    String problem =
        "only with `hub: {type: kafka}`; on Pub/Sub trackers are `active_active` or `single`";
    reading.fault(v, Reading.child(v.path(), MODE.name()), v.line(), "assigned", problem);
  }

  private static TrackersConfig trackers(Values v) {
    Mode mode = v.get(MODE);
    return new TrackersConfig(
        mode, v.get(COUNT, mode == Mode.SINGLE ? 1 : 2), v.get(PARALLEL_TABLES), v.get(BUFFER));
  }
}
