package dev.renkei.server.metrics;

import static dev.renkei.server.metrics.Label.FLOW;
import static dev.renkei.server.metrics.Label.RULE;
import static dev.renkei.server.metrics.Label.TABLE;
import static dev.renkei.server.metrics.Label.TRACKER;
import static dev.renkei.server.metrics.Label.WAREHOUSE;
import static dev.renkei.server.metrics.Metric.Kind.COUNTER;
import static dev.renkei.server.metrics.Metric.Kind.GAUGE;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Everything that can be measured. Names are Prometheus' own: base units, {@code _total} for what
 * only grows.
 */
public enum Metric {
  UPTIME_SECONDS(GAUGE, "Since the process started."),
  CPU_SECONDS_TOTAL(COUNTER, "Processor time of the process, all threads."),
  CPU_RATIO(GAUGE, "Part of the processors that the process uses, 0 to 1.", Keep.KEPT),
  MEMORY_BYTES(GAUGE, "Resident memory of the process.", Keep.KEPT),
  MEMORY_LIMIT_BYTES(GAUGE, "What the container or the machine lets a process have."),
  MEMORY_RATIO(
      GAUGE,
      "The greater of resident memory of its limit, and used heap of the greatest heap, 0 to 1.",
      Keep.KEPT),
  HEAP_USED_BYTES(GAUGE, "Heap in use, garbage included.", Keep.KEPT),
  HEAP_MAX_BYTES(GAUGE, "The greatest heap."),
  HUB_REACHABLE(GAUGE, "1 while the hub answers, else 0."),
  ALERTS_FIRING(GAUGE, "Alerts that this process fires now."),

  TRACKER_UP(
      GAUGE,
      "1 while the tracker reaches source and hub; 0 else, and where it ran beside this process and is gone.",
      TRACKER),
  SOURCE_VERSION(GAUGE, "The source's Change Tracking version as of the last look.", TRACKER),
  SOURCE_RETENTION_SECONDS(GAUGE, "How long the source keeps changes.", TRACKER),
  TABLE_CURSOR_VERSION(GAUGE, "The durable version of the table.", TRACKER, TABLE),
  TABLE_VERSIONS_BEHIND(GAUGE, "The source's version less the cursor.", TRACKER, TABLE),
  TABLE_STALENESS_SECONDS(
      GAUGE, "Since the table was last known whole in the hub.", Keep.KEPT, TRACKER, TABLE),
  TABLE_RETENTION_LEFT_SECONDS(
      GAUGE,
      "How long the table may still be away before the source drops its changes.",
      TRACKER,
      TABLE),
  TABLE_RETENTION_LEFT_RATIO(
      GAUGE, "The same as a part of what the source keeps, 0 to 1.", TRACKER, TABLE),
  TABLE_UP(GAUGE, "1 while the table is followed or loaded, else 0.", TRACKER, TABLE),
  TABLE_FAILURES(GAUGE, "Failures in a row, now.", TRACKER, TABLE),
  TABLE_RETRIES_EXHAUSTED(
      GAUGE,
      "1 where the failures in a row have reached `retry_max_times`, else 0.",
      TRACKER,
      TABLE),
  TABLE_RETRIES_TOTAL(COUNTER, "Failures that were tried again.", TRACKER, TABLE),
  TABLE_ROWS_TOTAL(COUNTER, "Rows published, of snapshots too.", Keep.KEPT, TRACKER, TABLE),
  TABLE_LATE_FOUND_TOTAL(
      COUNTER, "Changes found behind the cursor by reading again.", TRACKER, TABLE),
  TABLE_SKIPPED_TOTAL(COUNTER, "Changes whose row was gone when it was read.", TRACKER, TABLE),
  SNAPSHOTS_TOTAL(COUNTER, "Snapshots that were read to their end.", TRACKER, TABLE),
  SNAPSHOT_READ_ROWS(GAUGE, "Rows that the snapshot under way has read.", TRACKER, TABLE),
  SNAPSHOT_ESTIMATED_ROWS(
      GAUGE, "Rows that the snapshot under way will read, about.", TRACKER, TABLE),

  LAG_P50_SECONDS(
      GAUGE,
      "From commit at the source (rows of features: from when their window told them) until visible in the warehouse: half of the last minute's changes took at most that.",
      Keep.KEPT,
      WAREHOUSE,
      TABLE),
  LAG_P95_SECONDS(GAUGE, "The same, 95 of 100 changes.", Keep.KEPT, WAREHOUSE, TABLE),
  LAG_P99_SECONDS(GAUGE, "The same, 99 of 100 changes.", Keep.KEPT, WAREHOUSE, TABLE),
  LAG_MAX_SECONDS(GAUGE, "The same, all changes.", WAREHOUSE, TABLE),
  WAREHOUSE_LAG_P50_SECONDS(
      GAUGE, "As renkei_lag_p50_seconds, all tables together.", Keep.KEPT, WAREHOUSE),
  WAREHOUSE_LAG_P95_SECONDS(GAUGE, "The same, 95 of 100 changes.", Keep.KEPT, WAREHOUSE),
  WAREHOUSE_LAG_P99_SECONDS(GAUGE, "The same, 99 of 100 changes.", Keep.KEPT, WAREHOUSE),
  WAREHOUSE_LAG_MAX_SECONDS(GAUGE, "The same, all changes.", Keep.KEPT, WAREHOUSE),
  CHANGES_TOTAL(
      COUNTER, "Changes that have become visible in the warehouse.", Keep.KEPT, WAREHOUSE, TABLE),
  SNAPSHOT_ROWS_TOTAL(
      COUNTER,
      "Rows of snapshots that have become visible in the warehouse.",
      Keep.KEPT,
      WAREHOUSE,
      TABLE),
  LAST_CHANGE_TIMESTAMP_SECONDS(
      GAUGE, "When a change last became visible, seconds since 1970.", WAREHOUSE, TABLE),

