package dev.renkei.core.hub;

import java.time.Duration;

/**
 * A side of a hub that flows alone write, read like a hub of its own. Trackers and clients publish
 * to the hub itself, and what they keep there stays there.
 */
public abstract class HubSide implements Hub {
  private final Hub hub;

  /**
   * @param hub whose side it is; it stays the caller's to close
   */
  protected HubSide(Hub hub) {
    this.hub = hub;
  }

  /** Refused: trackers publish to the hub. */
  @Override
  public final HubPublisher publisher(String tracker, long bufferBytes) {
    throw new UnsupportedOperationException("trackers publish to the hub");
  }

  /** Refused: trackers publish to the hub. */
  @Override
  public final HubPublisher sharingPublisher(String tracker, long bufferBytes) {
    throw new UnsupportedOperationException("trackers publish to the hub");
  }

  /** Refused: clients publish to the hub. */
  @Override
  public final EventPublisher eventPublisher(Duration patience, long bufferBytes) {
    throw new UnsupportedOperationException("events are published to the hub");
  }

  @Override
  public final CursorStore cursors() {
    return hub.cursors();
  }

  @Override
  public final ClaimStore claims() {
    return hub.claims();
  }

  @Override
  public final CommandLog commands() {
    return hub.commands();
  }
}
