package dev.renkei.warehouse.bigquery;

import dev.renkei.core.warehouse.WarehouseException;

/** BigQuery refuses rows that are those of no change under way. */
final class RowsRefusedException extends WarehouseException {
  private static final long serialVersionUID = 1;

  RowsRefusedException(WarehouseException told) {
    super(String.valueOf(told.getMessage()), told);
  }
}
