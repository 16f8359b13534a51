package dev.renkei.hub.pubsub;

import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.CommandLog;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.ReplayMarks;
import dev.renkei.core.hub.SchemaStore;
import java.time.Duration;
import java.util.Optional;

/**
 * The masked side of a hub (SEMANTICS 26): topic, subscriptions, schemas and dead letters are its
 * own; commands, claims and the trackers' cursors are the hub's, as they hold no values.
 * Thread-safe.
 */
public final class PubSubMaskedSide implements Hub {
  private final PubSubHub clear;
  private final PubSubHub own;

  PubSubMaskedSide(PubSubHub clear, PubSubHub own) {
    this.clear = clear;
    this.own = own;
  }

  @Override
  public String address() {
    return own.address();
  }

  /** Only the pipeline that masks writes here. */
  @Override
  public HubPublisher publisher(String tracker, long bufferBytes) {
    throw new UnsupportedOperationException("trackers publish to the hub");
  }

  /** Only the pipeline that masks writes here. */
  @Override
  public HubPublisher sharingPublisher(String tracker, long bufferBytes) {
    throw new UnsupportedOperationException("trackers publish to the hub");
  }

  /** Only the pipeline that masks writes here. */
  @Override
  public EventPublisher eventPublisher(Duration patience, long bufferBytes) {
    throw new UnsupportedOperationException("events are published to the hub");
  }

  @Override
  public AcknowledgedSubscription reader(String consumer)
      throws HubException, InterruptedException {
    return own.reader(consumer);
  }

  @Override
  public CursorStore cursors() {
    return clear.cursors();
  }

  @Override
  public ClaimStore claims() {
    return clear.claims();
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
  public CommandLog commands() {
    return clear.commands();
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
