package dev.renkei.beam.warehouse;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.core.config.WarehouseConfig;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the pipeline into BigQuery is made of.
 *
 * @param retention how long the hub keeps messages
 * @param freshness how old a worker's knowledge of swept snapshots may be. A sweep waits three
 *     times as long after it has told the workers, so that nothing from below comes behind it; each
 *     worker asks a table of a few rows so often
 * @param closingPatience how long a snapshot's closing waits for rows before it is given up
 */
public record WarehousePlan(
    FlowHub hub,
    WarehouseConfig.BigQuery warehouse,
    Duration retention,
    Duration freshness,
    Duration closingPatience)
    implements Serializable {
  public WarehousePlan {
    if (retention.isNegative() || freshness.isNegative() || closingPatience.isNegative()) {
      throw new IllegalArgumentException(
          "retention %s, freshness %s, patience %s"
              .formatted(retention, freshness, closingPatience));
    }
  }

  /** The defaults: a sweep one and a half minutes after the last row, an hour of patience. */
  public static WarehousePlan of(
      FlowHub hub, WarehouseConfig.BigQuery warehouse, Duration retention) {
    return new WarehousePlan(
        hub, warehouse, retention, Duration.ofSeconds(30), Duration.ofHours(1));
  }

  /** How long a floor is known before the sweep. */
  Duration sweepDelay() {
    return freshness.multipliedBy(3);
  }
}
