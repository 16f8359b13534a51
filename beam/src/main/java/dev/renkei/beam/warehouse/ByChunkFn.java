package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Arrived;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Parts rows, which are counted by attempts at chunks, from closings. */
final class ByChunkFn extends DoFn<KV<String, SnapshotEvent>, KV<String, SnapshotEvent>> {
  static final TupleTag<KV<String, SnapshotEvent>> CLOSINGS = new TupleTag<>("closings");
  static final TupleTag<KV<String, KV<String, Arrived>>> ROWS = new TupleTag<>("rows");

  private static final long serialVersionUID = 1;

  @ProcessElement
  public void process(@Element KV<String, SnapshotEvent> event, MultiOutputReceiver to) {
    if (event.getValue() instanceof Arrived row) {
      String lot =
          "%s/%s/%d/%d"
              .formatted(
                  event.getKey(), row.stamp().hex(), row.chunk().number(), row.chunk().attempt());
      to.get(ROWS).output(KV.of(lot, KV.of(event.getKey(), row)));
    } else {
      to.get(CLOSINGS).output(event);
    }
  }
}
