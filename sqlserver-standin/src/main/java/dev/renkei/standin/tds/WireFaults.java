package dev.renkei.standin.tds;

import dev.renkei.standin.sql.SqlError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Faults of the network and of logins, switched on and off while the server runs. Thread-safe. */
public final class WireFaults {
  private static final long DISARMED = -1;

  private final Object lock = new Object();
  private final Deque<SqlError> refusals = new ArrayDeque<>();
  private final AtomicLong cutAfter = new AtomicLong(DISARMED);
  private volatile int stalls;

  WireFaults() {}

  /** A fault that lasts until it is closed. */
  public interface Lasting extends AutoCloseable {
    @Override
    void close();
  }

  /** Answers that many of the next logins with an error, whoever comes. */
  public void refuseLogins(int count, SqlError error) {
    synchronized (lock) {
      for (int i = 0; i < count; i++) {
        refusals.add(error);
      }
    }
  }

  /**
   * Cuts one connection, once: the first whose result reaches that many rows. Its client has
   * received the rows (0: the columns alone) and then half a packet.
   */
  public void cutAfterRows(long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("cut after %d rows".formatted(rows));
    }
    cutAfter.set(rows);
  }

  /**
   * Writes nothing more to any client until the returned fault is closed; requests are still read.
   * Several stalls add up.
   */
  public Lasting stallWrites() {
    synchronized (lock) {
      stalls++;
    }
    return new Lasting() {
      private boolean open = true;

      @Override
      public void close() {
        synchronized (lock) {
          if (open) {
            open = false;
            stalls--;
            lock.notifyAll();
          }
        }
      }
    };
  }

  /** Disarms refusals and cuts that have not happened yet; stalls end by their own close. */
  public void clear() {
    cutAfter.set(DISARMED);
    synchronized (lock) {
      refusals.clear();
    }
  }

  Optional<SqlError> loginRefusal() {
    synchronized (lock) {
      return Optional.ofNullable(refusals.poll());
    }
  }

  /** Whether this is the place to cut; true once. */
  boolean cutsAfter(long rows) {
    return cutAfter.get() == rows && cutAfter.compareAndSet(rows, DISARMED);
  }

  /** Blocks while writes are stalled and the connection is open. */
  void awaitWrites(BooleanSupplier closed) {
    if (stalls == 0) {
      return;
    }
    boolean interrupted = false;
    synchronized (lock) {
      while (stalls > 0 && !closed.getAsBoolean()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A connection has been closed; whoever waits for it looks again. */
  void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }
}
