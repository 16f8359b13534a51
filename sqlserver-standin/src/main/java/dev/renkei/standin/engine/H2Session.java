package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.h2.api.ErrorCode;
import org.h2.command.Command;
import org.h2.engine.IsolationLevel;
import org.h2.engine.Session;
import org.h2.engine.SessionLocal;
import org.h2.expression.ParameterInterface;
import org.h2.jdbc.JdbcConnection;
import org.h2.message.DbException;
import org.h2.result.ResultInterface;
import org.h2.result.ResultWithGeneratedKeys;
import org.h2.schema.Sequence;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/**
 * One H2 session below one SQL Server session: prepared commands, transactions, waits for locks.
 *
 * <p>Talks to H2's engine without JDBC between them: rows are read as H2 keeps them, and a
 * statement that meets another's lock is undone and tried again here, in slices of time, so that a
 * wait can be cancelled and obeys LOCK_TIMEOUT. (H2's own retry does not undo the rows inserted so
 * far.)
 */
final class H2Session implements AutoCloseable {
  /** A LOCK_TIMEOUT that never ends. */
  static final long NO_LIMIT = -1;

  private static final int COMMANDS_KEPT = 200;
  private static final long FIRST_SLICE_MILLIS = 100;
  private static final long LONGEST_SLICE_MILLIS = 5_000;

  private final JdbcConnection connection;
  private final SessionLocal h2;
  private final Cancellation cancellation;
  private final LockWaits waits;
  private final Map<String, Command> commands = new LinkedHashMap<>(64, 0.75f, true);
  private long lockTimeoutMillis = NO_LIMIT;

  H2Session(Instance instance, Cancellation cancellation, LockWaits waits) throws SQLException {
    this.connection = (JdbcConnection) instance.connect();
    this.h2 = (SessionLocal) connection.getSession();
    this.cancellation = cancellation;
    this.waits = waits;
  }

  Connection connection() {
    return connection;
  }

  void setLockTimeout(long millis) {
    lockTimeoutMillis = millis;
  }

  long lockTimeout() {
    return lockTimeoutMillis;
  }

  // ---- statements ----

  /** Runs a data change statement; returns the number of rows. */
  long update(String sql, List<Value> parameters) throws SQLException, StatementCancelled {
    return update(sql, parameters, null).count();
  }

  /**
   * What a change has done.
   *
   * @param lastKey the value of the wanted column in the last row; null where none was wanted
   */
  record Changed(long count, @Nullable Value lastKey) {}

  /** Runs a data change statement and reports the value of a column in its last row. */
  Changed update(String sql, List<Value> parameters, @Nullable String keyColumn)
      throws SQLException, StatementCancelled {
    String[] wanted = keyColumn == null ? null : new String[] {keyColumn};
    ResultWithGeneratedKeys[] result = new ResultWithGeneratedKeys[1];
    Command command = attempt(sql, parameters, running -> result[0] = running.update(wanted));
    try {
      return new Changed(result[0].getUpdateCount(), lastOf(result[0].getGeneratedKeys()));
    } finally {
      finished(command);
    }
  }

  private static @Nullable Value lastOf(@Nullable ResultInterface keys) {
    if (keys == null) {
      return null;
    }
    Value last = null;
    while (keys.next()) {
      last = keys.currentRow()[0];
    }
    keys.close();
    return last;
  }

  /**
   * Opens a query. Its rows come while the caller reads; nothing else may run until it is closed.
   *
   * @param changesRows whether it is a change that returns rows, to be done whole at once
   */
  H2Rows query(String sql, List<Value> parameters, boolean changesRows)
      throws SQLException, StatementCancelled {
    ResultInterface[] result = new ResultInterface[1];
    h2.setLazyQueryExecution(!changesRows);
    Command command = attempt(sql, parameters, c -> result[0] = c.query(0));
    return new H2Rows(this, h2, command, result[0], cancellation);
  }

  /** The first column of the first row of a query; null where it has no row. */
  @Nullable Value scalar(String sql, List<Value> parameters)
      throws SQLException, StatementCancelled {
    try (H2Rows rows = query(sql, parameters, false)) {
      return rows.next() ? rows.row()[0] : null;
    }
  }

