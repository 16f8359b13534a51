package dev.renkei.cli.demo;

import dev.renkei.cli.Main;
import dev.renkei.cli.process.Child;
import dev.renkei.demo.Shop;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The stand-in as a process of its own, with the shop's database in it. */
record ShopServer(Child process, int port, String password) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("(?m)^address .*:(\\d+)$");
  private static final Pattern READY = Pattern.compile("(?m)^(ready) ");

  static final String USER = "sa";

  static ShopServer start(Path folder) throws IOException, InterruptedException {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    String password = "Aa1-" + HexFormat.of().formatHex(random);
    Child process =
        Child.start(
            new Child.Plan(
                "sql-server",
                Main.class,
                List.of("stand-in", "--port", "0", "--database", Shop.DATABASE),
                2048,
                Map.of("RENKEI_STANDIN_PASSWORD", password)),
            folder);
    try {
      process.awaitLine(READY, PATIENCE);
      return new ShopServer(process, Integer.parseInt(process.awaitLine(PORT, PATIENCE)), password);
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  /** For mssql-jdbc. */
  String url() {
    return "jdbc:sqlserver://127.0.0.1:%d;databaseName=%s;user=%s;password=%s;encrypt=false"
        .formatted(port, Shop.DATABASE, USER, password);
  }

  /** For jTDS, which writer and proof use: a client that the tracker does not know. */
  String independentUrl() {
    return "jdbc:jtds:sqlserver://127.0.0.1:%d/%s;user=%s;password=%s;ssl=off"
        .formatted(port, Shop.DATABASE, USER, password);
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(independentUrl());
  }

  @Override
  public void close() {
    process.close();
  }
}
