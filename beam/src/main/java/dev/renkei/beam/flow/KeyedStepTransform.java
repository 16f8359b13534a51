package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Runs a {@link KeyedStep}: messages are brought together by key, the others go round. Outputs are
 * found by {@link FlowTags}.
 *
 * @param <S> the state of a key
 */
public final class KeyedStepTransform<S>
    extends PTransform<PCollection<FlowMessage>, PCollectionTuple> {
  private static final long serialVersionUID = 1;

  private final String flow;
  private final KeyedStep<S> step;

  private KeyedStepTransform(String flow, KeyedStep<S> step) {
    this.flow = flow;
    this.step = step;
  }

  /**
   * A step.
   *
   * @param flow whose counters it counts with
   */
  public static <S> KeyedStepTransform<S> of(String flow, KeyedStep<S> step) {
    return new KeyedStepTransform<>(flow, step);
  }

  @Override
  public PCollectionTuple expand(PCollection<FlowMessage> messages) {
    List<String> outputs = FlowTags.sorted(step.outputs());
    PCollectionTuple told =
        messages.apply(
            "Key",
            ParDo.of(new KeyFn<>(step, new Outlet(flow, step.isConfidential())))
                .withOutputTags(KeyFn.KEYED, FlowTags.beside(outputs).and(FlowTags.MAIN)));
    PCollectionTuple unkeyed = FlowTags.withCoders(told, outputs);
    PCollection<KV<byte[], FlowMessage>> keyed =
        told.get(KeyFn.KEYED).setCoder(KvCoder.of(ByteArrayCoder.of(), FlowMessageCoder.of()));
    PCollectionTuple stepped =
        FlowTags.withCoders(
            keyed.apply(
                "Each key",
                ParDo.of(new KeyedStepFn<>(step, new Outlet(flow, step.isConfidential())))
                    .withOutputTags(FlowTags.MAIN, FlowTags.beside(outputs))),
            outputs);
    PCollectionTuple joined =
        PCollectionTuple.of(
            FlowTags.DEAD_LETTERS, join("dead-letters", FlowTags.DEAD_LETTERS, unkeyed, stepped));
    for (String output : outputs) {
      TupleTag<FlowMessage> tag = FlowTags.of(output);
      joined = joined.and(tag, join(output, tag, unkeyed, stepped));
    }
    return FlowTags.withCoders(joined, outputs);
  }

  private static <T> PCollection<T> join(
      String name, TupleTag<T> tag, PCollectionTuple one, PCollectionTuple other) {
    return PCollectionList.of(one.get(tag))
        .and(other.get(tag))
        .apply("Join " + name, Flatten.pCollections());
  }
}
