package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSide;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.steps.flow.SchemaAccess;

/**
 * The masked side of a hub (SEMANTICS 26): messages, schemas and dead letters are in topics of its
 * own; commands, claims and the trackers' cursors are the hub's, as they hold no values.
 * Thread-safe.
 */
public final class MaskedSide extends HubSide {
  private final KafkaHub hub;
  private final Topics topics;
  private final KafkaSchemas schemas;
  private final KafkaDeadLetters deadLetters;

  MaskedSide(KafkaHub hub, KafkaSettings settings, Topics topics) {
    super(hub);
    this.hub = hub;
    this.topics = topics;
    this.schemas = new KafkaSchemas(settings, topics.maskedSchemas());
    this.deadLetters =
        new KafkaDeadLetters(
            settings, topics.maskedDeadLetters(), hub.openLetters(topics.maskedDeadLetters()));
  }

  /** The topic of its messages. */
  public String topic() {
    return topics.masked();
  }

  /** The topic of what could not be masked, by place alone. */
  public String deadLetterTopic() {
    return topics.maskedDeadLetters();
  }

  /** Its schemas as the steps of this process's flows come to them. */
  public SchemaAccess schemaAccess() {
    return SchemaAccess.here(schemas);
  }

  @Override
  public String address() {
    return hub.address();
  }

  @Override
  public HubSubscription reader(String consumer) throws HubException, InterruptedException {
    return hub.subscription(topics.masked());
  }

  @Override
  public SchemaStore schemas() {
    return schemas;
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public OpenLetters openLetters() {
    return hub.openLetters(topics.maskedDeadLetters());
  }

  @Override
  public boolean isReachable() {
    return hub.isReachable();
  }

  @Override
  public void close() {
    deadLetters.close();
    schemas.close();
  }
}
