package dev.renkei.server.metrics;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One measurement.
 *
 * @param labels exactly those that the metric has
 */
public record Reading(Metric metric, Map<Label, String> labels, double value) {
  public Reading {
    Objects.requireNonNull(metric, "metric");
    labels = labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(labels));
    if (!labels.keySet().equals(metric.labels())) {
      throw new IllegalArgumentException(metric + " with the labels " + labels.keySet());
    }
  }

  /** As Prometheus writes it, for example {@code renkei_flow_in_total{flow="dedupe"}}. */
  public String series() {
    return labels.isEmpty()
        ? metric.text()
        : labels.entrySet().stream()
            .map(label -> "%s=\"%s\"".formatted(label.getKey().text(), label.getValue()))
            .collect(Collectors.joining(",", metric.text() + "{", "}"));
  }
}
