package dev.renkei.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SamplingTest {
  private final AtomicLong nanos = new AtomicLong(4_711);
  private final AtomicInteger taken = new AtomicInteger();

  @Test
  void whoeverAsksWithinASecondGetsTheSameReport() {
    try (Sampling sampling = new Sampling(this::take, nanos::get)) {
      StatusReport first = sampling.get();
      nanos.addAndGet(Duration.ofMillis(900).toNanos());

      assertThat(sampling.get()).isSameAs(first);
      assertThat(taken).hasValue(1);

      nanos.addAndGet(Duration.ofMillis(100).toNanos());

      assertThat(sampling.get()).isNotSameAs(first);
      assertThat(taken).hasValue(2);
    }
  }

  @Test
  void listenersAreToldOfEachReportOnceAndOneThatFailsHurtsNobody() {
    List<StatusReport> told = new ArrayList<>();
    try (Sampling sampling = new Sampling(this::take, nanos::get)) {
      sampling.onSample(
          report -> {
            throw new IllegalStateException("on purpose");
          });
      sampling.onSample(told::add);
      StatusReport report = sampling.get();
      assertThat(sampling.get()).isSameAs(report);

      assertThat(told).containsExactly(report);
    }
  }

  private StatusReport take() {
    taken.incrementAndGet();
    return new StatusReport(
        StatusReport.FORMAT,
        "shop",
        "0.1.0",
        7,
        Instant.EPOCH,
        Instant.EPOCH,
        List.of(),
        new StatusReport.Hub("kafka", "127.0.0.1:9092", true, true),
        List.of(),
        List.of(),
        List.of(),
        new Resources(0, null, null, 0, 0));
  }
}
