package dev.renkei.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Ctrl-C or SIGTERM as something to wait for, so that the command ends in its own order and with
 * its own exit code. The second Ctrl-C ends the process at once, which loses nothing either.
 *
 * <p>A shutdown hook could only race with the command's end, and leaves no say in the exit code.
 */
public final class StopSignal {
  private static final int INTERRUPTED = 130;

  private final CountDownLatch asked = new CountDownLatch(1);

  private StopSignal() {}

  /** Listens from now on. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    Signal.handle(new Signal("INT"), signal -> stop.signalled());
    Signal.handle(new Signal("TERM"), signal -> stop.stop());
    return stop;
  }

  private void signalled() {
    if (isAsked()) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    stop();
  }

  /** Ends the wait from inside. */
  public void stop() {
    asked.countDown();
  }

  public boolean isAsked() {
    return asked.getCount() == 0;
  }

  public void await() throws InterruptedException {
    asked.await();
  }

  /**
   * Waits for a while.
   *
   * @return whether the stop has been asked for
   */
  public boolean await(Duration atMost) throws InterruptedException {
    return asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
