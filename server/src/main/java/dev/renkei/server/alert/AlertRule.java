package dev.renkei.server.alert;

import dev.renkei.server.metrics.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What is wrong, told by measurements: any of these metrics, whatever its labels, on the wrong side
 * of a limit.
 *
 * @param name of small letters and underscores
 * @param summary what is wrong, as a sentence without its full stop
 * @param cure what to do
 * @param metrics of one kind
 * @param limit that is not to be passed; of {@link Side#GREW}, by how much in {@link #REMEMBERED}
 * @param holds how long it must be so before anybody is told
 */
public record AlertRule(
    String name,
    Severity severity,
    String summary,
    String cure,
    List<Metric> metrics,
    Side side,
    double limit,
    Duration holds) {
  /** How long what has grown counts. */
  public static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** When it fires, for people. */
  public String condition() {
    String names =
        metrics.stream().map(Metric::text).collect(java.util.stream.Collectors.joining(" or "));
    String wrong =
        switch (side) {
          case ABOVE -> "above " + number(limit);
          case BELOW -> "below " + number(limit);
          case GREW -> "grown within %d minutes".formatted(REMEMBERED.toMinutes());
        };
    return "%s %s%s"
        .formatted(names, wrong, holds.isZero() ? "" : " for " + holds.toSeconds() + " s");
  }

  /** As Prometheus writes it: no more digits than needed. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** How long all must be well before that is told, at most. */
  private static final Duration LONGEST_SETTLING = Duration.ofSeconds(30);

  /** Who is to be woken. */
  public enum Severity {
    /** Data is late or will be lost. */
    CRITICAL,
    /** Somebody should look, in the daytime. */
    WARNING
  }

  /** On which side of the limit it is wrong. */
  public enum Side {
    ABOVE,
    BELOW,
    /** A counter that has grown within {@link #REMEMBERED}. */
    GREW
  }

  public AlertRule {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(summary, "summary");
    Objects.requireNonNull(cure, "cure");
    metrics = List.copyOf(metrics);
    if (!name.matches("[a-z][a-z_]*") || metrics.isEmpty() || holds.isNegative()) {
      throw new IllegalArgumentException("alert '%s' of %s for %s".formatted(name, metrics, holds));
    }
    Metric.Kind kind = side == Side.GREW ? Metric.Kind.COUNTER : Metric.Kind.GAUGE;
    if (metrics.stream().anyMatch(metric -> metric.kind() != kind)) {
      throw new IllegalArgumentException("alert %s: not all are a %s".formatted(name, kind.text()));
    }
  }

  /** Whether a value is on the wrong side; of a counter, by how much it has grown. */
  boolean isWrong(double value) {
    return side == Side.BELOW ? value < limit : value > limit;
  }

  /** How long all must be well before that is told. */
  Duration settles() {
    return holds.compareTo(LONGEST_SETTLING) < 0 ? holds : LONGEST_SETTLING;
  }
}
