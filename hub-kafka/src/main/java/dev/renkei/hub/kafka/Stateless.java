package dev.renkei.hub.kafka;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.Step;
import dev.renkei.steps.flow.StepResult;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A step without state as one whose messages have no key, so that one processor runs both. */
record Stateless(Step step) implements KeyedStep<byte[]> {
  @Override
  public byte @Nullable [] key(FlowMessage message) {
    return null;
  }

  @Override
  public StepResult onUnkeyed(FlowMessage message) {
    return step.apply(message);
  }

  @Override
  public Next<byte[]> onMessage(byte @Nullable [] state, FlowMessage message, Instant now) {
    throw new IllegalStateException("a message without a key");
  }

  @Override
  public Next<byte[]> onTimer(byte[] state, Instant now) {
    throw new IllegalStateException("a timer without a key");
  }

  @Override
  public StateCodec<byte[]> codec() {
    throw new IllegalStateException("a state without a key");
  }

  @Override
  public Set<String> outputs() {
    return step.outputs();
  }

  @Override
  public boolean isConfidential() {
    return step.isConfidential();
  }

  @Override
  public void release() {
    step.release();
  }
}
