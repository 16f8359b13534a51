package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import dev.renkei.hub.kafka.EmbeddedBroker;
import dev.renkei.hub.kafka.KafkaHub;
import dev.renkei.server.StatusReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Source or hub go away for a while: it is said, and everything goes on by itself. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OutageTest {
  private static final int ROWS = 5_000;
  private static final int CHANGES_A_SECOND = 500;
  private static final int SNAPSHOT_ROWS_A_SECOND = 50_000;
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WRITING = Duration.ofSeconds(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void goesOnByItselfWhenTheSourceIsBack() throws Exception {
    Path later = folder.resolve("ledger-later");
    try (Site site = Site.openOnDisk(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND);
        Program up = site.renkei("up", "up")) {
      up.awaitOutput("(?m)^ready", START_PATIENCE);
      write(site, site.ledger(), 1);
      site.source().stop();
      await(site, up, "no tracker tells a problem", OutageTest::allTrackersTellAProblem);

      site.source().start();
      write(site, later, 2);
      Files.write(
          site.ledger(),
          Files.readAllLines(later).subList(1, Files.readAllLines(later).size()),
          StandardOpenOption.APPEND);

      proveOn(site, up);
    }
  }

  @Test
  void goesOnByItselfWhenTheBrokerIsBack() throws Exception {
    Path brokers = folder.resolve("outside");
    EmbeddedBroker broker = EmbeddedBroker.start(brokers);
    try (Site site = Site.open(folder, ROWS, broker.bootstrapServers(), SNAPSHOT_ROWS_A_SECOND);
        Program up = site.renkei("up", "up")) {
      up.awaitOutput("(?m)^ready", START_PATIENCE);
      try (Program writer = site.writer(site.ledger(), 1, CHANGES_A_SECOND)) {
        assertThat(writer.awaitEnd(WRITING)).isFalse();
        broker.close();
        await(site, up, "the hub is not told unreachable", status -> !status.hub().reachable());

        broker = EmbeddedBroker.start(brokers);
        assertThat(writer.awaitEnd(WRITING)).isFalse();
        Site.end(writer);
      }

      proveOn(site, up);
    } finally {
      broker.close();
    }
  }

  private static void write(Site site, Path ledger, long seed) throws Exception {
    try (Program writer = site.writer(ledger, seed, CHANGES_A_SECOND)) {
      assertThat(writer.awaitEnd(WRITING)).as(writer.lastWords()).isFalse();
      Site.end(writer);
    }
  }

  private static boolean allTrackersTellAProblem(StatusReport status) {
    return status.trackers().size() == Site.TRACKERS.size()
        && status.trackers().stream()
            .allMatch(
                tracker ->
                    tracker.problem() != null
                        || tracker.tables().stream().anyMatch(table -> table.problem() != null));
  }

  private static void await(
      Site site, Program up, String otherwise, Predicate<StatusReport> condition) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(site.status())) {
      if (System.nanoTime() > until) {
        throw new AssertionError(
            "%s; %s; %s".formatted(otherwise, site.status().toJson(), up.lastWords()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static void proveOn(Site site, Program up) throws Exception {
    Ledger ledger = Ledger.read(site.ledger());
    try (KafkaHub hub = KafkaHub.openOrJoin(site.hubConfig(), site.folder())) {
      site.awaitArrival(hub, ledger, up);
      Verdict.assertNothingSetAside(hub);
      assertThat(List.of(site.status().hub().reachable(), !allTrackersTellAProblem(site.status())))
          .containsOnly(true);
    }
    Site.stop(up);
    try (KafkaHub hub = KafkaHub.open(site.hubConfig(), site.folder())) {
      Evidence evidence = site.prove(hub, ledger);
      Verdict.print("OutageTest", evidence);
      Verdict.assertWhole(evidence, up.lastWords());
    }
  }
}
