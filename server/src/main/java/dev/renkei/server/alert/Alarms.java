package dev.renkei.server.alert;

import dev.renkei.server.StatusReport;
import dev.renkei.server.metrics.Label;
import dev.renkei.server.metrics.Reading;
import dev.renkei.server.metrics.Readings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a process alerts: judges each sample by the rules, logs what fires and clears, and hands
 * it to whoever delivers. It sees this process alone. One thread at a time.
 */
public final class Alarms {
  private static final Logger log = LoggerFactory.getLogger(Alarms.class);

  private final List<AlertRule> rules;
  private final BiPredicate<AlertRule, Reading> exempt;
  private final Consumer<Notice> delivery;
  private final Growth growth = new Growth(AlertRule.REMEMBERED);
  private Firing firing = Firing.NOTHING;

  /**
   * @param exempt what a rule is not about, though it measures it
   * @param delivery takes a notice and returns at once
   */
  public Alarms(
      List<AlertRule> rules, BiPredicate<AlertRule, Reading> exempt, Consumer<Notice> delivery) {
    this.rules = List.copyOf(rules);
    this.exempt = exempt;
    this.delivery = delivery;
  }

  /** The sample, with what fires now. */
  public StatusReport judged(StatusReport report) {
    List<Reading> readings = Readings.of(report);
    growth.add(report.at(), readings);
    Firing.Step step = firing.next(report.at(), wrong(readings));
    firing = step.firing();
    step.transitions().forEach(transition -> tell(report, transition));
    return report.with(
        firing.conditions().values().stream()
            .filter(Firing.Condition::fires)
            .map(condition -> shown(report, condition))
            .toList());
  }

  private List<Violation> wrong(List<Reading> readings) {
    List<Violation> wrong = new ArrayList<>();
    for (AlertRule rule : rules) {
      for (Reading reading : readings) {
        if (rule.metrics().contains(reading.metric())) {
          double value = rule.side() == AlertRule.Side.GREW ? growth.of(reading) : reading.value();
          if (rule.isWrong(value) && !exempt.test(rule, reading)) {
            wrong.add(new Violation(rule, reading, value));
          }
        }
      }
    }
    return wrong;
  }

  private static StatusReport.Alert shown(StatusReport report, Firing.Condition condition) {
    Violation violation = condition.last();
    return new StatusReport.Alert(
        violation.rule().name(),
        violation.subject(),
        message(report, violation),
        violation.rule().cure(),
        condition.since());
  }

  private void tell(StatusReport report, Firing.Transition transition) {
    Violation violation = transition.violation();
    AlertRule rule = violation.rule();
    boolean fires = transition.state() == Firing.Transition.State.FIRING;
    Notice notice =
        new Notice(
            "alert-%s-%s-%d-%s"
                .formatted(
                    report.name(),
                    rule.name(),
                    transition.since().toEpochMilli(),
                    Integer.toHexString(violation.id().hashCode() * 31 + (fires ? 1 : 0))),
            fires ? Notice.State.FIRING : Notice.State.CLEARED,
            report.name(),
            rule.name(),
            rule.severity(),
            violation.subject(),
            fires ? message(report, violation) : "This is well again.",
            rule.cure(),
            transition.since(),
            transition.at());
    (fires ? log.atWarn() : log.atInfo())
        .addKeyValue("alert", rule.name())
        .addKeyValue("subject", violation.subject())
        .addKeyValue("since", transition.since())
        .log(fires ? "alert fires: " + notice.message() : "alert cleared");
    delivery.accept(notice);
  }

  /** With what its part itself says is wrong. */
  private static String message(StatusReport report, Violation violation) {
    String table = violation.reading().labels().get(Label.TABLE);
    String tracker = violation.reading().labels().get(Label.TRACKER);
    if (tracker == null) {
      return violation.message();
    }
    return report.trackers().stream()
        .filter(one -> one.name().equals(tracker))
        .map(one -> problem(one, table))
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .map(problem -> violation.message() + " " + problem)
        .orElse(violation.message());
  }

  private static String problem(
      StatusReport.Tracker tracker, @org.jspecify.annotations.Nullable String table) {
    if (table == null) {
      StatusReport.Problem problem = tracker.problem();
      return problem == null ? "" : problem.message();
    }
    for (StatusReport.Table one : tracker.tables()) {
      StatusReport.Problem problem = one.problem();
      if (one.table().equals(table) && problem != null) {
        return problem.message();
      }
    }
    return "";
  }
}
