package dev.renkei.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.renkei.core.config.SqlServerConfig;
import dev.renkei.core.hub.HubException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * Connections to the source, kept for the next read. Thread-safe; {@link #close} cuts those in use
 * too, so that a blocked read ends.
 */
final class SourceConnections implements AutoCloseable {
  private final SqlServerConfig config;
  private final String application;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Map<Connection, Duration> open = new HashMap<>(); // with its lock timeout
  private boolean closed;

  SourceConnections(SqlServerConfig config, String application) {
    this.config = config;
    this.application = application;
  }

  /** A new connection that is the caller's, for a command that asks once. */
  static Connection connect(SqlServerConfig config, String application) throws SQLException {
    Connection connection =
        new SQLServerDriver().connect("jdbc:sqlserver://", properties(config, application));
    if (connection == null) {
      throw new SQLException("the driver does not take this address");
    }
    return connection;
  }

  /** What the driver gets; user and password only here, never in a URL. */
  static Properties properties(SqlServerConfig config, String application) {
    Properties properties = new Properties();
    properties.setProperty("applicationName", application);
    properties.setProperty("loginTimeout", "15");
    properties.setProperty("socketTimeout", Long.toString(Duration.ofMinutes(10).toMillis()));
    properties.setProperty("sendTimeAsDatetime", "false");
    properties.putAll(config.properties());
    properties.setProperty("serverName", config.host());
    properties.setProperty("portNumber", Integer.toString(config.port()));
    properties.setProperty("databaseName", config.database());
    properties.setProperty(
        "encrypt",
        switch (config.encrypt()) {
          case TRUE -> "true";
          case FALSE -> "false";
          case STRICT -> "strict";
        });
    switch (config.authentication()) {
      case SQL -> {}
      case NTLM -> {
        properties.setProperty("integratedSecurity", "true");
        properties.setProperty("authenticationScheme", "NTLM");
      }
      case KERBEROS -> {
        properties.setProperty("integratedSecurity", "true");
        properties.setProperty("authenticationScheme", "JavaKerberos");
      }
    }
    if (config.domain() != null) {
      properties.setProperty("domain", config.domain());
    }
    if (config.username() != null && config.password() != null) {
      properties.setProperty("user", config.username());
      properties.setProperty("password", config.password().reveal());
    }
    return properties;
  }

  /** An idle connection or a new one. */
  private Connection take(Duration lockTimeout) throws SQLException {
    Connection connection;
    synchronized (this) {
      if (closed) {
        throw new SQLException("the tracker is closing", "08003");
      }
      connection = idle.poll();
    }
    if (connection == null) {
      connection = connect(config, application);
      synchronized (this) {
        open.put(connection, Duration.ZERO);
      }
      if (isClosed()) {
        drop(connection);
        throw new SQLException("the tracker is closing", "08003");
      }
    }
    try {
      boolean set;
      synchronized (this) {
        set = lockTimeout.equals(open.put(connection, lockTimeout));
      }
      if (!set) {
        execute(connection, "SET LOCK_TIMEOUT " + lockTimeout.toMillis());
      }
      return connection;
    } catch (SQLException e) {
      drop(connection);
      throw e;
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** What is done with a connection. */
  interface Use<T> {
    T on(Connection connection) throws SQLException, HubException, InterruptedException;
  }

  /** Lends a connection; it is kept unless something goes wrong or it was closed. */
  <T> T use(Duration lockTimeout, Use<T> use)
      throws SQLException, HubException, InterruptedException {
    Connection connection = take(lockTimeout);
    boolean well = false;
    try {
      T result = use.on(connection);
      well = !connection.isClosed();
      return result;
    } finally {
      if (well) {
        giveBack(connection);
      } else {
        drop(connection);
      }
    }
  }

  /** Takes back a connection on which everything went well and no transaction is open. */
  private void giveBack(Connection connection) {
    synchronized (this) {
      if (!closed) {
        idle.push(connection);
        return;
      }
    }
    drop(connection);
  }

  /**
   * Closes a connection on which something went wrong; by whoever is first, since the driver counts
   * a connection twice that two threads close at once.
   */
  private void drop(Connection connection) {
    synchronized (this) {
      if (open.remove(connection) == null) {
        return;
      }
    }
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      if (!connection.isClosed()) {
        connection.close();
      }
    } catch (SQLException | IllegalStateException e) {
      // It is gone either way; the second where its reader aborts it at the same moment.
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    Set<Connection> all;
    synchronized (this) {
      closed = true;
      idle.clear();
      all = Set.copyOf(open.keySet());
    }
    all.forEach(this::drop);
  }
}
