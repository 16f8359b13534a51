package dev.renkei.server.metrics;

import static dev.renkei.server.metrics.Label.FLOW;
import static dev.renkei.server.metrics.Label.RULE;
import static dev.renkei.server.metrics.Label.TABLE;
import static dev.renkei.server.metrics.Label.TRACKER;
import static dev.renkei.server.metrics.Label.WAREHOUSE;

import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Tracker;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a report measures, by the names of {@link Metric}. What is unknown has no reading. */
public final class Readings {
  private static final double MILLIS = 1_000;
  private static final double MIB = 1L << 20;

  /** The flow's name in reports of a process that takes events. */
  private static final String COLLECTOR = "collect";

  /** The flow's name in reports of a process that judges by rules. */
  private static final String RULES = "rules";

  private final List<Reading> readings = new ArrayList<>();

  private Readings() {}

  /** All readings, by metric as reports have their parts; no two of the same series. */
  public static List<Reading> of(StatusReport report) {
    Readings readings = new Readings();
    readings.process(report);
    report.trackers().forEach(readings::tracker);
    report.gone().stream()
        .filter(gone -> report.trackers().stream().noneMatch(one -> one.name().equals(gone)))
        .forEach(gone -> readings.add(Metric.TRACKER_UP, Map.of(TRACKER, gone), 0));
    report.flows().forEach(readings::flow);
    report.flowLags().forEach(readings::flowLag);
    report.warehouses().forEach(readings::warehouse);
    return List.copyOf(readings.readings);
  }

  private void add(Metric metric, Map<Label, String> labels, @Nullable Number value) {
    if (value != null && Double.isFinite(value.doubleValue())) {
      readings.add(new Reading(metric, labels, value.doubleValue()));
    }
  }

  private void add(Metric metric, @Nullable Number value) {
    add(metric, Map.of(), value);
  }

  private void process(StatusReport report) {
    Resources resources = report.resources();
    add(
        Metric.UPTIME_SECONDS,
        Duration.between(report.startedAt(), report.at()).toMillis() / MILLIS);
    add(Metric.CPU_SECONDS_TOTAL, resources.cpuSeconds());
    add(Metric.CPU_RATIO, resources.cpuLoad());
    add(Metric.MEMORY_BYTES, times(resources.rssMib(), MIB));
    add(Metric.MEMORY_LIMIT_BYTES, times(resources.memoryLimitMib(), MIB));
    add(Metric.MEMORY_RATIO, memory(resources));
    add(Metric.HEAP_USED_BYTES, resources.heapUsedMib() * MIB);
    add(Metric.HEAP_MAX_BYTES, resources.heapMaxMib() * MIB);
    add(Metric.HUB_REACHABLE, flag(report.hub().reachable()));
    add(Metric.ALERTS_FIRING, report.alerts().size());
  }

  private static double memory(Resources resources) {
    double heap =
        resources.heapMaxMib() == 0 ? 0 : (double) resources.heapUsedMib() / resources.heapMaxMib();
    Double resident = resources.memoryUsed();
    return resident == null ? heap : Math.max(heap, resident);
  }

  private void tracker(Tracker tracker) {
    Map<Label, String> labels = Map.of(TRACKER, tracker.name());
    add(Metric.TRACKER_UP, labels, flag(tracker.problem() == null));
    add(Metric.SOURCE_VERSION, labels, tracker.currentVersion());
    add(Metric.SOURCE_RETENTION_SECONDS, labels, times(tracker.retentionMillis(), 1 / MILLIS));
    tracker.tables().forEach(table -> table(tracker, table));
  }

