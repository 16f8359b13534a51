package dev.renkei.bench.source;

import dev.renkei.bench.Series;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A publisher that passes everything on, counts it, and knows when a change set is durable. */
public final class WatchedPublisher implements HubPublisher {
  private final HubPublisher publisher;
  private final long target;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Series.@Nullable Stopwatch stopwatch;
  private volatile Series.@Nullable Taken taken;

  /**
   * Watches a publisher.
   *
   * @param target the version of a cursor with which the change set is read
   */
  public WatchedPublisher(HubPublisher publisher, long target) {
    this.publisher = publisher;
    this.target = target;
  }

  /** What it took from the opening of the first lane until the cursor at the target was durable. */
  public Series.Taken awaitTarget(long seconds) throws InterruptedException {
    boolean done = reached.await(seconds, TimeUnit.SECONDS);
    Series.Taken all = taken;
    if (!done || all == null) {
      throw new IllegalStateException(
          "the tracker has read %,d changes in %d s and no end".formatted(messages.get(), seconds));
    }
    return all;
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
    if (stopwatch == null) {
      stopwatch = new Series.Stopwatch();
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
    public boolean publish(EncodedMessage message) throws HubException, InterruptedException {
      count++;
      size += message.payload().length;
      return lane.publish(message);
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
                Series.Stopwatch running = stopwatch;
                if (cursor.version() >= target && running != null && taken == null) {
                  taken = running.taken();
                  reached.countDown();
                }
              });
    }
  }
}
