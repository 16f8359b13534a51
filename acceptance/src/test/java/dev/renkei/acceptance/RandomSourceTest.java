package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the source does, in whatever order: in the end every table is equal, its log is unique
 * and replays to it, and earlier moments read as they were. Longer with {@code
 * -Drenkei.random.seconds=600}, the same deeds again with {@code -Drenkei.seed}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class RandomSourceTest {
  private static final Duration LASTS =
      Duration.ofSeconds(Integer.getInteger("renkei.random.seconds", 20));

  private static final Duration LIFE = Duration.ofSeconds(12);
  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(6);
  private static final int LONGEST_PAUSE_MILLIS = 150;
  private static final Set<String> TABLES = new TreeSet<>(RandomSource.TABLES);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void whateverTheSourceDoesEverythingIsRightInTheEnd() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.printf("RandomSourceTest: %d s, -Drenkei.seed=%d%n", LASTS.toSeconds(), seed);
    Random random = new Random(seed);
    try (TrackedDatabase shop =
        TrackedDatabase.open(
            folder,
            """
              defaults: {interval: 100ms}
              include: ["dbo.*"]
            """)) {
      RandomSource source = new RandomSource(shop, random);
      try {
        source.create();
        shop.up();
        live(shop, source, random);
        source.touch();
        settle(shop);
        shop.renkei().untilArrived(shop.version());
        shop.stop();
      } catch (AssertionError | Exception e) {
        throw new AssertionError(
            "seed %d, %s%n%s".formatted(seed, source.diary(), e.getMessage()), e);
      }
      System.out.println("RandomSourceTest: " + source.diary().lines().findFirst().orElse(""));
      for (String table : TABLES) {
        assertThat(shop.proof(table)).as("seed %d, %s", seed, source.diary()).isEmpty();
      }
      Map<String, String> before = shop.traces();
      shop.up();
      shop.renkei().untilArrived(shop.version());
      shop.stop();
      assertThat(shop.traces()).as("another start changes nothing").isEqualTo(before);
    }
  }

  private static void live(TrackedDatabase shop, RandomSource source, Random random)
      throws Exception {
    long begun = System.nanoTime();
    long started = begun;
    long noted = begun;
    while (System.nanoTime() - begun < LASTS.toNanos()) {
      // Moments are told by our clock, so they come first.
      boolean mayExpire = System.nanoTime() - begun > LASTS.toNanos() / 2;
      source.step(mayExpire);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
      if (System.nanoTime() - noted > BETWEEN_NOTES.toNanos() && !mayExpire) {
        source.touch();
        settle(shop);
        shop.note(TABLES);
        noted = System.nanoTime();
      }
      if (System.nanoTime() - started > LIFE.toNanos()) {
        shop.stop();
        source.step(mayExpire);
        source.step(mayExpire);
        shop.up();
        started = System.nanoTime();
      }
    }
  }

  private static void settle(TrackedDatabase shop) throws Exception {
    shop.untilEqual(TABLES.toArray(String[]::new));
  }
}
