package dev.renkei.bench.bigquery;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Child;
import dev.renkei.bench.Machine;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.BigQueryWarehouse;
import dev.renkei.warehouse.bigquery.Spooling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench bigquery}. Each round has a new dataset; figures are medians. */
@Command(
    name = "bigquery",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loading the warehouse in BigQuery, beside the same rows by Google's client in a loop.",
      "The stand-in is a process of its own: rates are its, CPU is the loader's."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench bigquery", "  renkei bench bigquery --rows 100000 --rounds 5"})
public final class BigQueryBench extends Benchmark {
  private static final int HEAP_MIB = 1024;
  private static final String PROJECT = "bench";

  @Option(
      names = "--rows",
      defaultValue = "50000",
      description = "Changes to load (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(
      names = "--batch",
      defaultValue = "2000",
      description = "Changes to a call (default: ${DEFAULT-VALUE}).")
  private int batch;

  private int datasets;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      rows = 4_000;
    }
    report.amount("changes", rows);
    report.amount("changes to a call", batch);
    report.amount("rounds", rounds());
    List<List<Change>> calls = new ArrayList<>();
    for (long done = 0; done < rows; done += batch) {
      calls.add(Orders.changes(ChangeType.UPDATE, done, batch, rows / 3));
    }
    double[] bare = new double[rounds()];
    double[] bareCpu = new double[rounds()];
    double[] ours = new double[rounds()];
    double[] oursCpu = new double[rounds()];
    eachRound(
        "changes",
        round -> {
          Took bareTook = measured(calls, true);
          Took oursTook = measured(calls, false);
          if (round >= 0) {
            bare[round] = rows / bareTook.seconds();
            ours[round] = rows / oursTook.seconds();
            bareCpu[round] = bareTook.cpuSeconds() / rows * 1e6;
            oursCpu[round] = oursTook.cpuSeconds() / rows * 1e6;
          }
        });
    FirstLoads firstLoads = firstLoads();
    report.figure("bare client", "changes/s", bare);
    report.figure("warehouse", "changes/s", ours);
    report.ratio("warehouse to bare", Aim.atLeast(0.7), ours, bare);
    report.figure("bare client, CPU", "us/change", bareCpu);
    report.figure("warehouse, CPU", "us/change", oursCpu);
    report.ratio("CPU of the warehouse to bare", Aim.atMost(2), oursCpu, bareCpu);
    report.figure("first load by streams", "rows/s", firstLoads.streams());
    report.figure("first load by load jobs", "rows/s", firstLoads.jobs());
    report.figure("first load by streams, CPU", "us/row", firstLoads.streamsCpu());
    report.figure("first load by load jobs, CPU", "us/row", firstLoads.jobsCpu());
  }

  /** Rows of a snapshot until they are in the log too. */
  private record FirstLoads(
      double[] streams, double[] jobs, double[] streamsCpu, double[] jobsCpu) {}

  private FirstLoads firstLoads() throws Exception {
    List<List<Change>> calls = new ArrayList<>();
    for (long done = 0; done < rows; done += batch) {
      calls.add(Orders.changes(ChangeType.SNAPSHOT_ROW, done, batch, rows));
    }
    FirstLoads all =
        new FirstLoads(
            new double[rounds()], new double[rounds()], new double[rounds()], new double[rounds()]);
    eachRound(
        "first loads",
        round -> {
          Took streams = firstLoad(calls, 0);
          Took jobs = firstLoad(calls, 1);
          if (round >= 0) {
            all.streams()[round] = rows / streams.seconds();
            all.jobs()[round] = rows / jobs.seconds();
            all.streamsCpu()[round] = streams.cpuSeconds() / rows * 1e6;
            all.jobsCpu()[round] = jobs.cpuSeconds() / rows * 1e6;
          }
        });
    return all;
  }

  /**
   * @param jobsAbove bytes that a load job is worth; 0 for none
   */
  private Took firstLoad(List<List<Change>> calls, long jobsAbove) throws Exception {
    try (TemporaryFolder waiting = TemporaryFolder.create();
        Child standIn = Child.start(StandInProcess.class, HEAP_MIB)) {
      String[] addresses = standIn.answer().split(" ");
      BigQueryOptions options =
          BigQueryOptions.forRetention(Duration.ofDays(7))
              .with(Spooling.in(waiting.path(), jobsAbove));
      try (BigQueryWarehouse warehouse =
          BigQueryWarehouse.open(config(addresses[0], addresses[1]), options)) {
        warehouse.prepare(Orders.record());
        double cpu = Machine.cpuSeconds();
        long begun = System.nanoTime();
        ours(warehouse, calls);
        // The sweep of a snapshot waits for its rows.
        warehouse.sweep(
            new Warehouse.Sweep(
                "shop", Orders.record().schema().table(), 1, new Sequence(1, 1, 1), Instant.now()),
            "bench/1",
            Map.of());
        return new Took((System.nanoTime() - begun) / 1e9, Machine.cpuSeconds() - cpu);
      }
    }
  }

  private record Took(double seconds, double cpuSeconds) {}

  /** Each in a stand-in of its own, so that neither pays for the other's rows. */
  private Took measured(List<List<Change>> calls, boolean isBare) throws Exception {
    try (Child standIn = Child.start(StandInProcess.class, HEAP_MIB)) {
      String[] addresses = standIn.answer().split(" ");
      WarehouseConfig.BigQuery config = config(addresses[0], addresses[1]);
      try (BigQueryWarehouse warehouse =
          BigQueryWarehouse.open(config, BigQueryOptions.forRetention(Duration.ofDays(7)))) {
        warehouse.prepare(Orders.record());
        return isBare ? bare(config, calls, addresses[1]) : ours(warehouse, calls);
      }
    }
  }

  private WarehouseConfig.BigQuery config(String rest, String storage) {
    return new WarehouseConfig.BigQuery(
        "bench",
        true,
        PROJECT,
        "bench_" + ++datasets,
        "US",
        "{schema}_{table}",
        Duration.ZERO,
        Map.of(),
        List.of(),
        new WarehouseConfig.BigQuery.Endpoint(rest, storage, true));
  }

  private static Took ours(BigQueryWarehouse warehouse, List<List<Change>> calls) throws Exception {
    double cpu = Machine.cpuSeconds();
    long begun = System.nanoTime();
    long next = 0;
    for (List<Change> changes : calls) {
      next += changes.size();
      warehouse.apply(changes, "bench/1", Map.of(0, next));
    }
    return new Took((System.nanoTime() - begun) / 1e9, Machine.cpuSeconds() - cpu);
  }

  private static Took bare(
      WarehouseConfig.BigQuery config, List<List<Change>> calls, String storage) throws Exception {
    String table = "projects/%s/datasets/%s/tables/".formatted(config.project(), config.dataset());
    try (BareAppends appends =
        new BareAppends(storage, table + "dbo_Orders_log", table + "dbo_Orders_upserts")) {
      double cpu = Machine.cpuSeconds();
      long begun = System.nanoTime();
      for (List<Change> changes : calls) {
        appends.apply(changes);
      }
      return new Took((System.nanoTime() - begun) / 1e9, Machine.cpuSeconds() - cpu);
    }
  }
}
