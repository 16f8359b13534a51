package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.renkei.hub.pubsub.PubSubEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code renkei demo --hub pubsub}, where Google's emulator is found. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PubSubDemoTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @BeforeEach
  void emulator() {
    PubSubEmulator.Found found = PubSubEmulator.find();
    assumeFalse(
        found instanceof PubSubEmulator.Found.Nowhere,
        () -> "needs Google's Pub/Sub emulator: " + found);
  }

  private Program demo(String... more) throws Exception {
    String[] all =
        new String[] {"demo", "--hub", "pubsub", "--seconds", "5", "--rows", "4000", "--json"};
    String[] arguments = java.util.Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, arguments, all.length, more.length);
    return Program.renkei(folder.resolve("logs"), "demo", arguments);
  }

  @Test
  void nothingIsLostAndNothingDoubledThoughATrackerIsKilled() throws Exception {
    try (Program demo = demo("--kill-tracker")) {
      assertThat(demo.exitCode(PATIENCE)).as(demo.lastWords()).isZero();
      assertThat(demo.output())
          .contains("\"lost\":0,")
          .contains("\"duplicated\":0,")
          .contains("\"equal\":true")
          .contains("\"role\":\"tracker-b\"");
    }
  }

  @Test
  void aPlantedLossIsFound() throws Exception {
    try (Program demo = demo("--plant", "loss")) {
      assertThat(demo.exitCode(PATIENCE)).as(demo.lastWords()).isEqualTo(6);
      assertThat(demo.output()).contains("\"lost\":1,");
    }
  }
}
