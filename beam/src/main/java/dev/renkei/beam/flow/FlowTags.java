package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Output;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** What the outputs of a step are called on Beam. */
public final class FlowTags {
  /** What every step has. */
  public static final TupleTag<FlowMessage> MAIN = of(Output.MAIN);

  /** What was set aside. */
  public static final TupleTag<DeadLetter> DEAD_LETTERS = new TupleTag<>("dead-letters");

  private FlowTags() {}

  /** A step's output by its name. */
  public static TupleTag<FlowMessage> of(String output) {
    return new TupleTag<>("output-" + output);
  }

  /** All but the main one, dead letters with them. */
  static TupleTagList beside(Collection<String> outputs) {
    TupleTagList tags = TupleTagList.of(DEAD_LETTERS);
    for (String output : new TreeSet<>(outputs)) {
      if (!output.equals(Output.MAIN)) {
        tags = tags.and(of(output));
      }
    }
    return tags;
  }

  static PCollectionTuple withCoders(PCollectionTuple outputs, Collection<String> names) {
    for (String name : names) {
      outputs.get(of(name)).setCoder(FlowMessageCoder.of());
    }
    outputs.get(DEAD_LETTERS).setCoder(DeadLetterCoder.of());
    return outputs;
  }

  static List<String> sorted(Collection<String> outputs) {
    return List.copyOf(new TreeSet<>(outputs));
  }
}
