package dev.renkei.standin.tracking;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.message.DbException;
import org.h2.value.Value;
import org.h2.value.ValueNull;
import org.h2.value.ValueVarbinary;
import org.jspecify.annotations.Nullable;

/**
 * What one session changes in tracked tables, from one commit to the next. Used by the session's
 * thread; close it with the session.
 *
 * <p>The changes themselves are rows of H2 in the session's own transaction, so they vanish with a
 * rollback, whole, to a savepoint or of a failed statement; here are only their ids.
 */
public final class TrackedTransaction implements AutoCloseable {
  private final ChangeTracking tracking;
  private final Connection h2;
  private final SessionLocal session;
  private final Map<SideTable, ChangeRuns> work = new LinkedHashMap<>();
  private long xdes;
  private long statement;
  private Value context = ValueNull.INSTANCE;
  private @Nullable Set<String> updatedColumns;
  private @Nullable TrackedColumns maskColumns;
  private byte[] mask = ColumnMask.ALL;

  TrackedTransaction(ChangeTracking tracking, Connection h2) throws SQLException {
    this.tracking = tracking;
    this.h2 = h2;
    this.session = (SessionLocal) h2.unwrap(JdbcConnection.class).getSession();
  }

  ChangeTracking tracking() {
    return tracking;
  }

  SessionLocal h2Session() {
    return session;
  }

  /**
   * Announces a statement that changes rows.
   *
   * @param newContext {@code WITH CHANGE_TRACKING_CONTEXT}, up to 128 bytes; null where not given
   * @param columns names of the SET list (of all of them in MERGE); null where unknown, then the
   *     values tell
   */
  public void statement(byte @Nullable [] newContext, @Nullable Set<String> columns) {
    statement++;
    context = newContext == null ? ValueNull.INSTANCE : ValueVarbinary.get(newContext);
    updatedColumns =
        columns == null
            ? null
            : columns.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    maskColumns = null;
  }

  // ---- from the trigger, inside a statement ----

  /** The SET list in lower case; null where unknown. */
  @Nullable Set<String> updatedColumns() {
    return updatedColumns;
  }

  /** The mask of the SET list, made once for a statement and table. */
  byte[] mask(TrackedColumns columns, Set<String> named) {
    if (maskColumns != columns) {
      mask = columns.mask(named);
      maskColumns = columns;
    }
    return mask;
  }

  void inserted(SideTable side, Value[] key) {
    add(side, runs(side).plain(SideTable.INSERT), key, ColumnMask.ALL);
  }

  void deleted(SideTable side, Value[] key) {
    add(side, runs(side).plain(SideTable.DELETE), key, ColumnMask.ALL);
  }

  void updated(SideTable side, Value[] key, byte[] columns) {
    add(side, runs(side).plain(SideTable.UPDATE), key, columns);
  }

  /** The key was set, even to what it was: a delete of the old and an insert of the new. */
  void moved(SideTable side, Value[] old, Value[] fresh) {
    ChangeRuns runs = runs(side);
    runs.move(statement, isMerge());
    add(side, runs.leave(), old, ColumnMask.ALL);
    add(side, runs.enter(), fresh, ColumnMask.ALL);
  }

  private ChangeRuns runs(SideTable side) {
    return work.computeIfAbsent(side, ChangeRuns::new);
  }

  private void add(SideTable side, long id, Value[] key, byte[] columns) {
    if (xdes == 0) {
      xdes = tracking.nextXdes();
    }
    Value bits = side.trackColumns() ? ValueVarbinary.getNoCopy(columns) : ValueNull.INSTANCE;
    side.add(session, id, xdes, bits, context, key);
  }

  /** MERGE locks row by row; UPDATE has locked all its rows when the trigger sees the first. */
  private boolean isMerge() {
    return String.valueOf(session.getCurrentCommand())
        .stripLeading()
        .regionMatches(true, 0, "MERGE", 0, 5);
  }

  // ---- from the session ----

