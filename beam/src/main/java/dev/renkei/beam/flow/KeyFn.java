package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.jspecify.annotations.Nullable;

/** Puts each message's key beside it; what has none is dealt with at once. */
final class KeyFn<S> extends DoFn<FlowMessage, KV<byte[], FlowMessage>> {
  private static final long serialVersionUID = 1;

  static final TupleTag<KV<byte[], FlowMessage>> KEYED = new TupleTag<>("keyed");

  private final KeyedStep<S> step;
  private final Outlet outlet;

  KeyFn(KeyedStep<S> step, Outlet outlet) {
    this.step = step;
    this.outlet = outlet;
  }

  @Teardown
  public void release() {
    step.release();
  }

  @ProcessElement
  public void process(@Element FlowMessage message, MultiOutputReceiver to) {
    byte @Nullable [] key = step.key(message);
    if (key == null) {
      outlet.put(step.onUnkeyed(message), message, to);
    } else {
      to.get(KEYED).output(KV.of(key, message));
    }
  }
}
