package dev.renkei.standin.tds;

import static dev.renkei.standin.tds.FakeSqlServer.column;
import static dev.renkei.standin.tds.FakeSqlServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireFaultsTest {
  @SuppressWarnings("NullAway.Init")
  private Fixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = new Fixture();
    fixture.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
    fixture.fake.on(
        "SELECT many",
        (session, parameters, response) -> {
          response.columns(column("n", SqlType.INT));
          for (int i = 0; i < 10_000; i++) {
            response.row(new FakeRow(i));
          }
          response.done(Command.SELECT, 10_000L);
        });
  }

  @AfterEach
  void stop() throws InterruptedException {
    fixture.close();
    Fixture.await(() -> fixture.fake.open.get() == 0);
    assertThat(fixture.server.connections()).isZero();
  }

  private static void assertUsable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
    }
  }

  @Test
  void refusesAsManyLoginsAsOrdered() throws SQLException {
    fixture.server.faults().refuseLogins(2, new SqlError(40613, 1, 17, "Not available now."));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> fixture.mssql(""))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(40613));
    }
    fixture.mssql("").close();
  }

  @ParameterizedTest
  @CsvSource({"0,false", "1,false", "5000,false", "10000,false", "5000,true"})
  void cutsAConnectionAfterExactlySoManyRows(int cut, boolean encrypted) throws SQLException {
    String encryption = encrypted ? "encrypt=true;trustServerCertificate=true" : "encrypt=false";
    try (Connection connection = fixture.mssql(encryption);
        Connection other = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      fixture.server.faults().cutAfterRows(cut);
      int[] read = {0};
      assertThatThrownBy(
              () -> {
                try (ResultSet rows = statement.executeQuery("SELECT many")) {
                  while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(read[0]++);
                  }
                }
              })
          .isInstanceOf(SQLException.class);
      assertThat(read[0]).isEqualTo(cut);
      assertThat(connection.isClosed()).isTrue();
      assertUsable(other);
      try (Connection next = fixture.mssql("")) {
        assertUsable(next);
      }
    }
  }

  @Test
  void stallsAllWritesUntilReleased() throws Exception {
    try (Connection connection = fixture.mssql("")) {
      WireFaults.Lasting stall = fixture.server.faults().stallWrites();
      CompletableFuture<Void> answer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  assertUsable(connection);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      stall.close();
      stall.close();
      answer.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStalledServerCanStillBeClosed() throws Exception {
    fixture.server.faults().stallWrites();
    try (RawClient client = new RawClient(fixture.server.port())) {
      client.send(Message.LOGIN, 1, RawClient.login(0x74000004, FakeSqlServer.PASSWORD, 0, 0));
      Fixture.await(() -> fixture.fake.open.get() == 1);
      fixture.close();
      assertThat(client.atEnd()).isTrue();
    }
  }

  @Test
  void dropsAllConnectionsOrOne() throws Exception {
    Connection one = fixture.mssql("");
    Connection two = fixture.mssql("");
    int session = fixture.fake.sessions.get(0).id();
    assertThat(fixture.server.dropConnection(session)).isTrue();
    assertThat(fixture.server.dropConnection(9999)).isFalse();
    assertThatThrownBy(() -> assertUsable(one)).isInstanceOf(SQLException.class);
    assertUsable(two);
    fixture.server.dropConnections();
    assertThatThrownBy(() -> assertUsable(two)).isInstanceOf(SQLException.class);
    Fixture.await(() -> fixture.fake.open.get() == 0);
    fixture.mssql("").close();
  }

  @Test
  void droppingAConnectionStopsItsRunningStatement() throws Exception {
    fixture.fake.on("WAIT", (session, parameters, response) -> session.untilCancelled());
    try (Connection connection = fixture.mssql("");
        Statement statement = connection.createStatement()) {
      CompletableFuture<Boolean> running =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return statement.execute("WAIT");
                } catch (SQLException e) {
                  return false;
                }
              });
      Fixture.await(() -> fixture.fake.log.contains("batch WAIT"));
      fixture.server.dropConnections();
      assertThat(running.get(10, TimeUnit.SECONDS)).isFalse();
      Fixture.await(() -> fixture.fake.open.get() == 0);
    }
  }

  @Test
  void stopsToListenAndListensAgainOnTheSamePort() throws Exception {
    int port = fixture.server.port();
    try (Connection connection = fixture.mssql("")) {
      fixture.server.stopListening();
      fixture.server.stopListening();
      assertThatThrownBy(() -> fixture.mssql("")).isInstanceOf(SQLException.class);
      assertUsable(connection);
      fixture.server.listen();
      fixture.server.listen();
      assertThat(fixture.server.port()).isEqualTo(port);
      fixture.mssql("").close();
      assertUsable(connection);
    }
    for (int i = 0; i < 5; i++) {
      Connection busy = fixture.mssql("");
      fixture.server.stopListening();
      fixture.server.dropConnections();
      fixture.server.listen();
      assertThatThrownBy(() -> assertUsable(busy)).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(
            () ->
                new TdsServer(
                    fixture.fake,
                    java.net.InetAddress.getLoopbackAddress(),
                    fixture.server.port(),
                    TdsOptions.defaults()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining(String.valueOf(fixture.server.port()));
  }

  @Test
  void faultsThatHaveNotHappenedCanBeTakenBack() throws SQLException {
    fixture.server.faults().refuseLogins(1, new SqlError(18456, 1, 14, "no"));
    fixture.server.faults().cutAfterRows(1);
    fixture.server.faults().clear();
    try (Connection connection = fixture.mssql("")) {
      assertUsable(connection);
    }
  }
}
