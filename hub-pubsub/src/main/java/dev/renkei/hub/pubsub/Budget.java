package dev.renkei.hub.pubsub;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How many bytes are under way, of at most so many. */
final class Budget {
  private final long limit;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  // Guarded by lock.
  private long taken;

  Budget(long limit) {
    this.limit = limit;
  }

  /**
   * Takes so many, once there is room; more than there can ever be once nothing else is taken.
   *
   * @param beforeWaiting called once where there is no room
   */
  void take(long bytes, Runnable beforeWaiting) throws InterruptedException {
    lock.lock();
    try {
      if (fits(bytes)) {
        taken += bytes;
        return;
      }
    } finally {
      lock.unlock();
    }
    beforeWaiting.run();
    lock.lockInterruptibly();
    try {
      while (!fits(bytes)) {
        released.await();
      }
      taken += bytes;
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(long bytes) {
    return taken == 0 || taken + bytes <= limit;
  }

  void giveBack(long bytes) {
    lock.lock();
    try {
      taken -= bytes;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
