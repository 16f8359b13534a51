package dev.renkei.bench.changeset;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Child;
import dev.renkei.bench.Report;
import dev.renkei.bench.hub.Broker;
import dev.renkei.bench.source.SampleTable;
import dev.renkei.bench.source.Source;
import dev.renkei.bench.source.TrackedRead;
import java.sql.Connection;
import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench changeset}. Source, broker and tracker are processes of their own. */
@Command(
    name = "changeset",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "A change set much larger than the heap of the tracker that reads it into Kafka.",
      "It is made by one transaction: no cursor can move before its end. Each round is a new process."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench changeset", "  renkei bench changeset --changes 500000 --heap 128"})
public final class ChangeSetBench extends Benchmark {
  private static final int SOURCE_HEAP_MIB = 6144;

  @Option(
      names = "--changes",
      defaultValue = "2000000",
      description = "Changes in the set (default: ${DEFAULT-VALUE}).")
  private int changes;

  @Option(
      names = "--heap",
      defaultValue = "256",
      description = "Heap of the tracker's process, in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMib;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      changes = 50_000;
    }
    report.amount("changes", changes);
    report.amount("MiB of heap", heapMib);
    report.amount("rounds", rounds());
    SampleTable table = SampleTable.NARROW;
    double[] rates = new double[rounds()];
    double[] peaks = new double[rounds()];
    double[] kept = new double[rounds()];
    double[] cpu = new double[rounds()];
    try (Source source = Source.start(SOURCE_HEAP_MIB);
        Broker broker = Broker.start()) {
      try (Connection connection = source.connect()) {
        table.create(connection, changes);
        table.change(connection, changes, changes);
      }
      TrackedRead tracked = TrackedRead.of(source, table.table());
      String[] arguments =
          Stream.concat(
                  Stream.of(Integer.toString(source.port()), broker.address()),
                  Arrays.stream(tracked.arguments()))
              .toArray(String[]::new);
      eachRound(
          "reading",
          round -> {
            try (Child tracker = Child.start(TrackerProcess.class, heapMib, arguments)) {
              String[] answer = tracker.answer().split(" ");
              if (Long.parseLong(answer[1]) < changes) {
                throw new IllegalStateException(answer[1] + " changes read of " + changes);
              }
              if (round >= 0) {
                rates[round] = changes / Double.parseDouble(answer[0]);
                peaks[round] = Double.parseDouble(answer[2]);
                kept[round] = Double.parseDouble(answer[3]);
                cpu[round] = Double.parseDouble(answer[4]) * 1e6 / changes;
              }
            }
          });
    }
    report.figure("tracker and publisher", "/s", rates);
    report.figure("tracker and publisher", "CPU s per million", cpu);
    report.figure("highest use of the heap, garbage included", "MiB", Aim.atMost(heapMib), peaks);
    report.figure("highest use of the heap after a collection", "MiB", kept);
  }
}
