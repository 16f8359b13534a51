package dev.renkei.bench.source;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A publisher that passes everything on, counts it, and knows when a change set is durable. */
public final class WatchedPublisher implements HubPublisher {
  private final HubPublisher publisher;
  private final long target;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile long begun;
  private volatile long ended;

  /**
   * Watches a publisher.
   *
   * @param target the version of a cursor with which the change set is read
   */
  public WatchedPublisher(HubPublisher publisher, long target) {
    this.publisher = publisher;
    this.target = target;
  }

  /** Seconds from the opening of the first lane until the cursor at the target was durable. */
  public double awaitTarget(long seconds) throws InterruptedException {
    if (!reached.await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the tracker has read %,d changes in %d s and no end".formatted(messages.get(), seconds));
    }
    return (ended - begun) / 1e9;
  }

  /** Messages handed over before the last cursor. */
  public long messages() {
    return messages.get();
  }

  /** Their payloads together. */
  public long bytes() {
    return bytes.get();
  }

  @Override
  public Lane lane() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
    return new WatchedLane(publisher.lane());
  }

  @Override
  public int partitions() {
    return publisher.partitions();
  }

  @Override
  public void close() {
    publisher.close();
  }

  private final class WatchedLane implements Lane {
    private final Lane lane;
    private long count;
    private long size;

    WatchedLane(Lane lane) {
      this.lane = lane;
    }

    @Override
    public void publish(EncodedMessage message) throws HubException, InterruptedException {
      count++;
      size += message.payload().length;
      lane.publish(message);
    }

    @Override
    public void publish(ControlMessage message) throws HubException, InterruptedException {
      lane.publish(message);
    }

    @Override
    public CompletableFuture<Void> advance(Cursor cursor)
        throws HubException, InterruptedException {
      messages.addAndGet(count);
      bytes.addAndGet(size);
      count = 0;
      size = 0;
      return lane.advance(cursor)
          .thenRun(
              () -> {
                if (cursor.version() >= target && reached.getCount() > 0) {
                  ended = System.nanoTime();
                  reached.countDown();
                }
              });
    }
  }
}
