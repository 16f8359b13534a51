package dev.renkei.cli.demo;

import dev.renkei.cli.node.Node;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.demo.UseProof;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sales of a product by minute, and visitors' sessions (slide 25), kept while data flows. */
final class FeaturesUse implements Use {
  private static final long GAP_SECONDS = Visitors.SESSION_GAP.toSeconds();

  /** What was ordered while the demo ran: lines that were there before are history. */
  private static final String SALES =
      """
      SELECT CAST(ProductID AS VARCHAR) || ' ' || epoch(time_bucket(INTERVAL 1 MINUTE, OrderedAt)),
             sum(Quantity), count(*), CAST(sum(UnitPrice * Quantity) AS DECIMAL(38, 9))
      FROM dbo.OrderLines WHERE OrderedAt > TIMESTAMP '2026-01-01' GROUP BY 1
      """;

  private static final String SALES_TOLD =
      """
      SELECT CAST(ProductID AS VARCHAR) || ' ' || epoch(window_start),
             quantity, lines, CAST(revenue AS DECIMAL(38, 9))
      FROM features.sales_per_product
      """;

  private static final String SESSIONS =
      """
      SELECT visitor || ' ' || epoch_ms(min("at")), epoch_ms(max("at")) + %d, count(*), count(DISTINCT page)
      FROM (
        SELECT *, sum(begins) OVER (PARTITION BY visitor ORDER BY "at", event_id ROWS UNBOUNDED PRECEDING) AS session
        FROM (
          SELECT *, CASE WHEN "at" - lag("at") OVER (PARTITION BY visitor ORDER BY "at", event_id)
                           < INTERVAL %d SECOND THEN 0 ELSE 1 END AS begins
          FROM events.page_view))
      GROUP BY visitor, session
      """
          .formatted(GAP_SECONDS * 1_000, GAP_SECONDS);
  private static final String SESSIONS_TOLD =
      """
      SELECT visitor || ' ' || epoch_ms(window_start), epoch_ms(window_end), pages, different
      FROM features.visits
      """;

  @Override
  public String configuration(DemoFolder folder) {
    return """
        features:
          sales_per_product:
            from: dbo.OrderLines
            key: row.ProductID
            time: row.OrderedAt
            timezone: UTC
            window: {fixed: 1m, lateness: 1d}
            values: {quantity: sum(row.Quantity), lines: count(), revenue: sum(row.UnitPrice * row.Quantity)}
            to: [topic, warehouse]
          visits:
            from: events.page_view
            key: row.visitor
            time: row.at
            window: {session: %ds, lateness: 30s}
            values: {pages: count(), different: distinct(row.page)}
            to: [topic, warehouse]
        """
        .formatted(GAP_SECONDS);
  }

  @Override
  public String live(Node node, Warehouse warehouse) {
    return "features  %s · %s"
        .formatted(
            told(
                warehouse,
                "SELECT sum(quantity) FROM features.sales_per_product WHERE window_start = (SELECT max(window_start) FROM features.sales_per_product)",
                "%s pieces sold in this minute"),
            told(warehouse, "SELECT count(*) FROM features.visits", "%s visits"));
  }

  private static String told(Warehouse warehouse, String sql, String form) {
    try {
      return form.formatted(String.valueOf(Rows.of(warehouse, sql).get(0).get(0)));
    } catch (WarehouseException e) {
      return form.formatted("no"); // before the first row there is no such table
    }
  }

  @Override
  public void awaitDone(Node node, Warehouse warehouse, long untilNanos)
      throws WarehouseException, HubException, InterruptedException, TimeoutException {
    Patience.await(
        untilNanos,
        "not all windows are told",
        () -> isEqual(warehouse, SALES, SALES_TOLD) && isEqual(warehouse, SESSIONS, SESSIONS_TOLD));
  }

  private static boolean isEqual(Warehouse warehouse, String computed, String told) {
    try {
      return byWindow(warehouse, computed).equals(byWindow(warehouse, told));
    } catch (WarehouseException e) {
      return false;
    }
  }

  private static Map<String, List<@Nullable String>> byWindow(Warehouse warehouse, String sql)
      throws WarehouseException {
    Map<String, List<@Nullable String>> windows = new HashMap<>();
    for (List<@Nullable String> row : Rows.of(warehouse, sql)) {
      windows.put(String.valueOf(row.get(0)), row.subList(1, row.size()));
    }
    return windows;
  }

  @Override
  public List<UseProof> prove(DemoFolder folder, Warehouse warehouse) throws WarehouseException {
    return List.of(
        prove(
            warehouse,
            "sales",
            "%s windows: sales of a product in a minute, as SQL says",
            SALES,
            SALES_TOLD),
        prove(
            warehouse, "visits", "%s sessions of visitors, as SQL says", SESSIONS, SESSIONS_TOLD));
  }

  private static UseProof prove(
      Warehouse warehouse, String name, String what, String computed, String told)
      throws WarehouseException {
    Map<String, List<@Nullable String>> wanted = byWindow(warehouse, computed);
    Map<String, List<@Nullable String>> there = byWindow(warehouse, told);
    Findings found = new Findings();
    wanted.forEach(
        (window, values) -> {
          List<@Nullable String> now = there.get(window);
          if (!values.equals(now)) {
            found.add("%s is %s instead of %s".formatted(window, now, values));
          }
        });
    there.keySet().stream()
        .filter(window -> !wanted.containsKey(window))
        .forEach(window -> found.add(window + " is there, and should not be"));
    return found.proof(
        name, what.formatted(DemoView.grouped(wanted.size())), Math.max(wanted.size(), 1));
  }

  @Override
  public void close() {}
}
