package dev.renkei.server.alert;

import dev.renkei.server.metrics.Metric;
import java.util.stream.Collectors;

/** Rules as PromQL. */
final class Promql {
  private Promql() {}

  /** True where the rule is broken. */
  static String of(AlertRule rule) {
    return rule.metrics().stream()
        .map(metric -> of(rule, metric))
        .collect(Collectors.joining(" or "));
  }

  private static String of(AlertRule rule, Metric metric) {
    String limit = AlertRule.number(rule.limit());
    return switch (rule.side()) {
      case ABOVE -> "%s > %s".formatted(metric.text(), limit);
      case BELOW -> "%s < %s".formatted(metric.text(), limit);
      case GREW ->
          "increase(%s[%dm]) > %s"
              .formatted(metric.text(), AlertRule.REMEMBERED.toMinutes(), limit);
    };
  }

  /** For example {@code TrackerGone}. */
  static String camel(String name) {
    StringBuilder camel = new StringBuilder("Renkei");
    for (String part : name.split("_")) {
      camel.append(Character.toUpperCase(part.charAt(0))).append(part, 1, part.length());
    }
    return camel.toString();
  }
}
