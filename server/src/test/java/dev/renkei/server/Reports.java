package dev.renkei.server;

import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.Hub;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Tracker;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports of a shop's processes. */
final class Reports {
  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  static final Resources MODEST = new Resources(12.5, 200L, 220L, 80, 512);

  private Reports() {}

  static StatusReport well() {
    return report(
        4711,
        List.of("flow dedupe", "load"),
        List.of(),
        List.of(flow("RUNNING", 0)),
        List.of(warehouse(Warehouse.Phase.LOADING)));
  }

  static StatusReport tracking(long pid, Tracker tracker) {
    return report(pid, List.of("track"), List.of(tracker), List.of(), List.of());
  }

  static StatusReport report(
      long pid,
      List<String> roles,
      List<Tracker> trackers,
      List<Flow> flows,
      List<Warehouse> warehouses) {
    return new StatusReport(
        StatusReport.FORMAT,
        "shop",
        "0.1.0",
        pid,
        NOON.minusSeconds(3_700),
        NOON,
        roles,
        new Hub("kafka", "127.0.0.1:9092", true, true),
        trackers,
        flows,
        warehouses,
        MODEST);
  }

  static StatusReport withoutHub(StatusReport report) {
    return new StatusReport(
        report.format(),
        report.name(),
        report.version(),
        report.pid(),
        report.startedAt(),
        report.at(),
        report.roles(),
        new Hub("kafka", "127.0.0.1:9092", true, false),
        report.trackers(),
        report.flows(),
        report.warehouses(),
        report.resources());
  }

  static Tracker tracker(String name, Table... tables) {
    return new Tracker(name, "shop", null, List.of(tables));
  }

  static Tracker blind(String name) {
    return new Tracker(
        name,
        "shop",
        new Problem("db1 does not answer", "Start it, or correct source.sqlserver.host.", NOON),
        List.of());
  }

  static Table table(String name, Table.Phase phase) {
    return table(name, phase, null, null);
  }

  static Table table(
      String name, Table.Phase phase, @Nullable Problem problem, @Nullable Snapshot snapshot) {
    return new Table(
        name, phase, 20_417L, 120, problem, 0, 3, 60_000, 1, 0, snapshot, 1, null, null, null);
  }

  static Problem expired() {
    return new Problem(
        "cannot continue from version 100; SQL Server keeps changes only from 120 on",
        "Load it again with `renkei reload dbo.Orders`.",
        NOON);
  }

  static Flow flow(String state, long deadLetters) {
    return new Flow(
        "dedupe",
        state,
        new Counts(29_800, 19_690, 10_110, 60, 0, deadLetters),
        Map.of("forgotten", 3L),
        null);
  }

  static Warehouse warehouse(Warehouse.Phase phase) {
    return warehouse(phase, 0, null, null);
  }

  static Warehouse warehouse(
      Warehouse.Phase phase, long deadLetters, @Nullable String lastError, @Nullable String alert) {
    return new Warehouse(
        "local",
        "data/shop.duckdb",
        phase,
        0L,
        19_690,
        420,
        0,
        deadLetters,
        2,
        lastError,
        lastError == null ? null : NOON,
        NOON.minusMillis(300),
        alert,
        null,
        List.of());
  }
}
