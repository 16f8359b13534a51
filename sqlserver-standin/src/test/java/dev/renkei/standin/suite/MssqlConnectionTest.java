package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.microsoft.sqlserver.jdbc.SQLServerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting in with mssql-jdbc, and what a session knows of itself. */
class MssqlConnectionTest extends StandInSuite {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encrypt=false",
        "encrypt=true;trustServerCertificate=true",
        "encrypt=false;packetSize=512",
        "encrypt=false;packetSize=32767",
        "encrypt=true;trustServerCertificate=true;packetSize=512",
        "encrypt=true;trustServerCertificate=true;packetSize=16383",
        "encrypt=false;selectMethod=direct;responseBuffering=full",
        "encrypt=false;prepareMethod=prepare",
        "encrypt=false;multiSubnetFailover=false;applicationIntent=ReadWrite"
      })
  void connectsAndReads(String properties) throws SQLException {
    try (Client other = Drivers.mssqlWith(standIn, database, properties)) {
      assertThat(other.value("SELECT DB_NAME()")).isEqualTo(database);
      assertThat(other.value("SELECT REPLICATE(CAST(N'あ' AS nvarchar(max)), 20000)"))
          .isEqualTo("あ".repeat(20000));
      assertThat(other.value("SELECT ?", "あ".repeat(20000))).isEqualTo("あ".repeat(20000));
    }
  }

  @Test
  void encryptsOnlyTheLoginWhereTheClientAsksForNoMore() throws SQLException {
    try (Client other =
        Drivers.mssqlWith(standIn, database, "encrypt=false;trustServerCertificate=true")) {
      assertThat(other.value("SELECT 1")).isEqualTo(1);
    }
  }

  @Test
  void takesTextInTheCodePageOfTheCollation() throws SQLException {
    try (Client other =
        Drivers.mssqlWith(standIn, database, "encrypt=false;sendStringParametersAsUnicode=false")) {
      assertThat(other.value("SELECT ?", "Grüße für 5 €")).isEqualTo("Grüße für 5 €");
    }
  }

  @Test
  void refusesAWrongPasswordWith18456() {
    SQLServerException refused =
        catchThrowableOfType(
            SQLServerException.class,
            () -> Drivers.mssql(standIn, database, standIn.user(), "wrong").close());
    assertThat(refused.getErrorCode()).isEqualTo(18456);
    assertThat(refused.getMessage()).contains("Login failed for user '" + standIn.user() + "'");
    assertThat(refused.getSQLServerError().getErrorSeverity()).isEqualTo(14);
  }

  @Test
  void refusesAnUnknownUserWith18456() {
    assertThat(
            catchThrowableOfType(
                    SQLException.class, () -> Drivers.mssql(standIn, database, "nobody", "x"))
                .getErrorCode())
        .isEqualTo(18456);
  }

  @Test
  void refusesAnUnknownDatabaseWith4060() {
    SQLException refused =
        catchThrowableOfType(
            SQLException.class,
            () -> Drivers.mssql(standIn, "Nowhere", standIn.user(), standIn.password()).close());
    assertThat(refused.getErrorCode()).isEqualTo(4060);
    assertThat(refused.getMessage()).contains("Nowhere");
  }

  @Test
  void comparesNamesOfDatabasesWithoutCase() throws SQLException {
    try (Client other = Drivers.mssql(standIn, database.toUpperCase(java.util.Locale.ROOT))) {
      assertThat(other.value("SELECT DB_NAME()")).isEqualTo(database);
    }
  }

  @Test
  void givesUpWithinTheLoginTimeoutWhereNobodyListens() {
    Instant begun = Instant.now();
    assertThat(
            catchThrowableOfType(
                    SQLException.class,
                    () ->
                        java.sql.DriverManager.getConnection(
                            "jdbc:sqlserver://127.0.0.1:1;encrypt=false;loginTimeout=2;connectRetryCount=0",
                            "sa",
                            "x"))
                .getMessage())
        .isNotEmpty();
    assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void tellsItsProductAndVersion() throws SQLException {
    var metadata = client.connection().getMetaData();
    assertThat(metadata.getDatabaseProductName()).isEqualTo("Microsoft SQL Server");
    assertThat(metadata.getDatabaseMajorVersion()).isGreaterThanOrEqualTo(13);
    assertThat((String) client.value("SELECT @@VERSION")).contains("Renkei");
    assertThat(client.value("SELECT SERVERPROPERTY('ProductVersion')")).asString().contains(".");
  }

  @Test
  void knowsItself() throws SQLException {
    assertThat(client.value("SELECT SUSER_SNAME()")).isEqualTo(standIn.user());
    assertThat(client.value("SELECT ORIGINAL_LOGIN()")).isEqualTo(standIn.user());
    assertThat(client.number("SELECT @@SPID")).isPositive();
    assertThat(client.value("SELECT SCHEMA_NAME()")).isEqualTo("dbo");
    assertThat(client.connection().getCatalog()).isEqualTo(database);
    assertThat(client.connection().getSchema()).isEqualTo("dbo");
    assertThat(client.connection().isValid(2)).isTrue();
  }

  @Test
  void changesItsDatabase() throws SQLException {
    client.connection().setCatalog("master");
    assertThat(client.value("SELECT DB_NAME()")).isEqualTo("master");
    client.run("USE [" + database + "]");
    assertThat(client.connection().getCatalog()).isEqualTo(database);
    assertThat(client.errorNumber("USE Nowhere")).isEqualTo(911);
    assertThat(client.value("SELECT DB_NAME()")).isEqualTo(database);
  }

  @Test
  void isCleanAgainWhenAPoolHandsItOn() throws Exception {
    var source = new com.microsoft.sqlserver.jdbc.SQLServerConnectionPoolDataSource();
    source.setURL(Drivers.mssqlUrl(standIn) + ";databaseName=" + database);
    source.setUser(standIn.user());
    source.setPassword(standIn.password());
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY)");
    var pooled = source.getPooledConnection();
    try (Connection first = pooled.getConnection()) {
      first.setAutoCommit(false);
      new Client(first).run("USE master", "INSERT " + database + ".dbo.t VALUES (1)");
    }
    try (Connection second = pooled.getConnection()) {
      Client again = new Client(second);
      assertThat(again.value("SELECT @@TRANCOUNT")).isEqualTo(0);
      assertThat(again.value("SELECT DB_NAME()")).isEqualTo(database);
      assertThat(again.number("SELECT COUNT(*) FROM dbo.t")).isZero();
    }
    pooled.close();
  }

  @Test
  void servesManySessionsAtOnce() throws Exception {
    try (Client a = connect();
        Client b = connect();
        Client c = connect()) {
      assertThat(a.number("SELECT @@SPID"))
          .isNotEqualTo(b.number("SELECT @@SPID"))
          .isNotEqualTo(c.number("SELECT @@SPID"));
    }
  }

  @Test
  void rollsBackWhatASessionLeftOpen() throws Exception {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY)");
    try (Client leaver = connect()) {
      leaver.run("BEGIN TRAN; INSERT dbo.t VALUES (1)");
    }
    client.run("SET LOCK_TIMEOUT 10000", "INSERT dbo.t VALUES (1)");
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(1);
  }
}
