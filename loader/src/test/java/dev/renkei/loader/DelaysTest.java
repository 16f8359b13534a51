package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DelaysTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void nothingTookNoTime() {
    assertThat(new Delays().quantile(0.99)).isZero();
  }

  @Test
  void shortOnesAreExact() {
    Delays delays = new Delays();
    for (int millis = 1; millis <= 20; millis++) {
      delays.add(millis);
    }

    assertThat(delays.quantile(0.5)).isEqualTo(10);
    assertThat(delays.quantile(0.95)).isEqualTo(19);
    assertThat(delays.quantile(1)).isEqualTo(20);
    assertThat(delays.max()).isEqualTo(20);
  }

  @Test
  void longOnesAreExactToAThirtySecond() {
    Random random = new Random(4711);
    for (int round = 0; round < 200; round++) {
      long[] all =
          random.longs(1 + random.nextInt(500), 0, 1L << (3 + random.nextInt(28))).toArray();
      Delays delays = new Delays();
      Arrays.stream(all).forEach(delays::add);
      Arrays.sort(all);
      for (double part : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
        long exact = all[(int) Math.ceil(part * all.length) - 1];

        assertThat(delays.quantile(part))
            .isGreaterThanOrEqualTo(exact)
            .isCloseTo(exact, Percentage.withPercentage(100.0 / 31));
      }
    }
  }

  @Test
  void whatRunsBackwardsTookNoTimeAndWhatIsEndlessTookLong() {
    Delays delays = new Delays();
    delays.add(-5);
    delays.add(Long.MAX_VALUE);

    assertThat(delays.quantile(0.5)).isZero();
    assertThat(delays.quantile(1)).isCloseTo(Integer.MAX_VALUE, within(1L));
  }

  @Test
  void theLastMinuteCountsAndNothingBeforeIt() {
    RecentDelays recent = new RecentDelays();
    recent.add(500, 5 * SECOND);
    recent.add(9, 42 * SECOND);

    assertThat(recentAt(recent, 50 * SECOND).count()).isEqualTo(2);
    assertThat(recentAt(recent, 60 * SECOND).count()).isEqualTo(1);
    assertThat(recentAt(recent, 60 * SECOND).max()).isEqualTo(9);
    assertThat(recentAt(recent, 100 * SECOND).count()).isZero();
  }

  @Test
  void aSliceThatComesRoundBeginsAnew() {
    RecentDelays recent = new RecentDelays();
    recent.add(500, 5 * SECOND);
    recent.add(9, 65 * SECOND);

    assertThat(recentAt(recent, 66 * SECOND).count()).isEqualTo(1);
    assertThat(recentAt(recent, 66 * SECOND).max()).isEqualTo(9);
  }

  private static Delays recentAt(RecentDelays recent, long now) {
    Delays sum = new Delays();
    recent.addTo(sum, now);
    return sum;
  }
}
