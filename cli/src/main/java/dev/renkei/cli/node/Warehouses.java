package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.warehouse.ChangeLog;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.BigQueryOptions;
import dev.renkei.warehouse.bigquery.BigQueryPlan;
import dev.renkei.warehouse.bigquery.BigQueryWarehouse;
import dev.renkei.warehouse.bigquery.Spooling;
import dev.renkei.warehouse.duckdb.DuckDbChangeLog;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbPlan;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** The warehouses of a configuration, by their vendors. */
public final class Warehouses {
  private Warehouses() {}

  /**
   * Opens one for writing and reading.
   *
   * @throws dev.renkei.core.warehouse.WarehouseInUseException where another process writes it
   */
  public static Warehouse open(WarehouseConfig warehouse, Configuration config)
      throws WarehouseException {
    if (warehouse instanceof WarehouseConfig.DuckDb duckDb) {
      return DuckDbWarehouse.open(
          duckDb.path(), DuckDbOptions.forRetention(config.hub().retention()));
    }
    WarehouseConfig.BigQuery bigQuery = (WarehouseConfig.BigQuery) warehouse;
    Path waiting = config.dataDir().resolve("loader").resolve(warehouse.name()).resolve("waiting");
    return BigQueryWarehouse.open(
        bigQuery,
        BigQueryOptions.forRetention(config.hub().retention())
            .with(Spooling.in(waiting, bigQuery.loadJobsAbove())));
  }

  /** Opens one for reading alone, also beside the process that writes it where that is possible. */
  public static Warehouse openToAsk(WarehouseConfig warehouse, Configuration config)
      throws WarehouseException {
    return warehouse instanceof WarehouseConfig.BigQuery bigQuery
        ? BigQueryWarehouse.open(bigQuery, BigQueryOptions.forRetention(config.hub().retention()))
        : open(warehouse, config);
  }

  /**
   * The change logs of a warehouse.
   *
   * @param queries are answered by whoever has it open
   * @throws WarehouseException where a warehouse of its kind is not read so
   */
  public static ChangeLog changeLog(WarehouseConfig warehouse, DuckDbChangeLog.Queries queries)
      throws WarehouseException {
    if (warehouse instanceof WarehouseConfig.DuckDb) {
      return new DuckDbChangeLog(queries);
    }
    throw new WarehouseException(
        "the change log of BigQuery is not read back; name one on DuckDB.");
  }

  /** Where it is, for people. */
  public static String place(WarehouseConfig warehouse) {
    if (warehouse instanceof WarehouseConfig.DuckDb duckDb) {
      return duckDb.path().toString();
    }
    WarehouseConfig.BigQuery bigQuery = (WarehouseConfig.BigQuery) warehouse;
    return bigQuery.project() + "." + bigQuery.dataset();
  }

  /** The statements that loading these tables would run where things are missing. */
  public static List<String> plan(WarehouseConfig warehouse, Collection<SchemaRecord> schemas)
      throws WarehouseException, IOException {
    if (warehouse instanceof WarehouseConfig.DuckDb) {
      return DuckDbPlan.statements(schemas);
    }
    BigQueryPlan plan = BigQueryPlan.of((WarehouseConfig.BigQuery) warehouse, schemas);
    if (!plan.refusals().isEmpty()) {
      throw new WarehouseException(String.join("\n", plan.refusals()));
    }
    return plan.objects().stream().map(BigQueryPlan.Planned::ddl).toList();
  }
}
