package dev.renkei.bench.load;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench load}. Each round has a new file; figures are medians of the rounds. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Loading the DuckDB warehouse, beside the same appends and merges bare.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench load", "  renkei bench load --rows 500000 --keys 100000 --rounds 5"})
public final class LoadBench extends Benchmark {
  private static final int MEMORY_MEBIBYTES = 1024;
  private static final int MERGE_ROWS = 200_000;
  private static final int SMALL_BATCH = 100;
  private static final int SMALL_BATCHES = 300;

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      description = "Changes to load (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--keys",
      defaultValue = "300000",
      description = "Rows that they change (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--batch",
      defaultValue = "5000",
      description = "Changes to a transaction (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      rows = 50_000;
      keys = 20_000;
    }
    report.amount("changes", rows);
    report.amount("keys", keys);
    report.amount("changes to a transaction", batch);
    report.amount("rounds", rounds());
    double[] bare = new double[rounds()];
    double[] ours = new double[rounds()];
    double[] snapshots = new double[rounds()];
    eachRound(
        "changes and first rows",
        round -> {
          double bareSeconds = in(this::bare);
          double changesSeconds = in(folder -> ours(folder, ChangeType.UPDATE));
          double snapshotSeconds = in(folder -> ours(folder, ChangeType.SNAPSHOT_ROW));
          if (round >= 0) {
            bare[round] = rows / bareSeconds;
            ours[round] = rows / changesSeconds;
            snapshots[round] = Math.min(rows, keys) / snapshotSeconds;
          }
        });
    double[] latencies = small();
    report.figure("bare appends and merges", "rows/s", bare);
    report.figure("warehouse, changes", "rows/s", ours);
    report.ratio("warehouse to bare", Aim.atLeast(0.7), ours, bare);
    report.figure("warehouse, rows of a first snapshot", "rows/s", snapshots);
    String transaction = "a transaction of %d changes, ".formatted(SMALL_BATCH);
    report.figure(transaction + "p50", "ms", latencies[latencies.length / 2]);
    report.figure(transaction + "p99", "ms", latencies[latencies.length * 99 / 100]);
  }

  private interface Timed {
    double seconds(Path folder) throws Exception;
  }

  private static double in(Timed work) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      return work.seconds(folder.path());
    }
  }

  private double bare(Path folder) throws Exception {
    long begun = System.nanoTime();
    try (BareLoad load =
        new BareLoad(folder.resolve("bare.duckdb"), MEMORY_MEBIBYTES, MERGE_ROWS)) {
      for (long done = 0; done < rows; done += batch) {
        load.apply(Orders.changes(ChangeType.UPDATE, done, batch, keys), done + batch);
      }
      load.merge();
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  private static DuckDbWarehouse open(Path folder) throws Exception {
    DuckDbWarehouse warehouse =
        DuckDbWarehouse.open(
            folder.resolve("shop.duckdb"),
            new DuckDbOptions(
                MEMORY_MEBIBYTES,
                2,
                MERGE_ROWS,
                Duration.ofSeconds(30),
                1L << 40,
                Duration.ofHours(1),
                Duration.ofDays(15),
                Clock.systemUTC()));
    warehouse.prepare(Orders.record());
    return warehouse;
  }

  private double ours(Path folder, ChangeType type) throws Exception {
    long begun = System.nanoTime();
    try (DuckDbWarehouse warehouse = open(folder)) {
      long last = type == ChangeType.UPDATE ? rows : Math.min(rows, keys);
      for (long done = 0; done < last; done += batch) {
        warehouse.apply(
            Orders.changes(type, done, batch, keys), "bench/1", Map.of(0, done + batch));
      }
      warehouse.merge();
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  /** Milliseconds of small transactions on a table of so many rows, in order. */
  private double[] small() throws Exception {
    double[] millis = new double[SMALL_BATCHES];
    in(
        folder -> {
          try (DuckDbWarehouse warehouse = open(folder)) {
            for (long done = 0; done < keys; done += batch) {
              warehouse.apply(
                  Orders.changes(ChangeType.UPDATE, done, batch, keys), "bench/1", Map.of());
            }
            warehouse.merge();
            for (int i = 0; i < SMALL_BATCHES; i++) {
              List<Change> changes =
                  Orders.changes(
                      ChangeType.UPDATE, keys + (long) i * SMALL_BATCH, SMALL_BATCH, keys);
              long begun = System.nanoTime();
              warehouse.apply(changes, "bench/1", Map.of(0, (long) i));
              millis[i] = (System.nanoTime() - begun) / 1e6;
            }
            return 0;
          }
        });
    Arrays.sort(millis);
    return millis;
  }
}
