package dev.renkei.server;

import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;

/** Answers questions to one warehouse, from several threads at once. */
@FunctionalInterface
public interface Queries {
  /** As {@link dev.renkei.core.warehouse.Warehouse#query}. */
  QueryResult query(String sql, int maxRows) throws WarehouseException;
}
