package dev.renkei.cli.node;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Pauses;
import dev.renkei.core.hub.Resting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again at what rests, for all parts of this process. While the hub does not answer
 * it stays as it was.
 */
final class PauseWatch implements Resting, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PauseWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Pauses pauses;
  private final Runnable afterLook;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile Map<Part, Pause> resting = Map.of();

  /**
   * Nothing rests before {@link #start}.
   *
   * @param afterLook is run after each look that has found out
   */
  PauseWatch(Pauses pauses, Runnable afterLook) {
    this.pauses = pauses;
    this.afterLook = afterLook;
    this.thread = new Thread(this::run, "renkei-pauses");
    thread.setDaemon(true);
  }

  /** Looks once, so that nothing begins that rests, and goes on looking. */
  void start() throws HubException, InterruptedException {
    look();
    thread.start();
  }

  private void look() throws HubException, InterruptedException {
    Map<Part, Pause> now =
        pauses.look().stream().collect(Collectors.toMap(Pause::part, Function.identity()));
    Map<Part, Pause> before = resting;
    resting = now;
    if (!now.keySet().equals(before.keySet())) {
      log.atInfo().addKeyValue("resting", now.keySet()).log("what rests has changed");
    }
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          look();
          afterLook.run();
        } catch (HubException | RuntimeException e) {
          log.atDebug().setCause(e).log("what rests is not known anew");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<Pause> pause(Part part) {
    return Optional.ofNullable(resting.get(part));
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.interrupt();
    thread.join(TimeUnit.SECONDS.toMillis(5));
  }
}
