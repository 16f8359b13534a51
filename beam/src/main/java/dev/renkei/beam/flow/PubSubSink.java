package dev.renkei.beam.flow;

import dev.renkei.steps.flow.FlowMessage;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubIO;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessage;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessageWithAttributesCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** Publishes to a topic, at least once, with attributes. */
public final class PubSubSink extends PTransform<PCollection<FlowMessage>, PDone> {
  private static final long serialVersionUID = 1;

  private final String topic;
  private final String flow;

  private PubSubSink(String topic, String flow) {
    this.topic = topic;
    this.flow = flow;
  }

  /**
   * A topic.
   *
   * @param topic its whole name, {@code projects/P/topics/T}
   * @param flow counts them as {@code out}
   */
  public static PubSubSink of(String topic, String flow) {
    return new PubSubSink(topic, flow);
  }

  @Override
  public PDone expand(PCollection<FlowMessage> messages) {
    return messages
        .apply("To message", ParDo.of(new ToMessage(new Outlet(flow))))
        .setCoder(PubsubMessageWithAttributesCoder.of())
        .apply("Publish", PubsubIO.writeMessages().to(topic));
  }

  private static final class ToMessage extends DoFn<FlowMessage, PubsubMessage> {
    private static final long serialVersionUID = 1;

    private final Outlet outlet;

    ToMessage(Outlet outlet) {
      this.outlet = outlet;
    }

    @ProcessElement
    public void process(@Element FlowMessage message, OutputReceiver<PubsubMessage> to) {
      outlet.count("out");
      to.output(new PubsubMessage(message.payload(), message.attributes()));
    }
  }
}
