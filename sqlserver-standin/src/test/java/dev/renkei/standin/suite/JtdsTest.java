package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same ideas as the mssql-jdbc suites, through jTDS and its older protocol. */
class JtdsTest extends JtdsSuite {

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";tds=8.0",
        ";packetSize=512",
        ";packetSize=32767",
        ";ssl=require",
        ";prepareSQL=0",
        ";prepareSQL=1",
        ";prepareSQL=2",
        ";prepareSQL=3",
        ";useCursors=false;sendStringParametersAsUnicode=false",
        ";useLOBs=false"
      })
  void connectsAndReads(String properties) throws SQLException {
    try (Client other = Drivers.jtds(standIn, database, properties)) {
      assertThat(other.value("SELECT DB_NAME()")).isEqualTo(database);
      other.run("CREATE TABLE dbo.t (id int PRIMARY KEY, a nvarchar(50))");
      for (int i = 0; i < 3; i++) {
        assertThat(other.update("INSERT INTO dbo.t VALUES (?, ?)", i, "row " + i)).isEqualTo(1);
      }
      assertThat(other.column("SELECT a FROM dbo.t WHERE id > ? ORDER BY id", 0))
          .containsExactly("row 1", "row 2");
    }
  }

  @Test
  void refusesAWrongPasswordWith18456() {
    assertThat(
            catchThrowableOfType(
                    SQLException.class,
                    () ->
                        new net.sourceforge.jtds.jdbc.Driver()
                            .connect(
                                "jdbc:jtds:sqlserver://127.0.0.1:%d/%s;user=%s;password=wrong"
                                    .formatted(standIn.port(), database, standIn.user()),
                                new java.util.Properties()))
                .getErrorCode())
        .isEqualTo(18456);
  }

  @Test
  void refusesAnUnknownDatabaseWith4060() {
    assertThat(
            catchThrowableOfType(SQLException.class, () -> Drivers.jtds(standIn, "Nowhere", ""))
                .getErrorCode())
        .isEqualTo(4060);
  }

  @Test
  void theProductIsNamed() throws SQLException {
    var metadata = client.connection().getMetaData();
    assertThat(metadata.getDatabaseProductName()).containsIgnoringCase("sql server");
    assertThat(client.connection().getCatalog()).isEqualTo(database);
  }

  @Test
  void aBatchGivesItsResultsInOrder() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int IDENTITY PRIMARY KEY, a nvarchar(9))");
    List<Object> results = new ArrayList<>();
    try (Statement statement = client.connection().createStatement()) {
      boolean isResult =
          statement.execute(
              "INSERT INTO dbo.t (a) VALUES (N'x'), (N'y'); SELECT a FROM dbo.t ORDER BY id;"
                  + " DELETE FROM dbo.t WHERE a = N'x'");
      while (isResult || statement.getUpdateCount() != -1) {
        if (isResult) {
          ResultSet result = statement.getResultSet();
          while (result.next()) {
            results.add(result.getString(1));
          }
        } else {
          results.add(statement.getUpdateCount());
        }
        isResult = statement.getMoreResults();
      }
    }
    assertThat(results).containsExactly(2, "x", "y", 1);
  }

  @Test
  void generatedKeysComeBack() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int IDENTITY(5, 5) PRIMARY KEY, a nvarchar(9))");
    try (PreparedStatement insert =
        client
            .connection()
            .prepareStatement(
                "INSERT INTO dbo.t (a) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      insert.setString(1, "x");
      insert.executeUpdate();
      try (ResultSet keys = insert.getGeneratedKeys()) {
        assertThat(keys.next()).isTrue();
        assertThat(keys.getInt(1)).isEqualTo(5);
      }
    }
  }

  @Test
  void aPreparedBatchInsertsAll() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, a nvarchar(20))");
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT INTO dbo.t VALUES (?, ?)")) {
      for (int i = 0; i < 300; i++) {
        insert.setInt(1, i);
        insert.setString(2, "名前" + i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(300).containsOnly(1);
    }
    assertThat(client.value("SELECT a FROM dbo.t WHERE id = 299")).isEqualTo("名前299");
  }

  @Test
  void transactionsAndSavepoints() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY)");
    Connection connection = client.connection();
    connection.setAutoCommit(false);
    client.run("INSERT INTO dbo.t VALUES (1)");
    connection.rollback();
    client.run("INSERT INTO dbo.t VALUES (2)");
    Savepoint half = connection.setSavepoint("half");
    client.run("INSERT INTO dbo.t VALUES (3)");
    connection.rollback(half);
    connection.commit();
    connection.setAutoCommit(true);
    assertThat(client.column("SELECT id FROM dbo.t")).containsExactly(2);
  }

  @Test
  void snapshotIsolationStaysAsItWas() throws Exception {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, n int)", "INSERT INTO dbo.t VALUES (1, 1)");
    client
        .connection()
        .setTransactionIsolation(net.sourceforge.jtds.jdbc.JtdsConnection.TRANSACTION_SNAPSHOT);
    client.connection().setAutoCommit(false);
    assertThat(client.value("SELECT n FROM dbo.t")).isEqualTo(1);
    try (Client other = connect()) {
      other.run("UPDATE dbo.t SET n = 2");
    }
    assertThat(client.value("SELECT n FROM dbo.t")).isEqualTo(1);
    assertThat(client.errorNumber("UPDATE dbo.t SET n = 3")).isEqualTo(3960);
    client.connection().rollback();
    assertThat(client.value("SELECT n FROM dbo.t")).isEqualTo(2);
  }

  @Test
  void errorsCarryTheirNumber() throws Exception {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY)", "INSERT INTO dbo.t VALUES (1)");
    assertThat(client.errorNumber("SELECT * FROM dbo.nothing")).isEqualTo(208);
    assertThat(client.errorNumber("INSERT INTO dbo.t VALUES (1)")).isEqualTo(2627);
    assertThat(client.errorNumber("SELECT 1 / 0")).isEqualTo(8134);
    client.run("BEGIN TRAN; UPDATE dbo.t SET id = 2");
    try (Client other = connect()) {
      other.run("SET LOCK_TIMEOUT 100");
      assertThat(other.errorNumber("UPDATE dbo.t SET id = 3")).isEqualTo(1222);
    }
    client.run("ROLLBACK");
    assertThat(client.value("SELECT id FROM dbo.t")).isEqualTo(1);
  }

  @Test
  void theQueryTimeoutEndsAWaitAndLeavesTheSessionUsable() throws SQLException {
    try (Statement statement = client.connection().createStatement()) {
      statement.setQueryTimeout(1);
      assertThat(
              catchThrowableOfType(
                      SQLException.class, () -> statement.execute("WAITFOR DELAY '00:01:00'"))
                  .getMessage())
          .containsIgnoringCase("timed out");
    }
    assertThat(client.value("SELECT 1")).isEqualTo(1);
  }

  @Test
  void aResultLeftEarlyLeavesTheSessionUsable() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, filler nvarchar(200))");
    client.run(
        "DECLARE @i int = 0; SET NOCOUNT ON; WHILE @i < 3000"
            + " BEGIN INSERT INTO dbo.t VALUES (@i, REPLICATE(N'x', 200)); SET @i = @i + 1 END");
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM dbo.t")) {
      assertThat(result.next()).isTrue();
    }
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      statement.cancel();
      assertThat(catchThrowableOfType(SQLException.class, result::close).getMessage())
          .containsIgnoringCase("cancel");
    }
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(3000);
  }

  @Test
  void megabytesTravelBothWays() throws SQLException {
    byte[] data = new byte[3_000_000];
    new java.util.Random(1).nextBytes(data);
    String text = "長い".repeat(500_000);
    client.run("CREATE TABLE dbo.t (id int PRIMARY KEY, b image, s ntext, m varbinary(max))");
    client.update("INSERT INTO dbo.t VALUES (1, ?, ?, ?)", data, text, data);
    try (Statement statement = client.connection().createStatement();
        ResultSet result = statement.executeQuery("SELECT b, s, m FROM dbo.t")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getBytes(1)).isEqualTo(data);
      assertThat(result.getString(2)).isEqualTo(text);
      assertThat(result.getBytes(3)).isEqualTo(data);
    }
  }

  @Test
  void theDriversMetadataIsKnown() throws SQLException {
    client.run("CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a nvarchar(9) NULL)");
    List<String> found = new ArrayList<>();
    var metadata = client.connection().getMetaData();
    try (ResultSet tables = metadata.getTables(database, "dbo", "t", new String[] {"TABLE"})) {
      while (tables.next()) {
        found.add(tables.getString("TABLE_NAME"));
      }
    }
    try (ResultSet columns = metadata.getColumns(database, "dbo", "t", "%")) {
      while (columns.next()) {
        found.add(columns.getString("COLUMN_NAME") + " " + columns.getString("TYPE_NAME"));
      }
    }
    try (ResultSet keys = metadata.getPrimaryKeys(database, "dbo", "t")) {
      while (keys.next()) {
        found.add("key " + keys.getString("COLUMN_NAME"));
      }
    }
    assertThat(found).containsExactly("t", "id int", "a nvarchar", "key id");
  }

  @Test
  void changesAreTracked() throws SQLException {
    client.run(
        "ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)",
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a nvarchar(9) NULL)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)",
        "INSERT INTO dbo.t VALUES (1, N'x'), (2, N'y')",
        "UPDATE dbo.t SET a = N'z' WHERE id = 2");
    assertThat(
            client.rows(
                "SELECT CT.SYS_CHANGE_VERSION, CT.SYS_CHANGE_OPERATION, CT.id, t.a"
                    + " FROM CHANGETABLE(CHANGES dbo.t, ?) AS CT"
                    + " LEFT OUTER JOIN dbo.t AS t ON t.id = CT.id ORDER BY 1, 3",
                0L))
        .containsExactly(Client.row(1L, "I", 1, "x"), Client.row(2L, "I", 2, "z"));
  }
}
