package dev.renkei.cli.node;

import dev.renkei.core.hub.HubException;
import dev.renkei.hub.kafka.FlowLags;
import dev.renkei.server.StatusReport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the flows of an installation are behind, so that nobody who asks waits for the hub. */
final class LagWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LagWatch.class);
  private static final int EVERY_SECONDS = 5;

  private final FlowLags lags;
  private final Supplier<Set<String>> resting;
  private final ScheduledExecutorService clockwork =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "renkei-flow-lags");
            thread.setDaemon(true);
            return thread;
          });
  private volatile List<StatusReport.FlowLag> seen = List.of();

  /**
   * @param resting flows that an operator lets rest
   */
  LagWatch(FlowLags lags, Supplier<Set<String>> resting) {
    this.lags = lags;
    this.resting = resting;
  }

  void start() {
    var unused =
        clockwork.scheduleWithFixedDelay(
            this::look, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      seen =
          lags.look(resting.get()).entrySet().stream()
              .map(
                  lag ->
                      new StatusReport.FlowLag(
                          lag.getKey(),
                          lag.getValue().messages(),
                          lag.getValue().standing().toMillis()))
              .toList();
    } catch (HubException | RuntimeException e) {
      seen = List.of(); // whether the hub answers is told elsewhere
      log.atDebug().setCause(e).log("lags of flows not read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As of the last look; empty where the hub did not answer. */
  List<StatusReport.FlowLag> seen() {
    return seen;
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
