package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.Evidence;
import dev.renkei.demo.Ledger;
import dev.renkei.hub.kafka.KafkaHub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two trackers, dedupe and loader as processes of their own, each killed twice in random order,
 * beside a broker that lives on. The same order again with {@code -Drenkei.seed}.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class RolesKillTest {
  private static final Map<String, String[]> ROLES =
      Map.of(
          "tracker-a", new String[] {"track", "--name", "tracker-a"},
          "tracker-b", new String[] {"track", "--name", "tracker-b"},
          "dedupe", new String[] {"flow", "dedupe"},
          "loader", new String[] {"load"});
  private static final int KILLS_EACH = 2;
  private static final int ROWS = 12_000;
  private static final int CHANGES_A_SECOND = 500;
  private static final int SNAPSHOT_ROWS_A_SECOND = 4_000;
  private static final int LONGEST_MILLIS = 3_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final Map<String, Program> running = new LinkedHashMap<>();

  @Test
  void nothingIsLostAndNothingComesTwiceWhenSingleProcessesAreKilled() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.printf("RolesKillTest: -Drenkei.seed=%d%n", seed);
    Random random = new Random(seed);
    try (Site site = Site.open(folder, ROWS, "embedded", SNAPSHOT_ROWS_A_SECOND);
        KafkaHub hub = KafkaHub.open(site.hubConfig(), site.folder());
        Program writer = site.writer(site.ledger(), seed, CHANGES_A_SECOND)) {
      try {
        for (String role : ROLES.keySet().stream().sorted().toList()) {
          start(site, role);
        }
        for (String victim : victims(random)) {
          killAfter(site, victim, random.nextInt(LONGEST_MILLIS));
        }
        Site.end(writer);
        Ledger ledger = Ledger.read(site.ledger());
        site.awaitArrival(hub, ledger, named("loader"));
        Verdict.assertNothingSetAside(hub);
        for (Program role : running.values()) {
          Site.stop(role);
        }
        Evidence evidence = site.prove(hub, ledger);
        Verdict.print("RolesKillTest: seed " + seed, evidence);
        Verdict.assertWhole(evidence, "seed " + seed);
      } finally {
        running.values().forEach(Program::close);
      }
    }
  }

  private static List<String> victims(Random random) {
    List<String> victims = new ArrayList<>();
    ROLES.keySet().stream()
        .sorted()
        .forEach(role -> victims.addAll(Collections.nCopies(KILLS_EACH, role)));
    Collections.shuffle(victims, random);
    return victims;
  }

  private void start(Site site, String role) throws Exception {
    running.put(role, site.renkei(role, ROLES.getOrDefault(role, new String[0])));
  }

  private Program named(String role) {
    Program program = running.get(role);
    if (program == null) {
      throw new IllegalStateException(role + " does not run");
    }
    return program;
  }

  private void killAfter(Site site, String role, long millis) throws Exception {
    Program victim = named(role);
    victim.awaitOutput("(?m)^ready", Duration.ofSeconds(90));
    assertThat(victim.awaitEnd(Duration.ofMillis(millis))).as(victim.lastWords()).isFalse();
    victim.kill();
    System.out.printf("RolesKillTest: killed %s%n", role);
    start(site, role);
  }
}
