package dev.renkei.beam.latest;

import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.beam.flow.KafkaSink;
import dev.renkei.beam.flow.KafkaSource;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;

/**
 * A hub on Kafka.
 *
 * @param topic of unique changes
 * @param deadLetters the topic of what cannot be kept
 * @param group stable name of the pipeline among the readers of the topic
 */
public record KafkaLatestHub(KafkaAddress address, String topic, String deadLetters, String group)
    implements LatestHub {
  private static final long serialVersionUID = 1;

  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline) {
    return pipeline.apply("Hub", KafkaSource.of(address, topic, group, LatestPipeline.FLOW));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", KafkaSink.deadLetters(address, deadLetters));
  }
}
