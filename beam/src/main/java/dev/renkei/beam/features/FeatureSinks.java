package dev.renkei.beam.features;

import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.beam.flow.KafkaSink;
import dev.renkei.beam.flow.KafkaTopic;
import dev.renkei.beam.flow.PubSubSink;
import dev.renkei.core.hub.HubException;
import dev.renkei.steps.flow.FlowMessage;
import java.io.Serializable;
import java.time.Duration;
import org.apache.beam.sdk.values.PCollection;

/** Where results of features are written. */
public sealed interface FeatureSinks extends Serializable {
  /** To the hub, for warehouses. */
  void toHub(PCollection<FlowMessage> rows);

  /** To the topic of features. */
  void toTopic(PCollection<FlowMessage> rows);

  /** Makes what is missing. */
  void prepare() throws HubException, InterruptedException;

  /**
   * Topics on Kafka.
   *
   * @param partitions of the hub, and so of the topic of features
   */
  record Kafka(KafkaAddress address, String hub, String topic, int partitions, Duration retention)
      implements FeatureSinks {
    @Override
    public void toHub(PCollection<FlowMessage> rows) {
      rows.apply("To hub", KafkaSink.messages(address, hub, FeaturesPipeline.FLOW));
    }

    @Override
    public void toTopic(PCollection<FlowMessage> rows) {
      rows.apply("To topic", KafkaSink.messages(address, topic, FeaturesPipeline.FLOW));
    }

    @Override
    public void prepare() throws HubException, InterruptedException {
      KafkaTopic.make(address, topic, partitions, retention);
    }
  }

  /** Topics on Pub/Sub, by their whole names; whoever opens the hub has made them. */
  record PubSub(String hub, String topic) implements FeatureSinks {
    @Override
    public void toHub(PCollection<FlowMessage> rows) {
      rows.apply("To hub", PubSubSink.of(hub, FeaturesPipeline.FLOW));
    }

    @Override
    public void toTopic(PCollection<FlowMessage> rows) {
      rows.apply("To topic", PubSubSink.of(topic, FeaturesPipeline.FLOW));
    }

    @Override
    public void prepare() {}
  }
}
