package dev.renkei.beam.warehouse;

import dev.renkei.beam.flow.KafkaAddress;
import dev.renkei.beam.flow.KafkaSchemaTopic;
import dev.renkei.beam.flow.KafkaSink;
import dev.renkei.beam.flow.KafkaSource;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.steps.flow.FlowMessage;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.PCollection;

/**
 * A hub on Kafka. Order and positions of its partitions end at the source: behind it messages come
 * as on Pub/Sub, and snapshots are counted.
 *
 * @param hub the topic of unique changes
 * @param schemas the topic of schemas
 * @param deadLetters the topic of what cannot be loaded
 * @param group stable name of the pipeline among the readers of {@code hub}
 */
public record KafkaWarehouseHub(
    KafkaAddress address, String hub, String schemas, String deadLetters, String group)
    implements WarehouseHub {
  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline) {
    return pipeline.apply("Hub", KafkaSource.of(address, hub, group, WarehousePipeline.FLOW));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", KafkaSink.deadLetters(address, deadLetters));
  }

  @Override
  public OpenSchemas openSchemas() {
    KafkaSchemaTopic topic = KafkaSchemaTopic.open(address, schemas);
    return new OpenSchemas() {
      @Override
      public SchemaStore store() {
        return topic;
      }

      @Override
      public void close() {
        topic.close();
      }
    };
  }
}
