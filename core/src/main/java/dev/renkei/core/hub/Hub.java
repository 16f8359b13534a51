package dev.renkei.core.hub;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The durable, replayable stream of unique changes, and what is kept beside it, by whatever vendor.
 * Whoever opens one says which; from then on it looks like this. Thread-safe.
 */
public interface Hub extends AutoCloseable {
  /** Where it is, for people: servers or a project. Without secrets. */
  String address();

  /**
   * Opens a tracker's publisher.
   *
   * @param tracker its stable configured name
   * @param bufferBytes how much may be under way before publishing blocks
   */
  HubPublisher publisher(String tracker, long bufferBytes)
      throws HubException, InterruptedException;

  /**
   * Opens the publisher of a tracker that shares the tables with others: it may publish those of
   * which its {@link HubPublisher#assignment} says that they are its own.
   *
   * @throws UnsupportedOperationException where the vendor has no such thing; the configuration
   *     refuses it before
   */
  HubPublisher sharingPublisher(String tracker, long bufferBytes)
      throws HubException, InterruptedException;

  /**
   * Opens a publisher of events.
   *
   * @param patience how long a message may take until it is lost
   * @param bufferBytes how much may be under way
   */
  EventPublisher eventPublisher(Duration patience, long bufferBytes)
      throws HubException, InterruptedException;

  /**
   * Opens a reader of the unique changes.
   *
   * @param consumer a stable name, for example that of a warehouse
   */
  HubReader reader(String consumer) throws HubException, InterruptedException;

  CursorStore cursors();

  ClaimStore claims();

  SchemaStore schemas();

  DeadLetters deadLetters();

  /** The same, for whoever looks at them and sends them back. */
  OpenLetters openLetters();

  /** What trackers and loaders are asked to do; followers are the caller's to close. */
  CommandLog commands();

  /** Marks to which consumers can go back; empty where the vendor has no such thing. */
  default Optional<ReplayMarks> marks() {
    return Optional.empty();
  }

  /** Follows what has been published up to now on its way to {@link #reader}. */
  default Passage passage() throws HubException, InterruptedException {
    Instant now = Clock.systemUTC().instant();
    return new Passage() {
      @Override
      public Instant since() {
        return now;
      }

      @Override
      public Optional<Map<Integer, Long>> ends() {
        return Optional.of(Map.of());
      }

      @Override
      public void close() {}
    };
  }

  /**
   * The masked side: read as this hub is, with schemas and dead letters of its own; nothing is
   * published there but by the flow that masks. The caller closes it, before this.
   *
   * @throws UnsupportedOperationException where the vendor has none; the configuration refuses it
   *     before
   */
  default Hub masked() throws HubException, InterruptedException {
    throw new UnsupportedOperationException("no masked side");
  }

  /** Whether it answers within a moment. */
  boolean isReachable();

  @Override
  void close();
}