  /**
   * Waits until nobody else uses a table, as a definition must; outside of transactions only.
   *
   * <p>A definition runs on a connection of its own and cannot be cancelled while it waits: so the
   * waiting is done here, before it.
   */
  void awaitUnused(Table table) throws SQLException, StatementCancelled {
    patiently(
        () -> {
          h2.lock();
          try {
            h2.getTransaction();
            h2Table(table).lock(h2, org.h2.table.Table.EXCLUSIVE_LOCK);
            return true;
          } finally {
            h2.unlock();
            commit();
          }
        });
  }

  private Command attempt(String sql, List<Value> parameters, Consumer<Command> run)
      throws SQLException, StatementCancelled {
    boolean done = false;
    try {
      Command command = patiently(() -> once(sql, parameters, run));
      done = true;
      return command;
    } finally {
      if (!done && !cancellation.finished()) {
        forget(sql);
      }
    }
  }

  private interface Attempt<T> {
    T run() throws StatementCancelled;
  }

  /** Tries again and again while a lock is in the way. */
  private <T> T patiently(Attempt<T> attempt) throws SQLException, StatementCancelled {
    LockWaits.Wait wait = null;
    setSlice(
        lockTimeoutMillis < 0
            ? FIRST_SLICE_MILLIS
            : Math.min(FIRST_SLICE_MILLIS, lockTimeoutMillis));
    try {
      for (int tries = 1; ; tries++) {
        long started = System.nanoTime();
        try {
          return attempt.run();
        } catch (DbException e) {
          cancellation.check();
          if (!metALock(e)) {
            throw e;
          }
          if (wait == null) {
            wait = waits.begin(h2, started);
          }
          decide(wait, e);
          pause(e, tries, System.nanoTime() - started);
        }
      }
    } catch (DbException e) {
      throw DbException.toSQLException(e);
    } finally {
      if (wait != null) {
        wait.close();
      }
    }
  }

  private void decide(LockWaits.Wait wait, DbException e) {
    boolean polling = e.getErrorCode() != ErrorCode.LOCK_TIMEOUT_1;
    if (lockTimeoutMillis >= 0 && wait.millis() >= lockTimeoutMillis) {
      throw polling ? DbException.get(ErrorCode.LOCK_TIMEOUT_1, e, "row") : e;
    }
    if (wait.isDeadlock(polling)) {
      rollback();
      throw DbException.get(ErrorCode.DEADLOCK_1, "unique key");
    }
  }

  /** How long H2 itself waits for a lock before the statement is undone and tried again. */
  private void setSlice(long millis) {
    int slice = (int) Math.max(1, Math.min(LONGEST_SLICE_MILLIS, millis));
    if (h2.getLockTimeout() != slice) {
      h2.setLockTimeout(slice);
      if (h2.hasPendingTransaction()) {
        h2.getTransaction().setTimeoutMillis(slice);
      }
    }
  }

  private void forget(String sql) {
    Command command = commands.remove(sql);
    if (command != null) {
      command.close();
    }
  }

  private static boolean metALock(DbException e) {
    return switch (e.getErrorCode()) {
      case ErrorCode.LOCK_TIMEOUT_1,
          ErrorCode.CONCURRENT_UPDATE_1,
          ErrorCode.ROW_NOT_FOUND_IN_PRIMARY_INDEX,
          ErrorCode.ROW_NOT_FOUND_WHEN_DELETING_1 ->
          true;
      default -> false;
    };
  }

  /**
   * Waits a moment where H2 did not wait itself, and lets it wait longer next time where the
   * statement had long work before it met the lock.
   */
  private void pause(DbException e, int tries, long tookNanos) throws StatementCancelled {
    cancellation.check();
    if (e.getErrorCode() == ErrorCode.LOCK_TIMEOUT_1) {
      long slice = Math.max(FIRST_SLICE_MILLIS, tookNanos / 2_000_000);
      setSlice(lockTimeoutMillis < 0 ? slice : Math.min(slice, lockTimeoutMillis));
    } else {
      cancellation.sleep(Duration.ofMillis(Math.min(20, tries)));
    }
  }

