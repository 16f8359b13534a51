package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StepResult;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/** Hands what a step has made to the outputs, and counts it under the flow's name. */
final class Outlet implements Serializable {
  private static final long serialVersionUID = 1;

  /** The counter of dead letters. */
  static final String DEAD_LETTERS = "dead_letters";

  private final String flow;
  private final boolean confidential;
  private transient @Nullable Map<String, Counter> counters;

  Outlet(String flow) {
    this(flow, false);
  }

  /**
   * @param confidential whether dead letters hold nothing of a message but its place
   */
  Outlet(String flow, boolean confidential) {
    this.flow = flow;
    this.confidential = confidential;
  }

  /** What has become of a message. */
  void put(StepResult result, FlowMessage message, MultiOutputReceiver to) {
    if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        to.get(FlowTags.of(output.name())).output(output.message());
      }
    } else if (result instanceof StepResult.SetAside aside) {
      count(DEAD_LETTERS);
      to.get(FlowTags.DEAD_LETTERS).output(letter(message, aside.reason()));
    } else if (result instanceof StepResult.Buried buried) {
      count(DEAD_LETTERS);
      to.get(FlowTags.DEAD_LETTERS).output(letter(buried.message(), buried.reason()));
    } else if (result instanceof StepResult.Nothing nothing) {
      count(nothing.counted());
    } else if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> put(one, message, to));
    }
  }

  /** What a timer has brought. */
  void put(StepResult result, Instant now, MultiOutputReceiver to) {
    if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        to.get(FlowTags.of(output.name())).outputWithTimestamp(output.message(), now);
      }
    } else if (result instanceof StepResult.Nothing nothing) {
      count(nothing.counted());
    } else if (result instanceof StepResult.Buried buried) {
      count(DEAD_LETTERS);
      to.get(FlowTags.DEAD_LETTERS)
          .outputWithTimestamp(letter(buried.message(), buried.reason()), now);
    } else if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> put(one, now, to));
    } else {
      throw new IllegalStateException(flow + ": a step has set a timer aside");
    }
  }

  private DeadLetter letter(FlowMessage message, String reason) {
    return confidential ? message.placeOnly(reason) : message.deadLetter(reason);
  }

  void count(String name) {
    Map<String, Counter> known = counters;
    if (known == null) {
      known = new HashMap<>();
      counters = known;
    }
    known.computeIfAbsent(name, n -> Metrics.counter(flow, n)).inc();
  }
}
