package dev.renkei.cli.node;

import dev.renkei.core.config.Configuration;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;

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
    throw new WarehouseException("BigQuery is not in this build");
  }

  /** Where it is, for people. */
  public static String place(WarehouseConfig warehouse) {
    if (warehouse instanceof WarehouseConfig.DuckDb duckDb) {
      return duckDb.path().toString();
    }
    WarehouseConfig.BigQuery bigQuery = (WarehouseConfig.BigQuery) warehouse;
    return bigQuery.project() + "." + bigQuery.dataset();
  }
}
