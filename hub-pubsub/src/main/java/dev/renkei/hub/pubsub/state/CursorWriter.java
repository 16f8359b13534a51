package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.HubException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all cursors of one tracker as one object: what comes while a write is under way, or too
 * soon after one, goes together with the next. The newest cursor of a table stands for those before
 * it.
 *
 * <p>Whoever opens a tracker's name last owns it: an earlier process of that name finds the object
 * changed under its hands, writes nothing more, and has failed for good.
 */
public final class CursorWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CursorWriter.class);
  private static final long PATIENCE_AT_END_SECONDS = 20;

  /** A write that takes long is not followed by the next one at once. */
  private static final int REST = 4;

  private final StateStore store;
  private final String tracker;
  private final String name;
  private final String owner = UUID.randomUUID().toString();
  private final Thread thread;

  // The thread's own, once it runs.
  private Map<String, JsonNode> durable = new LinkedHashMap<>();
  private long generation;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Written under lock.
  private Map<String, JsonNode> pending = new LinkedHashMap<>();
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private volatile boolean closing;
  private volatile @Nullable HubException dead;

  private CursorWriter(StateStore store, String tracker) {
    this.store = store;
    this.tracker = tracker;
    this.name = StateCursors.name(tracker);
    this.thread = new Thread(this::writeUntilClosed, "renkei-cursors-" + tracker);
  }

  /** Takes a tracker's cursors over from whoever had them. */
  public static CursorWriter open(StateStore store, String tracker)
      throws HubException, InterruptedException {
    CursorWriter writer = new CursorWriter(store, tracker);
    writer.takeOver();
    writer.thread.start();
    return writer;
  }

  private void takeOver() throws HubException, InterruptedException {
    while (true) {
      Optional<StateStore.Entry> entry = store.read(name);
      durable = new LinkedHashMap<>();
      if (entry.isPresent()) {
        for (Cursor cursor : StateCursors.parse(store, name, entry.get().content())) {
          durable.put(key(cursor), Documents.part(CursorCodec.write(cursor)));
        }
      }
      OptionalLong taken =
          store.write(name, document(durable), entry.map(StateStore.Entry::generation).orElse(0L));
      if (taken.isPresent()) {
        generation = taken.getAsLong();
        return;
      }
    }
  }

  private static String key(Cursor cursor) {
    return cursor.source() + "\u0000" + cursor.table();
  }

  private byte[] document(Map<String, JsonNode> cursors) {
    ObjectNode document = Documents.empty();
    document.put("tracker", tracker).put("owner", owner);
    ArrayNode array = document.putArray("cursors");
    cursors.values().forEach(array::add);
    return Documents.write(document);
  }

  /**
   * Hands a cursor over; never blocks.
   *
   * @return completes when it, or a later one of its table, is durable; exceptionally, with {@link
   *     HubException}, when it is not
   */
  public CompletableFuture<Void> write(Cursor cursor) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    JsonNode part = Documents.part(CursorCodec.write(cursor));
    lock.lock();
    try {
      if (dead == null && !closing) {
        pending.put(key(cursor), part);
        waiting.add(written);
        changed.signal();
        return written;
      }
    } finally {
      lock.unlock();
    }
    written.completeExceptionally(failure().orElseThrow());
    return written;
  }

  /** Why nothing can be written ever again; empty while it can. */
  public Optional<HubException> failure() {
    HubException why = dead;
    if (why == null && closing) {
      return Optional.of(new HubException("tracker " + tracker + ": its publisher is closed"));
    }
    return Optional.ofNullable(why);
  }

  /** What goes with one write. */
  private record Batch(Map<String, JsonNode> cursors, List<CompletableFuture<Void>> waiting) {}

  private void writeUntilClosed() {
    try {
      long restNanos = 0;
      for (Optional<Batch> batch = next(0); batch.isPresent(); batch = next(restNanos)) {
        long begun = System.nanoTime();
        write(batch.get());
        restNanos =
            Math.max(
                store.writeInterval().toNanos() - (System.nanoTime() - begun),
                Math.min(
                    (System.nanoTime() - begun) * REST, store.writeInterval().toNanos() * REST));
      }
    } catch (InterruptedException e) {
      die(new HubException("tracker " + tracker + ": writing its cursors was interrupted"));
    }
  }

  /** Waits for something to write, and until it is time; empty once there is nothing more. */
  private Optional<Batch> next(long restNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = restNanos;
      while (!closing && dead == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      while (!closing && dead == null && waiting.isEmpty()) {
        changed.await();
      }
      if (dead != null || waiting.isEmpty()) {
        return Optional.empty();
      }
      Batch batch = new Batch(pending, waiting);
      pending = new LinkedHashMap<>();
      waiting = new ArrayList<>();
      return Optional.of(batch);
    } finally {
      lock.unlock();
    }
  }

  private void write(Batch batch) throws InterruptedException {
    Map<String, JsonNode> cursors = new LinkedHashMap<>(durable);
    cursors.putAll(batch.cursors());
    HubException failure;
    try {
      failure = persist(document(cursors));
    } catch (HubException e) {
      failure = e;
    } catch (RuntimeException e) { // a fault, but nobody may wait for ever because of it
      failure =
          new HubException(
              "tracker %s: its cursors cannot be written to %s: %s"
                  .formatted(tracker, store.address(), e),
              e);
    }
    if (failure == null) {
      durable = cursors;
      batch.waiting().forEach(written -> written.complete(null));
    } else {
      HubException why = failure;
      batch.waiting().forEach(written -> written.completeExceptionally(why));
    }
  }

  /** Writes over what this process wrote last; returns why it may not. */
  private @Nullable HubException persist(byte[] content) throws HubException, InterruptedException {
    while (true) {
      OptionalLong written = store.write(name, content, generation);
      if (written.isPresent()) {
        generation = written.getAsLong();
        return null;
      }
      Optional<StateStore.Entry> held = store.read(name);
      if (held.isPresent() && !isOurs(held.get().content())) {
        HubException fenced =
            new HubException(
                "tracker %s: another process publishes under the same tracker name (%s%s). Stop the other process, or give each tracker a name of its own."
                    .formatted(tracker, store.address(), name));
        die(fenced);
        return fenced;
      }
      // The answer to an earlier write of ours was lost, or somebody removed the object.
      generation = held.map(StateStore.Entry::generation).orElse(StateStore.ABSENT);
    }
  }

  private boolean isOurs(byte[] content) throws HubException {
    return owner.equals(Documents.read(store, name, content).path("owner").asText());
  }

  private void die(HubException why) {
    List<CompletableFuture<Void>> lost;
    lock.lock();
    try {
      dead = why;
      lost = waiting;
      waiting = new ArrayList<>();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    log.atError().addKeyValue("tracker", tracker).log("publisher stopped: " + why.getMessage());
    lost.forEach(written -> written.completeExceptionally(why));
  }

  /** Writes what was handed over, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_AT_END_SECONDS));
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
