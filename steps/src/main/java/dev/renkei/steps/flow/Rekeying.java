package dev.renkei.steps.flow;

/**
 * Gives messages the key by which another step keeps its state, so that an engine that has no
 * shuffle of its own brings those of one key together; what that step needs no state for is held
 * back.
 *
 * @param next the step that gets them
 */
public record Rekeying(KeyedStep<?> next) implements Step {
  /** The counter of what is held back. */
  public static final String PASSED_OVER = "passed_over";

  @Override
  public StepResult apply(FlowMessage message) {
    byte[] key = next.key(message);
    return key == null
        ? new StepResult.Nothing(PASSED_OVER)
        : StepResult.pass(
            new FlowMessage(message.attributes(), key, message.payload(), message.origin()));
  }
}
