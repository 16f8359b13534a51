package dev.renkei.server;

import static dev.renkei.server.Verdict.Health.DEGRADED;
import static dev.renkei.server.Verdict.Health.OK;
import static dev.renkei.server.Verdict.Health.PROBLEM;

import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.server.StatusReport.Hub;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Tracker;
import dev.renkei.server.StatusReport.Warehouse;
import dev.renkei.server.Verdict.Finding;
import dev.renkei.server.Verdict.Health;
import dev.renkei.server.Verdict.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what is not as it should be. What one process lacks and another does is no problem. */
final class Judgement {
  private static final Set<String> FLOW_STARTS = Set.of("CREATED", "REBALANCING");
  static final String FLOW_RUNS = "RUNNING";

  /** A flow that is started again, or moves to another process, stands for less. */
  private static final Duration LONG_STANDING = Duration.ofMinutes(2);

  private static final String DEAD_LETTERS = "`renkei dead-letters list` shows them and why.";

  private final StatusView view;
  private final List<Finding> findings = new ArrayList<>();

  Judgement(StatusView view) {
    this.view = view;
  }

  Verdict verdict() {
    judgeProcesses();
    judgeHub();
    trackers().forEach(this::judge);
    flows().forEach(this::judge);
    view.reports().stream()
        .flatMap(report -> report.flowLags().stream())
        .filter(lag -> lag.standingMillis() > 0)
        .forEach(this::judge);
    warehouses().forEach(this::judge);
    findings.sort(Comparator.comparing(Finding::health).reversed());
    return new Verdict(
        findings.stream().map(Finding::health).max(Comparator.naturalOrder()).orElse(OK), findings);
  }

  private void judgeProcesses() {
    if (view.reports().isEmpty() && view.silent().isEmpty()) {
      find(
          PROBLEM, Kind.NOTHING_RUNS, "installation", "nothing runs", "Start it with `renkei up`.");
    }
    for (StatusView.Silent silent : view.silent()) {
      find(
          DEGRADED,
          Kind.PROCESS_SILENT,
          "process %d (%s)"
              .formatted(silent.process().pid(), String.join(", ", silent.process().roles())),
          "does not tell how it is: " + silent.reason(),
          "Ask again; if it stays so, see its log and start it again.");
    }
    Set<String> versions = new TreeSet<>();
    view.reports().forEach(report -> versions.add(report.version()));
    if (versions.size() > 1) {
      find(
          DEGRADED,
          Kind.VERSIONS_MIXED,
          "installation",
          "processes of different versions run: " + String.join(", ", versions),
          "Start the older ones again.");
    }
  }

  private void judgeHub() {
    for (StatusReport report : view.reports()) {
      Hub hub = report.hub();
      if (!hub.reachable()) {
        find(
            PROBLEM,
            Kind.HUB_SILENT,
            "hub %s %s".formatted(hub.kind(), hub.address()),
            "process %d (%s) does not reach it"
                .formatted(report.pid(), String.join(", ", report.roles())),
            hub.embedded()
                ? "See the log of the process that runs the broker, or start it again with `renkei up`."
                : "Start it, or correct hub.bootstrap_servers.");
      }
    }
  }

  private void judge(Tracker tracker) {
    Problem problem = tracker.problem();
    if (problem != null) {
      boolean another =
          trackers()
              .anyMatch(
                  other -> other.source().equals(tracker.source()) && other.problem() == null);
      find(
          another ? DEGRADED : PROBLEM,
          Kind.SOURCE_SILENT,
          "tracker %s (source %s)".formatted(tracker.name(), tracker.source()),
          problem.message(),
          problem.cure());
    }
    tracker.tables().forEach(table -> judge(tracker, table));
  }

  private void judge(Tracker tracker, Table table) {
    Problem problem = table.problem();
    boolean well = TableLine.isWell(table);
    if (well && problem == null) {
      return;
    }
    boolean needsSomebody =
        (table.phase() == Table.Phase.ALERT || table.phase() == Table.Phase.STOPPED)
            && !isFollowedElsewhere(tracker, table);
    String said = problem == null ? "" : ": " + problem.message();
    String message =
        switch (table.phase()) {
          case STARTING -> "starts" + said;
          case SNAPSHOT, TRACKING -> problem == null ? "" : problem.message();
          case RETRYING -> "tried again" + times(table) + said;
          case ALERT -> "failed" + times(table) + ", tried again" + said;
          case STOPPED -> "stopped" + said;
          case PAUSED -> problem == null ? "paused" : problem.message();
        };
    find(
        needsSomebody ? PROBLEM : DEGRADED,
        kind(table.phase()),
        "%s (tracker %s)".formatted(table.table(), tracker.name()),
        message,
        problem == null ? null : problem.cure());
  }

  private static Kind kind(Table.Phase phase) {
    return switch (phase) {
      case STARTING -> Kind.TABLE_STARTS;
      case SNAPSHOT, TRACKING -> Kind.TABLE_TROUBLED;
      case RETRYING -> Kind.TABLE_RETRIED;
      case ALERT -> Kind.TABLE_FAILING;
      case STOPPED -> Kind.TABLE_STOPPED;
      case PAUSED -> Kind.TABLE_PAUSED;
    };
  }

  private static String times(Table table) {
    return table.retries() == 0 ? "" : " %d times".formatted(table.retries());
  }

