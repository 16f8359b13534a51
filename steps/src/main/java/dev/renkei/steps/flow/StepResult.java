package dev.renkei.steps.flow;

import java.util.List;

/** What a step makes of a message or a timer. */
public sealed interface StepResult {
  /** Messages, in this order. */
  record Outputs(List<Output> outputs) implements StepResult {
    public Outputs {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Nothing comes out.
   *
   * @param counted the counter of such cases, a name of small letters and underscores
   */
  record Nothing(String counted) implements StepResult {}

  /**
   * The message becomes a dead letter, as it was read.
   *
   * @param reason a sentence without values of the row
   */
  record SetAside(String reason) implements StepResult {}

  /**
   * A message that the step has kept becomes a dead letter; also of a timer.
   *
   * @param reason a sentence without values of the row
   */
  record Buried(FlowMessage message, String reason) implements StepResult {}

  /**
   * Several of these, in this order: a step that serves more than one purpose tells what has become
   * of the message for each.
   */
  record Several(List<StepResult> results) implements StepResult {
    public Several {
      results = List.copyOf(results);
    }
  }

  /** The message as it came, by the main output. */
  static StepResult pass(FlowMessage message) {
    return new Outputs(List.of(Output.main(message)));
  }
}
