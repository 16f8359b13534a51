package dev.renkei.cli.node;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether the hub answered lately, so that nobody who asks for the status waits for it. */
final class Reachability implements AutoCloseable {
  private final ScheduledExecutorService clockwork =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "renkei-hub-reachable");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean reachable = true;

  Reachability(BooleanSupplier probe) {
    var unused =
        clockwork.scheduleWithFixedDelay(
            () -> reachable = probe.getAsBoolean(), 5, 5, TimeUnit.SECONDS);
  }

  boolean isReachable() {
    return reachable;
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
