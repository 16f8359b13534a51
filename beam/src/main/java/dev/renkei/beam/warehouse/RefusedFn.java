package dev.renkei.beam.warehouse;

import com.google.api.services.bigquery.model.TableRow;
import dev.renkei.beam.flow.DeadLetterCoder;
import dev.renkei.beam.flow.FlowMessageCoder;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.flow.FlowMessage;
import java.util.Objects;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryStorageApiInsertError;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** Makes dead letters of messages whose rows BigQuery refuses. */
final class RefusedFn extends DoFn<BigQueryStorageApiInsertError, DeadLetter> {
  static final TupleTag<DeadLetter> LETTERS = new TupleTag<>("dead-letters");
  static final TupleTag<KV<String, SnapshotEvent>> ROWS = new TupleTag<>("snapshots");

  private static final long serialVersionUID = 1;
  private static final String MESSAGE = "message";

  private final Counter deadLetters = Metrics.counter(WarehousePipeline.FLOW, "dead_letters");

  /** A message as BigQueryIO hands it back beside a row that is refused. */
  static TableRow kept(FlowMessage message) {
    try {
      return new TableRow().set(MESSAGE, CoderUtils.encodeToBase64(FlowMessageCoder.of(), message));
    } catch (CoderException e) {
      throw new IllegalStateException("a message cannot be written", e);
    }
  }

  static PTransform<PCollection<BigQueryStorageApiInsertError>, PCollectionTuple> transform() {
    return new PTransform<>() {
      private static final long serialVersionUID = 1;

      @Override
      public PCollectionTuple expand(PCollection<BigQueryStorageApiInsertError> refused) {
        PCollectionTuple outputs =
            refused.apply(
                "To dead letters",
                ParDo.of(new RefusedFn()).withOutputTags(LETTERS, TupleTagList.of(ROWS)));
        outputs.get(LETTERS).setCoder(DeadLetterCoder.of());
        outputs.get(ROWS).setCoder(WarehousePipeline.eventCoder());
        return outputs;
      }
    };
  }

  @ProcessElement
  public void process(@Element BigQueryStorageApiInsertError refused, MultiOutputReceiver to)
      throws CoderException {
    FlowMessage message =
        CoderUtils.decodeFromBase64(
            FlowMessageCoder.of(), (String) Objects.requireNonNull(refused.getRow()).get(MESSAGE));
    String table = message.attributes().get(MessageAttributes.TABLE_NAME);
    deadLetters.inc();
    // What BigQuery says may hold values.
    to.get(LETTERS)
        .output(
            message.deadLetter(
                "%s: the message has a row that BigQuery refuses. Load the table again with `renkei reload %s`; if this recurs, look for another writer in the topic."
                    .formatted(table, table)));
    SnapshotEvent.rowOf(message).ifPresent(to.get(ROWS)::output);
  }
}
