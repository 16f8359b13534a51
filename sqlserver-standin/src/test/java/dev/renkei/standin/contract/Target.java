package dev.renkei.standin.contract;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A server on which the contract is checked, reached through mssql-jdbc as a system administrator.
 */
public interface Target {
  /** A new session of the administrator in a database. */
  Client connect(String database) throws SQLException;

  /** A new session of some login in a database. */
  Client connect(String database, String login, String password) throws SQLException;

  /** Removes a database although sessions may still be in it. */
  void drop(String database) throws SQLException;

  /** What only a stand-in can do: move the clock, play a secondary. Empty on a real server. */
  Optional<Controls> controls();

  /** Levers that a real server does not have. */
  interface Controls {
    /** Moves the server's clock forward. */
    void pass(java.time.Duration time);

    /** Runs the cleanup of Change Tracking now. */
    void cleanup(String database) throws Exception;

    /** Makes the database a read-only secondary replica, or a primary again. */
    void secondary(String database, boolean secondary) throws Exception;
  }
}
