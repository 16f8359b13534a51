package dev.renkei.warehouse.bigquery;

import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.warehouse.WarehouseException;

/** What an operator reads when BigQuery refuses. */
record Sentences(WarehouseConfig.BigQuery config) {
  /**
   * The failure of a call.
   *
   * @param what cannot be done, for example {@code dbo.Stock cannot be written}
   */
  WarehouseException of(String what, Fault fault, Throwable cause) {
    return new WarehouseException(
        "warehouse %s, %s.%s: %s; %s"
            .formatted(
                config.name(),
                config.project(),
                config.dataset(),
                what,
                fault.sentence(config.location())),
        cause);
  }

  WarehouseException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new WarehouseException(
        "warehouse %s: %s; the process is ending.".formatted(config.name(), what));
  }
}
