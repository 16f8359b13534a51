package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A loading process is killed at random moments; what it has made durable is exactly the messages
 * up to its position. More kills with {@code -Drenkei.kills=50}, others with {@code -Drenkei.seed}.
 */
@Tag("long")
class KillTest {
  @TempDir private Path folder = Path.of("");

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everyMessageCountsOnceThoughTheProcessIsKilled() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.println("KillTest: -Drenkei.seed=" + seed);
    Random random = new Random(seed);
    Path file = folder.resolve("shop.duckdb");
    long before = 0;

    for (int kill = 0; kill < Integer.getInteger("renkei.kills", 4); kill++) {
      killWhileLoading(file, 50 + random.nextInt(2500));
      try (DuckDbWarehouse warehouse = DuckDbWarehouse.open(file, KilledLoad.options())) {
        long position = warehouse.positions(Shop.STREAM).getOrDefault(0, 0L);
        assertThat(position).isGreaterThanOrEqualTo(before);
        before = position;
        assertHoldsExactly(warehouse, position, "kill " + kill + ", seed " + seed);
      }
    }
    assertThat(before).isPositive();
  }

  private static void killWhileLoading(Path file, long afterMillis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledLoad.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).startsWith("loading ");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void assertHoldsExactly(DuckDbWarehouse warehouse, long position, String when)
      throws Exception {
    if (position == 0) {
      return;
    }
    Map<Integer, Long> last = new TreeMap<>();
    Map<Integer, String> current = new TreeMap<>();
    Set<String> log = new HashSet<>();
    for (long offset = 0; offset < position; offset++) {
      if (offset > 0 && offset % KilledLoad.SWEEP_EVERY == 0) {
        Sequence start = KilledLoad.sweep(offset).start();
        for (Integer product : List.copyOf(current.keySet())) {
          if (Long.compareUnsigned(last.getOrDefault(product, 0L), start.packed()) < 0) {
            last.put(product, start.packed());
            current.remove(product);
            log.add(Shop.text(product, "D", start.packed()));
          }
        }
        continue;
      }
      Change change = KilledLoad.message(offset);
      int product = (Integer) Objects.requireNonNull(change.keyValues().get(0));
      last.put(product, change.sequence().packed());
      Row row = change.row();
      if (row == null) {
        current.remove(product);
      } else {
        current.put(product, Shop.text(product, row.value(1)));
      }
      log.add(Shop.text(product, change.type().letter(), change.sequence().packed()));
    }

    List<String> found =
        Shop.rows(warehouse, "SELECT ProductID, _type, _sequence FROM dbo.Stock_changes");
    assertThat(found.size()).as("log after " + when).isEqualTo(log.size());
    assertThat(new HashSet<>(found)).as("log after " + when).isEqualTo(log);
    assertThat(Shop.rows(warehouse, "SELECT ProductID, Quantity FROM dbo.Stock ORDER BY 1"))
        .as("current rows after " + when)
        .isEqualTo(new ArrayList<>(current.values()));
  }
}