  private void table(Tracker tracker, Table table) {
    Map<Label, String> labels = Map.of(TRACKER, tracker.name(), TABLE, table.table());
    boolean up = table.phase() == Table.Phase.TRACKING || table.phase() == Table.Phase.SNAPSHOT;
    add(Metric.TABLE_CURSOR_VERSION, labels, table.cursor());
    add(Metric.TABLE_VERSIONS_BEHIND, labels, tracker.versionsBehind(table));
    add(Metric.TABLE_STALENESS_SECONDS, labels, table.lagMillis() / MILLIS);
    add(
        Metric.TABLE_RETENTION_LEFT_SECONDS,
        labels,
        times(tracker.retentionLeftMillis(table), 1 / MILLIS));
    Long left = tracker.retentionLeftMillis(table);
    Long kept = tracker.retentionMillis();
    if (left != null && kept != null && kept > 0) {
      add(Metric.TABLE_RETENTION_LEFT_RATIO, labels, (double) left / kept);
    }
    add(Metric.TABLE_UP, labels, flag(up));
    add(Metric.TABLE_FAILURES, labels, table.retries());
    add(Metric.TABLE_RETRIES_EXHAUSTED, labels, flag(table.phase() == Table.Phase.ALERT));
    add(Metric.TABLE_RETRIES_TOTAL, labels, table.retriesTotal());
    add(Metric.TABLE_ROWS_TOTAL, labels, table.rows());
    add(Metric.TABLE_LATE_FOUND_TOTAL, labels, table.lateFound());
    add(Metric.TABLE_SKIPPED_TOTAL, labels, table.skipped());
    add(Metric.SNAPSHOTS_TOTAL, labels, table.snapshotsDone());
    StatusReport.Snapshot snapshot = table.snapshot();
    if (snapshot != null) {
      add(Metric.SNAPSHOT_READ_ROWS, labels, snapshot.rows());
      add(Metric.SNAPSHOT_ESTIMATED_ROWS, labels, snapshot.estimatedRows());
    }
  }

  private void warehouse(Warehouse warehouse) {
    Map<Label, String> labels = Map.of(WAREHOUSE, warehouse.name());
    Long messages = warehouse.lagMessages();
    // Nobody is to be woken for what an operator lets rest.
    if (warehouse.phase() != Warehouse.Phase.STARTING
        && warehouse.phase() != Warehouse.Phase.PAUSED) {
      add(Metric.WAREHOUSE_UP, labels, flag(warehouse.phase() == Warehouse.Phase.LOADING));
    }
    add(Metric.WAREHOUSE_ROWS_TOTAL, labels, warehouse.rows());
    add(Metric.WAREHOUSE_BATCHES_TOTAL, labels, warehouse.batches());
    add(Metric.WAREHOUSE_SWEPT_TOTAL, labels, warehouse.swept());
    add(Metric.WAREHOUSE_DEAD_LETTERS_TOTAL, labels, warehouse.deadLetters());
    add(Metric.WAREHOUSE_RETRIES_TOTAL, labels, warehouse.retries());
    add(
        Metric.WAREHOUSE_BACKLOG_MESSAGES,
        labels,
        messages == null ? (Number) warehouse.unsettled() : (Number) messages);
    add(Metric.WAREHOUSE_LAST_COMMIT_TIMESTAMP_SECONDS, labels, seconds(warehouse.lastCommit()));
    warehouse.verified().forEach(verified -> verified(warehouse, verified));
    warehouse.arrivals().forEach(arrival -> arrival(warehouse, arrival));
  }

  private void verified(Warehouse warehouse, Warehouse.Verified verified) {
    if (verified.state() == Warehouse.Verified.State.REFUSED) {
      return; // it never is compared
    }
    Map<Label, String> labels = Map.of(WAREHOUSE, warehouse.name(), TABLE, verified.table());
    add(Metric.VERIFIED, labels, flag(verified.state() == Warehouse.Verified.State.EQUAL));
    add(Metric.VERIFIED_TIMESTAMP_SECONDS, labels, seconds(verified.at()));
  }

