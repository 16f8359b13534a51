package dev.renkei.beam.latest;

import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.PubSubSource;
import dev.renkei.beam.flow.StateDeadLetterSink;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubOptions;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * A hub on Pub/Sub.
 *
 * @param subscription the whole name of the pipeline's own subscription of the hub topic
 * @param state where dead letters are kept
 * @param rootUrl {@code http://host:port} of an emulator; null for Google's
 */
public record PubSubLatestHub(String subscription, HubState state, @Nullable String rootUrl)
    implements LatestHub {
  private static final long serialVersionUID = 1;

  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline) {
    if (rootUrl != null) {
      pipeline.getOptions().as(PubsubOptions.class).setPubsubRootUrl(rootUrl);
    }
    return pipeline.apply("Hub", PubSubSource.of(subscription, LatestPipeline.FLOW));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", StateDeadLetterSink.of(state));
  }
}
