package dev.renkei.standin.catalog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;

/**
 * The one H2 database of a stand-in, in which all its SQL Server databases live. Thread-safe.
 *
 * <p>{@link #close} ends it; a database in memory is gone then, one on disk can be opened again.
 */
public final class Instance implements AutoCloseable {
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
    String place =
        directory == null
            ? "mem:standin-" + UUID.randomUUID()
            : "file:" + directory.toAbsolutePath().resolve("standin");
    String url =
        "jdbc:h2:" + place + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0;DEFAULT_LOCK_TIMEOUT=600000";
    Connection keeper = new JdbcConnection(url, new Properties(), "sa", "", false);
    keeper.setAutoCommit(false);
    return new Instance(url, keeper);
  }

  /** A connection with autocommit off and lazy results. */
  public Connection connect() throws SQLException {
    Connection connection = new JdbcConnection(url, new Properties(), "sa", "", false);
    connection.setAutoCommit(false);
    ((org.h2.engine.SessionLocal) ((JdbcConnection) connection).getSession())
        .setLazyQueryExecution(true);
    return connection;
  }

  public Catalog catalog() {
    return catalog;
  }

  /** Shuts H2 down; connections still open are cut. */
  @Override
  public void close() {
    try (Connection last = keeper;
        java.sql.Statement statement = last.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      throw new IllegalStateException("H2 did not shut down", e);
    }
  }
}
