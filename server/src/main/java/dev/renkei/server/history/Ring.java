package dev.renkei.server.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of named series at even times, the newest so many of them; NaN where there was none. Not
 * thread-safe.
 *
 * <p>A step of a series costs four bytes; series come into being when they have their first value,
 * and those beyond the most that there may be are left out.
 */
final class Ring {
  private final long stepMillis;
  private final int steps;
  private final int mostSeries;
  private final Map<String, float[]> series = new LinkedHashMap<>();
  private long newest = Long.MIN_VALUE;

  Ring(long stepMillis, int steps, int mostSeries) {
    this.stepMillis = stepMillis;
    this.steps = steps;
    this.mostSeries = mostSeries;
  }

  /**
   * Values at a time; what was there for the same step is overwritten. Earlier steps are refused.
   */
  void put(long atMillis, Map<String, Double> values) {
    long step = Math.floorDiv(atMillis, stepMillis);
    if (step < newest) {
      return;
    }
    forget(step);
    newest = step;
    values.forEach((name, value) -> put(name, step, value.floatValue()));
  }

  /** What lies between the newest step and this one has no values; nor has the oldest round. */
  private void forget(long step) {
    if (newest == Long.MIN_VALUE) {
      return;
    }
    long from = Math.max(newest + 1, step - steps + 1);
    for (long gone = from; gone <= step; gone++) {
      int place = place(gone);
      series.values().forEach(values -> values[place] = Float.NaN);
    }
  }

  private void put(String name, long step, float value) {
    float[] values = series.get(name);
    if (values == null) {
      if (series.size() >= mostSeries) {
        return;
      }
      values = new float[steps];
      Arrays.fill(values, Float.NaN);
      series.put(name, values);
    }
    values[place(step)] = value;
  }

  private int place(long step) {
    return Math.floorMod(step, steps);
  }

  /** The values of a span, oldest first; series without any are left out. */
  History.Span span(long fromMillis, long toMillis) {
    if (newest == Long.MIN_VALUE) {
      return new History.Span(stepMillis, toMillis, Map.of());
    }
    long first = Math.max(Math.floorDiv(fromMillis, stepMillis), newest - steps + 1);
    long last = Math.min(Math.floorDiv(toMillis, stepMillis), newest);
    Map<String, List<Double>> found = new LinkedHashMap<>();
    series.forEach(
        (name, values) -> {
          List<Double> of = new ArrayList<>();
          boolean any = false;
          for (long step = first; step <= last; step++) {
            float value = values[place(step)];
            any |= !Float.isNaN(value);
            of.add((double) value);
          }
          if (any) {
            found.put(name, of);
          }
        });
    return new History.Span(stepMillis, first * stepMillis, found);
  }
}
