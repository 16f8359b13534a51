package dev.renkei.bench.idle;

import dev.renkei.bench.Child;
import dev.renkei.bench.Machine;
import dev.renkei.bench.source.Defaults;
import dev.renkei.bench.source.DiscardingHub;
import dev.renkei.core.change.RowFilter;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.hub.Resting;
import dev.renkei.sqlserver.Tracker;
import dev.renkei.sqlserver.TrackerState;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A tracker's process: says how many tables it tracks once it tracks all, then answers {@code cpu}
 * with its CPU seconds so far and {@code heap} with its peak in MiB.
 */
final class TrackerProcess {
  private TrackerProcess() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int tables = Integer.parseInt(arguments[1]);
    DiscardingHub hub = new DiscardingHub(null);
    try (Tracker tracker =
        new Tracker(
            Defaults.tracker(port, "dbo.*", TableSettings.Start.LATEST, Duration.ofSeconds(30)),
            hub,
            hub,
            hub,
            hub,
            RowFilter.EVERY_ROW,
            Resting.NOTHING,
            Clock.systemUTC())) {
      tracker.start();
      while (tracking(tracker.state()) < tables) {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
      System.out.println(tables);
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String question = questions.readLine();
          question != null;
          question = questions.readLine()) {
        System.out.println(
            switch (question) {
              case "cpu" -> Machine.cpuSeconds();
              case "heap" -> Child.peakHeapMib();
              default -> throw new IllegalArgumentException(question);
            });
      }
    }
  }

  private static long tracking(TrackerState state) {
    return state.tables().stream()
        .filter(table -> table.phase() == TrackerState.Phase.TRACKING && table.cursor() != null)
        .count();
  }
}
