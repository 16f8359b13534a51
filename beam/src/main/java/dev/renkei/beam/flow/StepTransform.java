package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Step;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/** Runs a {@link Step}; its outputs are found by {@link FlowTags}. */
public final class StepTransform extends PTransform<PCollection<FlowMessage>, PCollectionTuple> {
  private static final long serialVersionUID = 1;

  private final String flow;
  private final Step step;

  private StepTransform(String flow, Step step) {
    this.flow = flow;
    this.step = step;
  }

  /**
   * A step.
   *
   * @param flow whose counters it counts with
   */
  public static StepTransform of(String flow, Step step) {
    return new StepTransform(flow, step);
  }

  @Override
  public PCollectionTuple expand(PCollection<FlowMessage> messages) {
    return FlowTags.withCoders(
        messages.apply(
            "Each message",
            ParDo.of(new Each(step, new Outlet(flow, step.isConfidential())))
                .withOutputTags(FlowTags.MAIN, FlowTags.beside(step.outputs()))),
        FlowTags.sorted(step.outputs()));
  }

  private static final class Each extends DoFn<FlowMessage, FlowMessage> {
    private static final long serialVersionUID = 1;

    private final Step step;
    private final Outlet outlet;

    Each(Step step, Outlet outlet) {
      this.step = step;
      this.outlet = outlet;
    }

    @ProcessElement
    public void process(@Element FlowMessage message, MultiOutputReceiver to) {
      outlet.put(step.apply(message), message, to);
    }

    @Teardown
    public void release() {
      step.release();
    }
  }
}
