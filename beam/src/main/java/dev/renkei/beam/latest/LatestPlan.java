package dev.renkei.beam.latest;

import dev.renkei.beam.flow.FlowHub;
import dev.renkei.core.config.BigtableConfig;
import java.io.Serializable;
import java.time.Duration;

/**
 * What the pipeline into Bigtable is made of.
 *
 * @param bigtable with the endpoint that counts on the workers
 * @param closingPatience how long a snapshot's closing waits for rows before it is given up
 */
public record LatestPlan(FlowHub hub, BigtableConfig bigtable, Duration closingPatience)
    implements Serializable {
  private static final long serialVersionUID = 1;

  public LatestPlan {
    if (closingPatience.isNegative()) {
      throw new IllegalArgumentException("patience " + closingPatience);
    }
  }

  /** With an hour of patience. */
  public static LatestPlan of(FlowHub hub, BigtableConfig bigtable) {
    return new LatestPlan(hub, bigtable, Duration.ofHours(1));
  }
}
