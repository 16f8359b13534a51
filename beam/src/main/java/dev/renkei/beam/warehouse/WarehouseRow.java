package dev.renkei.beam.warehouse;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.warehouse.bigquery.EncodedChange;

/** A message, and the rows that it becomes. */
record WarehouseRow(FlowMessage message, EncodedChange rows) {}