  /**
   * Commits the session's H2 transaction, giving it a version in each database where it changed
   * tracked tables. May wait where {@link LateCommits} holds it; an interrupt then rolls back.
   */
  public void commit() throws SQLException {
    try {
      Map<Versions, List<Runs>> changed = changed();
      if (changed.isEmpty()) {
        h2.commit();
      } else {
        commit(changed);
      }
    } catch (DbException e) {
      throw DbException.toSQLException(e);
    } finally {
      reset();
    }
  }

  /** Runs that still hold changes, after all rollbacks to savepoints. */
  private record Runs(SideTable side, List<long[]> ranges) {}

  private Map<Versions, List<Runs>> changed() {
    Map<Versions, List<Runs>> changed = new TreeMap<>(Comparator.comparing(Versions::database));
    session.lock();
    try {
      for (ChangeRuns runs : work.values()) {
        Versions versions = tracking.versions(runs.side());
        List<long[]> ranges = ranges(runs);
        if (versions != null && !ranges.isEmpty()) {
          changed
              .computeIfAbsent(versions, v -> new ArrayList<>())
              .add(new Runs(runs.side(), ranges));
        }
      }
    } finally {
      session.unlock();
    }
    return changed;
  }

  private List<long[]> ranges(ChangeRuns runs) {
    List<long[]> ranges = new ArrayList<>();
    long[] ids = runs.close();
    for (int i = 0; i < ids.length; i += 2) {
      if (runs.side().hasChange(session, ids[i], ids[i + 1])) {
        ranges.add(new long[] {ids[i], ids[i + 1]});
      }
    }
    return ranges;
  }

  private void commit(Map<Versions, List<Runs>> changed) throws SQLException {
    Map<Versions, Long> given = new LinkedHashMap<>();
    List<LateCommits.Wait> waits = new ArrayList<>();
    changed.keySet().forEach(v -> v.commitLock().lock());
    try {
      for (Map.Entry<Versions, List<Runs>> entry : changed.entrySet()) {
        long version = entry.getKey().next();
        write(entry.getKey(), version, entry.getValue());
        given.put(entry.getKey(), version);
        tracking
            .lateCommits()
            .match(new LateCommits.Commit(entry.getKey().database(), version, this))
            .ifPresent(waits::add);
      }
      if (waits.isEmpty()) {
        publish(changed);
      }
      given.forEach(Versions::given);
      if (!waits.isEmpty()) {
        given.forEach(Versions::hold);
      }
    } finally {
      changed.keySet().forEach(v -> v.commitLock().unlock());
    }
    if (!waits.isEmpty()) {
      publishLate(changed, given, waits);
    }
  }

  private void publishLate(
      Map<Versions, List<Runs>> changed, Map<Versions, Long> given, List<LateCommits.Wait> waits)
      throws SQLException {
    try {
      for (LateCommits.Wait wait : waits) {
        wait.await();
      }
      publish(changed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      h2.rollback();
      throw new SQLException("interrupted while its commit was held back", e);
    } finally {
      waits.forEach(LateCommits.Wait::end);
      given.forEach(Versions::release);
    }
  }

  private void write(Versions versions, long version, List<Runs> changed) {
    session.lock();
    try {
      for (Runs runs : changed) {
        int run = 0;
        for (long[] range : runs.ranges()) {
          runs.side().addCommit(session, version, run++, range[0], range[1]);
        }
      }
      versions.addCommit(session, version, xdes, tracking.now());
    } finally {
      session.unlock();
    }
  }

  private void publish(Map<Versions, List<Runs>> changed) throws SQLException {
    changed.values().forEach(list -> list.forEach(runs -> runs.side().nextEpoch()));
    h2.commit();
  }

  /** To be called after the H2 transaction was rolled back as a whole (not to a savepoint). */
  public void rolledBack() {
    reset();
  }

  private void reset() {
    work.clear();
    xdes = 0;
    context = ValueNull.INSTANCE;
    updatedColumns = null;
    maskColumns = null;
  }

  @Override
  public void close() {
    reset();
    tracking.closed(this);
  }
}
