package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLI = 1_000_000;

  @Test
  void spreadsChangesOverTheSecond() {
    Pace pace = new Pace(1_000, 0);

    assertThat(pace.waitNanos(0)).isZero();
    pace.spent(5, 0, MILLI);

    assertThat(pace.waitNanos(MILLI)).isEqualTo(4 * MILLI);
  }

  @Test
  void catchesUpAfterAStallButAtTwiceTheRateOnly() {
    Pace pace = new Pace(1_000, 0);
    long stalled = 1_000 * MILLI;
    pace.spent(10, 0, stalled);
    assertThat(pace.waitNanos(stalled)).isNotPositive();

    long now = stalled;
    long changes = 10;
    while (changes < now / MILLI) {
      pace.spent(10, now, now);
      changes += 10;
      assertThat(pace.waitNanos(now)).isEqualTo(5 * MILLI);
      now += pace.waitNanos(now);
    }

    assertThat(now).isBetween(1_900 * MILLI, 2_100 * MILLI);
  }

  @Test
  void forgetsWhatItCouldNotMakeUpFor() {
    Pace pace = new Pace(1_000, 0);
    long stalled = 60_000 * MILLI;
    pace.spent(10, 0, stalled);

    long now = stalled;
    long changes = 0;
    while (pace.waitNanos(now) < 10 * MILLI) {
      now += Math.max(0, pace.waitNanos(now));
      pace.spent(10, now, now);
      changes += 10;
    }

    assertThat(changes).as("two seconds' worth at double rate").isBetween(3_900L, 4_100L);
  }
}
