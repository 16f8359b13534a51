package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.hub.pubsub.state.StateBeginnings;
import dev.renkei.hub.pubsub.state.StateSchemas;
import dev.renkei.hub.pubsub.state.StateStore;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * A hub on Pub/Sub.
 *
 * @param subscription the whole name of the pipeline's subscription of the hub topic, {@code
 *     projects/P/subscriptions/S}; of a warehouse, the one that the plain loader reads, where a
 *     team changes over
 * @param state where schemas and dead letters are kept
 * @param rootUrl {@code http://host:port} of an emulator; null for Google's
 */
public record PubSubFlowHub(String subscription, HubState state, @Nullable String rootUrl)
    implements FlowHub {
  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline, String flow) {
    PubSubRoot.use(pipeline, rootUrl);
    return pipeline.apply("Hub", PubSubSource.of(subscription, flow));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", StateDeadLetterSink.of(state));
  }

  @Override
  public void publish(PCollection<FlowMessage> messages, String name, String topic, String flow) {
    messages.apply(name, PubSubSink.of(topic, flow));
  }

  /**
   * No row is read without its schema: so a loader to which the team may change back is never told
   * that the subscription holds everything still.
   */
  @Override
  public OpenSchemas openSchemas() throws HubException, InterruptedException {
    StateStore opened = state.open();
    try {
      new StateBeginnings(opened).forget(subscription);
    } catch (HubException | InterruptedException | RuntimeException e) {
      opened.close();
      throw e;
    }
    return OpenSchemas.of(new StateSchemas(opened), opened::close);
  }
}