  VERIFIED(
      GAUGE,
      "1 where the last comparison with the source found no difference, 0 where it did or could not end.",
      WAREHOUSE,
      TABLE),
  VERIFIED_TIMESTAMP_SECONDS(
      GAUGE, "When the last comparison ended, seconds since 1970.", WAREHOUSE, TABLE),

  WAREHOUSE_UP(
      GAUGE,
      "1 while the loader loads, 0 while it retries or has stopped; nothing while it starts or stands by.",
      WAREHOUSE),
  WAREHOUSE_ROWS_TOTAL(COUNTER, "Rows handed to the warehouse.", Keep.KEPT, WAREHOUSE),
  WAREHOUSE_BATCHES_TOTAL(COUNTER, "Commits of the loader.", WAREHOUSE),
  WAREHOUSE_SWEPT_TOTAL(COUNTER, "Rows deleted at the end of snapshots.", WAREHOUSE),
  WAREHOUSE_DEAD_LETTERS_TOTAL(COUNTER, "Messages that the loader set aside.", WAREHOUSE),
  WAREHOUSE_RETRIES_TOTAL(COUNTER, "Tries of the loader that failed.", WAREHOUSE),
  WAREHOUSE_BACKLOG_MESSAGES(
      GAUGE,
      "Messages not yet in the warehouse; on Pub/Sub those that were delivered.",
      Keep.KEPT,
      WAREHOUSE),
  WAREHOUSE_LAST_COMMIT_TIMESTAMP_SECONDS(
      GAUGE, "When the loader last committed, seconds since 1970.", WAREHOUSE),

  FLOW_UP(GAUGE, "1 while the flow runs, else 0.", FLOW),
  FLOW_BACKLOG_MESSAGES(
      GAUGE,
      "Messages that the flow has not taken yet, wherever it runs; told by `renkei up`, and on a cluster of your own by those that load.",
      Keep.KEPT,
      FLOW),
  FLOW_STANDING_SECONDS(
      GAUGE,
      "Since when the flow has taken nothing though messages wait; 0 while it takes, or nothing waits.",
      FLOW),
  FLOW_IN_TOTAL(COUNTER, "Messages that the flow has read.", Keep.KEPT, FLOW),
  FLOW_OUT_TOTAL(COUNTER, "Messages that the flow has written.", Keep.KEPT, FLOW),
  FLOW_DUPLICATES_TOTAL(COUNTER, "Messages that the flow knew already.", FLOW),
  FLOW_SUPERSEDED_TOTAL(COUNTER, "Messages older than what the flow knew.", FLOW),
  FLOW_FILTERED_TOTAL(COUNTER, "Messages that the flow is not about.", FLOW),
  FLOW_DEAD_LETTERS_TOTAL(COUNTER, "Messages that the flow set aside.", FLOW),

  RULE_FIRED_TOTAL(COUNTER, "How often the rule has fired.", Keep.KEPT, RULE),
  RULE_THROTTLED_TOTAL(COUNTER, "How often the rule was held back by its throttle.", RULE),
  NOTIFICATIONS_DELIVERED_TOTAL(COUNTER, "Notifications of rules that have arrived."),
  NOTIFICATIONS_REPEATED_TOTAL(COUNTER, "Calls for notifications that had to be repeated."),
  NOTIFICATIONS_GIVEN_UP_TOTAL(COUNTER, "Notifications that became dead letters."),

  EVENTS_RECEIVED_TOTAL(COUNTER, "Events that clients have sent.", Keep.KEPT),
  EVENTS_ACCEPTED_TOTAL(COUNTER, "Events that the hub holds.", Keep.KEPT),
  EVENTS_REFUSED_TOTAL(COUNTER, "Events that were refused, for whatever reason."),
  EVENTS_HUB_FAILURES_TOTAL(COUNTER, "Events that the hub did not take.");

  /** How a value behaves. */
  public enum Kind {
    GAUGE,
    /** Only grows, from the start of the process. */
    COUNTER;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private enum Keep {
    KEPT,
    NOT_KEPT
  }

  private final Kind kind;
  private final String help;
  private final Keep keep;
  private final Set<Label> labels;

  Metric(Kind kind, String help, Label... labels) {
    this(kind, help, Keep.NOT_KEPT, labels);
  }

  Metric(Kind kind, String help, Keep keep, Label... labels) {
    this.kind = kind;
    this.help = help;
    this.keep = keep;
    this.labels =
        labels.length == 0
            ? Set.of()
            : java.util.Collections.unmodifiableSet(EnumSet.copyOf(List.of(labels)));
  }

  /** The name, as Prometheus shows it. */
  public String text() {
    return "renkei_" + name().toLowerCase(Locale.ROOT);
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence. */
  public String help() {
    return help;
  }

  public Set<Label> labels() {
    return labels;
  }

  /** Whether the history keeps it; of a counter, how much it grew per second. */
  public boolean isKept() {
    return keep == Keep.KEPT;
  }
}
