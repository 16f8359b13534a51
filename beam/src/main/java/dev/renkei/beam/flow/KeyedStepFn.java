package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import java.util.Objects;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/** The state of a step's keys in Beam's state, the timer of each in a timer of processing time. */
final class KeyedStepFn<S> extends DoFn<KV<byte[], FlowMessage>, FlowMessage> {
  private static final long serialVersionUID = 1;
  private static final String STATE = "state";
  private static final String TIMER = "timer";

  private final KeyedStep<S> step;
  private final Outlet outlet;

  @StateId(STATE)
  private final StateSpec<ValueState<byte[]>> stateSpec = StateSpecs.value(ByteArrayCoder.of());

  @TimerId(TIMER)
  private final TimerSpec timerSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  KeyedStepFn(KeyedStep<S> step, Outlet outlet) {
    this.step = step;
    this.outlet = outlet;
  }

  @ProcessElement
  public void process(
      @Element KV<byte[], FlowMessage> element,
      @StateId(STATE) ValueState<byte[]> state,
      @TimerId(TIMER) Timer timer,
      MultiOutputReceiver to) {
    FlowMessage message = Objects.requireNonNull(element.getValue());
    Instant now = Instant.now();
    S before = read(state);
    KeyedStep.Next<S> next = step.onMessage(before, message, java(now));
    keep(next, before, now, state, timer);
    outlet.put(next.result(), message, to);
  }

  @OnTimer(TIMER)
  public void onTimer(
      @StateId(STATE) ValueState<byte[]> state,
      @TimerId(TIMER) Timer timer,
      MultiOutputReceiver to) {
    S before = read(state);
    if (before == null) {
      return;
    }
    Instant now = Instant.now();
    KeyedStep.Next<S> next = step.onTimer(before, java(now));
    keep(next, before, now, state, timer);
    outlet.put(next.result(), now, to);
  }

  @Teardown
  public void release() {
    step.release();
  }

  /** What a timer brings is of now, whatever time the message had that set it. */
  @Override
  @Deprecated
  public Duration getAllowedTimestampSkew() {
    return Duration.millis(Long.MAX_VALUE);
  }

  private @Nullable S read(ValueState<byte[]> state) {
    byte @Nullable [] stored = state.read();
    return stored == null ? null : step.codec().read(stored);
  }

  private void keep(
      KeyedStep.Next<S> next,
      @Nullable S before,
      Instant now,
      ValueState<byte[]> state,
      Timer timer) {
    S after = next.state();
    if (after == null) {
      if (before != null) {
        state.clear();
        timer.clear();
      }
      return;
    }
    if (!after.equals(before)) {
      state.write(step.codec().write(after));
    }
    java.time.Instant due = next.timer();
    if (due != null) {
      long millis = Math.max(0, due.toEpochMilli() - now.getMillis());
      // Without a time of its own: else the flow's watermark stood still until it comes.
      timer.withNoOutputTimestamp().offset(Duration.millis(millis)).setRelative();
    }
  }

  private static java.time.Instant java(Instant instant) {
    return java.time.Instant.ofEpochMilli(instant.getMillis());
  }
}
