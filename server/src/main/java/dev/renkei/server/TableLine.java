package dev.renkei.server;

import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Tracker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One table of the source as all its trackers together know it.
 *
 * @param phase of the tracker that is best off: one is enough
 * @param version the highest that is durable; null before there is one
 * @param lagMillis of the tracker that is furthest
 * @param rows published by all, what several published counted as often
 * @param snapshot the latest one under way; null without one
 * @param trackers the names of those that have this table
 * @param well how many of them follow it without trouble
 */
public record TableLine(
    String source,
    String table,
    Phase phase,
    @Nullable Long version,
    long lagMillis,
    long rows,
    long skipped,
    long retries,
    @Nullable Snapshot snapshot,
    int snapshotsDone,
    List<String> trackers,
    int well) {
  public TableLine {
    trackers = List.copyOf(trackers);
  }

  /** From the best to the worst. */
  private static final List<Phase> FROM_BEST =
      List.of(
          Phase.TRACKING,
          Phase.SNAPSHOT,
          Phase.STARTING,
          Phase.PAUSED,
          Phase.RETRYING,
          Phase.ALERT,
          Phase.STOPPED);

  /** One line per table, by source and name. */
  static List<TableLine> of(Collection<StatusReport> reports) {
    Map<String, Map<String, List<Followed>>> bySource = new TreeMap<>();
    for (StatusReport report : reports) {
      for (Tracker tracker : report.trackers()) {
        Map<String, List<Followed>> byName =
            bySource.computeIfAbsent(tracker.source(), source -> new TreeMap<>());
        for (Table table : tracker.tables()) {
          byName
              .computeIfAbsent(table.table(), name -> new ArrayList<>())
              .add(new Followed(tracker.name(), table));
        }
      }
    }
    List<TableLine> lines = new ArrayList<>();
    bySource.forEach(
        (source, byName) ->
            byName.forEach((name, tables) -> lines.add(merge(source, name, tables))));
    return List.copyOf(lines);
  }

  /** A table as one tracker knows it. */
  private record Followed(String tracker, Table table) {}

  private static TableLine merge(String source, String name, List<Followed> followed) {
    List<Table> tables = followed.stream().map(Followed::table).toList();
    return new TableLine(
        source,
        name,
        best(tables),
        tables.stream()
            .map(Table::cursor)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null),
        tables.stream().mapToLong(Table::lagMillis).min().orElse(0),
        tables.stream().mapToLong(Table::rows).sum(),
        tables.stream().mapToLong(Table::skipped).sum(),
        tables.stream().mapToLong(Table::retriesTotal).sum(),
        tables.stream()
            .map(Table::snapshot)
            .filter(Objects::nonNull)
            .max(Comparator.comparingInt(Snapshot::number).thenComparingLong(Snapshot::rows))
            .orElse(null),
        tables.stream().mapToInt(Table::snapshotsDone).sum(),
        followed.stream().map(Followed::tracker).sorted().toList(),
        (int) tables.stream().filter(TableLine::isWell).count());
  }

  private static Phase best(List<Table> tables) {
    return tables.stream()
        .map(Table::phase)
        .min(Comparator.comparingInt(FROM_BEST::indexOf))
        .orElseThrow();
  }

  /** Whether changes of this table arrive by this tracker. */
  static boolean isWell(Table table) {
    return table.phase() == Phase.TRACKING || table.phase() == Phase.SNAPSHOT;
  }
}
