package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * A feature computed once more from the hub's messages, by the steps that compute it live, in
 * memory: of each row and window some hundred bytes. What comes out has the versions that it has
 * live, so nothing changes where that was right. Belongs to one thread.
 */
public final class Recomputation {
  private final ContributionsStep contributions;
  private final WindowsStep windows;
  private final KeyedMemory<Contributed> rows;
  private final KeyedMemory<WindowState> open;

  public Recomputation(FeatureConfig feature, TableMessages messages) {
    this.contributions = new ContributionsStep(List.of(feature), messages);
    this.windows = new WindowsStep(List.of(feature), messages);
    this.rows = new KeyedMemory<>(contributions);
    this.open = new KeyedMemory<>(windows);
  }

  /** The next message of the hub; those of a row in the order of their partition. */
  public void take(FlowMessage message, Instant now) {
    byte[] key = contributions.key(message);
    if (key != null) {
      outputs(
          rows.take(key, message, now),
          added -> {
            byte[] window = windows.key(added);
            if (window != null) {
              StepResult unused = open.take(window, added, now);
            }
          });
    }
  }

  /** What a step has handed on. */
  static void outputs(StepResult result, Consumer<FlowMessage> to) {
    if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> outputs(one, to));
    } else if (result instanceof StepResult.Outputs outputs) {
      outputs.outputs().stream().map(Output::message).forEach(to);
    }
  }

  /**
   * The results of windows that are closed, as final rows.
   *
   * @param now by which they are closed
   * @param from windows that begin earlier are left out: not all of their changes were read
   * @param to is handed each
   */
  public void results(Instant now, Instant from, Consumer<FlowMessage> to) {
    open.forEach(state -> windows.results(state, now, from).forEach(to));
  }
}
