package dev.renkei.standin.catalog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one H2 database of a stand-in. */
public final class Instance implements AutoCloseable {
  private static final AtomicLong NAMES = new AtomicLong();

  private final String url;
  private final Connection keeper;

  private Instance(String url, Connection keeper) {
    this.url = url;
    this.keeper = keeper;
  }

  /** Opens a directory, or an instance in memory where it is null. */
  public static Instance open(@Nullable Path directory) throws SQLException {
    String url =
        directory == null
            ? "jdbc:h2:mem:standin-" + NAMES.incrementAndGet()
            : "jdbc:h2:file:" + directory.resolve("standin").toAbsolutePath();
    url += ";DB_CLOSE_ON_EXIT=FALSE";
    return new Instance(url, DriverManager.getConnection(url, "sa", ""));
  }

  /** A new connection: autocommit off, lazy results. */
  public Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url + ";LAZY_QUERY_EXECUTION=1", "sa", "");
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public void close() throws SQLException {
    keeper.close();
  }
}
