package dev.renkei.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final String IN = "renkei_flow_in_total{flow=\"dedupe\"}";
  private static final String HEAP = "renkei_heap_used_bytes";
  private static final double MIB = 1 << 20;

  private final History history = new History();

  @Test
  void remembersGaugesSecondBySecond() {
    add(0, 10, 0);
    add(1, 20, 0);
    add(3, 30, 0);

    History.Span span = history.span(Duration.ofSeconds(3), NOON.plusSeconds(3));

    assertThat(span.stepMillis()).isEqualTo(1_000);
    assertThat(span.fromMillis()).isEqualTo(NOON.toEpochMilli());
    assertThat(span.series().get(HEAP)).containsExactly(10 * MIB, 20 * MIB, Double.NaN, 30 * MIB);
  }

  @Test
  void remembersOfCountersHowMuchTheyGrewPerSecond() {
    add(0, 1, 100);
    add(1, 1, 150);
    add(3, 1, 250);
    add(4, 1, 5); // the process began anew

    assertThat(history.span(Duration.ofSeconds(4), NOON.plusSeconds(4)).series().get(IN))
        .containsExactly(Double.NaN, 50.0, Double.NaN, 50.0, 0.0);
  }

  @Test
  void aWholeDayIsRememberedInStepsOfTenSeconds() {
    for (int second = 0; second <= 90_000; second += 10) {
      add(second, 1, 7L * second);
    }

    History.Span day = history.span(Duration.ofDays(1), NOON.plusSeconds(90_000));

    assertThat(day.stepMillis()).isEqualTo(10_000);
    assertThat(day.series().get(IN)).hasSize(8_640).containsOnly(7.0);
  }

  @Test
  void tenMinutesAreRememberedSecondBySecondAndNoLonger() {
    for (int second = 0; second <= 700; second++) {
      add(second, second, 0);
    }

    History.Span span = history.span(Duration.ofMinutes(10), NOON.plusSeconds(700));

    assertThat(span.series().get(HEAP)).hasSize(600).startsWith(101 * MIB).endsWith(700 * MIB);
  }

  @Test
  void aClockSetBackIsWaitedFor() {
    add(5, 5, 0);
    add(2, 2, 0);
    add(6, 6, 0);

    assertThat(history.span(Duration.ofSeconds(1), NOON.plusSeconds(6)).series().get(HEAP))
        .containsExactly(5 * MIB, 6 * MIB);
  }

  @Test
  void theMemoryOfManySeriesIsBounded() {
    Ring ring = new Ring(1_000, 10, 2);
    ring.put(0, Map.of("a", 1.0));
    ring.put(1_000, Map.of("b", 2.0));
    ring.put(2_000, Map.of("c", 3.0));

    assertThat(ring.span(0, 2_000).series()).containsOnlyKeys("a", "b");
  }

  @Test
  void nothingIsKnownBeforeTheFirstSample() {
    assertThat(history.span(Duration.ofSeconds(10), NOON).series()).isEmpty();
  }

  private void add(int second, long heapMib, long in) {
    history.add(
        new StatusReport(
            StatusReport.FORMAT,
            "shop",
            "0.1.0",
            7,
            NOON,
            NOON.plusSeconds(second),
            List.of("flow dedupe"),
            new StatusReport.Hub("kafka", "127.0.0.1:9092", true, true),
            List.of(),
            List.of(new Flow("dedupe", "RUNNING", new Counts(in, 0, 0, 0, 0, 0), Map.of(), null)),
            List.of(),
            new Resources(1, null, null, heapMib, 1_000)));
  }
}
