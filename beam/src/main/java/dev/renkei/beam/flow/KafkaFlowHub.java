package dev.renkei.beam.flow;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;

/**
 * A hub on Kafka. Order and positions of its partitions end at the source: behind it messages come
 * as on Pub/Sub.
 *
 * @param hub the topic of unique changes
 * @param schemas the topic of schemas
 * @param deadLetters the topic of what the pipeline sets aside
 * @param group stable name of the pipeline among the readers of {@code hub}
 */
public record KafkaFlowHub(
    KafkaAddress address, String hub, String schemas, String deadLetters, String group)
    implements FlowHub {
  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline, String flow) {
    return pipeline.apply("Hub", KafkaSource.of(address, hub, group, flow));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", KafkaSink.deadLetters(address, deadLetters));
  }

  @Override
  public void publish(PCollection<FlowMessage> messages, String name, String topic, String flow) {
    messages.apply(name, KafkaSink.messages(address, topic, flow));
  }

  @Override
  public OpenSchemas openSchemas() {
    return new KafkaSchemaAccess(address, schemas).open();
  }
}
