package dev.renkei.cli;

import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.Hub;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a backfill has computed, on their way to where trackers publish: what the hub has
 * already falls out there, or at its consumers. Belongs to one thread.
 */
final class FinalRows implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long BUFFER_BYTES = 32L << 20;
  private static final int UNDER_WAY = 10_000;

  private final @Nullable EventPublisher publisher;
  private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
  private long count;

  private FinalRows(@Nullable EventPublisher publisher) {
    this.publisher = publisher;
  }

  static FinalRows to(Hub hub) throws HubException, InterruptedException {
    return new FinalRows(hub.eventPublisher(PATIENCE, BUFFER_BYTES));
  }

  /** Rows that are counted alone. */
  static FinalRows toNowhere() {
    return new FinalRows(null);
  }

  /** Hands a row over; waits where many are under way. */
  void publish(FlowMessage row) {
    count++;
    if (publisher != null) {
      underWay.add(publisher.publish(encoded(row)));
      if (underWay.size() > UNDER_WAY) {
        underWay.remove().join();
      }
    }
  }

  /** How many were handed over so far. */
  long count() {
    return count;
  }

  /** Returns when the hub has all of them. */
  void finish() throws HubException {
    try {
      while (!underWay.isEmpty()) {
        underWay.remove().join();
      }
    } catch (CompletionException e) {
      throw lost(e);
    }
  }

  /** What a row that the hub has not taken means. */
  static HubException lost(CompletionException e) {
    return new HubException("backfill: not every row is in the hub; run it again", e);
  }

  private static EncodedMessage encoded(FlowMessage row) {
    try {
      return new EncodedMessage(TableMessages.attributes(row), row.routingKey(), row.payload());
    } catch (MessageException e) {
      throw new IllegalStateException("a message of our own", e);
    }
  }

  @Override
  public void close() {
    if (publisher != null) {
      publisher.close();
    }
  }
}
