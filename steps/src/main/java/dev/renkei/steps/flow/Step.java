package dev.renkei.steps.flow;

import java.io.Serializable;
import java.util.Set;

/**
 * Turns one message into messages, without state: a value of plain values, which an engine copies
 * to its workers. Any number of threads may use one copy.
 */
@FunctionalInterface
public interface Step extends Serializable {
  StepResult apply(FlowMessage message);

  /** The names of all outputs. */
  default Set<String> outputs() {
    return Set.of(Output.MAIN);
  }

  /**
   * Whether its dead letters may hold nothing of the message but its place, and no reason but the
   * step's own.
   */
  default boolean isConfidential() {
    return false;
  }

  /** Lets go what this copy holds open, where it is no longer used. */
  default void release() {}
}
