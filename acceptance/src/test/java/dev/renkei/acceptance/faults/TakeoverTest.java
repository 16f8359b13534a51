package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import dev.renkei.server.StatusReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two trackers that share the tables, and two loaders of one warehouse: whoever is killed, or
 * stands still, the other does its work.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TakeoverTest {
  private static final int ROWS = 3_000;
  private static final int CHANGES_A_SECOND = 300;
  private static final int SNAPSHOT_ROWS_A_SECOND = 50_000;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void nothingIsLostOrDoubledWhenTrackersThatShareTheTablesAndLoadersTakeOverFromEachOther()
      throws Exception {
    try (Site site = Site.open(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND).sharing();
        Node node = Node.start(site.config(), hubAndFlow(), "test");
        Program active = loader(site, "loader-1");
        Program standby = loader(site, "loader-2");
        Program writer = site.writer(site.ledger(), 5, CHANGES_A_SECOND);
        Trackers trackers = Trackers.start(site)) {
      try (Freshness freshness = Freshness.of(node.kafka(), writer)) {
        killATracker(trackers, freshness);
        pauseATracker(trackers, freshness);
      }
      killTheLoader(site, active, standby);
      Site.end(writer);
      Ledger ledger = Ledger.read(site.ledger());
      site.awaitArrival(node.kafka(), ledger, standby);
      Verdict.assertNothingSetAside(node.kafka());
      trackers.stop();
      Site.stop(standby);
      Evidence evidence = site.prove(node.kafka(), ledger);
      Verdict.print("TakeoverTest", evidence);
      Verdict.assertWhole(evidence, "takeover");
    }
  }

  private static NodePlan hubAndFlow() {
    return new NodePlan(
        NodePlan.HubUse.HOST,
        List.of(),
        false,
        List.of("dedupe"),
        null,
        List.of(),
        NodePlan.Watch.NONE);
  }

  private static Program loader(Site site, String name) throws Exception {
    Program loader = site.renkei(name, "load");
    loader.awaitOutput("(?m)^ready", PATIENCE);
    return loader;
  }

  private static void killATracker(Trackers trackers, Freshness freshness) throws Exception {
    Duration before = freshness.longestPause();
    trackers.named("tracker-a").kill();
    report("tracker killed", freshness, before);
    trackers.start("tracker-a");
    trackers.awaitAllTracked();
  }

  /** When it goes on it may not publish what is under way of tables that it has lost. */
  private static void pauseATracker(Trackers trackers, Freshness freshness) throws Exception {
    Program tracker = trackers.named("tracker-b");
    freshness.longestPause();
    tracker.pause();
    try {
      report("tracker paused", freshness, Duration.ZERO);
    } finally {
      tracker.goOn();
    }
    trackers.awaitAllTracked();
  }

  private static void report(String what, Freshness freshness, Duration before) throws Exception {
    long since = System.nanoTime();
    await(what, () -> freshness.allSince(since));
    System.out.printf(
        "TakeoverTest: %s, every busy table goes on after %d ms; longest pause %d ms, before %d ms%n",
        what,
        Duration.ofNanos(System.nanoTime() - since).toMillis(),
        freshness.longestPause().toMillis(),
        before.toMillis());
  }

  private static void killTheLoader(Site site, Program active, Program standby) throws Exception {
    assertThat(phase(site, active)).isEqualTo(StatusReport.Warehouse.Phase.LOADING);
    assertThat(phase(site, standby)).isEqualTo(StatusReport.Warehouse.Phase.STARTING);
    active.kill();
    long killed = System.nanoTime();
    await(
        "the second loader loads",
        () -> phase(site, standby) == StatusReport.Warehouse.Phase.LOADING);
    System.out.printf(
        "TakeoverTest: loader killed, the other one loads after %d ms%n",
        Duration.ofNanos(System.nanoTime() - killed).toMillis());
  }

  private static StatusReport.Warehouse.Phase phase(Site site, Program loader) throws Exception {
    return site.statusOf(List.of(loader)).get(0).warehouses().get(0).phase();
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(until);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
