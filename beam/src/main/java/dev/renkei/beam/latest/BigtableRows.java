package dev.renkei.beam.latest;

import dev.renkei.beam.flow.DeadLetterCoder;
import dev.renkei.beam.warehouse.SettleSnapshots;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Writes rows of tables without snapshots to Bigtable, in the form of latest rows; what comes out
 * was refused.
 */
public final class BigtableRows
    extends PTransform<PCollection<FlowMessage>, PCollection<DeadLetter>> {
  private static final long serialVersionUID = 1;

  private final BigtableConfig bigtable;

  private BigtableRows(BigtableConfig bigtable) {
    this.bigtable = bigtable;
  }

  /** Into the table that is configured; it is made where it is missing. */
  public static BigtableRows write(BigtableConfig bigtable) {
    return new BigtableRows(bigtable);
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<FlowMessage> rows) {
    PCollectionTuple written =
        rows.apply(
            "Write rows",
            ParDo.of(new WriteFn(bigtable))
                .withOutputTags(WriteFn.LETTERS, TupleTagList.of(WriteFn.EVENTS)));
    var unused = written.get(WriteFn.EVENTS).setCoder(SettleSnapshots.eventCoder());
    return written.get(WriteFn.LETTERS).setCoder(DeadLetterCoder.of());
  }
}
