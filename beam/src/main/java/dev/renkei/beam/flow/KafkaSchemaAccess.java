package dev.renkei.beam.flow;

import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.steps.flow.SchemaAccess;

/**
 * The schemas of a hub on Kafka.
 *
 * @param topic where they are kept
 */
public record KafkaSchemaAccess(KafkaAddress address, String topic) implements SchemaAccess {
  /** Connects nothing yet. */
  @Override
  public OpenSchemas open() {
    KafkaSchemaTopic opened = KafkaSchemaTopic.open(address, topic);
    return OpenSchemas.of(opened, opened::close);
  }
}
