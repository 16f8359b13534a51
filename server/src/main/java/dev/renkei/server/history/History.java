package dev.renkei.server.history;

import dev.renkei.server.StatusReport;
import dev.renkei.server.metrics.Metric;
import dev.renkei.server.metrics.Reading;
import dev.renkei.server.metrics.Readings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How this process was: what {@link Metric#isKept} says, every second for ten minutes and every ten
 * seconds for a day. Of counters it keeps how much they grew per second. Thread-safe.
 *
 * <p>A series takes 37 kB; there are at most {@link #MOST_SERIES}, so 15 MB.
 */
public final class History {
  public static final int MOST_SERIES = 400;

  private static final Duration FINE = Duration.ofSeconds(1);
  private static final Duration COARSE = Duration.ofSeconds(10);
  private static final int FINE_STEPS = 600;
  private static final int COARSE_STEPS = 8_640;

  private final Ring fine = new Ring(FINE.toMillis(), FINE_STEPS, MOST_SERIES);
  private final Ring coarse = new Ring(COARSE.toMillis(), COARSE_STEPS, MOST_SERIES);
  private @Nullable Counted before;
  private @Nullable Counted beforeCoarse;

  /** Counters at a time. */
  private record Counted(Instant at, Map<String, Double> values) {}

  /**
   * Series over time.
   *
   * @param stepMillis from value to value
   * @param fromMillis of the first value, since 1970
   * @param series by name as {@link Reading#series} has it; NaN where there was no value
   */
  public record Span(long stepMillis, long fromMillis, Map<String, List<Double>> series) {
    public Span {
      Map<String, List<Double>> copy = new LinkedHashMap<>();
      series.forEach((name, values) -> copy.put(name, List.copyOf(values)));
      series = Collections.unmodifiableMap(copy);
    }

    /** Those whose names pass alone. */
    public Span only(Predicate<String> name) {
      Map<String, List<Double>> some = new LinkedHashMap<>(series);
      some.keySet().removeIf(name.negate());
      return new Span(stepMillis, fromMillis, some);
    }
  }

  /** Takes in one sample; they come in the order of their times. */
  public synchronized void add(StatusReport report) {
    List<Reading> readings = Readings.of(report);
    Counted now = new Counted(report.at(), counters(readings));
    fine.put(report.at().toEpochMilli(), values(readings, before, now));
    before = now;
    Counted coarseBefore = beforeCoarse;
    if (coarseBefore == null || !step(coarseBefore.at()).equals(step(report.at()))) {
      coarse.put(report.at().toEpochMilli(), values(readings, coarseBefore, now));
      beforeCoarse = now;
    }
  }

  private static Long step(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), COARSE.toMillis());
  }

  private static Map<String, Double> counters(List<Reading> readings) {
    Map<String, Double> counters = new HashMap<>();
    for (Reading reading : readings) {
      if (reading.metric().isKept() && reading.metric().kind() == Metric.Kind.COUNTER) {
        counters.put(reading.series(), reading.value());
      }
    }
    return counters;
  }

  private static Map<String, Double> values(
      List<Reading> readings, @Nullable Counted before, Counted now) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Reading reading : readings) {
      if (!reading.metric().isKept()) {
        continue;
      }
      if (reading.metric().kind() == Metric.Kind.GAUGE) {
        values.put(reading.series(), reading.value());
      } else if (before != null && now.at().isAfter(before.at())) {
        // What is counted anew has grown since nothing; what was not there yet grew from zero.
        double grown = reading.value() - before.values().getOrDefault(reading.series(), 0.0);
        double seconds = Duration.between(before.at(), now.at()).toMillis() / 1000.0;
        values.put(reading.series(), Math.max(0, grown) / seconds);
      }
    }
    return values;
  }

  /**
   * How it was since then: second by second where that is still known, else every ten seconds.
   *
   * @param back how long before {@code to} it begins, at most a day
   */
  public synchronized Span span(Duration back, Instant to) {
    Ring ring = back.compareTo(FINE.multipliedBy(FINE_STEPS)) <= 0 ? fine : coarse;
    return ring.span(to.minus(back).toEpochMilli(), to.toEpochMilli());
  }
}
