package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.StringReader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of megabytes, results of any length, and leaving in the middle, through mssql-jdbc. */
class MssqlLargeValuesTest extends StandInSuite {
  private static final int TEN_MEGABYTES = 10 << 20;

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return bytes;
  }

  private static String numbers(int rows) {
    return ("SELECT TOP (%d) ROW_NUMBER() OVER (ORDER BY a.n) AS id, REPLICATE('y', 100) AS filler"
            + " FROM dbo.numbers AS a CROSS JOIN dbo.numbers AS b CROSS JOIN dbo.numbers AS c")
        .formatted(rows);
  }

  private void createNumbers() throws SQLException {
    StringBuilder values = new StringBuilder("INSERT dbo.numbers VALUES (0)");
    for (int i = 1; i < 100; i++) {
      values.append(", (").append(i).append(')');
    }
    client.run("CREATE TABLE dbo.numbers (n int PRIMARY KEY)", values.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"encrypt=false", "encrypt=true;trustServerCertificate=true;packetSize=4096"})
  void tenMegabytesTravelBothWays(String properties) throws SQLException {
    byte[] data = bytes(TEN_MEGABYTES);
    String text = "長い文。".repeat(TEN_MEGABYTES / 8);
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, b varbinary(max), s nvarchar(max))");
    try (Client other = Drivers.mssqlWith(standIn, database, properties)) {
      other.update("INSERT dbo.t VALUES (1, ?, ?)", data, text);
      try (Statement statement = other.connection().createStatement();
          ResultSet result =
              statement.executeQuery("SELECT b, s, DATALENGTH(b), DATALENGTH(s) FROM dbo.t")) {
        assertThat(result.next()).isTrue();
        assertThat(Arrays.equals(result.getBytes(1), data)).isTrue();
        assertThat(result.getString(2).equals(text)).isTrue();
        assertThat(result.getLong(3)).isEqualTo(TEN_MEGABYTES);
        assertThat(result.getLong(4)).isEqualTo(2L * text.length());
      }
    }
  }

  @Test
  void streamsTravelBothWays() throws Exception {
    byte[] data = bytes(3_000_000);
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, b varbinary(max), s nvarchar(max))");
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT dbo.t VALUES (1, ?, ?)")) {
      insert.setBinaryStream(1, new ByteArrayInputStream(data));
      insert.setCharacterStream(2, new StringReader("流れ".repeat(500_000)));
      insert.executeUpdate();
    }
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT b FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      try (InputStream stream = result.getBinaryStream(1)) {
        assertThat(Arrays.equals(stream.readAllBytes(), data)).isTrue();
      }
    }
    assertThat(client.number("SELECT LEN(s) FROM dbo.t")).isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaptive", "full"})
  void aLongResultIsReadToItsEnd(String buffering) throws SQLException {
    createNumbers();
    try (Client other =
            Drivers.mssqlWith(standIn, database, "encrypt=false;responseBuffering=" + buffering);
        Statement statement = other.connection().createStatement();
        ResultSet result = statement.executeQuery(numbers(100_000))) {
      long rows = 0;
      long sum = 0;
      while (result.next()) {
        rows++;
        sum += result.getLong(1);
      }
      assertThat(rows).isEqualTo(100_000);
      assertThat(sum).isEqualTo(100_000L * 100_001 / 2);
    }
  }

  @Test
  void anotherStatementMayRunWhileAResultIsHalfRead() throws SQLException {
    createNumbers();
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery(numbers(20_000))) {
      long rows = 0;
      while (result.next()) {
        rows++;
        if (rows == 50) {
          assertThat(client.number("SELECT COUNT(*) FROM dbo.numbers")).isEqualTo(100);
        }
      }
      assertThat(rows).isEqualTo(20_000);
    }
  }

  @Test
  void aResultLeftEarlyLeavesTheSessionUsable() throws SQLException {
    createNumbers();
    for (int i = 0; i < 3; i++) {
      try (Statement statement = client.connection().createStatement();
          ResultSet result = statement.executeQuery(numbers(1_000_000))) {
        assertThat(result.next()).isTrue();
      }
      assertThat(client.value("SELECT 2")).isEqualTo(2);
    }
  }

  @Test
  void cancelEndsAResultAndLeavesTheSessionUsable() throws SQLException {
    createNumbers();
    client.run("BEGIN TRAN; INSERT dbo.numbers VALUES (1000)");
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery(numbers(1_000_000))) {
      assertThat(result.next()).isTrue();
      statement.cancel();
      SQLException cancelled =
          catchThrowableOfType(
              SQLException.class,
              () -> {
                while (result.next()) {
                  continue;
                }
              });
      assertThat(cancelled.getMessage()).containsIgnoringCase("cancel");
    }
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(1);
    client.run("ROLLBACK");
    assertThat(client.number("SELECT COUNT(*) FROM dbo.numbers")).isEqualTo(100);
  }

  @Test
  void theQueryTimeoutEndsALongStatement() throws SQLException {
    createNumbers();
    try (Statement statement = client.connection().createStatement()) {
      statement.setQueryTimeout(1);
      Instant begun = Instant.now();
      assertThat(
              catchThrowableOfType(
                      SQLException.class,
                      () ->
                          statement.executeQuery(
                              "SELECT COUNT(*) FROM dbo.numbers a, dbo.numbers b, dbo.numbers c,"
                                  + " dbo.numbers d, dbo.numbers e"
                                  + " WHERE a.n + b.n + c.n + d.n + e.n = -1"))
                  .getMessage())
          .containsIgnoringCase("timed out");
      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }
    assertThat(client.value("SELECT 3")).isEqualTo(3);
  }

  @Test
  void theQueryTimeoutEndsAWaitForALock() throws Exception {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY)", "INSERT dbo.t VALUES (1)");
    client.run("BEGIN TRAN; UPDATE dbo.t SET id = 2");
    try (Client other = connect();
        Statement statement = other.connection().createStatement()) {
      statement.setQueryTimeout(1);
      assertThat(
              catchThrowableOfType(
                      SQLException.class, () -> statement.executeUpdate("UPDATE dbo.t SET id = 3"))
                  .getMessage())
          .containsIgnoringCase("timed out");
      assertThat(other.value("SELECT 1")).isEqualTo(1);
    }
    client.run("COMMIT");
    assertThat(client.column("SELECT id FROM dbo.t")).containsExactly(2);
  }

  @Test
  void theQueryTimeoutEndsWaitfor() throws SQLException {
    try (Statement statement = client.connection().createStatement()) {
      statement.setQueryTimeout(1);
      Instant begun = Instant.now();
      assertThat(
              catchThrowableOfType(
                      SQLException.class, () -> statement.execute("WAITFOR DELAY '00:01:00'"))
                  .getMessage())
          .containsIgnoringCase("timed out");
      assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(15));
    }
    assertThat(client.value("SELECT 1")).isEqualTo(1);
  }
}
