package dev.renkei.cli.demo;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.DemoReport;
import dev.renkei.demo.Evidence;
import dev.renkei.demo.Shop;
import dev.renkei.demo.UseProof;
import dev.renkei.loader.LoadObserver;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the demo shows: the table of what flows, and at the end the proof. */
final class DemoView implements LoadObserver {
  private static final int NAME_WIDTH = 20;

  private final Map<TableName, Seen> seen = new ConcurrentHashMap<>();

  /** What changes did to one table. */
  private record Seen(
      LongAdder snapshot, LongAdder inserted, LongAdder updated, LongAdder deleted) {
    Seen() {
      this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder());
    }

    LongAdder of(ChangeType type) {
      return switch (type) {
        case SNAPSHOT_ROW -> snapshot;
        case INSERT -> inserted;
        case DELETE -> deleted;
        default -> updated;
      };
    }

    long changes() {
      return inserted.sum() + updated.sum() + deleted.sum();
    }
  }

  @Override
  public void committed(List<Change> changes, Instant at) {
    for (Change change : changes) {
      of(change.table()).of(change.type()).increment();
    }
  }

  private Seen of(TableName table) {
    return seen.computeIfAbsent(table, name -> new Seen());
  }

  /** Rows of snapshots that have reached the warehouse. */
  long snapshotRows() {
    return seen.values().stream().mapToLong(table -> table.snapshot().sum()).sum();
  }

  /** Changes that have reached the warehouse. */
  long changes() {
    return seen.values().stream().mapToLong(Seen::changes).sum();
  }

  /**
   * The table of what flows.
   *
   * @param heading one line
   * @param footing some lines
   */
  String live(String heading, Warehouse warehouse, String footing) throws WarehouseException {
    StringBuilder text = new StringBuilder(heading).append("\n\n");
    text.append(
        "%-20s %12s %10s %10s %10s%n"
            .formatted("warehouse table", "rows now", "inserted", "updated", "deleted"));
    for (TableName table : Shop.tables()) {
      Seen counts = of(table);
      text.append(
          "%-20s %12s %10s %10s %10s%n"
              .formatted(
                  cut(table.toString()),
                  grouped(rows(warehouse, table)),
                  grouped(counts.inserted().sum()),
                  grouped(counts.updated().sum()),
                  grouped(counts.deleted().sum())));
    }
    return text.append('\n').append(footing).toString();
  }

  private static String cut(String name) {
    return name.length() <= NAME_WIDTH ? name : name.substring(0, NAME_WIDTH - 1) + "…";
  }

  /** How many rows a query sees now. */
  static long rows(Warehouse warehouse, TableName table) throws WarehouseException {
    String name = "\"%s\".\"%s\"".formatted(table.schema(), table.table());
    Object count = warehouse.query("SELECT count(*) FROM " + name, 1).rows().get(0).get(0);
    return count instanceof Number number ? number.longValue() : 0;
  }

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** One line of latency. */
  static String latency(DemoReport.Latency latency) {
    return String.format(
        Locale.ROOT,
        "latency   p50 %.0f ms · p95 %.0f ms · p99 %.0f ms (commit to visible, %,d changes)",
        latency.p50(),
        latency.p95(),
        latency.p99(),
        latency.samples());
  }

  /** The proof, as the demo ends with it. */
  static String proof(DemoReport report, Evidence evidence) {
    StringBuilder text = new StringBuilder();
    text.append(
        "proof     lost %d · duplicated %d%n".formatted(report.lost(), report.duplicated()));
    text.append(
        "committed %s = delivered %s + collapsed %s + superseded %s%n"
            .formatted(
                grouped(report.committed()),
                grouped(report.delivered()),
                grouped(report.collapsed()),
                grouped(report.superseded())));
    text.append(
        "raw       %s messages of %d trackers, %s of them duplicates removed%n"
            .formatted(
                grouped(report.rawMessages()),
                report.trackers(),
                grouped(report.duplicatesRemoved())));
    for (DemoReport.Killed killed : report.killed()) {
      text.append(
          "killed    %s, process %d, after %.1f s%n"
              .formatted(killed.role(), killed.pid(), killed.atSeconds()));
    }
    text.append(latency(report.latency())).append('\n');
    text.append(
        "verified  %d tables, %s rows: %s through version %d%n"
            .formatted(
                report.verify().tables(),
                grouped(report.verify().rows()),
                report.verify().equal() ? "equal" : "DIFFERENT",
                report.verify().throughVersion()));
    for (UseProof use : report.uses()) {
      text.append(
          "%-9s %s: %s%n"
              .formatted(
                  use.name(),
                  use.what(),
                  use.isFine() ? "equal" : grouped(use.different()) + " DIFFERENT"));
      use.examples().forEach(one -> text.append("          ").append(one).append('\n'));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "used      %.1f CPU seconds, %d MiB at most, all processes together%n",
            report.resources().cpuSeconds(),
            report.resources().peakRssMib()));
    text.append(faults(evidence.differences(), evidence.unbalanced()));
    return text.toString();
  }

  private static String faults(Collection<?> differences, Collection<String> unbalanced) {
    StringBuilder text = new StringBuilder();
    differences.forEach(difference -> text.append("DIFFERENT ").append(difference).append('\n'));
    unbalanced.forEach(sum -> text.append("UNBALANCED ").append(sum).append('\n'));
    return text.toString();
  }
}
