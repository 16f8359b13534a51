package dev.renkei.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.loader.verify.Schedule.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each table once in a while, one after the other. */
class ScheduleTest {
  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Schedule DAILY = new Schedule(Duration.ofDays(1), SINCE);

  private static Entry entry(String table, @Nullable Instant last) {
    return new Entry("local", table, last, false);
  }

  private static Instant hour(double hours) {
    return SINCE.plusSeconds((long) (hours * 3600));
  }

  @Test
  void tablesThatWereNeverComparedAreSpreadOverTheFirstRound() {
    List<Entry> all = List.of(entry("a", null), entry("b", null), entry("c", null));

    assertThat(DAILY.due(all, hour(7.9))).isEmpty();
    assertThat(DAILY.due(all, hour(8))).hasValue(all.get(0));
    assertThat(DAILY.due(List.of(entry("a", hour(8)), all.get(1), all.get(2)), hour(16)))
        .hasValue(all.get(1));
    assertThat(DAILY.due(List.of(entry("a", hour(8)), entry("b", hour(16)), all.get(2)), hour(23)))
        .isEmpty();
  }

  @Test
  void eachIsDueAgainAfterItsOwnLastTimeAlsoAfterARestart() {
    List<Entry> all = List.of(entry("a", hour(8)), entry("b", hour(16)));

    assertThat(DAILY.due(all, hour(31.9))).isEmpty();
    assertThat(DAILY.due(all, hour(32))).hasValue(all.get(0));
    assertThat(DAILY.due(all, hour(1000))).hasValue(all.get(0));
  }

  @Test
  void oneWithoutAResultIsTriedAgainWithinTheHour() {
    Entry failed = new Entry("local", "a", hour(8), true);

    assertThat(DAILY.due(List.of(failed), hour(8.9))).isEmpty();
    assertThat(DAILY.due(List.of(failed), hour(9))).hasValue(failed);
    assertThat(
            new Schedule(Duration.ofMinutes(5), SINCE)
                .due(List.of(failed), hour(8).plus(Duration.ofMinutes(5))))
        .hasValue(failed);
    assertThat(DAILY.due(List.of(), hour(1000))).isEmpty();
  }
}
