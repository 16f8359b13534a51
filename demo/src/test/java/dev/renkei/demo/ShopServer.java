package dev.renkei.demo;

import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A stand-in with the shop in it. */
final class ShopServer implements AutoCloseable {
  private final StandIn standIn;

  private ShopServer(StandIn standIn) {
    this.standIn = standIn;
  }

  static ShopServer start(int rows) throws IOException, SQLException, InterruptedException {
    ShopServer server =
        new ShopServer(StandIn.builder().database(Shop.DATABASE).tls(false).start());
    try (Connection connection = server.connect()) {
      Shop.create(connection);
      Shop.seed(server.url(), 42, rows, (done, of) -> {});
      Shop.track(connection);
    }
    return server;
  }

  /** For mssql-jdbc. */
  String url() {
    return standIn.jdbcUrl(Shop.DATABASE);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  Connection connectByJtds() throws SQLException {
    return DriverManager.getConnection(standIn.jtdsUrl(Shop.DATABASE));
  }

  WriterOptions writer(Path ledger, int rate, int rowsPerTransaction, double seconds) {
    return new WriterOptions(
        standIn.jtdsUrl(Shop.DATABASE), ledger, 42, rate, rowsPerTransaction, seconds);
  }

  /** Writes in this process, into the ledger. */
  void write(Path ledger, int rate, int rowsPerTransaction, double seconds)
      throws SQLException, IOException {
    WriterOptions options = writer(ledger, rate, rowsPerTransaction, seconds);
    try (Connection connection = connectByJtds();
        LedgerFile file = LedgerFile.create(ledger, Shop.tables())) {
      new Writer(connection, file, options).run(() -> false, line -> {});
    }
  }

  @Override
  public void close() {
    standIn.close();
  }
}
