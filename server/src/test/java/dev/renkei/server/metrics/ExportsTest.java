package dev.renkei.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExportsTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void prometheusReadsEachReadingByTheNameThatThePageHas() {
    try (Exports exports = new Exports(Map.of())) {
      exports.take(report("dedupe", 29_800));

      assertThat(exports.scrape())
          .contains("# TYPE renkei_flow_in_total counter")
          .contains("# HELP renkei_flow_in_total Messages that the flow has read.")
          .contains("renkei_flow_in_total{flow=\"dedupe\"} 29800.0")
          .contains("# TYPE renkei_flow_up gauge")
          .contains("renkei_flow_up{flow=\"dedupe\"} 1.0")
          .contains("renkei_hub_reachable 1.0")
          .contains("renkei_cpu_seconds_total 12.5")
          .contains("renkei_uptime_seconds 60.0");
    }
  }

  @Test
  void everyReadingIsScrapedUnderItsOwnName() {
    try (Exports exports = new Exports(Map.of())) {
      StatusReport report = report("dedupe", 1);
      exports.take(report);

      assertThat(names(exports.scrape()))
          .containsExactlyInAnyOrderElementsOf(
              Readings.of(report).stream().map(r -> r.metric().text()).distinct().toList());
    }
  }

  /** A counter is known without its {@code _total}, so that a gauge may not be called so. */
  @Test
  void noTwoMetricsShareANameWithoutTheirEndings() {
    assertThat(Metric.values())
        .extracting(metric -> metric.text().replaceFirst("_total$", ""))
        .doesNotHaveDuplicates();
  }

  private static List<String> names(String scrape) {
    return scrape
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ")[2])
        .toList();
  }

  @Test
  void valuesFollowTheSampleAndWhatIsMeasuredNoMoreIsToldNoMore() {
    try (Exports exports = new Exports(Map.of())) {
      exports.take(report("dedupe", 1));
      exports.take(report("dedupe", 2));
      assertThat(exports.scrape()).contains("renkei_flow_in_total{flow=\"dedupe\"} 2.0");

      exports.take(report("mask", 3));
      assertThat(exports.scrape()).contains("flow=\"mask\"").doesNotContain("flow=\"dedupe\"");
    }
  }

  @Test
  void areSentByOtlpWhereTheEnvironmentNamesAReceiver() throws Exception {
    BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          calls.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Key"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:" + receiver.getAddress().getPort() + "/",
            "OTEL_METRIC_EXPORT_INTERVAL",
            "100",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "X-Key=a%20b");
    try (Exports exports = new Exports(environment)) {
      exports.take(report("dedupe", 1));

      assertThat(calls.poll(60, TimeUnit.SECONDS))
          .isEqualTo("/v1/metrics application/x-protobuf a b");
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  void nothingIsSentWithoutAReceiver() {
    assertThat(Otlp.registry(Map.of())).isEmpty();
    assertThat(
            Stream.of("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
                .map(n -> Otlp.url(Map.of(n, "http://x/y"))))
        .allSatisfy(url -> assertThat(url).contains("http://x/y"));
  }

  private static StatusReport report(String flow, long in) {
    return new StatusReport(
        StatusReport.FORMAT,
        "shop",
        "0.1.0",
        7,
        NOON.minusSeconds(60),
        NOON,
        List.of(),
        new StatusReport.Hub("kafka", "127.0.0.1:9092", true, true),
        List.of(),
        List.of(new Flow(flow, "RUNNING", new Counts(in, 0, 0, 0, 0, 0), Map.of(), null)),
        List.of(),
        new Resources(12.5, 200L, 220L, 80, 512));
  }
}
