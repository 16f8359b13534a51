package dev.renkei.bench.chain;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.cli.Logs;
import dev.renkei.cli.StopSignal;
import dev.renkei.cli.demo.DemoFolder;
import dev.renkei.cli.demo.DemoOptions;
import dev.renkei.cli.demo.DemoRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench chain}: latency at a fixed rate, and what can be sustained, on this machine
 * with everything on it.
 */
@Command(
    name = "chain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "From the writer's commit to a query's answer, everything on this machine.",
      "Source, writer, trackers, hub, dedupe and warehouse: latency at 1,000 changes a second, and how many a second it",
      "sustains. Every run ends with its proof."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei bench chain",
      "  renkei bench chain --rows 2000000            a larger shop",
      "  renkei bench chain --case latency --rounds 1",
      "  renkei bench chain --quick --json"
    })
public final class ChainBench extends Benchmark {
  private static final double SECONDS = 30;
  private static final double WARM_UP_SECONDS = 20;
  private static final double QUICK_SECONDS = 4;
  private static final int QUICK_ROWS = 5_000;

  /** What is asked. */
  enum Case {
    LATENCY("1,000 changes/s, 2 trackers", 1_000, 5, 2),
    TWO_TRACKERS("as fast as it goes, 2 trackers", 40_000, 200, 2),
    ONE_TRACKER("as fast as it goes, 1 tracker", 40_000, 200, 1);

    private final String sentence;
    private final int rate;
    private final int rowsPerTransaction;
    private final int trackers;

    Case(String sentence, int rate, int rowsPerTransaction, int trackers) {
      this.sentence = sentence;
      this.rate = rate;
      this.rowsPerTransaction = rowsPerTransaction;
      this.trackers = trackers;
    }
  }

  @Option(
      names = "--case",
      paramLabel = "CASE",
      description = "Only this one: ${COMPLETION-CANDIDATES} (default: all).")
  private @Nullable Case only;

  @Option(
      names = "--rows",
      defaultValue = "120000",
      description = "Rows that the shop opens with (default: ${DEFAULT-VALUE}).")
  private int rows;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  ChainBench() {}

  @Override
  protected void measure(Report report) throws Exception {
    report.amount("rows", quick() ? QUICK_ROWS : rows);
    report.amount("rounds", rounds());
    StopSignal stop = StopSignal.install();
    for (Case one : only == null ? List.of(Case.values()) : List.of(only)) {
      List<DemoRun.Outcome> outcomes = new ArrayList<>();
      for (int round = 0; round < rounds() && !stop.isAsked(); round++) {
        outcomes.add(run(one, stop));
      }
      if (!outcomes.isEmpty()) {
        tell(report, one, outcomes);
      }
    }
  }

  private DemoRun.Outcome run(Case one, StopSignal stop) throws Exception {
    DemoOptions options =
        new DemoOptions(
            quick() ? QUICK_SECONDS : SECONDS,
            false,
            null,
            DemoOptions.HubKind.KAFKA,
            one.rate,
            one.rowsPerTransaction,
            42,
            quick() ? QUICK_ROWS : rows,
            one.trackers,
            quick() ? 1 : WARM_UP_SECONDS,
            true,
            null);
    try (TemporaryFolder parent = TemporaryFolder.create()) {
      DemoFolder folder = new DemoFolder(parent.path(), false);
      Logs.toFile(folder.logs().resolve("renkei.log"));
      DemoRun.Outcome outcome =
          new DemoRun(
                  options,
                  "bench",
                  stop,
                  line -> System.err.println("chain: " + one.sentence + ": " + line),
                  null)
              .run(folder);
      if (outcome.report().exitCode() != 0) {
        throw new IllegalStateException(
            "the proof failed: %s %s"
                .formatted(outcome.evidence().differences(), outcome.evidence().unbalanced()));
      }
      return outcome;
    }
  }

  /** What a figure of one round is. */
  private interface Measure {
    double of(DemoRun.Outcome outcome);
  }

  private static double[] each(List<DemoRun.Outcome> outcomes, Measure measure) {
    return outcomes.stream().mapToDouble(measure::of).toArray();
  }

  private static void tell(Report report, Case one, List<DemoRun.Outcome> outcomes) {
    String what = one.sentence + ": ";
    if (one == Case.LATENCY) {
      report.figure(
          what + "commit to visible, p50",
          "ms",
          Aim.atMost(200),
          each(outcomes, o -> o.report().latency().p50()));
      report.figure(
          what + "commit to visible, p99",
          "ms",
          Aim.atMost(500),
          each(outcomes, o -> o.report().latency().p99()));
      report.figure(
          what + "hub's start to the first row",
          "s",
          each(outcomes, o -> o.pace().secondsToFirstRow()));
    }
    report.figure(
        what + "visible",
        "changes/s",
        switch (one) {
          case LATENCY -> Aim.atLeast(950);
          case TWO_TRACKERS -> Aim.atLeast(10_000);
          case ONE_TRACKER -> Aim.atLeast(25_000);
        },
        each(outcomes, o -> o.pace().changes() / o.pace().seconds()));
    Map<String, double[]> cpu = new TreeMap<>();
    for (String process : outcomes.get(0).pace().cpuSeconds().keySet()) {
      cpu.put(
          process,
          each(
              outcomes,
              o -> o.pace().cpuSeconds().getOrDefault(process, 0.0) * 1e6 / o.pace().changes()));
    }
    cpu.forEach((process, seconds) -> report.figure(what + process, "CPU s/M", seconds));
  }
}
