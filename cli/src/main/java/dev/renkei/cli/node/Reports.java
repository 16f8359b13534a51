package dev.renkei.cli.node;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.schema.TableName;
import dev.renkei.loader.LoaderState;
import dev.renkei.server.StatusReport;
import dev.renkei.sqlserver.TrackerState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts' own words as the status shows them. */
final class Reports {
  private Reports() {}

  static StatusReport.Tracker of(TrackerState state) {
    Duration retention = state.retention();
    return new StatusReport.Tracker(
        state.tracker(),
        state.source(),
        of(state.error()),
        state.tables().stream().map(Reports::of).toList(),
        state.currentVersion(),
        retention == null ? null : retention.toMillis());
  }

  private static StatusReport.@Nullable Problem of(TrackerState.@Nullable Problem problem) {
    return problem == null
        ? null
        : new StatusReport.Problem(problem.message(), problem.cure(), problem.at());
  }

  private static StatusReport.Table of(TrackerState.Table table) {
    return new StatusReport.Table(
        table.table().toString(),
        StatusReport.Table.Phase.valueOf(table.phase().name()),
        table.cursor(),
        table.lagMillis(),
        of(table.problem()),
        table.retries(),
        table.retriesTotal(),
        table.rows(),
        table.skipped(),
        table.lateFound(),
        of(table.snapshot()),
        table.snapshotsDone(),
        of(table.lastReload()),
        of(table.lastSnapshot()),
        of(table.lastPart()));
  }

  private static StatusReport.@Nullable Snapshot of(TrackerState.@Nullable Snapshot snapshot) {
    return snapshot == null
        ? null
        : new StatusReport.Snapshot(
            snapshot.generation(),
            snapshot.rows(),
            snapshot.chunks(),
            snapshot.estimatedRows(),
            snapshot.rowsPerSecond(),
            snapshot.begun(),
            snapshot.part());
  }

  private static StatusReport.@Nullable LastSnapshot of(@Nullable LastSnapshot last) {
    return last == null
        ? null
        : new StatusReport.LastSnapshot(
            last.generation(),
            new Sequence(last.epoch(), last.start(), last.number()).hex(),
            last.rows(),
            last.chunks(),
            last.begun(),
            last.ended(),
            last.part());
  }

  static StatusReport.Warehouse of(LoaderRole role) {
    Optional<LoaderState> loading = role.state();
    String pause = role.rests().map(Pause::sentence).orElse(null);
    if (loading.isEmpty()) {
      return new StatusReport.Warehouse(
          role.config().name(),
          Warehouses.place(role.config()),
          phase(role),
          null,
          0,
          0,
          0,
          0,
          0,
          pause == null ? role.waitsFor() : null,
          null,
          null,
          pause,
          null,
          List.of());
    }
    LoaderState state = loading.get();
    LoaderState.Unsettled unsettled = state.unsettled();
    return new StatusReport.Warehouse(
        role.config().name(),
        Warehouses.place(role.config()),
        StatusReport.Warehouse.Phase.valueOf(state.phase().name()),
        state.ends().isEmpty()
            ? null
            : state.lag().values().stream().mapToLong(Long::longValue).sum(),
        state.rows(),
        state.batches(),
        state.swept(),
        state.deadLetters(),
        state.retries(),
        state.lastError(),
        state.lastErrorAt(),
        state.lastCommit(),
        state.alert(),
        state.replayingFrom(),
        state.loads().values().stream().map(Reports::of).toList(),
        unsettled == null ? null : unsettled.lag(Clock.systemUTC().instant()).toMillis(),
        unsettled == null ? null : unsettled.deliveries(),
        List.of(),
        role.arrivals().stream().map(Reports::of).toList());
  }

  /** Of one that loads nothing now. */
  private static StatusReport.Warehouse.Phase phase(LoaderRole role) {
    if (role.rests().isPresent()) {
      return StatusReport.Warehouse.Phase.PAUSED;
    }
    return role.isHeldUp()
        ? StatusReport.Warehouse.Phase.RETRYING
        : StatusReport.Warehouse.Phase.STARTING;
  }

  private static StatusReport.Warehouse.Arrival of(LoaderState.Arrival arrival) {
    TableName table = arrival.table();
    LoaderState.Lag lag = arrival.lag();
    return new StatusReport.Warehouse.Arrival(
        table == null ? null : table.toString(),
        arrival.changes(),
        arrival.snapshotRows(),
        arrival.last(),
        lag == null
            ? null
            : new StatusReport.Warehouse.Lag(
                lag.count(),
                lag.p50().toMillis(),
                lag.p95().toMillis(),
                lag.p99().toMillis(),
                lag.max().toMillis()));
  }

  private static StatusReport.Warehouse.Load of(LoaderState.Load load) {
    return new StatusReport.Warehouse.Load(
        load.table().toString(), load.start().hex(), load.rows(), load.swept(), load.at());
  }
}
