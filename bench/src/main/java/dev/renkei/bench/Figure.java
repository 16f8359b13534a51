package dev.renkei.bench;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One measured figure.
 *
 * @param unit for example {@code rows/s}, {@code ms}, {@code ratio}
 * @param rounds the figure of each round, in order; at least one
 */
public record Figure(String name, String unit, List<Double> rounds, @Nullable Aim aim) {
  public static final String RATIO = "ratio";

  public Figure {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException(name + ": a figure of no round");
    }
  }

  /** The middle of the rounds; of an even number, the lower of the two. */
  public double median() {
    return sorted()[(rounds.size() - 1) / 2];
  }

  public double lowest() {
    return sorted()[0];
  }

  public double highest() {
    return sorted()[rounds.size() - 1];
  }

  private double[] sorted() {
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
