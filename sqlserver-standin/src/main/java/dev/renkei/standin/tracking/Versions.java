package dev.renkei.standin.tracking;

import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.engine.SessionLocal;
import org.h2.util.JSR310Utils;
import org.h2.value.ValueBigint;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one database and what is tracked in it.
 *
 * <p>Versions are given under {@link #commitLock}, which is kept until the commit is visible, so
 * that the last version that a reader sees has no holes before it; but for commits that {@link
 * LateCommits} holds.
 */
final class Versions {
  private final String database;
  private final org.h2.table.Table commitTable;
  private final ReentrantLock commitLock = new ReentrantLock();
  private final Map<Integer, SideTable> tables = new ConcurrentHashMap<>();
  private final TreeSet<Long> held = new TreeSet<>();
  private long last;
  private volatile boolean enabled;

  /**
   * Opens a database.
   *
   * @param last the highest version ever given
   */
  Versions(String database, org.h2.table.Table commitTable, long last, boolean enabled) {
    this.database = database;
    this.commitTable = commitTable;
    this.last = last;
    this.enabled = enabled;
  }

  /** As created, not as a user spelled it. */
  String database() {
    return database;
  }

  boolean isEnabled() {
    return enabled;
  }

  void setEnabled(boolean on) {
    enabled = on;
  }

  @Nullable SideTable table(int objectId) {
    return tables.get(objectId);
  }

  Collection<SideTable> tables() {
    return tables.values();
  }

  void put(SideTable side) {
    SideTable before = tables.put(side.objectId(), side);
    if (before != null) {
      before.close();
    }
  }

  void remove(int objectId) {
    SideTable before = tables.remove(objectId);
    if (before != null) {
      before.close();
    }
  }

  void close() {
    tables.keySet().forEach(this::remove);
  }

  ReentrantLock commitLock() {
    return commitLock;
  }

  /** The version after the last; to be called with the commit lock. */
  long next() {
    return last + 1;
  }

  /** The version is given now; to be called with the commit lock. */
  void given(long version) {
    last = version;
  }

  /** A version given to a commit that is not visible yet; to be called with the commit lock. */
  void hold(long version) {
    held.add(version);
  }

  void release(long version) {
    commitLock.lock();
    try {
      held.remove(version);
    } finally {
      commitLock.unlock();
    }
  }

  /** Every version up to this one is visible or never will be. */
  long settled() {
    commitLock.lock();
    try {
      return held.isEmpty() ? last : held.first() - 1;
    } finally {
      commitLock.unlock();
    }
  }

  /** Writes the commit row in the session's transaction. */
  void addCommit(SessionLocal session, long version, long xdes, java.time.LocalDateTime time) {
    SideTable.add(
        session,
        commitTable,
        ValueBigint.get(version),
        ValueBigint.get(xdes),
        JSR310Utils.localDateTimeToValue(time));
  }
}
