package dev.renkei.hub.kafka;

import dev.renkei.steps.dedupe.LastSequence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the state of one partition now and then, in steps that hold nobody up, and forgets
 * keys of which nothing has come for twice the retention. Belongs to the partition's thread.
 *
 * <p>Its now is the flow's: no later than the newest message, so that a flow that was away for
 * weeks forgets nothing that waits to be read.
 */
final class Forgetting {
  /** With the pause: 10,000 entries a second. */
  static final int ENTRIES_PER_STEP = 2_000;

  static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration FIRST = Duration.ofMinutes(10);

  private final ProcessorContext<?, ?> context;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Duration retention;
  private final Duration every;
  private final LongAdder forgotten;
  private @Nullable Cancellable schedule;
  private @Nullable Bytes reached;

  Forgetting(
      ProcessorContext<?, ?> context,
      KeyValueStore<Bytes, byte[]> store,
      Duration retention,
      LongAdder forgotten) {
    this.context = context;
    this.store = store;
    this.retention = retention;
    this.every = every(retention);
    this.forgotten = forgotten;
  }

  /** Each punctuation costs a transaction: between two walks there is none. */
  static Duration every(Duration retention) {
    Duration tenth = retention.dividedBy(10);
    return tenth.compareTo(PAUSE) < 0 ? PAUSE : tenth;
  }

  void start() {
    next(FIRST.compareTo(every) < 0 ? FIRST : every);
  }

  private void next(Duration after) {
    Cancellable before = schedule;
    if (before != null) {
      before.cancel();
    }
    schedule = context.schedule(after, PunctuationType.WALL_CLOCK_TIME, this::step);
  }

  private void step(long wallMillis) {
    boolean begins = reached == null;
    long newestMillis = context.currentStreamTimeMs();
    if (newestMillis >= 0) {
      walk(Instant.ofEpochMilli(wallMillis), Instant.ofEpochMilli(newestMillis));
    }
    if (begins || reached == null) {
      next(reached == null ? every : PAUSE);
    }
  }

  private void walk(Instant wall, Instant newest) {
    Bytes from = reached;
    List<KeyValue<Bytes, byte[]>> changed = new ArrayList<>();
    int looked = 0;
    reached = null;
    try (KeyValueIterator<Bytes, byte[]> entries = store.range(from, null)) {
      while (entries.hasNext()) {
        KeyValue<Bytes, byte[]> entry = entries.next();
        if (entry.key.equals(from)) {
          continue;
        }
        look(entry, wall, newest, changed);
        if (++looked == ENTRIES_PER_STEP) {
          reached = entry.key;
          break;
        }
      }
    }
    store.putAll(changed);
  }

  private void look(
      KeyValue<Bytes, byte[]> entry,
      Instant wall,
      Instant newest,
      List<KeyValue<Bytes, byte[]>> changed) {
    LastSequence last = LastSequence.read(entry.value);
    if (last.isForgettable(newest.isBefore(wall) ? newest : wall, retention)) {
      changed.add(KeyValue.pair(entry.key, null));
      forgotten.increment();
    } else if (last.seen() == null) {
      changed.add(KeyValue.pair(entry.key, LastSequence.write(last.packed(), wall)));
    }
  }
}
