package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A process that loads a stream which everybody can compute, merging and writing checkpoints all
 * the time, until it is killed. It goes on where the warehouse says.
 */
final class KilledLoad {
  static final int KEYS = 500;
  static final int BATCH = 100;
  static final int SWEEP_EVERY = 5_000;

  private KilledLoad() {}

  static DuckDbOptions options() {
    return new DuckDbOptions(
        256,
        2,
        1_000,
        Duration.ofMillis(200),
        1 << 20,
        Duration.ofSeconds(1),
        Duration.ofDays(15),
        Clock.systemUTC());
  }

  /** The message at an offset: scattered keys, now and then a delete. */
  static Change message(long offset) {
    int product = (int) (offset * 7919 % KEYS);
    return offset % 11 == 0
        ? Shop.delete(product, offset + 1)
        : Shop.change(
            Shop.SCHEMA, ChangeType.UPDATE, new Sequence(1, offset + 1, 0), product, (int) offset);
  }

  /** Takes away every key that was not changed for a while. */
  static Sweep sweep(long offset) {
    return new Sweep(
        Shop.SOURCE,
        Shop.STOCK,
        (int) (offset / SWEEP_EVERY),
        new Sequence(1, offset - 300, (int) (offset / SWEEP_EVERY)),
        Shop.NOON);
  }

  public static void main(String[] arguments) throws Exception {
    DuckDbWarehouse warehouse = DuckDbWarehouse.open(Path.of(arguments[0]), options());
    warehouse.prepare(Shop.record(Shop.SCHEMA));
    long next = warehouse.positions(Shop.STREAM).getOrDefault(0, 0L);
    System.out.println("loading " + next);
    while (true) {
      if (next > 0 && next % SWEEP_EVERY == 0) {
        warehouse.sweep(sweep(next), Shop.STREAM, Map.of(0, next + 1));
        next++;
        continue;
      }
      List<Change> batch = new ArrayList<>();
      long until = Math.min(next + BATCH, (next / SWEEP_EVERY + 1) * SWEEP_EVERY);
      for (long offset = next; offset < until; offset++) {
        batch.add(message(offset));
      }
      next = until;
      warehouse.apply(batch, Shop.STREAM, Map.of(0, next));
    }
  }
}
