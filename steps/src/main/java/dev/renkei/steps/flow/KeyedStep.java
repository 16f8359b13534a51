package dev.renkei.steps.flow;

import java.io.Serializable;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the state of a key and one message, or the key's timer, into a new state and messages. A
 * value of plain values, which an engine copies to its workers; the engine hands over messages of
 * one key one after another, in the order of their partition.
 *
 * @param <S> the state of a key: a value
 */
public interface KeyedStep<S> extends Serializable {
  /**
   * Whose state the message meets: its routing key, or null where it needs none, as control
   * messages do.
   */
  default byte @Nullable [] key(FlowMessage message) {
    return message.routingKey();
  }

  /** A message that has no key. */
  default StepResult onUnkeyed(FlowMessage message) {
    return StepResult.pass(message);
  }

  /**
   * A message of a key.
   *
   * @param state null where the key has none
   * @param now the engine's wall clock
   */
  Next<S> onMessage(@Nullable S state, FlowMessage message, Instant now);

  /**
   * A key's timer, at its time or later: engines have been away, or are busy. It is gone then,
   * unless the result sets it again. What comes out may not be {@link StepResult.SetAside}: there
   * is no message; {@link StepResult.Buried} brings its own.
   */
  Next<S> onTimer(S state, Instant now);

  StateCodec<S> codec();

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

  /**
   * What follows.
   *
   * @param state null forgets the key, its timer too
   * @param timer when to ask again; null leaves the key's timer as it is
   */
  record Next<S>(@Nullable S state, StepResult result, @Nullable Instant timer) {}
}
