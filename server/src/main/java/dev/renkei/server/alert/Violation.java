package dev.renkei.server.alert;

import dev.renkei.server.metrics.Label;
import dev.renkei.server.metrics.Reading;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A measurement on the wrong side of a rule's limit.
 *
 * @param value as measured; of a counter, by how much it has grown
 */
record Violation(AlertRule rule, Reading reading, double value) {
  /** One rule and one thing that it is about. */
  record Id(String rule, String series) {}

  Id id() {
    return new Id(rule.name(), reading.series());
  }

  /** What it is about, for example {@code table dbo.Orders, tracker tracker-a}. */
  String subject() {
    Map<Label, String> labels = reading.labels();
    return labels.isEmpty()
        ? "process"
        : labels.entrySet().stream()
            .map(label -> label.getKey().text() + " " + label.getValue())
            .collect(Collectors.joining(", "));
  }

  /** What is wrong, with the value where it says more than that. */
  String message() {
    return switch (rule.side()) {
      case ABOVE, BELOW ->
          rule.limit() == 0 || rule.limit() == 1
              ? rule.summary() + "."
              : "%s: %s, and the limit is %s."
                  .formatted(rule.summary(), text(value), text(rule.limit()));
      case GREW -> "%s: %,d.".formatted(rule.summary(), (long) value);
    };
  }

  private String text(double number) {
    String name = reading.metric().text();
    if (name.endsWith("_ratio")) {
      return Math.round(number * 100) + " %";
    }
    return number >= 7_200 ? "%.1f h".formatted(number / 3_600) : "%.1f s".formatted(number);
  }
}
