package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of a table, by way of a hub that keeps no order, into a real warehouse: changes,
 * changes that nobody was told of, snapshots in chunks with attempts that do not count and some
 * that are abandoned, loaders that are closed or die at any point. In the end the warehouse has
 * what the source has. More rounds with {@code -Drenkei.rounds=200}; the seed is the round's
 * number.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UnorderedHistoryTest {
  private static final int KEYS = 25;
  private static final int CHUNK = 4;

  @TempDir private Path folder = Path.of("");

  static List<Integer> seeds() {
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 1; seed <= Integer.getInteger("renkei.rounds", 10); seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  /** The source with its tracker. */
  private static final class Source {
    final Random random;
    final UnorderedHub hub;
    final TreeMap<Integer, Integer> rows = new TreeMap<>();

    /** The keys that snapshots have read, by their starts. */
    final Map<Sequence, Set<Integer>> read = new ConcurrentHashMap<>();

    long version = 1;
    private long highestStamp;
    private int number;
    private @Nullable Reading reading;

    /** A snapshot under way. */
    private static final class Reading {
      final int number;
      final List<SnapshotClosed.Chunk> done = new ArrayList<>();
      final Set<Integer> keys = new HashSet<>();
      long start;
      int after = -1;
      int attempt = 1;

      Reading(int number, long start) {
        this.number = number;
        this.start = start;
      }
    }

    Source(UnorderedHub hub, Random random) {
      this.hub = hub;
      this.random = random;
    }

    void step() {
      int dice = random.nextInt(20);
      if (dice < 9) {
        change();
      } else if (dice < 11) {
        changeUntold();
      } else if (reading != null && dice == 19 && random.nextInt(3) == 0) {
        reading = null;
      } else {
        readOn(random.nextInt(4) == 0);
      }
    }

    private void change() {
      int key = random.nextInt(KEYS);
      version++;
      if (random.nextInt(3) == 0) {
        rows.remove(key);
        hub.publish(Stock.delete(key, version));
      } else {
        rows.put(key, (int) version);
        hub.publish(Stock.update(key, version, (int) version));
      }
    }

    /** As where the source has forgotten its changes; the next snapshot makes it good. */
    private void changeUntold() {
      reading = null;
      version++;
      if (random.nextBoolean()) {
        rows.remove(random.nextInt(KEYS));
      } else {
        rows.put(random.nextInt(KEYS), (int) version);
      }
    }

    void readOn(boolean fails) {
      Reading now = reading;
      if (now == null) {
        number = version > highestStamp ? 1 : number + 1;
        now = new Reading(number, version);
        reading = now;
      }
      List<Integer> keys = rows.tailMap(now.after, false).keySet().stream().limit(CHUNK).toList();
      highestStamp = version;
      for (Integer key : fails ? keys.subList(0, keys.size() / 2) : keys) {
        int chunk = now.done.size() + 1;
        hub.publish(Stock.row(key, version, now.number, chunk, now.attempt, value(key)));
      }
      if (fails) {
        now.attempt++;
        return;
      }
      now.done.add(new SnapshotClosed.Chunk(now.attempt, keys.size()));
      now.keys.addAll(keys);
      now.attempt = 1;
      if (keys.size() < CHUNK) {
        SnapshotClosed closed =
            Stock.closing(now.number, now.start, now.done.toArray(SnapshotClosed.Chunk[]::new));
        read.put(closed.start(), now.keys);
        hub.publish(closed.encode(0));
        reading = null;
      } else {
        now.after = keys.get(keys.size() - 1);
      }
    }

    private int value(Integer key) {
      Integer value = rows.get(key);
      return value == null ? 0 : value;
    }

    /** A snapshot that makes everything good. */
    void finish() {
      reading = null;
      version++;
      do {
        readOn(false);
      } while (reading != null);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void endsWithWhatTheSourceHas(int seed) throws Exception {
    Random random = new Random(seed);
    UnorderedHub hub = new UnorderedHub("hub/" + seed, seed);
    Source source = new Source(hub, random);
    MemoryPorts ports = new MemoryPorts();
    ports.put(Stock.RECORD);
    try (DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(
            folder.resolve("shop.duckdb"), DuckDbOptions.forRetention(Duration.ofDays(7)))) {
      Dying into = new Dying(warehouse, source, seed);
      Loaders loaders = new Loaders(hub, ports, into);
      for (int segment = 0; segment < 12; segment++) {
        int steps = random.nextInt(30);
        for (int i = 0; i < steps; i++) {
          source.step();
        }
        loaders.goOn(random);
      }
      source.finish();
      into.deadly = false;
      loaders.until(hub::isDrained);
      loaders.close();

      List<String> expected = new ArrayList<>();
      source.rows.forEach((key, value) -> expected.add(key + "," + value));
      assertThat(rows(warehouse, "SELECT ProductID, Quantity FROM dbo.Stock ORDER BY 1"))
          .isEqualTo(expected);
      assertThat(
              rows(
                  warehouse,
                  "SELECT count(*) - count(DISTINCT _message_id), count(*) - count(DISTINCT (_key, _sequence)) FROM dbo.Stock_changes"))
          .as("the log has nothing twice")
          .containsExactly("0,0");
      assertThat(into.wronglySwept).isEmpty();
      assertThat(into.sweeps).isPositive();
      assertThat(ports.letters).isEmpty();
      assertThat(ports.reloads).isEmpty();
    }
  }

  private static List<String> rows(Warehouse warehouse, String sql) throws WarehouseException {
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : warehouse.query(sql, 100_000).rows()) {
      rows.add(String.join(",", row.stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  /** One loader after another. */
  private final class Loaders {
    private final UnorderedHub hub;
    private final MemoryPorts ports;
    private final Warehouse warehouse;
    private UnorderedHub.Reader reader;
    private Loader loader;

    Loaders(UnorderedHub hub, MemoryPorts ports, Warehouse warehouse) {
      this.hub = hub;
      this.ports = ports;
      this.warehouse = warehouse;
      this.reader = hub.reader();
      this.loader = next();
    }

    private Loader next() {
      LoaderOptions options =
          new LoaderOptions(
              "test",
              40,
              1 << 20,
              Duration.ofMillis(2),
              Duration.ofMillis(1),
              Duration.ofMillis(10),
              Duration.ofHours(1),
              Clock.systemUTC(),
              Set.of(Stock.SOURCE),
              folder.resolve("counts"),
              null);
      Loader next = new Loader(reader, ports.ports(), warehouse, options, LoadObserver.NONE);
      next.start();
      return next;
    }

    /** Lets it work, or ends it in one way or another. */
    void goOn(Random random) throws InterruptedException {
      long left = hub.unacknowledged();
      long some = random.nextInt((int) left + 1);
      until(() -> hub.unacknowledged() <= left - some);
      switch (random.nextInt(4)) {
        case 0 -> close();
        case 1 -> {
          reader.kill();
          close();
        }
        default -> {}
      }
      restart();
    }

    /** Starts it again where it has died. */
    private void restart() {
      if (loader.state().phase() == Phase.STOPPED) {
        reader = hub.reader();
        loader = next();
      }
    }

    void until(java.util.function.BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        restart();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }

    void close() throws InterruptedException {
      loader.close();
    }
  }

  /** Lets its loader die after it has written, before the loader knows; watches what is swept. */
  private static final class Dying extends PassingWarehouse {
    private final DuckDbWarehouse real;
    private final Source source;
    private final Random random;
    final List<String> wronglySwept = new CopyOnWriteArrayList<>();
    volatile boolean deadly = true;
    volatile int sweeps;

    Dying(DuckDbWarehouse real, Source source, int seed) {
      super(real);
      this.real = real;
      this.source = source;
      this.random = new Random(seed * 31L);
    }

    private void perhapsDie() {
      if (deadly && random.nextInt(12) == 0) {
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
        throws WarehouseException {
      super.apply(changes, streamId, nextOffsets);
      perhapsDie();
    }

    @Override
    public long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets)
        throws WarehouseException {
      Set<String> before = new HashSet<>(rows(real, "SELECT ProductID FROM dbo.Stock"));
      long swept = super.sweep(sweep, streamId, nextOffsets);
      rows(real, "SELECT ProductID FROM dbo.Stock").forEach(before::remove);
      Set<Integer> read = source.read.getOrDefault(sweep.start(), Set.of());
      for (String key : before) {
        if (read.contains(Integer.valueOf(key))) {
          wronglySwept.add(sweep + " has deleted " + key);
        }
      }
      sweeps = sweeps + 1;
      perhapsDie();
      return swept;
    }
  }
}
