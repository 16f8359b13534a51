package dev.renkei.server.alert;

import dev.renkei.server.metrics.Metric;
import dev.renkei.server.metrics.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** By how much counters have grown of late. What is there at the first look has not grown. */
final class Growth {
  private final Duration remembered;
  private final Map<String, Counter> counters = new HashMap<>();
  private boolean begun;

  Growth(Duration remembered) {
    this.remembered = remembered;
  }

  private static final class Counter {
    private double value;
    private final Deque<Step> steps = new ArrayDeque<>();
  }

  private record Step(Instant at, double by) {}

  /** Takes in a sample. */
  void add(Instant at, List<Reading> readings) {
    for (Reading reading : readings) {
      if (reading.metric().kind() == Metric.Kind.COUNTER) {
        add(at, reading);
      }
    }
    begun = true;
    Instant oldest = at.minus(remembered);
    counters
        .values()
        .forEach(counter -> counter.steps.removeIf(step -> step.at().isBefore(oldest)));
  }

  private void add(Instant at, Reading reading) {
    Counter counter = counters.get(reading.series());
    if (counter == null) {
      counter = new Counter();
      counter.value = begun ? 0 : reading.value();
      counters.put(reading.series(), counter);
    }
    // What counts anew has grown since nothing.
    double by = reading.value() < counter.value ? reading.value() : reading.value() - counter.value;
    if (by > 0) {
      counter.steps.add(new Step(at, by));
    }
    counter.value = reading.value();
  }

  /** By how much a counter has grown within what is remembered. */
  double of(Reading reading) {
    Counter counter = counters.get(reading.series());
    return counter == null ? 0 : counter.steps.stream().mapToDouble(Step::by).sum();
  }
}
