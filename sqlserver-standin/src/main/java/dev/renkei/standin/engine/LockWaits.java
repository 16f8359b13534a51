package dev.renkei.standin.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.engine.SessionLocal;

/**
 * Sessions that wait for a lock, to find the deadlocks that H2 does not see.
 *
 * <p>H2 finds circles of transactions that wait for rows. One that waits for another's uncommitted
 * unique key does not wait inside H2 but asks again and again; nothing says for whom. Two such
 * sessions, or one and a row waiter that waits for it, that both changed rows and both have waited
 * longer than {@link #PATIENCE}, are taken for a deadlock; the youngest asking one is the victim.
 */
final class LockWaits {
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

  Wait begin(SessionLocal h2, long sinceNanos) {
    Wait wait = new Wait(h2, sinceNanos);
    waits.add(wait);
    return wait;
  }

  /** One session's wait; used by its thread. */
  final class Wait implements AutoCloseable {
    private final SessionLocal h2;
    private final long sinceNanos;
    private final long age;
    private final boolean changed;
    private volatile boolean polling;

    private Wait(SessionLocal h2, long sinceNanos) {
      this.h2 = h2;
      this.sinceNanos = sinceNanos;
      this.age = h2.getTransaction().getSequenceNum();
      this.changed = h2.getTransaction().hasChanges();
    }

    long millis() {
      return (System.nanoTime() - sinceNanos) / 1_000_000;
    }

    /** Whether this session is the victim of a deadlock. */
    boolean isDeadlock(boolean pollsNow) {
      polling = pollsNow;
      if (!isSuspect()) {
        return false;
      }
      for (Wait other : waits) {
        if (other == this || !other.changed || other.millis() < PATIENCE.toMillis()) {
          continue;
        }
        if (other.polling ? other.age < age : waitsForMe(other)) {
          return true;
        }
      }
      return false;
    }

    private boolean isSuspect() {
      return polling && changed && millis() >= PATIENCE.toMillis();
    }

    private boolean waitsForMe(Wait other) {
      int blocker = other.h2.getBlockingSessionId();
      for (int hops = 0; hops < 100 && blocker != 0; hops++) {
        if (blocker == h2.getId()) {
          return true;
        }
        blocker = blockerOf(blocker);
      }
      return false;
    }

    private int blockerOf(int session) {
      for (Wait wait : waits) {
        if (wait.h2.getId() == session) {
          return wait.h2.getBlockingSessionId();
        }
      }
      return 0;
    }

    @Override
    public void close() {
      waits.remove(this);
    }
  }
}
