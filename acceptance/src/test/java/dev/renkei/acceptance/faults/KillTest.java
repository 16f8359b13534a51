package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import dev.renkei.hub.kafka.KafkaHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code renkei up}, killed by force again and again while an independent writer writes: while it
 * starts, while it takes the snapshot, while changes flow. More kills with {@code
 * -Drenkei.kills=50}, the same moments again with {@code -Drenkei.seed}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KillTest {
  private static final int KILLS = Integer.getInteger("renkei.kills", 8);
  private static final int ROWS = 12_000;
  private static final int CHANGES_A_SECOND = 500;

  /** Slow enough that some kills meet the snapshot. */
  private static final int SNAPSHOT_ROWS_A_SECOND = 4_000;

  /** Other tests share the machine, and what the kill before has left is put in order first. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void nothingIsLostAndNothingComesTwiceWhenEverythingIsKilledAtAnyMoment() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.printf("KillTest: %d kills, -Drenkei.seed=%d%n", KILLS, seed);
    long begun = System.nanoTime();
    Random random = new Random(seed);
    try (Site site = Site.open(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND);
        Program writer = site.writer(site.ledger(), seed, CHANGES_A_SECOND)) {
      for (int kill = 0; kill < KILLS; kill++) {
        try (Program up = site.renkei("up", "up")) {
          Moment moment = Moment.any(random);
          moment.await(up);
          up.kill();
          System.out.printf("KillTest: killed %s%n", moment);
        }
      }
      Evidence evidence = settle(site, writer);
      Verdict.print(
          "KillTest: %d kills in %.0f s, seed %d"
              .formatted(KILLS, (System.nanoTime() - begun) / 1e9, seed),
          evidence);
      Verdict.assertWhole(evidence, "seed " + seed);
    }
  }

  private static Evidence settle(Site site, Program writer) throws Exception {
    Ledger ledger;
    try (Program up = site.renkei("up", "up")) {
      up.awaitOutput("(?m)^ready", START_PATIENCE);
      Site.end(writer);
      ledger = Ledger.read(site.ledger());
      try (KafkaHub hub = KafkaHub.openOrJoin(site.hubConfig(), site.folder())) {
        site.awaitArrival(hub, ledger, up);
        Verdict.assertNothingSetAside(hub);
      }
      Site.stop(up);
    }
    try (KafkaHub hub = KafkaHub.open(site.hubConfig(), site.folder())) {
      return site.prove(hub, ledger);
    }
  }

  /** When to kill: so long after its start, or after it was ready. */
  private record Moment(boolean whenReady, long millis) {
    static Moment any(Random random) {
      boolean whenReady = random.nextInt(3) > 0;
      return new Moment(whenReady, random.nextInt(whenReady ? 3_000 : 4_000));
    }

    void await(Program up) throws Exception {
      if (whenReady) {
        up.awaitOutput("(?m)^ready", START_PATIENCE);
      }
      assertThat(up.awaitEnd(Duration.ofMillis(millis))).as(up.lastWords()).isFalse();
    }

    @Override
    public String toString() {
      return millis + " ms after " + (whenReady ? "it was ready" : "its start");
    }
  }
}
