package dev.renkei.bench.tracker;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.bench.source.SampleTable;
import dev.renkei.bench.source.Source;
import dev.renkei.bench.source.TrackedRead;
import java.sql.Connection;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench tracker}. The source is a process of its own; bare loops and tracker take
 * turns in this one.
 */
@Command(
    name = "tracker",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reading and encoding a change set, beside mssql-jdbc asking the tracker's own query.",
      "The driver reads once without encoding and once with it; the tracker always encodes, and its",
      "hub discards."
    },
    footerHeading = "%nThe source:%n",
    footer = {
      "  stand-in   the SQL Server stand-in, which costs more than a SQL Server would",
      "  recorded   the same answers played back from memory: only the reader limits",
      "",
      "Examples:",
      "  renkei bench tracker",
      "  renkei bench tracker --changes 200000 --rounds 5",
      "  renkei bench tracker --quick --json"
    })
public final class TrackerBench extends Benchmark {
  private static final int SOURCE_HEAP_MIB = 4096;

  /** So many changes in one transaction, which is one version. */
  private static final int ROWS_PER_VERSION = 2_000;

  private static final Aim AIM = Aim.atLeast(0.8);

  @Option(
      names = "--changes",
      defaultValue = "500000",
      description = "Changes in the set (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      changes = 20_000;
    }
    report.amount("changes", changes);
    report.amount("rounds", rounds());
    try (Source source = Source.start(SOURCE_HEAP_MIB)) {
      int recorder = source.recorder();
      for (SampleTable table : SampleTable.values()) {
        try (Connection connection = source.connect()) {
          table.create(connection, changes);
          table.change(connection, changes, ROWS_PER_VERSION);
        }
        TrackedRead tracked = TrackedRead.of(source, table.table());
        tracked.read(source.port());
        BareRead bare = new BareRead(table, source.lastRead(), tracked.after(), tracked.upTo());
        measure(report, table, "stand-in", source.port(), bare, tracked);
        measure(report, table, "recorded", recorder, bare, tracked);
      }
    }
  }

  private void measure(
      Report report, SampleTable table, String from, int port, BareRead bare, TrackedRead tracked)
      throws Exception {
    String what = table.name().toLowerCase(Locale.ROOT) + " rows, " + from;
    Series reading = new Series(changes, rounds());
    Series encoding = new Series(changes, rounds());
    Series tracker = new Series(changes, rounds());
    try (Connection connection = Source.connect(port)) {
      eachRound(
          what,
          round -> {
            reading.add(round, () -> check(bare.read(connection)));
            encoding.add(round, () -> check(bare.readAndEncode(connection)));
            tracker.addTimed(
                round,
                () -> {
                  TrackedRead.Result result = tracked.read(port);
                  check(result.changes());
                  return result.taken();
                });
          });
    }
    reading.report(report, what + ": driver, reading");
    encoding.report(report, what + ": driver, reading and encoding");
    tracker.report(report, what + ": tracker");
    report.ratio(what + ": tracker to reading", null, tracker.rates(), reading.rates());
    report.ratio(
        what + ": tracker to reading and encoding", AIM, tracker.rates(), encoding.rates());
  }

  private void check(long read) {
    if (read != changes) {
      throw new IllegalStateException("%,d changes read of %,d".formatted(read, changes));
    }
  }
}
