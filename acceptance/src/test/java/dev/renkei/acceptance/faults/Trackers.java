package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.TrackersConfig.Mode;
import dev.renkei.demo.Shop;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A site's trackers, each a process. */
final class Trackers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Site site;
  private final Mode mode;
  private final Map<String, Program> running = new LinkedHashMap<>();

  private Trackers(Site site, Mode mode) {
    this.site = site;
    this.mode = mode;
  }

  /** Starts all; returns when every table is tracked. */
  static Trackers start(Site site) throws Exception {
    Trackers trackers = new Trackers(site, site.config().trackers().mode());
    try {
      for (String name : Site.TRACKERS) {
        trackers.start(name);
      }
      trackers.awaitAllTracked();
      return trackers;
    } catch (Exception | AssertionError e) {
      trackers.close();
      throw e;
    }
  }

  /** The one that was running under this name has ended. */
  void start(String name) throws Exception {
    running.put(name, site.renkei(name, "track", "--name", name));
  }

  Program named(String name) {
    Program program = running.get(name);
    if (program == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return program;
  }

  /** Every table by every tracker, or by one of them where they share the tables. */
  void awaitAllTracked() throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    int wanted = Shop.tables().size() * (mode == Mode.ASSIGNED ? 1 : Site.TRACKERS.size());
    List<StatusReport> reports = site.statusOf(running.values());
    while (reports.size() < Site.TRACKERS.size()
        || !reports.stream().allMatch(Trackers::hasTables)
        || tracked(reports) != wanted) {
      assertThat(System.nanoTime())
          .as(running.values().iterator().next().lastWords())
          .isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(100);
      reports = site.statusOf(running.values());
    }
  }

  private static boolean hasTables(StatusReport report) {
    return report.trackers().stream().anyMatch(tracker -> !tracker.tables().isEmpty());
  }

  private static long tracked(List<StatusReport> reports) {
    return reports.stream()
        .flatMap(report -> report.trackers().stream())
        .flatMap(tracker -> tracker.tables().stream())
        .filter(table -> table.phase() == Table.Phase.TRACKING && table.snapshotsDone() > 0)
        .count();
  }

  /** Ends them in good order. */
  void stop() throws Exception {
    for (Program tracker : running.values()) {
      Site.stop(tracker);
    }
  }

  @Override
  public void close() {
    running.values().forEach(Program::close);
  }
}
