package dev.renkei.standin.tracking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes commits visible late: they get their version, keep their locks and wait, while commits with
 * later versions are already visible. This is the risk of rule 22 of Change Tracking, on demand.
 * Thread-safe.
 */
public final class LateCommits {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Holding> holds = new ArrayList<>();
  private boolean closed;

  LateCommits() {}

  /**
   * A commit about to become visible.
   *
   * @param database where it changed tracked tables
   * @param version the version given to it there
   * @param session the transaction of the session that commits
   */
  public record Commit(String database, long version, TrackedTransaction session) {}

  /** Commits held back; closing it releases them and holds no more. */
  public interface Hold extends AutoCloseable {
    /** How many commits wait now. */
    int waiting();

    /** Waits until so many commits wait; false after the timeout. */
    boolean awaitWaiting(int commits, Duration timeout) throws InterruptedException;

    @Override
    void close();
  }

  /** One commit's wait for its hold. */
  interface Wait {
    void await() throws InterruptedException;

    /** The commit is visible, or was rolled back. */
    void end();
  }

  /** Holds the next commits that match until the hold is closed. */
  public Hold holdNext(int commits, Predicate<Commit> which) {
    return add(new Holding(commits, null, which));
  }

  /** Delays the next commits that match, each by the same time, in real time. */
  public Hold delayNext(int commits, Duration delay, Predicate<Commit> which) {
    return add(new Holding(commits, delay, which));
  }

  private Holding add(Holding holding) {
    lock.lock();
    try {
      holds.add(holding);
      return holding;
    } finally {
      lock.unlock();
    }
  }

  /** Asked for each commit when it has its version; a match counts. */
  Optional<Wait> match(Commit commit) {
    lock.lock();
    try {
      return holds.stream()
          .filter(h -> h.remaining > 0 && h.which.test(commit))
          .findFirst()
          .map(Holding::take);
    } finally {
      lock.unlock();
    }
  }

  /** Releases everything, for good. */
  void close() {
    lock.lock();
    try {
      closed = true;
      List.copyOf(holds).forEach(Holding::close);
    } finally {
      lock.unlock();
    }
  }

  private final class Holding implements Hold, Wait {
    private final @Nullable Duration delay;
    private final Predicate<Commit> which;
    private int remaining;
    private int waiting;
    private boolean released;

    Holding(int commits, @Nullable Duration delay, Predicate<Commit> which) {
      this.remaining = commits;
      this.delay = delay;
      this.which = which;
    }

    Wait take() {
      remaining--;
      waiting++;
      changed.signalAll();
      return this;
    }

    @Override
    public int waiting() {
      lock.lock();
      try {
        return waiting;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean awaitWaiting(int commits, Duration timeout) throws InterruptedException {
      lock.lock();
      try {
        long left = timeout.toNanos();
        while (waiting < commits) {
          if (left <= 0) {
            return false;
          }
          left = changed.awaitNanos(left);
        }
        return true;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void await() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        long left = delay == null ? Long.MAX_VALUE : delay.toNanos();
        while (!released && !closed && left > 0) {
          if (delay == null) {
            changed.await();
          } else {
            left = changed.awaitNanos(left);
          }
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void end() {
      lock.lock();
      try {
        waiting--;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        released = true;
        remaining = 0;
        holds.remove(this);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
