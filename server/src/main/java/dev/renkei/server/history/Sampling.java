package dev.renkei.server.history;

import dev.renkei.server.StatusReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one sample: a report is taken at most once a second, whoever asks and however often. Once
 * {@link #start started} it is taken every second, and those who listen are told of each.
 */
public final class Sampling implements Supplier<StatusReport>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sampling.class);

  /** What is younger is handed out again. A little less than the clock's step, which wavers. */
  private static final Duration FRESH = Duration.ofMillis(950);

  private static final Duration STEP = Duration.ofSeconds(1);

  private final Supplier<StatusReport> taken;
  private final LongSupplier nanos;
  private final List<Consumer<StatusReport>> listeners = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clockwork =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "renkei-sample");
            thread.setDaemon(true);
            return thread;
          });
  private volatile UnaryOperator<StatusReport> addition = UnaryOperator.identity();
  private @Nullable StatusReport latest;
  private long latestAt;

  /**
   * @param taken takes a report; called by one thread at a time
   */
  public Sampling(Supplier<StatusReport> taken) {
    this(taken, System::nanoTime);
  }

  Sampling(Supplier<StatusReport> taken, LongSupplier nanos) {
    this.taken = taken;
    this.nanos = nanos;
  }

  /** The sample of this second. */
  @Override
  public synchronized StatusReport get() {
    StatusReport known = latest;
    long now = nanos.getAsLong();
    if (known == null || now - latestAt >= FRESH.toNanos()) {
      known = addition.apply(taken.get());
      latest = known;
      latestAt = now;
      tell(known);
    }
    return known;
  }

  private void tell(StatusReport report) {
    for (Consumer<StatusReport> listener : listeners) {
      try {
        listener.accept(report);
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("a listener to the sample failed");
      }
    }
  }

  /** Told of each sample once, in order; be brief. */
  public void onSample(Consumer<StatusReport> listener) {
    listeners.add(listener);
  }

  /** What is said of each sample beside what its parts say: what fires because of it. */
  public void adding(UnaryOperator<StatusReport> more) {
    addition = more;
  }

  /** Takes a sample every second from now on. */
  public void start() {
    var unused =
        clockwork.scheduleWithFixedDelay(
            this::tick, STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tick() {
    try {
      var unused = get();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("no sample could be taken");
    }
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
  }
}
