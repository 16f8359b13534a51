package dev.renkei.server.alert;

import static dev.renkei.server.alert.AlertRule.Severity.WARNING;
import static dev.renkei.server.alert.AlertRule.Side.ABOVE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.metrics.Metric;
import dev.renkei.server.metrics.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  /**
   * A character a second: {@code x} wrong, {@code .} well; below it F where it fires, C where it
   * clears.
   */
  @ParameterizedTest
  @CsvSource({
    // held for, seconds as measured, what is told
    "0, .x, .F",
    "0, x., FC",
    "0, x.x, FCF",
    "0, xxx., F..C",
    "1, x., ..",
    "1, xx, .F",
    "1, xx.., .F.C",
    "1, xx.x.., .F...C",
    "3, xxx., ....",
    "3, xxxx, ...F",
    "3, xxx.xxx, .......",
    "3, xxxx...., ...F...C",
    "3, xxxx..x...., ...F......C",
    "3, xxxxxxxx, ...F....",
    "3, xxxx....xxxx, ...F...C...F",
    "60, xxxxxxxx, ........",
  })
  void isPendingThenFiresOnceAndClearsOnce(long holds, String measured, String told) {
    AlertRule rule = rule(Duration.ofSeconds(holds));
    Firing firing = Firing.NOTHING;
    StringBuilder said = new StringBuilder();
    for (int second = 0; second < measured.length(); second++) {
      List<Violation> wrong = measured.charAt(second) == 'x' ? List.of(violation(rule)) : List.of();
      Firing.Step step = firing.next(NOON.plusSeconds(second), wrong);
      firing = step.firing();
      said.append(
          step.transitions().isEmpty()
              ? "."
              : step.transitions().get(0).state() == Firing.Transition.State.FIRING ? "F" : "C");
      assertThat(step.transitions()).hasSizeLessThan(2);
    }

    assertThat(said).hasToString(told);
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void eachSubjectFiresForItself(long holds) {
    AlertRule rule = rule(Duration.ofSeconds(holds));
    Violation one = violation(rule, "one");
    Violation two = violation(rule, "two");
    Firing firing = Firing.NOTHING.next(NOON, List.of(one)).firing();
    Firing.Step both = firing.next(NOON.plusSeconds(holds), List.of(one, two));

    assertThat(both.firing().conditions())
        .containsOnlyKeys(one.id(), two.id())
        .hasEntrySatisfying(one.id(), first -> assertThat(first.fires()).isTrue())
        .hasEntrySatisfying(two.id(), second -> assertThat(second.fires()).isEqualTo(holds == 0));
  }

  private static AlertRule rule(Duration holds) {
    return new AlertRule(
        "flow_slow", WARNING, "Slow", "Wait.", List.of(Metric.FLOW_UP), ABOVE, 0, holds);
  }

  private static Violation violation(AlertRule rule) {
    return violation(rule, "dedupe");
  }

  private static Violation violation(AlertRule rule, String flow) {
    return new Violation(
        rule,
        new Reading(Metric.FLOW_UP, Map.of(dev.renkei.server.metrics.Label.FLOW, flow), 1),
        1);
  }
}
