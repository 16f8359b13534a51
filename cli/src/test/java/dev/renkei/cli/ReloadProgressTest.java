package dev.renkei.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.LastSnapshot;
import dev.renkei.server.StatusReport.Problem;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Tracker;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReloadProgressTest {
  private static final String TABLE = "dbo.Orders";
  private static final Instant ASKED = Instant.parse("2026-11-22T01:00:00Z");
  private static final Instant BEFORE = ASKED.minusSeconds(60);
  private static final Instant AFTER = ASKED.plusSeconds(2);
  private static final String OLD = "0010000000064001";
  private static final String NEW = "0010000000065001";

  private static Table table(Phase phase, @Nullable Snapshot now, @Nullable LastSnapshot last) {
    Problem problem =
        phase == Phase.STOPPED || phase == Phase.PAUSED
            ? new Problem("dbo.Orders: cannot continue", "raise CHANGE_RETENTION", BEFORE)
            : null;
    return new Table(TABLE, phase, 7L, 5, problem, 0, 0, 0, 0, 0, now, 1, null, last, null);
  }

  private static LastSnapshot last(Instant begun, String start) {
    return new LastSnapshot(4, start, 1_000, 3, begun, begun.plusSeconds(2), null);
  }

  private static Warehouse warehouse(String name, Warehouse.Phase phase, Warehouse.Load... loads) {
    return new Warehouse(
        name, "x", phase, 0L, 0, 0, 0, 0, 0, null, null, null, null, null, List.of(loads));
  }

  private static Warehouse.Load load(String start, long swept) {
    return new Warehouse.Load(TABLE, start, 1_000, swept, AFTER);
  }

  private static ReloadProgress progress(
      boolean patient, List<Table> tables, Warehouse... warehouses) {
    StatusReport report =
        new StatusReport(
            StatusReport.FORMAT,
            "shop",
            "0.1.0",
            1,
            BEFORE,
            AFTER,
            List.of(),
            new StatusReport.Hub("kafka", "x", true, true),
            List.of(new Tracker("a", "shop", null, tables)),
            List.of(),
            List.of(warehouses),
            new Resources(0, null, null, 0, 0));
    return ReloadProgress.of(TABLE, false, List.of(report), ASKED, patient);
  }

  @Test
  void whatBeganBeforeTheWishDoesNotCount() {
    Snapshot earlier = new Snapshot(3, 10, 1, null, 0, BEFORE, null);

    assertThat(progress(true, List.of(table(Phase.SNAPSHOT, earlier, last(BEFORE, OLD)))))
        .isEqualTo(new ReloadProgress.Waiting(TABLE, null));
  }

  @Test
  void saysHowFarTheSnapshotIs() {
    Snapshot now = new Snapshot(4, 10_000, 1, 50_000L, 2_000, AFTER, null);
    ReloadProgress progress =
        progress(true, List.of(table(Phase.SNAPSHOT, now, last(BEFORE, OLD))));

    assertThat(progress).isEqualTo(new ReloadProgress.Reading(TABLE, now, null));
    assertThat(ReloadText.line(progress))
        .isEqualTo("dbo.Orders: 1 chunk, 10,000 of about 50,000 rows, 2,000 rows/s, 20 s left");
  }

  @Test
  void waitsForEveryWarehouse() {
    List<Table> read = List.of(table(Phase.TRACKING, null, last(AFTER, NEW)));

    assertThat(
            progress(
                false,
                read,
                warehouse("one", Warehouse.Phase.LOADING, load(NEW, 2)),
                warehouse("two", Warehouse.Phase.LOADING, load(OLD, 9))))
        .isEqualTo(new ReloadProgress.Loading(TABLE, last(AFTER, NEW), List.of("two")));
    ReloadProgress loaded =
        progress(
            false,
            read,
            warehouse("one", Warehouse.Phase.LOADING, load(NEW, 2)),
            warehouse("two", Warehouse.Phase.LOADING, load(NEW, 2)),
            warehouse("two", Warehouse.Phase.RETRYING));
    assertThat(ReloadText.line(loaded))
        .isEqualTo(
            "dbo.Orders: 3 chunks, 1,000 rows in 2.0 s; loaded in all warehouses, 2 vanished rows deleted");
    assertThat(ReloadText.json(List.of(loaded)))
        .isEqualTo(
            "[{\"table\":\"dbo.Orders\",\"loaded\":true,\"snapshot\":4,\"start\":\"0010000000065001\","
                + "\"chunks\":3,\"rows\":1000,\"millis\":2000,\"warehouses\":["
                + "{\"name\":\"one\",\"swept\":2},{\"name\":\"two\",\"swept\":2}]}]");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"STOPPED", "PAUSED"})
  void aTableThatWaitsForSomebodyIsNamedWithItsCure(Phase phase) {
    List<Table> stopped = List.of(table(phase, null, last(BEFORE, OLD)));

    assertThat(progress(true, stopped)).isInstanceOf(ReloadProgress.Waiting.class);
    ReloadProgress stuck = progress(false, stopped);
    assertThat(ReloadText.line(stuck))
        .isEqualToNormalizingNewlines(
            "dbo.Orders: cannot go on: dbo.Orders: cannot continue\n  raise CHANGE_RETENTION");
    assertThat(((ReloadProgress.Stuck) stuck).exit()).isEqualTo(ExitCode.SOURCE);
  }

  @Test
  void oneTrackerThatCanIsEnough() {
    assertThat(
            progress(
                false,
                List.of(table(Phase.STOPPED, null, null), table(Phase.TRACKING, null, null))))
        .isInstanceOf(ReloadProgress.Waiting.class);
  }

  @Test
  void aTableThatNoTrackerHasIsSaid() {
    assertThat(progress(false, List.of()).isOver()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Warehouse.Phase.class,
      names = {"STOPPED", "PAUSED"})
  void aWarehouseThatWaitsForSomebodyIsSaid(Warehouse.Phase phase) {
    ReloadProgress stuck =
        progress(
            false, List.of(table(Phase.TRACKING, null, last(AFTER, NEW))), warehouse("one", phase));

    assertThat(((ReloadProgress.Stuck) stuck).exit()).isEqualTo(ExitCode.WAREHOUSE);
  }
}
