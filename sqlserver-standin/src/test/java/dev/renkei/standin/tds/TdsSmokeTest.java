package dev.renkei.standin.tds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.SqlType;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TdsSmokeTest {
  @ParameterizedTest
  @ValueSource(strings = {"encrypt=false", "encrypt=true;trustServerCertificate=true"})
  void answersMssqlJdbc(String encryption) throws Exception {
    FakeSqlServer fake = new FakeSqlServer();
    fake.on("SELECT 1", FakeSqlServer.result(FakeSqlServer.column("a", SqlType.INT), 1));
    try (TdsServer server =
            new TdsServer(fake, InetAddress.getLoopbackAddress(), 0, TdsOptions.defaults());
        Connection connection =
            DriverManager.getConnection(
                "jdbc:sqlserver://localhost:" + server.port() + ";loginTimeout=10;" + encryption,
                FakeSqlServer.USER,
                FakeSqlServer.PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssl=off", "ssl=request", "ssl=require"})
  void answersJtds(String encryption) throws Exception {
    FakeSqlServer fake = new FakeSqlServer();
    fake.on("SELECT 1", FakeSqlServer.result(FakeSqlServer.column("a", SqlType.INT), 1));
    try (TdsServer server =
            new TdsServer(fake, InetAddress.getLoopbackAddress(), 0, TdsOptions.defaults());
        Connection connection =
            DriverManager.getConnection(
                "jdbc:jtds:sqlserver://localhost:"
                    + server.port()
                    + "/master;loginTimeout=10;"
                    + encryption,
                FakeSqlServer.USER,
                FakeSqlServer.PASSWORD);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }
}
