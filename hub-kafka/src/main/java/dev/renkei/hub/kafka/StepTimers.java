package dev.renkei.hub.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The timers of the keys of one partition, ordered by when they are due. Asks the wall clock only
 * when one is, since each punctuation costs a transaction. Belongs to the partition's thread.
 */
final class StepTimers {
  private static final int AT_A_TIME = 500;
  private static final byte[] NOTHING = {};
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final ProcessorContext<?, ?> context;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Consumer<Bytes> fire;
  private @Nullable Cancellable schedule;
  private @Nullable Instant scheduled;

  /**
   * Timers.
   *
   * @param fire is handed the key of a timer that is due, which is gone from here then
   */
  StepTimers(
      ProcessorContext<?, ?> context, KeyValueStore<Bytes, byte[]> store, Consumer<Bytes> fire) {
    this.context = context;
    this.store = store;
    this.fire = fire;
  }

  /** Takes up what was left. */
  void start() {
    first().ifPresent(this::scheduleBy);
  }

  void set(Bytes key, Instant due) {
    store.put(entry(due, key), NOTHING);
    Instant next = scheduled;
    if (next == null || due.isBefore(next)) {
      scheduleBy(due);
    }
  }

  void clear(Bytes key, Instant due) {
    store.delete(entry(due, key));
  }

  private void scheduleBy(Instant due) {
    cancel();
    Duration wait = Duration.between(Instant.ofEpochMilli(context.currentSystemTimeMs()), due);
    scheduled = due;
    schedule =
        context.schedule(
            wait.compareTo(AT_ONCE) < 0 ? AT_ONCE : wait,
            PunctuationType.WALL_CLOCK_TIME,
            this::due);
  }

  private void cancel() {
    Cancellable before = schedule;
    if (before != null) {
      before.cancel();
    }
    schedule = null;
    scheduled = null;
  }

  private void due(long wallMillis) {
    cancel();
    List<Bytes> fired = new ArrayList<>();
    // Up to, not including, the next millisecond.
    Bytes end = entry(Instant.ofEpochMilli(wallMillis + 1), Bytes.wrap(NOTHING));
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(null, end)) {
      while (entries.hasNext() && fired.size() < AT_A_TIME) {
        fired.add(entries.next().key);
      }
    }
    for (Bytes timer : fired) {
      store.delete(timer);
      fire.accept(keyOf(timer));
    }
    first().ifPresent(this::scheduleBy);
  }

  private Optional<Instant> first() {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      return entries.hasNext() ? Optional.of(dueOf(entries.next().key)) : Optional.empty();
    }
  }

  private static Bytes entry(Instant due, Bytes key) {
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + key.get().length)
            .putLong(due.toEpochMilli())
            .put(key.get())
            .array());
  }

  private static Instant dueOf(Bytes entry) {
    return Instant.ofEpochMilli(ByteBuffer.wrap(entry.get()).getLong());
  }

  private static Bytes keyOf(Bytes entry) {
    return Bytes.wrap(Arrays.copyOfRange(entry.get(), Long.BYTES, entry.get().length));
  }
}
