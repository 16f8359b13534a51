package dev.renkei.server.alert;

import static dev.renkei.server.alert.AlertRule.Severity.CRITICAL;
import static dev.renkei.server.alert.AlertRule.Severity.WARNING;
import static dev.renkei.server.alert.AlertRule.Side.ABOVE;
import static dev.renkei.server.alert.AlertRule.Side.BELOW;
import static dev.renkei.server.alert.AlertRule.Side.GREW;

import dev.renkei.core.config.AlertsConfig;
import dev.renkei.server.metrics.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All alerts, in one list: evaluated inside a process, and rendered for Prometheus, Grafana and
 * Cloud Monitoring.
 */
public final class AlertRules {
  /** What is left of the source's retention when nobody has said how much must be. */
  static final double RETENTION_LEFT = 0.25;

  private AlertRules() {}

  /** The alerts of a configuration, the worst first. */
  public static List<AlertRule> of(AlertsConfig config) {
    List<AlertRule> rules = new ArrayList<>();
    rules.add(
        new AlertRule(
            "retries_exhausted",
            CRITICAL,
            "A table has failed as often in a row as `retry_max_times` allows",
            "See `renkei status` for what fails and its cure; the table is tried again all the while.",
            List.of(Metric.TABLE_RETRIES_EXHAUSTED),
            ABOVE,
            0,
            Duration.ZERO));
    rules.add(retention(config));
    rules.add(
        new AlertRule(
            "tracker_gone",
            CRITICAL,
            "A tracker runs no more, or reaches its source or the hub no more",
            "Start it again with `renkei track` or `renkei up`; `renkei status` tells what it does not reach.",
            List.of(Metric.TRACKER_UP),
            BELOW,
            1,
            Duration.ofSeconds(15)));
    rules.add(
        new AlertRule(
            "hub_unreachable",
            CRITICAL,
            "The hub does not answer",
            "See that its brokers run, or that Pub/Sub lets this machine in.",
            List.of(Metric.HUB_REACHABLE),
            BELOW,
            1,
            Duration.ofSeconds(30)));
    rules.add(
        new AlertRule(
            "flow_down",
            CRITICAL,
            "A flow does not run",
            "See the log of its process; start it again with `renkei up` or `renkei flow`.",
            List.of(Metric.FLOW_UP),
            BELOW,
            1,
            Duration.ofMinutes(2)));
    rules.add(
        new AlertRule(
            "flow_stands",
            CRITICAL,
            "Messages wait and a flow takes none, wherever it runs or ran",
            "Start it again with `renkei up` or `renkei flow`; where it runs, see the log of its process.",
            List.of(Metric.FLOW_STANDING_SECONDS),
            ABOVE,
            120,
            Duration.ZERO));
    rules.add(
        new AlertRule(
            "loader_down",
            CRITICAL,
            "A warehouse is not loaded",
            "See `renkei status` for its last error; start it again with `renkei up` or `renkei load`.",
            List.of(Metric.WAREHOUSE_UP),
            BELOW,
            1,
            Duration.ofMinutes(2)));
    rules.add(
        new AlertRule(
            "verification_failed",
            CRITICAL,
            "A warehouse differs from its source, or could not be compared",
            "`renkei verify` shows the differences; `renkei reload` loads the table again.",
            List.of(Metric.VERIFIED),
            BELOW,
            1,
            Duration.ZERO));
    Duration lag = config.lagP99();
    if (lag != null) {
      rules.add(
          new AlertRule(
              "lag_over_objective",
              WARNING,
              "Changes take longer from commit to warehouse than `objectives.lag_p99`",
              "See `renkei status` and the history of lag for where they wait: tracker, flow or loader.",
              List.of(Metric.LAG_P99_SECONDS),
              ABOVE,
              lag.toMillis() / 1000.0,
              Duration.ofMinutes(1)));
    }
    rules.add(
        new AlertRule(
            "dead_letters",
            WARNING,
            "Messages were set aside",
            "`renkei dead-letters list` shows them and why.",
            List.of(Metric.WAREHOUSE_DEAD_LETTERS_TOTAL, Metric.FLOW_DEAD_LETTERS_TOTAL),
            GREW,
            0,
            Duration.ZERO));
    rules.add(
        new AlertRule(
            "memory_high",
            WARNING,
            "A process uses more of its memory than `alerts.memory`",
            "Give it more, or less to do: smaller batches, fewer parallel tables, a flow or loader in a process of its own.",
            List.of(Metric.MEMORY_RATIO),
            ABOVE,
            config.memory(),
            Duration.ofMinutes(5)));
    rules.add(
        new AlertRule(
            "cpu_high",
            WARNING,
            "A process uses more of its processors than `alerts.cpu`",
            "Give it more, or spread flows and loaders over processes.",
            List.of(Metric.CPU_RATIO),
            ABOVE,
            config.cpu(),
            Duration.ofMinutes(5)));
    return List.copyOf(rules);
  }

  private static AlertRule retention(AlertsConfig config) {
    Duration left = config.retentionLeft();
    return new AlertRule(
        "retention_running_out",
        CRITICAL,
        "The source will soon drop changes that were not read",
        "Mend what holds the table up, or raise CHANGE_RETENTION before it is too late.",
        List.of(
            left == null ? Metric.TABLE_RETENTION_LEFT_RATIO : Metric.TABLE_RETENTION_LEFT_SECONDS),
        BELOW,
        left == null ? RETENTION_LEFT : left.toMillis() / 1000.0,
        Duration.ofMinutes(1));
  }
}
