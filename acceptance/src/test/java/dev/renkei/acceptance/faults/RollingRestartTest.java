package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.cli.node.Node;
import dev.renkei.cli.node.NodePlan;
import dev.renkei.core.config.TrackersConfig.Mode;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trackers are stopped and started in turn, as for an upgrade, while a writer writes. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RollingRestartTest {
  private static final int ROWS = 3_000;
  private static final int CHANGES_A_SECOND = 300;
  private static final int SNAPSHOT_ROWS_A_SECOND = 50_000;

  /** On a quiet machine it is one or two seconds. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource(names = {"ACTIVE_ACTIVE", "ASSIGNED"})
  void nothingIsLostAndChangesGoOnArrivingWhileTrackersAreRestartedInTurn(Mode mode)
      throws Exception {
    try (Site site = site(mode);
        Node node =
            Node.start(
                site.config(),
                NodePlan.withoutTrackers(site.config(), NodePlan.Watch.NONE),
                "test");
        Program writer = site.writer(site.ledger(), 3, CHANGES_A_SECOND);
        Trackers trackers = Trackers.start(site)) {
      roll(trackers, node, mode, writer);
      Site.end(writer);
      Ledger ledger = Ledger.read(site.ledger());
      site.awaitArrival(node.kafka(), ledger, trackers.named("tracker-a"));
      Verdict.assertNothingSetAside(node.kafka());
      trackers.stop();
      node.stopLoading();
      Evidence evidence = site.prove(node.kafka(), ledger);
      Verdict.print("RollingRestartTest: " + mode, evidence);
      Verdict.assertWhole(evidence, mode.toString());
    }
  }

  private Site site(Mode mode) throws Exception {
    Site site = Site.open(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND);
    return mode == Mode.ASSIGNED ? site.sharing() : site;
  }

  private static void roll(Trackers trackers, Node node, Mode mode, Program writer)
      throws Exception {
    try (Freshness freshness = Freshness.of(node.kafka(), writer)) {
      Duration before = freshness.longestPause();
      for (String name : Site.TRACKERS) {
        long begun = System.nanoTime();
        Site.stop(trackers.named(name));
        trackers.start(name);
        trackers.awaitAllTracked();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Duration longest = freshness.longestPause();
        System.out.printf(
            "RollingRestartTest: %s, %s restarted within %d ms; longest pause of a table %d ms, before %d ms%n",
            mode, name, took.toMillis(), longest.toMillis(), before.toMillis());
        assertThat(longest).isLessThan(LONGEST_PAUSE);
      }
    }
  }
}
