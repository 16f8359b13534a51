package dev.renkei.beam.flow;

import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import java.time.Instant;
import java.util.Map;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubIO;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubMessage;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/** Reads a subscription; messages are acknowledged behind the runner's checkpoints. */
public final class PubSubSource extends PTransform<PBegin, PCollection<FlowMessage>> {
  private static final long serialVersionUID = 1;

  private final String subscription;
  private final String flow;
  private final @Nullable String idAttribute;

  private PubSubSource(String subscription, String flow, @Nullable String idAttribute) {
    this.subscription = subscription;
    this.flow = flow;
    this.idAttribute = idAttribute;
  }

  /**
   * A subscription as it delivers, copies included.
   *
   * @param subscription its whole name, {@code projects/P/subscriptions/S}
   * @param flow counts them as {@code in}
   */
  public static PubSubSource of(String subscription, String flow) {
    return new PubSubSource(subscription, flow, null);
  }

  /** The same, of which messages of one id within ten minutes come once (slide 22). */
  public static PubSubSource withoutDuplicates(String subscription, String flow) {
    return new PubSubSource(subscription, flow, MessageAttributes.UNIQUE_ID);
  }

  @Override
  public PCollection<FlowMessage> expand(PBegin begin) {
    PubsubIO.Read<PubsubMessage> read =
        PubsubIO.readMessagesWithAttributesAndMessageId().fromSubscription(subscription);
    return begin
        .apply("Read subscription", idAttribute == null ? read : read.withIdAttribute(idAttribute))
        .apply("With attributes", ParDo.of(new ToMessage(subscription, new Outlet(flow))))
        .setCoder(FlowMessageCoder.of());
  }

  private static final class ToMessage extends DoFn<PubsubMessage, FlowMessage> {
    private static final long serialVersionUID = 1;

    private final String subscription;
    private final Outlet outlet;

    ToMessage(String subscription, Outlet outlet) {
      this.subscription = subscription;
      this.outlet = outlet;
    }

    @ProcessElement
    public void process(
        @Element PubsubMessage message,
        @Timestamp org.joda.time.Instant published,
        OutputReceiver<FlowMessage> to) {
      outlet.count("in");
      @Nullable Map<String, String> attributes = message.getAttributeMap();
      to.output(
          new FlowMessage(
              attributes == null ? Map.of() : attributes,
              null,
              message.getPayload(),
              new Origin(
                  subscription,
                  0,
                  number(message.getMessageId()),
                  Instant.ofEpochMilli(published.getMillis()))));
    }
  }

  /** Pub/Sub numbers its messages, though it does not promise to. */
  private static long number(@Nullable String id) {
    try {
      return id == null ? 0 : Long.parseLong(id);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
