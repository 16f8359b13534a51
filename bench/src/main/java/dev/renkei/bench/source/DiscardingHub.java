package dev.renkei.bench.source;

import dev.renkei.core.hub.ClaimStore;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.schema.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A hub that throws everything away at once, and knows when the change set of one table has been
 * read: what a tracker costs without a hub.
 */
public final class DiscardingHub implements HubPublisher, CursorStore, ClaimStore, SchemaStore {
  private final @Nullable Cursor start;
  private final long target;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Map<String, Claim> claims = new ConcurrentHashMap<>();
  private volatile long begun;
  private volatile long ended;

  /**
   * A hub that knows a tracker's last cursor.
   *
   * @param start null where none is known
   * @param target the version of a cursor with which the change set is read
   */
  public DiscardingHub(@Nullable Cursor start, long target) {
    this.start = start;
    this.target = target;
  }

  /** Seconds from the opening of the first lane to the cursor at the target. */
  public double awaitTarget(long seconds) throws InterruptedException {
    if (!reached.await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "the tracker has read %,d changes in %d s and no end".formatted(messages.get(), seconds));
    }
    return (ended - begun) / 1e9;
  }

  public long messages() {
    return messages.get();
  }

  public long bytes() {
    return bytes.get();
  }

  @Override
  public Lane lane() {
    if (begun == 0) {
      begun = System.nanoTime();
    }
    return new DiscardingLane();
  }

  @Override
  public int partitions() {
    return 1;
  }

  @Override
  public void close() {}

  private final class DiscardingLane implements Lane {
    private long count;
    private long size;

    @Override
    public void publish(EncodedMessage message) {
      count++;
      size += message.payload().length;
    }

    @Override
    public void publish(ControlMessage message) {}

    @Override
    public CompletableFuture<Void> advance(Cursor cursor) {
      messages.addAndGet(count);
      bytes.addAndGet(size);
      count = 0;
      size = 0;
      if (cursor.version() >= target && reached.getCount() > 0) {
        ended = System.nanoTime();
        reached.countDown();
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public Collection<Cursor> cursors(String source, TableName table) {
    return start != null && start.table().equals(table) ? List.of(start) : List.of();
  }

  @Override
  public Collection<Cursor> cursors(String source) {
    return start == null ? List.of() : List.of(start);
  }

  @Override
  public Claim claim(String subject, String claimant, String content) {
    return claims.computeIfAbsent(subject, s -> new Claim(s, claimant, content));
  }

  @Override
  public void put(SchemaRecord schema) {}

  @Override
  public Optional<SchemaRecord> find(String schemaId) {
    return Optional.empty();
  }

  @Override
  public Collection<SchemaRecord> of(String source, TableName table) {
    return List.of();
  }
}
