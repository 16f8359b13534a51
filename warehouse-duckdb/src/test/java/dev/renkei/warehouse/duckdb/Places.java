package dev.renkei.warehouse.duckdb;

import java.time.Clock;
import java.time.Duration;

/** How warehouses of tests are opened: with merges and checkpoints only when a test says so. */
final class Places {
  private Places() {}

  static DuckDbOptions options(Clock clock) {
    return new DuckDbOptions(
        256,
        2,
        1_000_000,
        Duration.ofHours(1),
        1L << 40,
        Duration.ofHours(1),
        Duration.ofDays(15),
        clock);
  }

  static DuckDbOptions options() {
    return options(Clock.systemUTC());
  }
}
