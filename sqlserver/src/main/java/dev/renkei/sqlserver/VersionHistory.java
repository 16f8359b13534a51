package dev.renkei.sqlserver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * The versions that the database has had of late and since when they are known, so that a chunk of
 * a snapshot gets a stamp that is old enough without a wait (SEMANTICS 17). Times are those of
 * {@link System#nanoTime}. Thread-safe.
 */
final class VersionHistory {
  private static final int MOST_PER_GRACE = 16;

  private final long grace;
  private final Deque<Seen> seen = new ArrayDeque<>();

  private record Seen(long version, long at) {}

  /**
   * A history.
   *
   * @param grace how long a commit may stay unseen
   */
  VersionHistory(Duration grace) {
    this.grace = grace.toNanos();
  }

  /** The database has said this version before now. A lower one than before: all else is void. */
  synchronized void note(long version, long now) {
    Seen last = seen.peekLast();
    if (last != null && version < last.version()) {
      seen.clear();
      last = null;
    }
    if (last == null || now - last.at() >= grace / MOST_PER_GRACE) {
      seen.add(new Seen(version, now));
    }
    while (seen.size() > 1) {
      Seen first = seen.remove();
      if (now - seen.element().at() < grace) {
        seen.addFirst(first);
        return;
      }
    }
  }

  /** The newest version that has been known as long as a commit may stay unseen. */
  synchronized OptionalLong settled(long now) {
    OptionalLong newest = OptionalLong.empty();
    for (Seen one : seen) {
      if (now - one.at() >= grace) {
        newest = OptionalLong.of(one.version());
      }
    }
    return newest;
  }
}
