package dev.renkei.server.alert;

import dev.renkei.server.Resources;
import dev.renkei.server.StatusReport;
import dev.renkei.server.StatusReport.Counts;
import dev.renkei.server.StatusReport.Flow;
import dev.renkei.server.StatusReport.FlowLag;
import dev.renkei.server.StatusReport.Table;
import dev.renkei.server.StatusReport.Tracker;
import dev.renkei.server.StatusReport.Warehouse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A process that is well, but for what a test spoils. */
final class Shop {
  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final long TWO_DAYS = 172_800_000;

  boolean hub = true;
  double cpu = 0.1;
  long heapMib = 100;
  Table.Phase table = Table.Phase.TRACKING;
  int retries;
  long stalenessMillis = 100;
  StatusReport.@Nullable Problem trackerProblem;
  StatusReport.@Nullable Problem tableProblem;
  List<String> gone = List.of();
  String flow = "RUNNING";
  long flowLetters;
  long standingMillis;
  Warehouse.Phase warehouse = Warehouse.Phase.LOADING;
  long letters;
  long lagMillis = 300;
  Warehouse.Verified.State verified = Warehouse.Verified.State.EQUAL;

  StatusReport at(Instant at) {
    Table stock =
        new Table(
            "dbo.Stock",
            table,
            7L,
            stalenessMillis,
            tableProblem,
            retries,
            0,
            0,
            0,
            0,
            null,
            1,
            null,
            null,
            null);
    Tracker tracker =
        new Tracker("tracker-a", "shop", trackerProblem, List.of(stock), 9L, TWO_DAYS);
    Warehouse.Lag lag = new Warehouse.Lag(5, lagMillis, lagMillis, lagMillis, lagMillis);
    Warehouse local =
        new Warehouse(
            "local",
            "data/shop.duckdb",
            warehouse,
            0L,
            1,
            1,
            0,
            letters,
            0,
            null,
            null,
            NOON,
            null,
            null,
            List.of(),
            null,
            null,
            List.of(new Warehouse.Verified("dbo.Stock", verified, NOON, 5, 0, 0, 0, 0, null, null)),
            List.of(
                new Warehouse.Arrival(null, 5, 0, NOON, lag),
                new Warehouse.Arrival("dbo.Stock", 5, 0, NOON, lag)));
    return new StatusReport(
            StatusReport.FORMAT,
            "shop",
            "0.1.0",
            7,
            NOON,
            at,
            List.of("track tracker-a"),
            new StatusReport.Hub("kafka", "127.0.0.1:9092", true, hub),
            List.of(tracker),
            List.of(
                new Flow("dedupe", flow, new Counts(5, 5, 0, 0, 0, flowLetters), Map.of(), null),
                new Flow(
                    "rules",
                    "RUNNING",
                    new Counts(5, 5, 0, 0, 0, 0),
                    Map.of("fired.last_one", 3L, "delivered", 2L),
                    null)),
            List.of(local),
            new Resources(1, 200L, 220L, heapMib, 1_000, 8_000L, cpu))
        .beside(gone, List.of(new FlowLag("dedupe", standingMillis > 0 ? 12 : 0, standingMillis)));
  }
}
