package dev.renkei.cli;

import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.LastSnapshot;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far the reload of one table is, as the processes of an installation tell it. A snapshot that
 * began before the wish does not count.
 */
sealed interface ReloadProgress {
  /** A table in one of these is not read before somebody acts. */
  Set<Phase> WAITS_FOR_SOMEBODY = Set.of(Phase.STOPPED, Phase.ALERT, Phase.PAUSED);

  String table();

  /**
   * No snapshot has begun yet.
   *
   * @param problem what holds it up; null where nothing is known to
   */
  record Waiting(String table, @Nullable Problem problem) implements ReloadProgress {}

  /** The table is being read. */
  record Reading(String table, Snapshot snapshot, @Nullable Problem problem)
      implements ReloadProgress {}

  /**
   * The table has been read, and not every warehouse has loaded it.
   *
   * @param missing the warehouses that have not
   */
  record Loading(String table, LastSnapshot snapshot, List<String> missing)
      implements ReloadProgress {}

  /** Every warehouse that runs has loaded it and deleted what had vanished. */
  record Loaded(String table, LastSnapshot snapshot, List<Loaded.In> warehouses)
      implements ReloadProgress {
    /**
     * What a warehouse has made of it.
     *
     * @param swept null where its process has started since, and does not know
     */
    record In(String warehouse, @Nullable Long swept) {}
  }

  /** Somebody must act first. */
  record Stuck(String table, ExitCode exit, String message, String cure)
      implements ReloadProgress {}

  default boolean isOver() {
    return this instanceof Loaded || this instanceof Stuck;
  }

  /** The tables that any tracker knows. */
  static Set<String> tables(Collection<StatusReport> reports) {
    return reports.stream()
        .flatMap(report -> report.trackers().stream())
        .flatMap(tracker -> tracker.tables().stream())
        .map(Table::table)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Decides.
   *
   * @param part whether a part of the table is meant
   * @param asked when the reload was asked for
   * @param patient whether what looks hopeless may be the state of before the wish was heard
   */
  static ReloadProgress of(
      String table,
      boolean part,
      Collection<StatusReport> reports,
      Instant asked,
      boolean patient) {
    List<Table> tables =
        reports.stream()
            .flatMap(report -> report.trackers().stream())
            .flatMap(tracker -> tracker.tables().stream())
            .filter(one -> one.table().equals(table))
            .toList();
    LastSnapshot read =
        tables.stream()
            .map(part ? Table::lastPart : Table::lastSnapshot)
            .filter(last -> last != null && !last.begun().isBefore(asked))
            .findFirst()
            .orElse(null);
    return read == null
        ? beforeItsEnd(table, part, tables, asked, patient)
        : behindItsEnd(table, read, reports);
  }

  private static ReloadProgress beforeItsEnd(
      String name, boolean part, List<Table> tables, Instant asked, boolean patient) {
    Problem problem =
        tables.stream().map(Table::problem).filter(Objects::nonNull).findFirst().orElse(null);
    for (Table table : tables) {
      Snapshot now = table.snapshot();
      Instant begun = now == null ? null : now.begun();
      if (now != null && begun != null && !begun.isBefore(asked) && part == (now.where() != null)) {
        return new Reading(name, now, table.problem());
      }
    }
    if (patient) {
      return new Waiting(name, problem);
    }
    if (tables.isEmpty()) {
      return new Stuck(
          name,
          ExitCode.SOURCE,
          "no tracker here has this table",
          "see whether it is at the source and `tables.include` names it; `renkei check` tells");
    }
    boolean hopeless = tables.stream().allMatch(t -> WAITS_FOR_SOMEBODY.contains(t.phase()));
    return hopeless && problem != null
        ? new Stuck(name, ExitCode.SOURCE, problem.message(), problem.cure())
        : new Waiting(name, problem);
  }

  private static ReloadProgress behindItsEnd(
      String table, LastSnapshot read, Collection<StatusReport> reports) {
    List<String> missing = new ArrayList<>();
    List<Loaded.In> loaded = new ArrayList<>();
    for (StatusReport report : reports) {
      for (Warehouse warehouse : report.warehouses()) {
        Warehouse.Load load =
            warehouse.loads().stream()
                .filter(one -> one.table().equals(table))
                .filter(one -> one.start().compareTo(read.start()) >= 0)
                .findFirst()
                .orElse(null);
        Long lag = warehouse.lagMessages();
        boolean began = report.startedAt().isAfter(read.ended());
        if (load != null) {
          loaded.add(new Loaded.In(warehouse.name(), load.swept()));
        } else if (warehouse.phase() == Warehouse.Phase.PAUSED) {
          return new Stuck(
              table,
              ExitCode.WAREHOUSE,
              "warehouse %s is %s".formatted(warehouse.name(), warehouse.alert()),
              "`renkei resume --warehouse %s`; the load goes on then".formatted(warehouse.name()));
        } else if (warehouse.phase() == Warehouse.Phase.STOPPED) {
          return new Stuck(
              table,
              ExitCode.WAREHOUSE,
              "warehouse %s has stopped: %s"
                  .formatted(
                      warehouse.name(),
                      warehouse.lastError() == null ? "no reason is known" : warehouse.lastError()),
              "`renkei status` says more; the load goes on when it runs again");
        } else if (began && lag != null && lag == 0) {
          loaded.add(new Loaded.In(warehouse.name(), null));
        } else {
          missing.add(warehouse.name());
        }
      }
    }
    // A loader that stands by for another of the same warehouse has nothing to say.
    missing.removeIf(name -> loaded.stream().anyMatch(one -> one.warehouse().equals(name)));
    return missing.isEmpty() ? new Loaded(table, read, loaded) : new Loading(table, read, missing);
  }
}