  private Command once(String sql, List<Value> parameters, Consumer<Command> run)
      throws StatementCancelled {
    Command command = command(sql);
    h2.lock();
    try {
      List<? extends ParameterInterface> declared = command.getParameters();
      for (int i = 0; i < declared.size(); i++) {
        declared.get(i).setValue(parameters.get(i), true);
      }
      cancellation.running(command);
      SessionLocal.Savepoint before = h2.setSavepoint();
      h2.startStatementWithinTransaction(command);
      Session outer = h2.setThreadLocalSession();
      try {
        run.accept(command);
        return command;
      } catch (RuntimeException e) {
        DbException converted = DbException.convert(e);
        undo(before, converted);
        h2.endStatement();
        throw converted;
      } finally {
        h2.resetThreadLocalSession(outer);
      }
    } finally {
      h2.unlock();
    }
  }

  /**
   * Ends what {@link #once} began; the command must not be used again where it was told to stop.
   */
  void finished(Command command) {
    h2.endStatement();
    if (!cancellation.finished()) {
      commands.values().remove(command);
      command.close();
    }
  }

  private Command command(String sql) {
    Command known = commands.get(sql);
    if (known != null) {
      return known;
    }
    Command prepared = h2.prepareLocal(sql);
    commands.put(sql, prepared);
    if (commands.size() > COMMANDS_KEPT) {
      var oldest = commands.entrySet().iterator();
      oldest.next().getValue().close();
      oldest.remove();
    }
    return prepared;
  }

  private void undo(SessionLocal.Savepoint before, DbException e) {
    try {
      if (isDeadlockOrConflict(e)) {
        h2.rollback();
      } else {
        h2.rollbackTo(before);
        RollbackMark.clear(h2);
      }
    } catch (RuntimeException nested) {
      e.addSuppressed(nested);
      h2.rollback();
    }
  }

  /** The value that this session was last given for a table's identity column. */
  BigDecimal lastIdentity(Table table, String column) {
    return h2.getCurrentValueFor(sequence(table, column)).getBigDecimal();
  }

  /** After a value given by a user, as SQL Server does: the next one generated goes beyond it. */
  void continueIdentityAfter(Table table, String column, long given) {
    Sequence sequence = sequence(table, column);
    long step = sequence.getIncrement();
    synchronized (sequence) {
      long next = sequence.getBaseValue();
      if (step > 0 ? given >= next : given <= next) {
        sequence.modify(given + step, null, null, null, null, null, null);
      }
    }
  }

  private Sequence sequence(Table table, String column) {
    return h2Table(table).getColumn(column).getSequence();
  }

  private org.h2.table.Table h2Table(Table table) {
    return h2.getDatabase()
        .getSchema(table.database() + "." + table.schema())
        .getTableOrView(h2, table.name());
  }

  // ---- transactions ----

  /** Sets the level of the next transaction; a running one would be committed. */
  void setIsolation(IsolationLevel level) {
    if (h2.getIsolationLevel() != level) {
      h2.lock();
      try {
        h2.setIsolationLevel(level);
      } finally {
        h2.unlock();
      }
    }
  }

  /** Commits without a word to Change Tracking: for transactions that changed no rows. */
  void commit() {
    h2.lock();
    try {
      h2.commit(false);
    } finally {
      h2.unlock();
    }
  }

  void rollback() {
    h2.lock();
    try {
      h2.rollback();
    } finally {
      h2.unlock();
    }
  }

  void save(String name) {
    h2.lock();
    try {
      h2.addSavepoint(name);
    } finally {
      h2.unlock();
    }
  }

  void rollbackTo(String savepoint) {
    h2.lock();
    try {
      h2.rollbackToSavepoint(savepoint);
      RollbackMark.clear(h2);
    } finally {
      h2.unlock();
    }
  }

  /** Whether the last error took the whole transaction with it. */
  static boolean isDeadlockOrConflict(DbException e) {
    return e.getErrorCode() == ErrorCode.DEADLOCK_1 || H2Errors.isVictimBetweenWaits(e);
  }

  @Override
  public void close() throws SQLException {
    commands.values().forEach(Command::close);
    commands.clear();
    connection.close();
  }
}
