package dev.renkei.server.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.AlertsConfig;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AlarmsTest {
  private static final AlertsConfig CONFIG =
      new AlertsConfig(0.8, 0.8, Duration.ofSeconds(2), Duration.ofHours(12), List.of());

  private final Shop shop = new Shop();
  private final List<Notice> told = new ArrayList<>();
  private final Alarms alarms =
      new Alarms(AlertRules.of(CONFIG), (rule, reading) -> false, told::add);
  private Instant now = Shop.NOON;

  static Stream<Arguments> causes() {
    return Stream.of(
        cause(
            "retries_exhausted",
            "table dbo.Stock, tracker tracker-a",
            s -> s.table = Table.Phase.ALERT),
        cause(
            "retention_running_out",
            "table dbo.Stock, tracker tracker-a",
            s -> s.stalenessMillis = Duration.ofHours(37).toMillis()),
        cause(
            "tracker_gone",
            "tracker tracker-a",
            s ->
                s.trackerProblem = new StatusReport.Problem("db1 is away", "Start it.", Shop.NOON)),
        cause("tracker_gone", "tracker tracker-b", s -> s.gone = List.of("tracker-b")),
        cause("hub_unreachable", "process", s -> s.hub = false),
        cause("flow_down", "flow dedupe", s -> s.flow = "ERROR"),
        cause("flow_stands", "flow dedupe", s -> s.standingMillis = 121_000),
        cause("loader_down", "warehouse local", s -> s.warehouse = Warehouse.Phase.STOPPED),
        cause(
            "verification_failed",
            "table dbo.Stock, warehouse local",
            s -> s.verified = Warehouse.Verified.State.DIFFERENT),
        cause("lag_over_objective", "table dbo.Stock, warehouse local", s -> s.lagMillis = 2_500),
        cause("dead_letters", "warehouse local", s -> s.letters = 1),
        cause("dead_letters", "flow dedupe", s -> s.flowLetters = 2),
        cause("memory_high", "process", s -> s.heapMib = 900),
        cause("cpu_high", "process", s -> s.cpu = 0.95));
  }

  private static Arguments cause(String alert, String subject, Consumer<Shop> cause) {
    return Arguments.of(alert, subject, cause);
  }

  @ParameterizedTest
  @MethodSource("causes")
  void eachAlertFiresByItsCauseAloneAndClearsWithIt(
      String alert, String subject, Consumer<Shop> cause) {
    pass(Duration.ofSeconds(10));
    assertThat(told).isEmpty();

    cause.accept(shop);
    StatusReport wrong = pass(Duration.ofMinutes(6));

    assertThat(told).extracting(Notice::alert).containsExactly(alert);
    assertThat(told.get(0).state()).isEqualTo(Notice.State.FIRING);
    assertThat(told.get(0).subject()).isEqualTo(subject);
    assertThat(wrong.alerts())
        .extracting(StatusReport.Alert::name, StatusReport.Alert::subject)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(alert, subject));

    Shop well = new Shop();
    well.letters = shop.letters; // counters do not go back
    well.flowLetters = shop.flowLetters;
    StatusReport mended = pass(well, Duration.ofMinutes(11));

    assertThat(told)
        .extracting(Notice::state)
        .containsExactly(Notice.State.FIRING, Notice.State.CLEARED);
    assertThat(told).extracting(Notice::id).doesNotHaveDuplicates();
    assertThat(mended.alerts()).isEmpty();
  }

  @Test
  void everyRuleHasACause() {
    assertThat(causes().map(cause -> cause.get()[0]))
        .containsAll(AlertRules.of(CONFIG).stream().map(AlertRule::name).toList());
  }

  @Test
  void aTableThatFailsTellsWhy() {
    shop.table = Table.Phase.ALERT;
    shop.tableProblem = new StatusReport.Problem("Lock request time out.", "Wait.", Shop.NOON);
    pass(Duration.ofSeconds(1));

    assertThat(told.get(0).message())
        .isEqualTo(
            "A table has failed as often in a row as `retry_max_times` allows. Lock request time out.");
  }

  @Test
  void deadLettersOfBeforeTheStartAreNoNews() {
    shop.letters = 5;
    pass(Duration.ofMinutes(1));

    assertThat(told).isEmpty();
  }

  @Test
  void withoutAnObjectiveNobodyIsToldOfLagAndAQuarterOfTheRetentionIsKept() {
    List<AlertRule> rules = AlertRules.of(new AlertsConfig(0.8, 0.8, null, null, List.of()));
    Alarms modest = new Alarms(rules, (rule, reading) -> false, told::add);
    shop.lagMillis = 1_000_000;
    shop.stalenessMillis = Duration.ofHours(35).toMillis();
    modest.judged(shop.at(now));
    modest.judged(shop.at(now.plusSeconds(300)));
    assertThat(told).isEmpty();

    shop.stalenessMillis = Duration.ofHours(37).toMillis();
    modest.judged(shop.at(now.plusSeconds(301)));
    modest.judged(shop.at(now.plusSeconds(400)));
    assertThat(told).extracting(Notice::alert).containsExactly("retention_running_out");
  }

  @Test
  void limitsAreSaidWithTheirValues() {
    shop.lagMillis = 2_500;
    shop.heapMib = 900;
    pass(Duration.ofMinutes(6));

    assertThat(told)
        .extracting(Notice::message)
        .containsExactly(
            "Changes take longer from commit to warehouse than `objectives.lag_p99`: 2.5 s, and the limit is 2.0 s.",
            "A process uses more of its memory than `alerts.memory`: 90 %, and the limit is 80 %.");
  }

  private StatusReport pass(Duration time) {
    return pass(shop, time);
  }

  private StatusReport pass(Shop as, Duration time) {
    StatusReport last = alarms.judged(as.at(now));
    for (Instant end = now.plus(time); now.isBefore(end); ) {
      now = now.plusSeconds(1);
      last = alarms.judged(as.at(now));
    }
    return last;
  }
}
