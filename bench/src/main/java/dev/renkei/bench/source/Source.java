package dev.renkei.bench.source;

import dev.renkei.bench.Child;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.SqlServerConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** The stand-in in a JVM of its own, with one database that tracks changes. */
public final class Source implements AutoCloseable {
  public static final String DATABASE = "Bench";
  private static final String USER = "sa";

  static final String HEAP = "heap";
  static final String RESET_HEAP = "reset heap";
  static final String REQUESTS = "requests";
  static final String QUESTIONS = "questions";
  static final String LAST_READ = "last read";
  static final String LAST_QUESTION = "last question";
  static final String CPU = "cpu";
  static final String RECORDER = "recorder";

  private final Child process;
  private final int port;

  private Source(Child process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it with a heap of so many MiB. */
  public static Source start(int heapMib) throws IOException, SQLException {
    Child process = Child.start(SourceProcess.class, heapMib);
    Source source = new Source(process, Integer.parseInt(process.answer()));
    source.execute(
        "ALTER DATABASE %s SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)"
            .formatted(DATABASE));
    return source;
  }

  public int port() {
    return port;
  }

  /** How a tracker logs in, at this port or at a recorder's. */
  public static SqlServerConfig login(int port) {
    return new SqlServerConfig(
        "127.0.0.1",
        port,
        DATABASE,
        SqlServerConfig.Encryption.FALSE,
        SqlServerConfig.Authentication.SQL,
        null,
        USER,
        new Secret(SourceProcess.PASSWORD),
        Map.of());
  }

  public Connection connect() throws SQLException {
    return connect(port);
  }

  /** A plain connection of mssql-jdbc. */
  public static Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:sqlserver://127.0.0.1:%d;databaseName=%s;encrypt=false".formatted(port, DATABASE),
        USER,
        SourceProcess.PASSWORD);
  }

  /** Runs a statement that has no rows; returns how many it changed. */
  public int execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** The whole number that a query gives. */
  public long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  // ---- what its process says of itself ----

  /** Requests of clients since this was last asked. */
  public long requests() throws IOException {
    return Long.parseLong(process.ask(REQUESTS));
  }

  /** Batches that asked which tables have changes, since this was last asked. */
  public long questions() throws IOException {
    return Long.parseLong(process.ask(QUESTIONS));
  }

  /** The last query that read changes in order, with {@code ?} for its parameters. */
  public String lastRead() throws IOException {
    return process.ask(LAST_READ).replaceAll("@P\\d+", "?");
  }

  /** The last batch that asked which tables have changes, with {@code ?} for its parameters. */
  public String lastQuestion() throws IOException {
    return process.ask(LAST_QUESTION).replaceAll("@P\\d+", "?");
  }

  /** CPU time of its process so far. */
  public double cpuSeconds() throws IOException {
    return Double.parseDouble(process.ask(CPU));
  }

  /** The highest use of its heap since {@link #resetHeap}, garbage included, in MiB. */
  public long peakHeapMib() throws IOException {
    return Long.parseLong(process.ask(HEAP));
  }

  public void resetHeap() throws IOException {
    process.ask(RESET_HEAP);
  }

  /** Starts a {@link Recorder} in its process; returns its port. */
  public int recorder() throws IOException {
    return Integer.parseInt(process.ask(RECORDER));
  }

  @Override
  public void close() {
    process.close();
  }
}
