package dev.renkei.acceptance;

import dev.renkei.server.StatusReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How far the tables of an installation are, as its trackers say. */
record Progress(StatusReport report) {
  static Progress of(StatusReport report) {
    return new Progress(report);
  }

  /** The tables that any tracker knows. */
  Set<String> tables() {
    return report.trackers().stream()
        .flatMap(tracker -> tracker.tables().stream())
        .map(StatusReport.Table::table)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Snapshots of a table that are done, by any tracker. */
  int snapshots(String table) {
    return report.trackers().stream()
        .flatMap(tracker -> tracker.tables().stream())
        .filter(known -> known.table().equals(table))
        .mapToInt(StatusReport.Table::snapshotsDone)
        .sum();
  }

  /** Which of these tables have not been read whole. */
  Optional<String> withoutSnapshot(Set<String> tables) {
    List<String> missing = tables.stream().filter(table -> snapshots(table) == 0).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("no snapshot is done of " + String.join(", ", missing));
  }

  /**
   * Which tables some tracker does not know up to a version.
   *
   * @param keyless tables that have no cursor to speak of, since they are loaded whole
   */
  Optional<String> behind(long version, Set<String> keyless) {
    List<String> behind = new ArrayList<>();
    for (StatusReport.Tracker tracker : report.trackers()) {
      if (tracker.tables().isEmpty()) {
        behind.add(tracker.name() + " knows no table: " + tracker.problem());
      }
      for (StatusReport.Table table : tracker.tables()) {
        Long cursor = table.cursor();
        if ((cursor == null || cursor < version) && !keyless.contains(table.table())) {
          behind.add(
              "%s of %s is at %s, %s %s"
                  .formatted(
                      table.table(), tracker.name(), cursor, table.phase(), table.problem()));
        }
      }
    }
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "version %d is not reached: %s".formatted(version, String.join("; ", behind)));
  }
}
