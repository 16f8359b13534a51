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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jTDS, which speaks TDS 7.1, does with a connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JtdsTest {
  @SuppressWarnings("NullAway.Init")
  private Fixture fixture;

  @BeforeAll
  void start() throws IOException {
    fixture = new Fixture();
    fixture.fake.on("SELECT 1", result(column("a", SqlType.INT), 1));
    fixture.fake.on("WAIT", (session, parameters, response) -> session.untilCancelled());
    fixture.fake.on(
        "SELECT many",
        (session, parameters, response) -> {
          response.columns(column("n", SqlType.INT));
          for (int i = 0; i < 100_000; i++) {
            response.row(new FakeRow(i));
          }
          response.done(Command.SELECT, 100_000L);
        });
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  private static void assertUsable(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
  }

  /**
   * Not with {@code ssl=request}: from JDK 11 on, closing jTDS's TLS socket after the login
   * swallows what the server has answered by then, whoever the server is.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "ssl=require", "tds=7.0", "packetSize=512", "packetSize=32512"})
  void connects(String properties) throws SQLException {
    if (properties.equals("tds=7.0")) {
      assertThatThrownBy(() -> fixture.jtds(properties))
          .hasMessageContaining("TDS versions before 7.1");
      return;
    }
    try (Connection connection = fixture.jtds(properties);
        Statement statement = connection.createStatement()) {
      assertUsable(connection);
      try (ResultSet rows = statement.executeQuery("SELECT many")) {
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getInt(1)).isEqualTo(count++);
        }
        assertThat(count).isEqualTo(100_000);
      }
    }
  }

  @Test
  void seesErrorsCountsAndResults() throws SQLException {
    fixture.fake.on(
        "SEVERAL",
        (session, parameters, response) -> {
          response.done(Command.INSERT, 3L);
          result(column("a", SqlType.INT), 1, 2).run(session, parameters, response);
          response.error(new SqlError(8134, 1, 16, "Divide by zero error encountered."), 9);
        });
    try (Connection connection = fixture.jtds("");
        Statement statement = connection.createStatement()) {
      assertThat(statement.execute("SEVERAL")).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(3);
      assertThat(statement.getMoreResults()).isTrue();
      try (ResultSet rows = statement.getResultSet()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.next()).isTrue();
        assertThatThrownBy(
                () -> {
                  while (rows.next()) {
                    rows.getInt(1);
                  }
                  statement.getMoreResults();
                })
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(8134));
      }
      assertUsable(connection);
    }
  }

  @Test
  void preparesAndTransacts() throws SQLException {
    fixture.fake.on(
        "SELECT twice",
        (session, parameters, response) ->
            result(column("a", SqlType.INT), 2 * FakeSqlServer.intOf(parameters.get(0)))
                .run(session, parameters, response));
    try (Connection connection = fixture.jtds("prepareSQL=3");
        PreparedStatement statement = connection.prepareStatement("SELECT twice ?")) {
      for (int i = 0; i < 4; i++) {
        statement.setInt(1, i);
        try (ResultSet rows = statement.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(2 * i);
        }
      }
      connection.setAutoCommit(false);
      assertUsable(connection);
      connection.setAutoCommit(true);
    }
  }

  @Test
  void cancelsAndTimesOut() throws Exception {
    try (Connection connection = fixture.jtds("");
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("WAIT")).isInstanceOf(SQLException.class);
      assertUsable(connection);
      try (Statement many = connection.createStatement();
          ResultSet rows = many.executeQuery("SELECT many")) {
        assertThat(rows.next()).isTrue();
        many.cancel();
      } catch (SQLException e) {
        assertThat(e.getMessage()).containsIgnoringCase("cancel");
      }
      assertUsable(connection);
    }
  }

  @Test
  void largeValuesTravelBothWays() throws SQLException {
    byte[] bytes = new byte[10_000_000];
    Arrays.fill(bytes, (byte) 0xA5);
    String text = "日本語".repeat(1_000_000);
    fixture.fake.on(
        "SELECT large",
        (session, parameters, response) -> {
          response.columns(
              java.util.List.of(
                  column("t", SqlType.nvarchar(SqlType.MAX)).get(0),
                  column("b", SqlType.varbinary(SqlType.MAX)).get(0)));
          response.row(new FakeRow(parameters.get(0).value(), parameters.get(1).value()));
          response.done(Command.SELECT, 1L);
        });
    try (Connection connection = fixture.jtds("");
        PreparedStatement statement = connection.prepareStatement("SELECT large ?, ?")) {
      statement.setString(1, text);
      statement.setBytes(2, bytes);
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1).equals(text)).isTrue();
        assertThat(Arrays.equals(rows.getBytes(2), bytes)).isTrue();
      }
    }
  }

  @Test
  void aWrongPasswordIs18456() {
    assertThatThrownBy(
            () ->
                java.sql.DriverManager.getConnection(
                    "jdbc:jtds:sqlserver://localhost:" + fixture.server.port() + "/master",
                    "sa",
                    "wrong"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(18456));
  }
}
