package dev.renkei.loader;

import dev.renkei.loader.Tries.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/** Messages, or whatever carries them, read together to be loaded together. */
final class Batch<M> {
  private static final Duration IDLE_POLL = Duration.ofMillis(250);

  private final List<M> messages = new ArrayList<>();
  private final ToLongFunction<M> sizes;
  private long bytes;

  private Batch(ToLongFunction<M> sizes) {
    this.sizes = sizes;
  }

  /** Where messages are polled; what fails is tried again there. */
  interface Source<M, E extends Exception> {
    List<M> poll(Duration atMost) throws InterruptedException, StoppedException, E;
  }

  List<M> messages() {
    return messages;
  }

  /**
   * Reads until there is enough, or as long as may be after the first message; nothing where there
   * is none.
   *
   * @param sizes bytes of a message
   */
  static <M, E extends Exception> Batch<M> read(
      Source<M, E> source, ToLongFunction<M> sizes, LoaderOptions options, BooleanSupplier closing)
      throws InterruptedException, StoppedException, E {
    Batch<M> batch = new Batch<>(sizes);
    batch.add(source.poll(IDLE_POLL));
    long first = System.nanoTime();
    long left = options.linger().toNanos();
    while (!batch.messages.isEmpty()
        && batch.messages.size() < options.maxRows()
        && batch.bytes < options.maxBytes()
        && left > 0
        && !closing.getAsBoolean()) {
      batch.add(source.poll(Duration.ofNanos(left)));
      left = options.linger().toNanos() - (System.nanoTime() - first);
    }
    return batch;
  }

  private void add(List<M> some) {
    messages.addAll(some);
    for (M one : some) {
      bytes += sizes.applyAsLong(one);
    }
  }
}
