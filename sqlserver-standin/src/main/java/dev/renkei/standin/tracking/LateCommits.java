package dev.renkei.standin.tracking;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Makes commits visible late: they get their version, keep their locks and wait, while commits with
 * later versions are already visible. This is the risk of rule 22 of Change Tracking, on demand.
 */
public final class LateCommits {
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

  /** Holds the next commits that match until the hold is closed. */
  public Hold holdNext(int commits, Predicate<Commit> which) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Delays the next commits that match, each by the same time, in real time. */
  public Hold delayNext(int commits, Duration delay, Predicate<Commit> which) {
    throw new UnsupportedOperationException("not built yet");
  }
}
