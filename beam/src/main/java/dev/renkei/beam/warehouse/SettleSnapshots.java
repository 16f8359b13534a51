package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Arrived;
import java.time.Duration;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TupleTagList;

/** Sweeps tables whose snapshots have arrived whole, in any order (SEMANTICS 18). */
public final class SettleSnapshots
    extends PTransform<PCollection<KV<String, SnapshotEvent>>, PDone> {
  private static final long serialVersionUID = 1;

  private final String flow;
  private final SnapshotSweeper sweeper;
  private final Duration patience;

  private SettleSnapshots(String flow, SnapshotSweeper sweeper, Duration patience) {
    this.flow = flow;
    this.sweeper = sweeper;
    this.patience = patience;
  }

  /**
   * Told of closings, and of rows that are durable or were set aside.
   *
   * @param flow whose counters it counts with
   * @param patience how long a closing waits for rows before it is given up
   */
  public static SettleSnapshots of(String flow, SnapshotSweeper sweeper, Duration patience) {
    return new SettleSnapshots(flow, sweeper, patience);
  }

  /** The coder of what it is told. */
  public static KvCoder<String, SnapshotEvent> eventCoder() {
    return WarehousePipeline.eventCoder();
  }

  @Override
  public PDone expand(PCollection<KV<String, SnapshotEvent>> events) {
    closingsAndCounts(events).apply("Settle", ParDo.of(new SettleFn(flow, sweeper, patience)));
    return PDone.in(events.getPipeline());
  }

  /** By table: its closings, and how many rows of each chunk there are so far. */
  static PCollection<KV<String, SnapshotEvent>> closingsAndCounts(
      PCollection<KV<String, SnapshotEvent>> events) {
    PCollectionTuple told =
        events.apply(
            "By chunk",
            ParDo.of(new ByChunkFn())
                .withOutputTags(ByChunkFn.CLOSINGS, TupleTagList.of(ByChunkFn.ROWS)));
    PCollection<KV<String, SnapshotEvent>> counts =
        told.get(ByChunkFn.ROWS)
            .setCoder(
                KvCoder.of(
                    StringUtf8Coder.of(),
                    KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(Arrived.class))))
            .apply("Count rows", ParDo.of(new CountRowsFn()))
            .setCoder(eventCoder());
    return PCollectionList.of(told.get(ByChunkFn.CLOSINGS).setCoder(eventCoder()))
        .and(counts)
        .apply("Closings and counts", Flatten.pCollections());
  }
}
