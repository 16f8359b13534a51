package dev.renkei.standin.tds;

import java.io.IOException;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A fake server behind a real listener, and the drivers that talk to it. */
final class Fixture implements AutoCloseable {
  final FakeSqlServer fake = new FakeSqlServer();
  final TdsServer server;

  Fixture() throws IOException {
    this(TdsOptions.defaults());
  }

  Fixture(TdsOptions options) throws IOException {
    server = new TdsServer(fake, InetAddress.getLoopbackAddress(), 0, options);
  }

  /** Connects with mssql-jdbc, in plain but for the login; properties go before the defaults. */
  Connection mssql(String properties) throws SQLException {
    return mssql(properties, FakeSqlServer.PASSWORD);
  }

  Connection mssql(String properties, String password) throws SQLException {
    String encryption = properties.contains("encrypt=") ? "" : "encrypt=false;";
    return DriverManager.getConnection(
        "jdbc:sqlserver://localhost:%d;loginTimeout=10;connectRetryCount=0;%s%s"
            .formatted(server.port(), encryption, properties),
        FakeSqlServer.USER,
        password);
  }

  Connection jtds(String properties) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:jtds:sqlserver://localhost:%d/master;loginTimeout=10;%s"
            .formatted(server.port(), properties),
        FakeSqlServer.USER,
        FakeSqlServer.PASSWORD);
  }

  /** Waits until something is so; at most ten seconds. */
  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain for ten seconds");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
