package dev.renkei.standin.engine;

import java.time.Duration;
import org.h2.command.Command;
import org.jspecify.annotations.Nullable;

/**
 * The stop button of a session: pressed by another thread, felt by the running statement, by waits
 * for locks and by WAITFOR. A press belongs to the request that runs at that moment; without one it
 * does nothing.
 */
final class Cancellation {
  private boolean running;
  private boolean cancelled;
  private boolean killed;
  private @Nullable Command command;

  /** A request begins. */
  synchronized void begin() throws StatementCancelled {
    running = true;
    cancelled = false;
    if (killed) {
      throw new StatementCancelled(true);
    }
  }

  /** The request is over. */
  synchronized void end() {
    running = false;
    cancelled = false;
    command = null;
  }

  synchronized void cancel() {
    if (running) {
      press();
    }
  }

  /**
   * Cancels now and for ever.
   *
   * @return whether a request was running, which will hear of it
   */
  synchronized boolean kill() {
    killed = true;
    press();
    return running;
  }

  synchronized boolean isCancelled() {
    return cancelled || killed;
  }

  synchronized boolean isKilled() {
    return killed;
  }

  private void press() {
    cancelled = true;
    if (command != null) {
      command.cancel();
    }
    notifyAll();
  }

  synchronized void check() throws StatementCancelled {
    if (cancelled || killed) {
      throw new StatementCancelled(killed);
    }
  }

  /** Names the H2 command that a press has to stop. */
  synchronized void running(Command h2Command) throws StatementCancelled {
    check();
    command = h2Command;
  }

  /**
   * No H2 command runs any more.
   *
   * @return false where the command was told to stop: H2 remembers that, so it must not run again
   */
  synchronized boolean finished() {
    command = null;
    return !cancelled && !killed;
  }

  /** Sleeps, unless cancelled before the time is over. */
  synchronized void sleep(Duration time) throws StatementCancelled {
    long end = System.nanoTime() + time.toNanos();
    check();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StatementCancelled(killed);
      }
      check();
    }
  }
}
