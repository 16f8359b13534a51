package dev.renkei.hub.pubsub;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSide;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.hub.ReplayMarks;
import dev.renkei.core.hub.SchemaStore;
import java.util.Optional;

/**
 * The masked side of a hub (SEMANTICS 26): topic, subscriptions, schemas and dead letters are its
 * own; commands, claims and the trackers' cursors are the hub's, as they hold no values.
 * Thread-safe.
 */
public final class PubSubMaskedSide extends HubSide {
  private final PubSubHub own;

  PubSubMaskedSide(PubSubHub clear, PubSubHub own) {
    super(clear);
    this.own = own;
  }

  @Override
  public String address() {
    return own.address();
  }

  @Override
  public AcknowledgedSubscription reader(String consumer)
      throws HubException, InterruptedException {
    return own.reader(consumer);
  }

  @Override
  public SchemaStore schemas() {
    return own.schemas();
  }

  @Override
  public DeadLetters deadLetters() {
    return own.deadLetters();
  }

  @Override
  public OpenLetters openLetters() {
    return own.openLetters();
  }

  @Override
  public Optional<ReplayMarks> marks() {
    return own.marks();
  }

  @Override
  public boolean isReachable() {
    return own.isReachable();
  }

  @Override
  public void close() {
    own.close();
  }
}
