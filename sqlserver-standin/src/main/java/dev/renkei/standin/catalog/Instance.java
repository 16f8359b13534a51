package dev.renkei.standin.catalog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.UUID;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

/**
 * The one H2 database of a stand-in, in which all its SQL Server databases live. Thread-safe.
 *
 * <p>{@link #close} ends it; a database in memory is gone then, one on disk can be opened again.
 */
public final class Instance implements AutoCloseable {
  private static final String USER = "sa";

  /**
   * Nothing closes the database but {@link #close}; every table is made by {@link CollatingTables}.
   */
  private static final String SETTINGS =
      ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;DEFAULT_TABLE_ENGINE="
          + CollatingTables.class.getName();

  /**
   * A commit is written before it is answered; large results are sorted in memory, as in an
   * instance in memory.
   */
  private static final String SETTINGS_ON_DISK = ";WRITE_DELAY=0;MAX_MEMORY_ROWS=1000000";

  /** SQL Server waits for locks without end ({@code LOCK_TIMEOUT -1}); H2 wants a number. */
  private static final int LONGEST_WAIT_MILLIS = 24 * 60 * 60 * 1000;

  private final String url;
  private final Connection keeper;
  private final Catalog catalog;

  private Instance(String url, Connection keeper) throws SQLException {
    this.url = url;
    this.keeper = keeper;
    this.catalog = new Catalog(keeper);
  }

  /**
   * Opens the instance.
   *
   * @param directory where its files are (made when missing); null for one in memory
   */
  public static Instance open(@Nullable Path directory) throws SQLException {
    String url =
        directory == null
            ? "jdbc:h2:mem:standin-" + UUID.randomUUID()
            : "jdbc:h2:file:" + directory.toAbsolutePath().resolve("standin");
    JdbcConnection keeper =
        new JdbcConnection(
            url + SETTINGS + (directory == null ? "" : SETTINGS_ON_DISK),
            new Properties(),
            USER,
            "",
            false);
    try {
      keeper.setAutoCommit(false);
      if (directory != null) {
        appendOnly(keeper);
      }
      return new Instance(url, keeper);
    } catch (SQLException | RuntimeException e) {
      keeper.close();
      throw e;
    }
  }

  /**
   * Lets H2 write each commit behind the last one instead of into freed space: after a hard kill it
   * looks for the newest commit at the end of the file, and may miss one in the middle (2.5.252,
   * seen with commits freed by a short RETENTION_TIME). The file shrinks when the instance is
   * closed; until then it grows by some 10 KB with each commit.
   */
  private static void appendOnly(Connection keeper) throws SQLException {
    session(keeper).getDatabase().getStore().getMvStore().setReuseSpace(false);
  }

  /** A connection with autocommit off, lazy results, and no end to waiting for locks. Cheap. */
  public Connection connect() throws SQLException {
    JdbcConnection connection = new JdbcConnection(url, new Properties(), USER, "", true);
    connection.setAutoCommit(false);
    SessionLocal session = session(connection);
    session.setLazyQueryExecution(true);
    session.setLockTimeout(LONGEST_WAIT_MILLIS);
    return connection;
  }

  /** How long statements of a connection wait for locks; 0 not at all. */
  public void setLockTimeout(Connection connection, int millis) throws SQLException {
    session(connection).setLockTimeout(millis);
  }

  static SessionLocal session(Connection connection) throws SQLException {
    return (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
  }

  public Catalog catalog() {
    return catalog;
  }

  /** Shuts H2 down; connections still open are cut. */
  @Override
  public void close() {
    try (Connection last = keeper;
        Statement statement = last.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      throw new IllegalStateException("H2 did not shut down", e);
    }
  }
}
