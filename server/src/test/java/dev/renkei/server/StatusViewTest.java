package dev.renkei.server;

import static dev.renkei.server.Reports.table;
import static dev.renkei.server.Reports.tracker;
import static dev.renkei.server.Reports.tracking;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.server.StatusReport.Snapshot;
import dev.renkei.server.StatusReport.Table.Phase;
import dev.renkei.server.StatusReport.Warehouse;
import dev.renkei.server.Verdict.Health;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusViewTest {
  @Test
  void isWellWhenAllIs() {
    StatusView view =
        view(
            Reports.well(),
            tracking(1, tracker("a", table("dbo.Orders", Phase.TRACKING))),
            tracking(2, tracker("b", table("dbo.Orders", Phase.SNAPSHOT))));

    assertThat(view.verdict()).isEqualTo(new Verdict(Health.OK, List.of()));
  }

  @Test
  void showsAllProcessesAsOnePicture() {
    StatusView view =
        view(
            Reports.well()
                .beside(
                    List.of(), List.of(new FlowLag("dedupe", 0, 0), new FlowLag("mask", 12, 0))),
            tracking(
                4712,
                tracker(
                    "a",
                    table("dbo.Orders", Phase.TRACKING),
                    table(
                        "dbo.商品",
                        Phase.SNAPSHOT,
                        null,
                        new Snapshot(1, 12_000, 2, null, 0, null, null)))),
            tracking(
                4713,
                tracker(
                    "b",
                    table("dbo.Orders", Phase.ALERT, Reports.expired(), null),
                    table("dbo.商品", Phase.TRACKING))));

    assertThat(view.text())
        .isEqualTo(
            """
            shop · renkei 0.1.0 · 3 processes · degraded

            HUB                              STATE
            kafka 127.0.0.1:9092 (embedded)  reachable

            TABLE       PHASE     VERSION     LAG  ROWS READ  RETRIES  SNAPSHOT            TRACKERS
            dbo.Orders  tracking    20417  120 ms    120,000        6  2 done              1 of 2
            dbo.商品    tracking    20417  120 ms    120,000        6  no. 1: 12,000 rows  2

            FLOW    STATE     WAITING      IN     OUT  DUPLICATES  SUPERSEDED  FILTERED  DEAD LETTERS  MORE
            dedupe  running         0  29,800  19,690      10,110          60         0             0  forgotten 3
            mask    not here       12       0       0           0           0         0             0

            WAREHOUSE  WHERE             PHASE    LAG    ROWS  BATCHES  SWEPT  RETRIES  DEAD LETTERS  LAST COMMIT
            local      data/shop.duckdb  loading    0  19,690      420      0        2             0  300 ms ago

            PROCESS  ROLES                     UP     CPU   MEMORY           HEAP
               4711  flow dedupe, load  1 h 1 min  12.5 s  200 MiB  80 of 512 MiB
               4712  track              1 h 1 min  12.5 s  200 MiB  80 of 512 MiB
               4713  track              1 h 1 min  12.5 s  200 MiB  80 of 512 MiB

            ~ dbo.Orders (tracker b): failed, tried again: cannot continue from version 100; SQL Server keeps changes only from 120 on
              Load it again with `renkei reload dbo.Orders`.
            """);
  }

  @Test
  void showsWhatAlerts() {
    StatusReport.Alert alert =
        new StatusReport.Alert(
            "retries_exhausted",
            "table dbo.Orders, tracker tracker-a",
            "A table has failed as often in a row as `retry_max_times` allows.",
            "See `renkei status`.",
            Reports.NOON.minusSeconds(90));

    assertThat(view(Reports.well().with(List.of(alert)), Reports.well()).text())
        .contains(
            """
            ALERT FIRES        ABOUT                                         SINCE
            retries_exhausted  table dbo.Orders, tracker tracker-a  1 min 30 s ago
            """);
  }

  @Test
  void aFlowThatStandsIsNamedWhereverItRuns() {
    StatusReport host = Reports.well();
    FlowLag moment = new FlowLag("mask", 1_200, 119_000);
    FlowLag stands = new FlowLag("mask", 1_200, 150_000);

    assertThat(view(host.beside(List.of(), List.of(moment))).verdict().health())
        .isEqualTo(Verdict.Health.DEGRADED);
    assertThat(view(host.beside(List.of(), List.of(stands))).verdict().findings())
        .containsExactly(
            new Verdict.Finding(
                Verdict.Health.PROBLEM,
                Verdict.Kind.FLOW_STANDS,
                "flow mask",
                "1,200 messages wait, and it has taken none for 2 min 30 s",
                "Start it again with `renkei up` or `renkei flow mask`; where it runs, see the log of its process."));
  }

  @Test
  void isUpOnceEveryTableIsFollowedAndEveryWarehouseNearTheEnd() {
    assertThat(
            view(Reports.well(), tracking(1, tracker("a", table("dbo.Orders", Phase.TRACKING))))
                .missing())
        .isEmpty();
  }

  @Test
  void saysWhatIsMissingBeforeAllIsUp() {
    StatusReport loading =
        Reports.report(
            4711,
            List.of("flow dedupe", "load"),
            List.of(),
            List.of(Reports.flow("REBALANCING", 0)),
            List.of(Reports.warehouse(Warehouse.Phase.STARTING)));
    Snapshot underWay = new Snapshot(1, 12_000, 2, null, 0, null, null);

    assertThat(
            view(
                    loading,
                    tracking(
                        1,
                        tracker(
                            "a",
                            table("dbo.Lines", Phase.TRACKING, null, underWay),
                            table("dbo.Orders", Phase.STARTING))))
                .missing())
        .containsExactly(
            "dbo.Lines is being loaded, 12,000 rows so far",
            "dbo.Orders is in phase starting",
            "flow dedupe is in state rebalancing",
            "warehouse local is in phase starting, 0 messages behind");
    assertThat(view().missing()).containsExactly("nothing runs");
    assertThat(view(tracking(1, tracker("a"))).missing()).containsExactly("no tracker has a table");
    assertThat(view(Reports.withoutHub(Reports.well())).missing())
        .containsExactly("process 4711 does not reach the hub");
  }

  @Test
  void needsOneOfSeveralThatDoTheSame() {
    StatusReport second =
        Reports.report(
            4712,
            List.of("flow dedupe", "load"),
            List.of(),
            List.of(Reports.flow("REBALANCING", 0)),
            List.of(Reports.warehouse(Warehouse.Phase.STARTING)));

    assertThat(view(Reports.well(), second).missing()).isEmpty();
  }

  @Test
  void namesTheTrackerThatHasATableWhereTrackersShareThem() {
    StatusView view =
        view(
            tracking(1, tracker("a", table("dbo.Orders", Phase.TRACKING))),
            tracking(2, tracker("b", table("dbo.Stock", Phase.TRACKING))));

    assertThat(view.text())
        .containsPattern("dbo.Orders +tracking.* a\n")
        .containsPattern("dbo.Stock +tracking.* b\n");
  }

  @Test
  void callsATableThatNobodyFollowsAProblem() {
    Verdict verdict =
        view(
                tracking(1, tracker("a", table("dbo.Orders", Phase.RETRYING))),
                tracking(
                    2, tracker("b", table("dbo.Orders", Phase.STOPPED, Reports.expired(), null))))
            .verdict();

    assertThat(verdict.health()).isEqualTo(Health.PROBLEM);
    assertThat(verdict.findings())
        .extracting(Verdict.Finding::health, Verdict.Finding::subject)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Health.PROBLEM, "dbo.Orders (tracker b)"),
            org.assertj.core.groups.Tuple.tuple(Health.DEGRADED, "dbo.Orders (tracker a)"));
    assertThat(verdict.findings().get(0).cure()).contains("renkei reload dbo.Orders");
  }

  @Test
  void takesALostSecondTrackerLightlyAndTheLastOneNot() {
    StatusReport blind = tracking(1, Reports.blind("a"));
    StatusReport seeing = tracking(2, tracker("b", table("dbo.Orders", Phase.TRACKING)));

    assertThat(view(blind, seeing).verdict().health()).isEqualTo(Health.DEGRADED);
    assertThat(view(blind).verdict().health()).isEqualTo(Health.PROBLEM);
    assertThat(view(blind).text()).contains("! tracker a (source shop): db1 does not answer");
  }

  @Test
  void callsAHubThatOneProcessDoesNotReachAProblem() {
    StatusView view = view(Reports.well(), Reports.withoutHub(tracking(1, tracker("a"))));

    assertThat(view.verdict().health()).isEqualTo(Health.PROBLEM);
    assertThat(view.text())
        .contains("not reached")
        .contains("! hub kafka 127.0.0.1:9092: process 1 (track) does not reach it");
  }

  @Test
  void tellsAFlowThatStartsFromOneThatFailed() {
    assertThat(flows("REBALANCING").verdict().health()).isEqualTo(Health.DEGRADED);
    assertThat(flows("ERROR").verdict().health()).isEqualTo(Health.PROBLEM);
    assertThat(flows("ERROR", "RUNNING").verdict().health()).isEqualTo(Health.DEGRADED);
  }

  @Test
  void countsAFlowOfSeveralProcessesTogether() {
    assertThat(flows("RUNNING", "RUNNING").text())
        .contains("dedupe  running        -  59,600  39,380");
  }

  @Test
  void takesALoaderThatWaitsBehindAnotherAsItShouldBe() {
    assertThat(warehouses(Warehouse.Phase.STARTING).verdict().health()).isEqualTo(Health.DEGRADED);
    assertThat(warehouses(Warehouse.Phase.STARTING, Warehouse.Phase.LOADING).verdict().health())
        .isEqualTo(Health.OK);
    assertThat(warehouses(Warehouse.Phase.STOPPED).verdict().health()).isEqualTo(Health.PROBLEM);
  }

  @Test
  void showsAlertsDeadLettersAndErrorsOfAWarehouse() {
    Warehouse troubled =
        Reports.warehouse(Warehouse.Phase.RETRYING, 1_234, "disk full", "the topic is a new one");
    StatusView view =
        view(Reports.report(1, List.of("load"), List.of(), List.of(), List.of(troubled)));

    assertThat(view.verdict().health()).isEqualTo(Health.DEGRADED);
    assertThat(view.text())
        .contains("~ warehouse local: tried again: disk full\n")
        .contains("~ warehouse local: the topic is a new one\n")
        .contains("~ warehouse local: 1,234 messages set aside\n  `renkei dead-letters list`");
  }

  @Test
  void saysHowFarASnapshotIsAndHowLongItMayTake() {
    assertThat(
            StatusText.snapshot(new Snapshot(3, 12_000, 2, 50_000L, 1_000, Reports.NOON, null), 2))
        .isEqualTo("no. 3: 12,000 of about 50,000 rows, 1,000/s, 38.0 s left");
    assertThat(
            StatusText.snapshot(new Snapshot(3, 60_000, 2, 50_000L, 1_000, Reports.NOON, null), 2))
        .as("an estimate is one")
        .isEqualTo("no. 3: 60,000 of about 60,000 rows, 1,000/s, 0 ms left");
    assertThat(StatusText.snapshot(null, 2)).isEqualTo("2 done");
  }

  @Test
  void saysWhyATableWasLoadedAgainWithoutCallingItATrouble() {
    StatusReport.Table reloaded =
        new StatusReport.Table(
            "dbo.Orders",
            StatusReport.Table.Phase.TRACKING,
            7L,
            120,
            null,
            0,
            0,
            10,
            0,
            0,
            null,
            2,
            new StatusReport.Problem(
                "dbo.Orders: loaded again: column Note was renamed to Remark.",
                "nothing is to be done",
                Reports.NOON.minusSeconds(90)),
            null,
            null);
    StatusView view = view(Reports.tracking(1, Reports.tracker("a", reloaded)), Reports.well());

    assertThat(view.text())
        .contains(
            """
            . dbo.Orders: loaded again: column Note was renamed to Remark. (1 min 30 s ago)
              nothing is to be done
            """);
    assertThat(view.verdict().health()).isEqualTo(Verdict.Health.OK);
  }

  @Test
  void saysThatChangesCameLate() {
    StatusReport.Table late =
        new StatusReport.Table(
            "dbo.Orders",
            StatusReport.Table.Phase.TRACKING,
            7L,
            120,
            null,
            0,
            0,
            10,
            0,
            1_234,
            null,
            1,
            null,
            null,
            null);
    StatusView view = view(Reports.tracking(1, Reports.tracker("a", late)), Reports.well());

    assertThat(view.text())
        .contains(
            """
            . dbo.Orders: 1,234 changes became visible late, and arrived by reading the last versions again
              keep `late_commit_overlap` above zero
            """);
    assertThat(view.verdict().health()).isEqualTo(Verdict.Health.OK);
  }

  @Test
  void saysThatNothingRuns() {
    StatusView view = view();

    assertThat(view.verdict().health()).isEqualTo(Health.PROBLEM);
    assertThat(view.text())
        .isEqualTo(
            """
            0 processes · problem

            ! installation: nothing runs
              Start it with `renkei up`.
            """);
  }

  @Test
  void namesAProcessThatDoesNotAnswer() {
    RunFiles.Running process =
        new RunFiles.Running(
            99, List.of("track"), URI.create("http://127.0.0.1:8080"), Reports.NOON);
    StatusView view =
        new StatusView(
            List.of(Reports.well()), List.of(new StatusView.Silent(process, "timed out")));

    assertThat(view.verdict().health()).isEqualTo(Health.DEGRADED);
    assertThat(view.text())
        .contains("2 processes")
        .contains("~ process 99 (track): does not tell how it is: timed out");
  }

  @Test
  void saysDurationsAsAPersonWould() {
    assertThat(
            List.of("PT-1S", "PT0.12S", "PT59.99S", "PT61S", "PT3661S", "P3DT4H5M").stream()
                .map(Duration::parse)
                .map(StatusText::duration))
        .containsExactly("0 ms", "120 ms", "59.9 s", "1 min 1 s", "1 h 1 min", "3 d 4 h");
  }

  private static StatusView view(StatusReport... reports) {
    return new StatusView(List.of(reports), List.of());
  }

  private static StatusView flows(String... states) {
    return view(
        List.of(states).stream()
            .map(
                state ->
                    Reports.report(
                        1,
                        List.of("flow dedupe"),
                        List.of(),
                        List.of(Reports.flow(state, 0)),
                        List.of()))
            .toArray(StatusReport[]::new));
  }

  private static StatusView warehouses(Warehouse.Phase... phases) {
    return view(
        List.of(phases).stream()
            .map(
                phase ->
                    Reports.report(
                        1,
                        List.of("load"),
                        List.of(),
                        List.of(),
                        List.of(Reports.warehouse(phase))))
            .toArray(StatusReport[]::new));
  }
}
