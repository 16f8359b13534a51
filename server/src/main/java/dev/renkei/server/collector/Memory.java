package dev.renkei.server.collector;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes requests under way hold, of at most so many. */
final class Memory {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  Memory(long limit) {
    this.limit = limit;
  }

  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= limit) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }
}
