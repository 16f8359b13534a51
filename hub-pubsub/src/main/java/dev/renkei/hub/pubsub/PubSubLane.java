package dev.renkei.hub.pubsub;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A lane as a row of stretches, each with the messages between two cursors. Acknowledgements come
 * in any order; a cursor is handed on to be written once its stretch and all before it are
 * acknowledged. The first message that is lost breaks the lane.
 */
final class PubSubLane implements HubPublisher.Lane {
  private final PubSubPublisher publisher;

  // Guarded by this.
  private final Deque<Stretch> closed = new ArrayDeque<>();
  private Stretch open = new Stretch();
  private volatile @Nullable HubException broken;

  PubSubLane(PubSubPublisher publisher) {
    this.publisher = publisher;
  }

  /** Messages between two cursors, and the one behind them. */
  final class Stretch {
    /** Those not acknowledged, and one more while it may still grow. */
    private final AtomicInteger open = new AtomicInteger(1);

    private @Nullable Cursor cursor;
    private final CompletableFuture<Void> durable = new CompletableFuture<>();

    void sent() {
      open.incrementAndGet();
    }

    void acknowledged() {
      if (open.decrementAndGet() == 0) {
        handOn();
      }
    }

    void lost(HubException why) {
      fail(why);
    }
  }

  @Override
  public boolean publish(EncodedMessage message) throws HubException, InterruptedException {
    refuseIfBroken();
    return publisher.send(message, open);
  }

  @Override
  public void publish(ControlMessage message) throws HubException, InterruptedException {
    for (int partition = 0; partition < publisher.partitions(); partition++) {
      publish(message.encode(partition));
    }
  }

  @Override
  public CompletableFuture<Void> advance(Cursor cursor) throws HubException {
    refuseIfBroken();
    Stretch stretch;
    synchronized (this) {
      stretch = open;
      stretch.cursor = cursor;
      closed.add(stretch);
      open = new Stretch();
    }
    stretch.acknowledged();
    if (stretch.open.get() > 0) {
      publisher.flush();
    }
    HubException why = broken;
    if (why != null) {
      fail(why); // it broke while the stretch was added
    }
    return stretch.durable;
  }

  private void refuseIfBroken() throws HubException {
    HubException why = broken;
    if (why != null) {
      throw why;
    }
    publisher.refuseIfDead();
  }

  /** Cursors are handed on in their order, whatever order the stretches were completed in. */
  private synchronized void handOn() {
    while (broken == null && !closed.isEmpty() && closed.element().open.get() == 0) {
      Stretch stretch = closed.remove();
      Cursor cursor = java.util.Objects.requireNonNull(stretch.cursor);
      var unused =
          publisher
              .write(cursor)
              .whenComplete(
                  (nothing, failure) -> {
                    if (failure == null) {
                      stretch.durable.complete(null);
                    } else {
                      stretch.durable.completeExceptionally(failure);
                    }
                  });
    }
  }

  private void fail(HubException why) {
    List<Stretch> lost;
    synchronized (this) {
      if (broken == null) {
        broken = why;
      }
      lost = new ArrayList<>(closed);
      closed.clear();
    }
    lost.forEach(stretch -> stretch.durable.completeExceptionally(why));
  }
}
