package dev.renkei.standin.sql;

import java.io.IOException;
import java.util.List;

/**
 * One client's session. Used by one thread at a time, but for {@link #cancel}.
 *
 * <p>Errors of statements go to {@link Response#error}; what is thrown as {@link SqlError} ended
 * the whole request before or outside a statement, and the caller reports it. A session is rolled
 * back and its locks are released by {@link #close}.
 */
public interface SqlSession extends AutoCloseable {
  /** The session's number, as in {@code @@SPID}. */
  int id();

  String database();

  /** Runs a batch of T-SQL. */
  void batch(String text, Response response) throws SqlError, IOException;

  /**
   * Calls a procedure by name, with or without owner: {@code sp_executesql}, {@code sp_prepare},
   * {@code sp_prepexec}, {@code sp_execute}, {@code sp_unprepare}, {@code sp_rename} and the
   * catalog procedures. Handles are the session's own.
   */
  void call(String procedure, List<Parameter> parameters, Response response)
      throws SqlError, IOException;

  /**
   * Begins a transaction by a transaction manager request; a null isolation leaves the level as it
   * is.
   */
  void begin(@org.jspecify.annotations.Nullable Isolation isolation, String name, Response response)
      throws SqlError, IOException;

  void commit(Response response) throws SqlError, IOException;

  /**
   * Rolls back to the savepoint of that name, or everything where the name is empty or the
   * transaction's own.
   */
  void rollback(String name, Response response) throws SqlError, IOException;

  void save(String name, Response response) throws SqlError, IOException;

  /**
   * Back to the state after login ({@code sp_reset_connection}); an open transaction is rolled
   * back.
   */
  void reset() throws SqlError;

  /**
   * The same, but with a choice for an open transaction.
   *
   * @param keepTransaction whether it stays open ({@code RESETCONNECTIONSKIPTRAN})
   */
  default void reset(boolean keepTransaction) throws SqlError {
    if (keepTransaction) {
      throw SqlError.refused("resetting a connection but not its transaction");
    }
    reset();
  }

  /** Stops the running statement soon, from another thread; without one it does nothing. */
  void cancel();

  @Override
  void close();
}
