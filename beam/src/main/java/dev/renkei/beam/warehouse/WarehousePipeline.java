package dev.renkei.beam.warehouse;

import org.apache.beam.sdk.Pipeline;

/**
 * Hub to BigQuery (slides 23, 24). The names of its transforms are those that operators meet, and
 * by which a running job is updated: they do not change.
 */
public final class WarehousePipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "warehouse";

  private WarehousePipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, WarehousePlan plan) {
    throw new UnsupportedOperationException("not there yet");
  }
}
