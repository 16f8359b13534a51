package dev.renkei.warehouse.duckdb;

import java.time.Clock;
import java.time.Duration;

/**
 * How the warehouse works inside; nothing here changes what a query answers.
 *
 * @param memoryMebibytes DuckDB's own bound; what passes it goes to a folder beside the file
 * @param threads DuckDB's, for merges and queries
 * @param mergeRows a table's changes are merged when that many wait
 * @param mergeAfter and when they wait for so long
 * @param checkpointBytes the write-ahead log is folded into the file when it has so many bytes
 * @param checkpointAfter and when it has waited for so long
 * @param tombstonesKept how long deleted keys are remembered; longer than the hub keeps messages
 */
public record DuckDbOptions(
    int memoryMebibytes,
    int threads,
    long mergeRows,
    Duration mergeAfter,
    long checkpointBytes,
    Duration checkpointAfter,
    Duration tombstonesKept,
    Clock clock) {
  public DuckDbOptions {
    if (memoryMebibytes < 64 || threads < 1 || mergeRows < 1 || checkpointBytes < 1) {
      throw new IllegalArgumentException(
          "memory %d MiB (at least 64), %d threads, merge at %d rows, checkpoint at %d bytes"
              .formatted(memoryMebibytes, threads, mergeRows, checkpointBytes));
    }
    if (mergeAfter.isNegative() || checkpointAfter.isNegative() || tombstonesKept.isNegative()) {
      throw new IllegalArgumentException(
          "merge after %s, checkpoint after %s, tombstones kept %s"
              .formatted(mergeAfter, checkpointAfter, tombstonesKept));
    }
  }

  /** For a hub that keeps messages for so long. */
  public static DuckDbOptions forRetention(Duration retention) {
    return new DuckDbOptions(
        1024,
        2,
        200_000,
        Duration.ofSeconds(30),
        256L << 20,
        Duration.ofMinutes(5),
        retention.multipliedBy(2).plusDays(1),
        Clock.systemUTC());
  }
}
