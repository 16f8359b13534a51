package dev.renkei.server.metrics;

import dev.renkei.server.StatusReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readings of the last sample for others: Prometheus asks for them, and where the environment
 * names a receiver of OTLP they are sent there. What is measured no more is no longer told.
 */
public final class Exports implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Exports.class);
  private static final String TOTAL = "_total";

  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CompositeMeterRegistry all = new CompositeMeterRegistry();
  private final Map<String, Held> held = new HashMap<>();

  /** A series, and its value of the last sample. */
  private static final class Held {
    private final Meter meter;
    private final Value value;

    private Held(Meter meter, Value value) {
      this.meter = meter;
      this.value = value;
    }
  }

  private static final class Value {
    private volatile double now;

    private Value(double now) {
      this.now = now;
    }

    double now() {
      return now;
    }
  }

  /**
   * @param environment as of <a
   *     href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OpenTelemetry</a>
   */
  public Exports(Map<String, String> environment) {
    all.add(prometheus);
    Otlp.registry(environment)
        .ifPresent(
            otlp -> {
              all.add(otlp);
              log.atInfo().log("metrics are sent by OTLP too");
            });
  }

  /** Takes in a sample. */
  public synchronized void take(StatusReport report) {
    Set<String> gone = new HashSet<>(held.keySet());
    for (Reading reading : Readings.of(report)) {
      String series = reading.series();
      Held known = held.get(series);
      if (known == null) {
        held.put(series, hold(reading));
      } else {
        known.value.now = reading.value();
      }
      gone.remove(series);
    }
    for (String series : gone) {
      Held forgotten = held.remove(series);
      if (forgotten != null) {
        all.remove(forgotten.meter);
      }
    }
  }

  private Held hold(Reading reading) {
    Metric metric = reading.metric();
    Value value = new Value(reading.value());
    List<Tag> tags =
        reading.labels().entrySet().stream()
            .map(label -> Tag.of(label.getKey().text(), label.getValue()))
            .toList();
    return new Held(
        metric.kind() == Metric.Kind.GAUGE
            ? Gauge.builder(metric.text(), value, Value::now)
                .description(metric.help())
                .tags(tags)
                .strongReference(true)
                .register(all)
            : FunctionCounter.builder(withoutTotal(metric.text()), value, Value::now)
                .description(metric.help())
                .tags(tags)
                .register(all),
        value);
  }

  /** Prometheus' registry adds it again. */
  private static String withoutTotal(String name) {
    return name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
  }

  /**
   * In <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus' text
   * form</a>.
   */
  public String scrape() {
    return prometheus.scrape();
  }

  /** Sends by OTLP what was not sent yet. */
  @Override
  public void close() {
    all.getRegistries().forEach(io.micrometer.core.instrument.MeterRegistry::close);
    all.close();
  }
}
