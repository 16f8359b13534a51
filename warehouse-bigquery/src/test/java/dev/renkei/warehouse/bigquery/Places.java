package dev.renkei.warehouse.bigquery;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.config.WarehouseConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where warehouses of tests lie, and how they are opened. */
final class Places {
  private Places() {}

  static WarehouseConfig.BigQuery config(BigQueryStandIn standIn, String dataset) {
    return config(
        dataset,
        new WarehouseConfig.BigQuery.Endpoint(standIn.restUrl(), standIn.storageAddress(), true));
  }

  static WarehouseConfig.BigQuery config(
      String dataset, WarehouseConfig.BigQuery.@Nullable Endpoint endpoint) {
    return new WarehouseConfig.BigQuery(
        "cloud",
        true,
        "shop-data",
        dataset,
        "asia-northeast1",
        "{schema}_{table}",
        Duration.ZERO,
        Map.of("team", "shop"),
        List.of(),
        endpoint);
  }

  static BigQueryOptions options(Clock clock) {
    return new BigQueryOptions(
        Duration.ofDays(15), Duration.ofSeconds(20), 1_000_000, 20, 2, 1L << 30, clock);
  }

  /** Files of at most so many bytes, loaded by jobs from so many. */
  static Spooling spooling(Path folder, long fileBytes, long jobBytes) {
    return new Spooling(folder, fileBytes, Duration.ofMinutes(10), jobBytes, 1L << 20, 2);
  }
}
