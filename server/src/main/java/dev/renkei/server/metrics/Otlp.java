package dev.renkei.server.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where metrics are sent by OTLP over HTTP, as the environment says. */
final class Otlp {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String METRICS_ENDPOINT = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
  private static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";
  private static final String METRICS_HEADERS = "OTEL_EXPORTER_OTLP_METRICS_HEADERS";
  private static final String INTERVAL = "OTEL_METRIC_EXPORT_INTERVAL";
  private static final String SERVICE = "OTEL_SERVICE_NAME";

  private Otlp() {}

  /** Empty where the environment names no receiver. */
  static Optional<MeterRegistry> registry(Map<String, String> environment) {
    return url(environment)
        .map(url -> new OtlpMeterRegistry(config(environment, url), Clock.SYSTEM));
  }

  static Optional<String> url(Map<String, String> environment) {
    String own = environment.get(METRICS_ENDPOINT);
    if (own != null && !own.isBlank()) {
      return Optional.of(own);
    }
    String base = environment.get(ENDPOINT);
    return base == null || base.isBlank()
        ? Optional.empty()
        : Optional.of(base.replaceAll("/+$", "") + "/v1/metrics");
  }

  private static OtlpConfig config(Map<String, String> environment, String url) {
    return new OtlpConfig() {
      @Override
      public @Nullable String get(String key) {
        return null;
      }

      @Override
      public String url() {
        return url;
      }

      @Override
      public Duration step() {
        String millis = environment.getOrDefault(INTERVAL, "60000");
        return Duration.ofMillis(millis.matches("\\d{1,9}") ? Long.parseLong(millis) : 60_000);
      }

      @Override
      public Map<String, String> headers() {
        return pairs(
            environment.getOrDefault(METRICS_HEADERS, environment.getOrDefault(HEADERS, "")));
      }

      @Override
      public Map<String, String> resourceAttributes() {
        return Map.of("service.name", environment.getOrDefault(SERVICE, "renkei"));
      }
    };
  }

  /** Of {@code name=value,name=value}, values as in an address. */
  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new TreeMap<>();
    for (String pair : text.split(",")) {
      int sign = pair.indexOf('=');
      if (sign > 0) {
        pairs.put(
            pair.substring(0, sign).strip(),
            URLDecoder.decode(pair.substring(sign + 1).strip(), StandardCharsets.UTF_8));
      }
    }
    return pairs;
  }
}
