package dev.renkei.steps.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.steps.feature.Lines.Event;
import dev.renkei.steps.feature.Lines.Line;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
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
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      List<Event> events = disordered(events(random, 300), random);
      PureFlow flow = new PureFlow(feature, null);

      deliverLive(flow, events, random);
      flow.end();

      assertThat(flow.table(true)).as("seed %d", seed).isEqualTo(Reference.of(feature, events));
      assertThat(flow.table(false)).hasSameSizeAs(flow.table(true));
      assertThat(flow.remembered()).isZero();
      assertThat(flow.count("ignored by consumers")).isZero();
      assertThat(flow.count(ContributionsStep.LATE)).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void aReplayGivesTheSameNumbers(FeatureConfig feature) {
    for (int seed = 100; seed < 120; seed++) {
      Random random = new Random(seed);
      List<Event> events = disordered(events(random, 300), random);
      PureFlow flow = new PureFlow(feature, null);

      Instant later = NOON.plus(Duration.ofDays(30));
      for (Event event : events) {
        flow.take(event, later);
        later = later.plusMillis(1);
      }
      flow.end();

      assertThat(flow.table(true)).as("seed %d", seed).isEqualTo(Reference.of(feature, events));
      assertThat(flow.remembered()).isZero();
    }
  }

  /** As on an engine that keeps no order between its steps. */
  @ParameterizedTest
  @MethodSource("features")
  void theOrderBetweenTheStepsDoesNotMatter(FeatureConfig feature) {
    for (int seed = 200; seed < 220; seed++) {
      Random random = new Random(seed);
      List<Event> events = disordered(events(random, 300), random);
      PureFlow flow = new PureFlow(feature, random);

      deliverLive(flow, events, random);
      flow.end();

      assertThat(flow.table(true)).as("seed %d", seed).isEqualTo(Reference.of(feature, events));
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

  /** Inserts, updates that move key, time and values, deletes. */
  private static List<Event> events(Random random, int count) {
    List<Event> events = new ArrayList<>();
    Map<Integer, @Nullable Line> lines = new HashMap<>();
    Instant clock = NOON;
    for (int version = 1; version <= count; version++) {
      clock = clock.plusMillis(random.nextInt(700));
      int id = random.nextInt(25);
      Line before = lines.get(id);
      Line now = before != null && random.nextInt(5) == 0 ? null : line(random, id, before, clock);
      lines.put(id, now);
      events.add(new Event(id, version, clock, now));
    }
    return events;
  }

  private static Line line(Random random, int id, @Nullable Line before, Instant clock) {
    if (before != null && random.nextInt(4) == 0) {
      return before;
    }
    boolean stays = before != null && random.nextInt(3) > 0;
    Instant at =
        random.nextInt(30) == 0
            ? null
            : clock.minusMillis(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 12_000));
    return new Line(
        id,
        before != null && stays
            ? before.product()
            : random.nextInt(20) == 0 ? null : (Integer) random.nextInt(3),
        random.nextInt(8) == 0 ? null : "name-" + random.nextInt(6),
        random.nextInt(8) == 0 ? null : (Integer) (random.nextInt(12) - 1),
        random.nextInt(8) == 0 ? null : BigDecimal.valueOf(random.nextInt(100_000), 2),
        random.nextInt(8) == 0 ? null : (Double) random.nextGaussian(),
        before != null && stays && random.nextInt(2) == 0 ? before.at() : at);
  }

  /** Copies, and changes of different rows out of order; those of one row stay in theirs. */
  private static List<Event> disordered(List<Event> events, Random random) {
    List<Event> mixed = new ArrayList<>();
    List<Event> held = new ArrayList<>();
    for (Event event : events) {
      held.add(event);
      while (held.size() > 6) {
        mixed.add(held.remove(first(held, random.nextInt(held.size()))));
      }
      if (random.nextInt(10) == 0 && !mixed.isEmpty()) {
        mixed.add(mixed.get(mixed.size() - 1 - random.nextInt(Math.min(5, mixed.size()))));
      }
    }
    mixed.addAll(held);
    return mixed;
  }

  /** The first one of the row that stands there. */
  private static int first(List<Event> held, int at) {
    for (int i = 0; i < at; i++) {
      if (held.get(i).id() == held.get(at).id()) {
        return i;
      }
    }
    return at;
  }
}
