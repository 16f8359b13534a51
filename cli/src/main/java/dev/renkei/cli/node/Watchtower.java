package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.schema.TableName;
import dev.renkei.notifier.AlertDesk;
import dev.renkei.notifier.AlertMessage;
import dev.renkei.server.StatusReport;
import dev.renkei.server.alert.Alarms;
import dev.renkei.server.alert.AlertRule;
import dev.renkei.server.alert.AlertRules;
import dev.renkei.server.alert.Notice;
import dev.renkei.server.history.History;
import dev.renkei.server.history.Sampling;
import dev.renkei.server.metrics.Exports;
import dev.renkei.server.metrics.Label;
import dev.renkei.server.metrics.Metric;
import dev.renkei.server.metrics.Reading;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks at this process once a second, and tells whoever wants to know: history, metrics, alerts.
 */
final class Watchtower implements AutoCloseable {
  private static final Set<Metric> OF_RETENTION =
      Set.of(Metric.TABLE_RETENTION_LEFT_RATIO, Metric.TABLE_RETENTION_LEFT_SECONDS);

  private final Sampling sampling;
  private final History history = new History();
  private final Exports exports = new Exports(System.getenv());
  private final AlertDesk desk;

  Watchtower(Configuration config, Supplier<StatusReport> taken) {
    this.desk = new AlertDesk(config.alerts().to());
    this.sampling = new Sampling(taken);
    Alarms alarms =
        new Alarms(
            AlertRules.of(config.alerts()),
            (rule, reading) -> isLoadedWhole(config, rule, reading),
            this::tell);
    sampling.adding(alarms::judged);
    sampling.onSample(history::add);
    sampling.onSample(exports::take);
  }

  /** What the source drops does not matter to tables that are loaded whole again and again. */
  private static boolean isLoadedWhole(Configuration config, AlertRule rule, Reading reading) {
    String table = reading.labels().get(Label.TABLE);
    return table != null
        && rule.metrics().stream().anyMatch(OF_RETENTION::contains)
        && config.settings(TableName.parse(table)).reloadEvery() != null;
  }

  private void tell(Notice notice) {
    desk.tell(new AlertMessage(notice.id(), notice.json(), notice.slack()));
  }

  void start() {
    sampling.start();
  }

  Sampling sampling() {
    return sampling;
  }

  History history() {
    return history;
  }

  Exports exports() {
    return exports;
  }

  @Override
  public void close() {
    sampling.close();
    exports.close();
    desk.close();
  }
}
