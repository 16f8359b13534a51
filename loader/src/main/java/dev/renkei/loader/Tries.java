package dev.renkei.loader;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.LoaderState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what hub or warehouse may fail to do until it is done, or the loader is closed. Belongs to
 * the loader's thread, {@link #close} to anybody.
 */
final class Tries {
  private static final Logger log = LoggerFactory.getLogger(Tries.class);

  private final LoaderOptions options;
  private final Standing standing;
  private final Backoff backoff;
  private final CountDownLatch closing = new CountDownLatch(1);

  Tries(LoaderOptions options, Standing standing) {
    this.options = options;
    this.standing = standing;
    this.backoff = new Backoff(options.firstWait(), options.longestWait());
  }

  /** Something that may fail. */
  interface Attempt<T> {
    T run() throws HubException, WarehouseException, IOException, InterruptedException;
  }

  /** The same without a result. */
  interface Act {
    void run() throws HubException, WarehouseException, IOException, InterruptedException;
  }

  void close() {
    closing.countDown();
  }

  boolean isClosing() {
    return closing.getCount() == 0;
  }

  void run(String what, Act act) throws InterruptedException, StoppedException {
    run(what, act, NeverThrown.class);
  }

  <E extends Exception> void run(String what, Act act, Class<E> letOut)
      throws InterruptedException, StoppedException, E {
    get(
        what,
        () -> {
          act.run();
          return true;
        },
        letOut);
  }

  <T> T get(String what, Attempt<T> attempt) throws InterruptedException, StoppedException {
    return get(what, attempt, NeverThrown.class);
  }

  /** Lets only one kind of failure out. */
  <T, E extends Exception> T get(String what, Attempt<T> attempt, Class<E> letOut)
      throws InterruptedException, StoppedException, E {
    for (int failures = 1; ; failures++) {
      try {
        T done = attempt.run();
        if (failures > 1) {
          succeeded(what, failures);
        }
        return done;
      } catch (HubException | WarehouseException | IOException e) {
        if (letOut.isInstance(e)) {
          throw letOut.cast(e);
        }
        failed(what, e, failures);
      }
    }
  }

  private void succeeded(String what, int tries) {
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("action", what)
        .addKeyValue("tries", tries)
        .log("succeeded after failures");
    standing.update(to -> to.phase(Phase.LOADING));
  }

  private void failed(String what, Exception e, int failures)
      throws InterruptedException, StoppedException {
    Duration wait = backoff.after(failures);
    log.atWarn()
        .addKeyValue("loader", options.name())
        .addKeyValue("action", what)
        .addKeyValue("failures", failures)
        .addKeyValue("waitMillis", wait.toMillis())
        .log("failed and is tried again: " + e.getMessage());
    standing.update(to -> to.phase(Phase.RETRYING).failed(String.valueOf(e.getMessage())));
    if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new StoppedException();
    }
  }

  /** The loader is closed while something is tried again. */
  static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1;

    StoppedException() {
      super(null, null, false, false);
    }
  }

  /** For attempts of which every failure is tried again. */
  private static final class NeverThrown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