  private boolean isFollowedElsewhere(Tracker tracker, Table table) {
    return trackers()
        .filter(other -> other.source().equals(tracker.source()))
        .flatMap(other -> other.tables().stream())
        .anyMatch(other -> other.table().equals(table.table()) && TableLine.isWell(other));
  }

  private void judge(Flow flow) {
    String subject = "flow " + flow.name();
    judgeDeadLetters(subject, flow.counts().deadLetters());
    if (flow.state().equals(Flow.PAUSED)) {
      find(
          DEGRADED,
          Kind.FLOW_PAUSED,
          subject,
          paused(flow.problem()),
          resume("--flow", flow.name()));
      return;
    }
    if (!flow.state().equals(FLOW_RUNS)) {
      boolean another =
          flows()
              .anyMatch(
                  other -> other.name().equals(flow.name()) && other.state().equals(FLOW_RUNS));
      boolean starts = FLOW_STARTS.contains(flow.state());
      find(
          starts || another ? DEGRADED : PROBLEM,
          starts ? Kind.FLOW_STARTS : Kind.FLOW_DOWN,
          subject,
          "does not run: " + flow.state(),
          starts ? null : "See the log of its process; start it again with `renkei up`.");
    }
    if (flow.problem() != null) {
      find(DEGRADED, Kind.FLOW_TROUBLED, subject, flow.problem(), null);
    }
  }

  private void judge(FlowLag lag) {
    Duration standing = Duration.ofMillis(lag.standingMillis());
    find(
        standing.compareTo(LONG_STANDING) < 0 ? DEGRADED : PROBLEM,
        Kind.FLOW_STANDS,
        "flow " + lag.flow(),
        "%,d messages wait, and it has taken none for %s"
            .formatted(lag.messages(), StatusText.duration(standing)),
        "Start it again with `renkei up` or `renkei flow %s`; where it runs, see the log of its process."
            .formatted(lag.flow()));
  }

  private static String paused(@Nullable String sentence) {
    return sentence == null ? "paused" : sentence;
  }

  private static String resume(String option, String name) {
    return "`renkei resume %s %s` when it may go on.".formatted(option, name);
  }

  private void judge(Warehouse warehouse) {
    String subject = "warehouse " + warehouse.name();
    String error = warehouse.lastError() == null ? "" : ": " + warehouse.lastError();
    boolean loadedElsewhere =
        isAny(other -> other.phase() == Warehouse.Phase.LOADING, warehouse.name());
    switch (warehouse.phase()) {
      case LOADING -> {}
      case STARTING -> {
        // The second loader of a warehouse waits until the first ends: that is how it should be.
        if (!loadedElsewhere) {
          find(DEGRADED, Kind.WAREHOUSE_STARTS, subject, "starts" + error, null);
        }
      }
      case RETRYING -> find(DEGRADED, Kind.WAREHOUSE_RETRIED, subject, "tried again" + error, null);
      case PAUSED ->
          find(
              DEGRADED,
              Kind.WAREHOUSE_PAUSED,
              subject,
              paused(warehouse.alert()),
              resume("--warehouse", warehouse.name()));
      case STOPPED ->
          find(
              loadedElsewhere ? DEGRADED : PROBLEM,
              Kind.WAREHOUSE_STOPPED,
              subject,
              "stopped" + error,
              "Start it again with `renkei load` or `renkei up`.");
    }
    if (warehouse.alert() != null && warehouse.phase() != Warehouse.Phase.PAUSED) {
      find(DEGRADED, Kind.WAREHOUSE_TROUBLED, subject, warehouse.alert(), null);
    }
    warehouse.verified().forEach(verified -> judge(subject, verified));
    judgeDeadLetters(subject, warehouse.deadLetters());
  }

  private void judge(String subject, Warehouse.Verified verified) {
    if (verified.state() == Warehouse.Verified.State.DIFFERENT) {
      find(
          PROBLEM,
          Kind.WAREHOUSE_TROUBLED,
          subject,
          "%s differs from the source: %,d rows are missing, %,d are only here, %,d have other values"
              .formatted(
                  verified.table(),
                  verified.missing(),
                  verified.onlyInWarehouse(),
                  verified.different()),
          "`renkei reload %s` mends it; `renkei verify %s` shows the rows."
              .formatted(verified.table(), verified.table()));
    }
  }

  private boolean isAny(Predicate<Warehouse> such, String name) {
    return warehouses().filter(other -> other.name().equals(name)).anyMatch(such);
  }

  private void judgeDeadLetters(String subject, long deadLetters) {
    if (deadLetters > 0) {
      find(
          DEGRADED,
          Kind.SET_ASIDE,
          subject,
          "%,d messages set aside".formatted(deadLetters),
          DEAD_LETTERS);
    }
  }

  private void find(
      Health health, Kind kind, String subject, String message, @Nullable String cure) {
    findings.add(new Finding(health, kind, subject, message, cure));
  }

  private Stream<Tracker> trackers() {
    return view.reports().stream().flatMap(report -> report.trackers().stream());
  }

  private Stream<Flow> flows() {
    return view.reports().stream().flatMap(report -> report.flows().stream());
  }

  private Stream<Warehouse> warehouses() {
    return view.reports().stream().flatMap(report -> report.warehouses().stream());
  }
}
