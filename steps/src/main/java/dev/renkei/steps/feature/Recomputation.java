package dev.renkei.steps.feature;

import dev.renkei.core.config.FeatureConfig;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A feature computed once more from the hub's messages, by the steps that compute it live, in
 * memory: of each row and window some hundred bytes. What comes out has the versions that it has
 * live, so nothing changes where that was right. Belongs to one thread.
 */
public final class Recomputation {
  private final ContributionsStep contributions;
  private final WindowsStep windows;
  private final Map<String, byte[]> rows = new HashMap<>();
  private final Map<String, byte[]> open = new HashMap<>();

  public Recomputation(FeatureConfig feature, TableMessages messages) {
    this.contributions = new ContributionsStep(List.of(feature), messages);
    this.windows = new WindowsStep(List.of(feature), messages);
  }

  /** The next message of the hub; those of a row in the order of their partition. */
  public void take(FlowMessage message, Instant now) {
    byte[] key = contributions.key(message);
    if (key != null) {
      outputs(
          keep(contributions, rows, key, message, now),
          added -> {
            byte[] window = windows.key(added);
            if (window != null) {
              StepResult unused = keep(windows, open, window, added, now);
            }
          });
    }
  }

  private static <S> StepResult keep(
      KeyedStep<S> step, Map<String, byte[]> states, byte[] key, FlowMessage message, Instant now) {
    String name = new String(key, StandardCharsets.UTF_8);
    byte[] stored = states.get(name);
    KeyedStep.Next<S> next =
        step.onMessage(stored == null ? null : step.codec().read(stored), message, now);
    S state = next.state();
    if (state == null) {
      states.remove(name);
    } else {
      states.put(name, step.codec().write(state));
    }
    return next.result();
  }

  private static void outputs(StepResult result, Consumer<FlowMessage> to) {
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
    for (byte[] stored : open.values()) {
      windows.results(windows.codec().read(stored), now, from).forEach(to);
    }
  }
}
