package dev.renkei.steps.flow;

/**
 * A message that comes out of a step.
 *
 * @param name which of the step's outputs it leaves by
 */
public record Output(String name, FlowMessage message) {
  /** The output of every step. */
  public static final String MAIN = "main";

  /** By the main output. */
  public static Output main(FlowMessage message) {
    return new Output(MAIN, message);
  }
}
