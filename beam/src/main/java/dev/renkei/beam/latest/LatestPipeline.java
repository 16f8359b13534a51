package dev.renkei.beam.latest;

import dev.renkei.beam.flow.DeadLetterCoder;
import dev.renkei.beam.warehouse.SettleSnapshots;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Hub to Bigtable: the latest row of every key (slide 9). The names of its transforms are those
 * that operators meet, and by which a running job is updated: they do not change.
 */
public final class LatestPipeline {
  /** Its name, and that of its counters. */
  public static final String FLOW = "latest";

  private LatestPipeline() {}

  /** Adds the flow to a pipeline. */
  public static void build(Pipeline pipeline, LatestPlan plan) {
    PCollectionTuple written =
        plan.hub()
            .read(pipeline, FLOW)
            .apply(
                "Write rows",
                ParDo.of(new WriteFn(plan.bigtable()))
                    .withOutputTags(WriteFn.LETTERS, TupleTagList.of(WriteFn.EVENTS)));
    plan.hub().setAside(written.get(WriteFn.LETTERS).setCoder(DeadLetterCoder.of()));
    written
        .get(WriteFn.EVENTS)
        .setCoder(SettleSnapshots.eventCoder())
        .apply(
            "Snapshots",
            SettleSnapshots.of(FLOW, new FloorSweeper(plan.bigtable()), plan.closingPatience()));
  }
}
