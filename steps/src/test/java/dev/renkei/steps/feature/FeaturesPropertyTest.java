package dev.renkei.steps.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.steps.contract.feature.Lines;
import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.RandomLines;
import dev.renkei.steps.contract.feature.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random changes: what comes out after lateness is what a computation without state says. */
class FeaturesPropertyTest {
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final Duration LATENESS = Duration.ofSeconds(20);

  static List<FeatureConfig> features() {
    return List.of(
        Lines.feature("fixed", new Window.Fixed(Duration.ofSeconds(10)), LATENESS),
        Lines.feature(
            "sliding", new Window.Sliding(Duration.ofSeconds(9), Duration.ofSeconds(2)), LATENESS),
        Lines.feature("session", new Window.Session(Duration.ofSeconds(3)), LATENESS));
  }

  @ParameterizedTest
  @MethodSource("features")
  void liveItIsWhatACountFromNothingSays(FeatureConfig feature) {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      List<Event> events = RandomLines.disordered(RandomLines.events(random, NOON, 300), random);
      PureFlow flow = new PureFlow(feature, null);

      deliverLive(flow, events, random);
      flow.end();

      assertThat(flow.table().rows(true))
          .as("seed %d", seed)
          .isEqualTo(Reference.of(feature, events));
      assertThat(flow.table().rows(false)).hasSameSizeAs(flow.table().rows(true));
      assertThat(flow.remembered()).isZero();
      assertThat(flow.table().ignored()).isZero();
      assertThat(flow.count(ContributionsStep.LATE)).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void aReplayGivesTheSameNumbers(FeatureConfig feature) {
    for (int seed = 100; seed < 105; seed++) {
      Random random = new Random(seed);
      List<Event> events = RandomLines.disordered(RandomLines.events(random, NOON, 300), random);
      PureFlow flow = new PureFlow(feature, null);

      Instant later = NOON.plus(Duration.ofDays(30));
      for (Event event : events) {
        flow.take(event, later);
        later = later.plusMillis(1);
      }
      flow.end();

      assertThat(flow.table().rows(true))
          .as("seed %d", seed)
          .isEqualTo(Reference.of(feature, events));
      assertThat(flow.remembered()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void aBackfillGivesTheRowsThatWereToldLiveInTheirVersions(FeatureConfig feature) {
    Random random = new Random(300);
    List<Event> events = RandomLines.disordered(RandomLines.events(random, NOON, 300), random);
    PureFlow flow = new PureFlow(feature, null);
    deliverLive(flow, events, random);
    flow.end();
    int told = flow.log().size();

    flow.backfill(feature, events, NOON.plus(Duration.ofDays(1)));

    assertThat(flow.log().size()).isGreaterThan(told);
    assertThat(flow.table().ignored()).isEqualTo(flow.log().size() - told);
    assertThat(flow.table().rows(true)).isEqualTo(Reference.of(feature, events));
  }

  /** Nothing but the log is there, as after a reload of the hub. */
  @ParameterizedTest
  @MethodSource("features")
  void theLogInOrderGivesTheSameNumbersFromNothing(FeatureConfig feature) {
    for (int seed = 400; seed < 410; seed++) {
      List<Event> events = RandomLines.events(new Random(seed), NOON, 300);
      PureFlow flow = new PureFlow(feature, null);

      long unused = flow.recompute(feature, events, NOON.plus(Duration.ofDays(1)));

      assertThat(flow.table().rows(true))
          .as("seed %d", seed)
          .isEqualTo(Reference.of(feature, events));
      assertThat(flow.table().ignored()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void theLogInOrderGivesTheRowsThatWereToldLiveInTheirVersions(FeatureConfig feature) {
    Random random = new Random(500);
    List<Event> events = RandomLines.events(random, NOON, 300);
    PureFlow flow = new PureFlow(feature, null);
    deliverLive(flow, events, random);
    flow.end();
    int told = flow.log().size();

    long unused = flow.recompute(feature, events, NOON.plus(Duration.ofDays(1)));

    assertThat(flow.log().size()).isGreaterThan(told);
    assertThat(flow.table().ignored()).isEqualTo(flow.log().size() - told);
    assertThat(flow.table().rows(true)).isEqualTo(Reference.of(feature, events));
  }

  @Test
  void theLogInOrderNeedsNoMoreMemoryThanWhatWasOpenInAnHour() {
    FeatureConfig feature = features().get(0);
    List<Event> hours = RandomLines.events(new Random(600), NOON, 40_000);
    PureFlow flow = new PureFlow(feature, null);

    long most = flow.recompute(feature, hours, NOON.plus(Duration.ofDays(1)));

    assertThat(flow.log()).hasSizeGreaterThan(3_000);
    assertThat(most).isLessThan(1_500);
  }

  /** As on an engine that keeps no order between its steps. */
  @ParameterizedTest
  @MethodSource("features")
  void theOrderBetweenTheStepsDoesNotMatter(FeatureConfig feature) {
    for (int seed = 200; seed < 205; seed++) {
      Random random = new Random(seed);
      List<Event> events = RandomLines.disordered(RandomLines.events(random, NOON, 300), random);
      PureFlow flow = new PureFlow(feature, random);

      deliverLive(flow, events, random);
      flow.end();

      assertThat(flow.table().rows(true))
          .as("seed %d", seed)
          .isEqualTo(Reference.of(feature, events));
    }
  }

  /** Each a moment after it was committed; now and then the hub is behind for some minutes. */
  private static void deliverLive(PureFlow flow, List<Event> events, Random random) {
    Instant now = NOON;
    for (Event event : events) {
      Instant arrives = event.committed().plusMillis(random.nextInt(900));
      now = arrives.isAfter(now) ? arrives : now.plusMillis(1);
      if (random.nextInt(100) == 0) {
        now = now.plusSeconds(random.nextInt(100));
      }
      flow.take(event, now);
    }
  }
}