  private void arrival(Warehouse warehouse, Warehouse.Arrival arrival) {
    String table = arrival.table();
    Warehouse.Lag lag = arrival.lag();
    if (table == null) {
      Map<Label, String> labels = Map.of(WAREHOUSE, warehouse.name());
      if (lag != null) {
        add(Metric.WAREHOUSE_LAG_P50_SECONDS, labels, lag.p50Millis() / MILLIS);
        add(Metric.WAREHOUSE_LAG_P95_SECONDS, labels, lag.p95Millis() / MILLIS);
        add(Metric.WAREHOUSE_LAG_P99_SECONDS, labels, lag.p99Millis() / MILLIS);
        add(Metric.WAREHOUSE_LAG_MAX_SECONDS, labels, lag.maxMillis() / MILLIS);
      }
      return;
    }
    Map<Label, String> labels = Map.of(WAREHOUSE, warehouse.name(), TABLE, table);
    add(Metric.CHANGES_TOTAL, labels, arrival.changes());
    add(Metric.SNAPSHOT_ROWS_TOTAL, labels, arrival.snapshotRows());
    add(Metric.LAST_CHANGE_TIMESTAMP_SECONDS, labels, seconds(arrival.last()));
    if (lag != null) {
      add(Metric.LAG_P50_SECONDS, labels, lag.p50Millis() / MILLIS);
      add(Metric.LAG_P95_SECONDS, labels, lag.p95Millis() / MILLIS);
      add(Metric.LAG_P99_SECONDS, labels, lag.p99Millis() / MILLIS);
      add(Metric.LAG_MAX_SECONDS, labels, lag.maxMillis() / MILLIS);
    }
  }

  private void flow(Flow flow) {
    Map<Label, String> labels = Map.of(FLOW, flow.name());
    Counts counts = flow.counts();
    if (!flow.state().equals(Flow.PAUSED)) {
      add(Metric.FLOW_UP, labels, flag(flow.state().equals("RUNNING")));
    }
    add(Metric.FLOW_IN_TOTAL, labels, counts.in());
    add(Metric.FLOW_OUT_TOTAL, labels, counts.out());
    add(Metric.FLOW_DUPLICATES_TOTAL, labels, counts.duplicates());
    add(Metric.FLOW_SUPERSEDED_TOTAL, labels, counts.superseded());
    add(Metric.FLOW_FILTERED_TOTAL, labels, counts.filtered());
    add(Metric.FLOW_DEAD_LETTERS_TOTAL, labels, counts.deadLetters());
    if (flow.name().equals(COLLECTOR)) {
      events(flow);
    } else if (flow.name().equals(RULES)) {
      rules(flow);
    }
  }

  private void flowLag(FlowLag lag) {
    Map<Label, String> labels = Map.of(FLOW, lag.flow());
    add(Metric.FLOW_BACKLOG_MESSAGES, labels, lag.messages());
    add(Metric.FLOW_STANDING_SECONDS, labels, lag.standingMillis() / MILLIS);
  }

  private void events(Flow flow) {
    long received = flow.counts().in();
    long accepted = flow.counts().out();
    add(Metric.EVENTS_RECEIVED_TOTAL, received);
    add(Metric.EVENTS_ACCEPTED_TOTAL, accepted);
    add(Metric.EVENTS_REFUSED_TOTAL, Math.max(0, received - accepted));
    add(Metric.EVENTS_HUB_FAILURES_TOTAL, flow.others().getOrDefault("hub_failures", 0L));
  }

  private void rules(Flow flow) {
    add(Metric.NOTIFICATIONS_DELIVERED_TOTAL, flow.others().get("delivered"));
    add(Metric.NOTIFICATIONS_REPEATED_TOTAL, flow.others().get("repeated"));
    add(Metric.NOTIFICATIONS_GIVEN_UP_TOTAL, flow.others().get("given_up"));
    flow.others()
        .forEach(
            (name, count) -> {
              ofRule(Metric.RULE_FIRED_TOTAL, "fired.", name, count);
              ofRule(Metric.RULE_THROTTLED_TOTAL, "throttled.", name, count);
            });
  }

  private void ofRule(Metric metric, String prefix, String name, long count) {
    if (name.startsWith(prefix)) {
      add(metric, Map.of(RULE, name.substring(prefix.length())), count);
    }
  }

  private static int flag(boolean is) {
    return is ? 1 : 0;
  }

  private static @Nullable Double times(@Nullable Long value, double factor) {
    return value == null ? null : (Double) (value * factor);
  }

  private static @Nullable Double seconds(@Nullable Instant at) {
    return at == null ? null : (Double) (at.toEpochMilli() / MILLIS);
  }
}
