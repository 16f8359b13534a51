package dev.renkei.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.Rewritten;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page of the docs is what the list of metrics says. After a change of the list, {@code mvn -pl
 * server test -Dtest=MetricsPageTest -Drenkei.rewrite=true} writes it anew.
 */
class MetricsPageTest {
  private static final String HEAD =
      """
      # Metrics

      `GET /metrics` at the control endpoint of each process ([control-endpoint.md](control-endpoint.md)) answers in Prometheus' text form. It is a function
      of the same sample, taken at most once a second, of which `renkei status`, alerts and the history are functions: a scrape asks neither source nor hub.
      With `server.token` set it wants `Authorization: Bearer TOKEN` (Prometheus: `authorization: {credentials_file: ...}`); without, it answers on loopback only.

      Where the environment has `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`), the same is sent there by OTLP over HTTP, every
      minute or every `OTEL_METRIC_EXPORT_INTERVAL` milliseconds; `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_SERVICE_NAME` count too.

      Each process tells of its own parts. What is not known has no value: no lag while nothing changes, no memory limit where the system names none.
      Counters begin with the process. Labels are `table` (schema.table), `warehouse`, `flow`, `tracker` and `rule`, and no others, so that series are bounded by the configuration.

      Lag is exact to 3 %, over the changes of the last minute; where the source does not let us read when a change was committed, it counts from the poll that
      saw it. Rows of snapshots, and what is replayed, have none.

      | metric | type | labels | what |
      |---|---|---|---|
      """;

  @Test
  void thePageIsWhatTheCodeMeasures() throws Exception {
    StringBuilder page = new StringBuilder(HEAD);
    for (Metric metric : Metric.values()) {
      page.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  metric.text(),
                  metric.kind().text(),
                  metric.labels().stream()
                      .map(label -> "`" + label.text() + "`")
                      .collect(Collectors.joining(", ")),
                  metric.help()));
    }

    Rewritten.assertThatFileIs("docs/metrics.md", page.toString());
  }

  /**
   * Prometheus' registry takes `_total` off a counter's name, and refuses two kinds of one name.
   */
  @Test
  void noTwoMetricsDifferByTheEndingOfACounterAlone() {
    assertThat(Stream.of(Metric.values()).map(metric -> metric.text().replaceFirst("_total$", "")))
        .doesNotHaveDuplicates();
  }
}
