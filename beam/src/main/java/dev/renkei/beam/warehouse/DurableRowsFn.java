package dev.renkei.beam.warehouse;

import com.google.api.services.bigquery.model.TableRow;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Of rows that the log has taken, those of snapshots. */
final class DurableRowsFn extends DoFn<TableRow, KV<String, SnapshotEvent>> {
  /** The only column that is asked back. */
  static final String COLUMN = "_message_id";

  private static final long serialVersionUID = 1;

  @ProcessElement
  public void process(@Element TableRow row, OutputReceiver<KV<String, SnapshotEvent>> to) {
    if (row.get(COLUMN) instanceof String id) {
      SnapshotEvent.rowOf(id).ifPresent(to::output);
    }
  }
}
