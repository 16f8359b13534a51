package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements, batches, several results and generated keys through mssql-jdbc. */
class MssqlStatementsTest extends StandInSuite {

  @BeforeEach
  void createTable() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (id int IDENTITY(1, 1) PRIMARY KEY, a nvarchar(50) NULL, n int NULL)");
  }

  /** Every result of a batch in order: rows as a list, update counts as a number. */
  private List<Object> results(String batch) throws SQLException {
    List<Object> results = new ArrayList<>();
    try (Statement statement = client.connection().createStatement()) {
      boolean isResult = statement.execute(batch);
      while (true) {
        if (isResult) {
          List<String> rows = new ArrayList<>();
          try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
              rows.add(result.getString(1));
            }
          }
          results.add(rows);
        } else if (statement.getUpdateCount() == -1) {
          return results;
        } else {
          results.add(statement.getUpdateCount());
        }
        isResult = statement.getMoreResults();
      }
    }
  }

  @Test
  void aBatchGivesItsResultsInOrder() throws SQLException {
    assertThat(
            results(
                "INSERT dbo.t (a) VALUES (N'x'), (N'y'); SELECT a FROM dbo.t ORDER BY id;"
                    + " UPDATE dbo.t SET n = 1 WHERE a = N'x'; DELETE dbo.t WHERE a = N'none';"
                    + " SELECT 'end'"))
        .containsExactly(2, List.of("x", "y"), 1, 0, List.of("end"));
  }

  @Test
  void nocountLeavesOnlyTheResults() throws SQLException {
    assertThat(
            results(
                "SET NOCOUNT ON; INSERT dbo.t (a) VALUES (N'x'); SELECT @@ROWCOUNT;"
                    + " SELECT COUNT(*) FROM dbo.t"))
        .containsExactly(List.of("1"), List.of("1"));
  }

  @Test
  void rowcountLimitsWhatIsRead() throws SQLException {
    client.run("INSERT dbo.t (n) VALUES (1), (2), (3)", "SET ROWCOUNT 2");
    assertThat(client.column("SELECT n FROM dbo.t ORDER BY n DESC")).containsExactly(3, 2);
    client.run("SET ROWCOUNT 0");
    assertThat(client.column("SELECT n FROM dbo.t")).hasSize(3);
  }

  @Test
  void variablesAndFlowOfControl() throws SQLException {
    assertThat(
            results(
                "SET NOCOUNT ON DECLARE @i int = 0, @s nvarchar(20) = N''\n"
                    + "WHILE @i < 5 BEGIN SET @i = @i + 1 IF @i = 2 CONTINUE"
                    + " SET @s = @s + CAST(@i AS nvarchar(2)) IF @i = 4 BREAK END\n"
                    + "IF @s = N'134' SELECT N'right' AS r ELSE SELECT N'wrong: ' + @s AS r"))
        .containsExactly(List.of("right"));
  }

  @Test
  void selectAssignsVariables() throws SQLException {
    client.run("INSERT dbo.t (a, n) VALUES (N'x', 7)");
    assertThat(
            client.value(
                "SET NOCOUNT ON; DECLARE @n int, @a nvarchar(50); SELECT @n = n, @a = a FROM dbo.t;"
                    + " SELECT @a + CAST(@n AS nvarchar(9))"))
        .isEqualTo("x7");
  }

  @Test
  void aPreparedStatementRunsManyTimes() throws SQLException {
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT dbo.t (a, n) VALUES (?, ?)")) {
      for (int i = 0; i < 20; i++) {
        insert.setString(1, "row " + i);
        if (i % 2 == 0) {
          insert.setInt(2, i);
        } else {
          insert.setNull(2, Types.INTEGER);
        }
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
    }
    try (PreparedStatement select =
        client
            .connection()
            .prepareStatement("SELECT TOP (?) a FROM dbo.t WHERE n > ? AND a LIKE ? ORDER BY n")) {
      for (int i = 0; i < 5; i++) {
        select.setInt(1, 2);
        select.setInt(2, i * 2);
        select.setString(3, "row%");
        try (ResultSet result = select.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo("row " + (i * 2 + 2));
        }
      }
    }
  }

  @Test
  void oneStatementTakesParametersOfChangingTypes() throws SQLException {
    try (PreparedStatement select = client.connection().prepareStatement("SELECT ? AS v")) {
      for (Object value : List.of(1, "two", 3L, new java.math.BigDecimal("4.5"), true, 6.5d)) {
        select.setObject(1, value);
        try (ResultSet result = select.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getObject(1)).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void aPreparedBatchInsertsAll() throws SQLException {
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT dbo.t (a, n) VALUES (?, ?)")) {
      for (int i = 0; i < 500; i++) {
        insert.setString(1, "名前" + i);
        insert.setInt(2, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(500).containsOnly(1);
    }
    assertThat(client.number("SELECT SUM(n) FROM dbo.t")).isEqualTo(IntStream.range(0, 500).sum());
  }

  @Test
  void aPlainBatchCountsEachStatement() throws SQLException {
    try (Statement statement = client.connection().createStatement()) {
      statement.addBatch("INSERT dbo.t (n) VALUES (1), (2)");
      statement.addBatch("UPDATE dbo.t SET n = n + 1");
      statement.addBatch("DELETE dbo.t WHERE n = 2");
      assertThat(statement.executeBatch()).containsExactly(2, 2, 1);
    }
  }

  @Test
  void aBatchGoesOnOrStopsAtAFailedRowAsTheDriverSays() throws SQLException {
    client.run("CREATE TABLE dbo.u (id int PRIMARY KEY)");
    client.connection().setAutoCommit(false);
    try (PreparedStatement insert =
        client.connection().prepareStatement("INSERT dbo.u VALUES (?)")) {
      for (int id : new int[] {1, 2, 2, 3}) {
        insert.setInt(1, id);
        insert.addBatch();
      }
      BatchUpdateException failed =
          catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
      assertThat(failed.getErrorCode()).isEqualTo(2627);
      assertThat(failed.getUpdateCounts()).startsWith(1, 1);
    }
    client.connection().rollback();
    client.connection().setAutoCommit(true);
    assertThat(client.number("SELECT COUNT(*) FROM dbo.u")).isZero();
  }

  @Test
  void generatedKeysComeBack() throws SQLException {
    try (PreparedStatement insert =
        client
            .connection()
            .prepareStatement(
                "INSERT INTO dbo.t (a) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 1; i <= 3; i++) {
        insert.setString(1, "x");
        assertThat(insert.executeUpdate()).isEqualTo(1);
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertThat(keys.next()).isTrue();
          assertThat(keys.getInt(1)).isEqualTo(i);
        }
      }
    }
    assertThat(
            client.value(
                "SET NOCOUNT ON; INSERT dbo.t (a) VALUES (N'y');"
                    + " SELECT CAST(SCOPE_IDENTITY() AS int)"))
        .isEqualTo(4);
    assertThat(client.number("SELECT IDENT_CURRENT(N'dbo.t')")).isEqualTo(4);
  }

  @Test
  void outputReturnsTheRows() throws SQLException {
    assertThat(
            client.rows(
                "INSERT dbo.t (a, n) OUTPUT INSERTED.id, INSERTED.a VALUES (N'x', 1), (N'y', 2)"))
        .containsExactly(Client.row(1, "x"), Client.row(2, "y"));
    assertThat(client.rows("UPDATE dbo.t SET n = n * 10 OUTPUT INSERTED.n WHERE a = N'y'"))
        .containsExactly(Client.row(20));
    assertThat(client.rows("UPDATE dbo.t SET n = n * 10 OUTPUT DELETED.n WHERE a = N'y'"))
        .containsExactly(Client.row(20));
    assertThat(client.rows("DELETE dbo.t OUTPUT DELETED.id WHERE n = 1"))
        .containsExactly(Client.row(1));
  }

  @Test
  void identityInsertTakesValues() throws SQLException {
    assertThat(client.errorNumber("INSERT dbo.t (id, a) VALUES (100, N'x')")).isEqualTo(544);
    client.run(
        "SET IDENTITY_INSERT dbo.t ON",
        "INSERT dbo.t (id, a) VALUES (100, N'x')",
        "SET IDENTITY_INSERT dbo.t OFF",
        "INSERT dbo.t (a) VALUES (N'y')");
    assertThat(client.column("SELECT id FROM dbo.t ORDER BY id")).containsExactly(100, 101);
  }

  @Test
  void printAndLowErrorsAreWarnings() throws SQLException {
    try (Statement statement = client.connection().createStatement()) {
      statement.execute("PRINT N'こんにちは'");
      SQLWarning warning = statement.getWarnings();
      assertThat(warning.getMessage()).isEqualTo("こんにちは");
      statement.execute("RAISERROR(N'just so', 10, 7)");
      assertThat(statement.getWarnings().getMessage()).isEqualTo("just so");
    }
  }

  @Test
  void raisedErrorsCarryNumberStateAndClass() {
    var raised =
        catchThrowableOfType(
            com.microsoft.sqlserver.jdbc.SQLServerException.class,
            () -> client.run("RAISERROR(N'no way', 16, 7)"));
    assertThat(raised.getErrorCode()).isEqualTo(50000);
    assertThat(raised.getMessage()).isEqualTo("no way");
    assertThat(raised.getSQLServerError().getErrorState()).isEqualTo(7);
    assertThat(raised.getSQLServerError().getErrorSeverity()).isEqualTo(16);
    var thrown =
        catchThrowableOfType(
            com.microsoft.sqlserver.jdbc.SQLServerException.class,
            () -> client.run("\n\nTHROW 51234, N'thrown', 3"));
    assertThat(thrown.getErrorCode()).isEqualTo(51234);
    assertThat(thrown.getSQLServerError().getErrorState()).isEqualTo(3);
    assertThat(thrown.getSQLServerError().getLineNumber()).isEqualTo(3);
  }

  @Test
  void aFailedStatementDoesNotEndItsBatch() throws SQLException {
    client.run("CREATE TABLE dbo.u (id int PRIMARY KEY)");
    try (Statement statement = client.connection().createStatement()) {
      SQLException failed =
          catchThrowableOfType(
              SQLException.class,
              () -> {
                statement.execute(
                    "INSERT dbo.u VALUES (1); INSERT dbo.u VALUES (1); INSERT dbo.u VALUES (2)");
                while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
                  continue;
                }
              });
      assertThat(failed.getErrorCode()).isEqualTo(2627);
    }
    assertThat(client.column("SELECT id FROM dbo.u ORDER BY id")).containsExactly(1, 2);
  }

  @Test
  void errorsNameTheirNumber() throws SQLException {
    client.run(
        "CREATE TABLE dbo.u (id int PRIMARY KEY, a int NOT NULL CHECK (a > 0),"
            + " t int REFERENCES dbo.t (id))");
    assertThat(client.errorNumber("SELECT * FROM dbo.nothing")).isEqualTo(208);
    assertThat(client.errorNumber("SELECT nothing FROM dbo.t")).isEqualTo(207);
    assertThat(client.errorNumber("SELEC 1")).isIn(102, 2812);
    assertThat(client.errorNumber("SELECT FROM")).isEqualTo(156);
    assertThat(client.errorNumber("SELECT @nothing")).isEqualTo(137);
    assertThat(client.errorNumber("EXEC dbo.nothing")).isEqualTo(2812);
    assertThat(client.errorNumber("INSERT dbo.u VALUES (1, NULL, NULL)")).isEqualTo(515);
    assertThat(client.errorNumber("INSERT dbo.u VALUES (1, 0, NULL)")).isEqualTo(547);
    assertThat(client.errorNumber("INSERT dbo.u VALUES (1, 1, 99)")).isEqualTo(547);
    assertThat(client.errorNumber("INSERT dbo.u VALUES (1)")).isEqualTo(213);
    assertThat(client.errorNumber("SELECT a FROM dbo.u, dbo.t")).isEqualTo(209);
    assertThat(client.errorNumber("SELECT a, COUNT(*) FROM dbo.t")).isEqualTo(8120);
    assertThat(client.errorNumber("CREATE TABLE dbo.t (id int)")).isEqualTo(2714);
    assertThat(client.errorNumber("DROP TABLE dbo.nothing")).isEqualTo(3701);
    assertThat(client.errorNumber("CREATE TABLE dbo.w (a nonsense)")).isEqualTo(2715);
    assertThat(client.errorNumber("SELECT NOSUCH(1)")).isEqualTo(195);
    assertThat(client.value("SELECT 1")).isEqualTo(1);
  }

  @Test
  void threePartNamesReachOtherDatabases() throws SQLException {
    String other = database + "b";
    client.run(
        "CREATE DATABASE " + other,
        "CREATE TABLE " + other + ".dbo.x (id int PRIMARY KEY)",
        "INSERT " + other + ".dbo.x VALUES (7)",
        "INSERT dbo.t (n) VALUES (7)");
    assertThat(
            client.column(
                "SELECT t.id FROM dbo.t AS t JOIN %1$s.dbo.x AS x ON x.id = t.n".formatted(other)))
        .containsExactly(1);
    assertThat(client.column("SELECT id FROM " + other + "..x")).containsExactly(7);
  }

  @Test
  void queriesOfTheUsualKinds() throws SQLException {
    client.run(
        "INSERT dbo.t (a, n) VALUES (N'a', 1), (N'b', 2), (N'c', 3), (N'd', 4), (N'e', NULL)");
    assertThat(
            client.column("SELECT id FROM dbo.t WITH (NOLOCK) WHERE n IN (1, 3) ORDER BY n DESC"))
        .containsExactly(3, 1);
    assertThat(
            client.column(
                "SELECT id FROM dbo.t ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY OPTION (RECOMPILE)"))
        .containsExactly(2, 3);
    assertThat(
            client.column(
                "WITH big AS (SELECT id, n FROM dbo.t WHERE n > 1) SELECT TOP 1 id FROM big ORDER BY n"))
        .containsExactly(2);
    assertThat(client.column("SELECT id FROM dbo.t WHERE n BETWEEN 2 AND 3 UNION ALL SELECT 9"))
        .containsExactlyInAnyOrder(2, 3, 9);
    assertThat(
            client.rows(
                "SELECT n % 2 AS odd, COUNT(*) AS c, SUM(n) FROM dbo.t WHERE n IS NOT NULL"
                    + " GROUP BY n % 2 HAVING COUNT(*) > 1 ORDER BY odd"))
        .containsExactly(Client.row(0, 2, 6), Client.row(1, 2, 4));
    assertThat(
            client.column(
                "SELECT a FROM (VALUES (1, N'x'), (2, N'y')) AS v (k, a) ORDER BY k DESC"))
        .containsExactly("y", "x");
    assertThat(
            client.column(
                "SELECT ROW_NUMBER() OVER (ORDER BY n DESC) FROM dbo.t WHERE n IS NOT NULL"))
        .hasSize(4);
    assertThat(
            client.value(
                "SELECT COALESCE(n, 0) + ISNULL(n, 5) + CASE WHEN a = N'E' THEN 100 ELSE 0 END"
                    + " FROM dbo.t WHERE a = N'e'"))
        .isEqualTo(105);
    assertThat(client.value("SELECT IIF(EXISTS (SELECT 1 FROM dbo.t WHERE n = 4), 'y', 'n')"))
        .isEqualTo("y");
  }

  @Test
  void functionsOfTheUsualKinds() throws SQLException {
    assertThat(
            client.rows(
                "SELECT LEN(N'ab  '), DATALENGTH(N'ab'), UPPER('aß'), LOWER('AB'),"
                    + " LTRIM(RTRIM('  x ')), SUBSTRING(N'漢字かな', 2, 2), REPLACE('aXb', 'x', '-'),"
                    + " CHARINDEX('b', 'abc'), LEFT('abc', 2), RIGHT('abc', 2), REVERSE('abc'),"
                    + " REPLICATE('ab', 2), STUFF('abcd', 2, 2, 'X'), CONCAT('a', NULL, 1),"
                    + " ABS(-3), 7 / 2, 7 % 4, POWER(2, 3)"))
        .containsExactly(
            Client.row(
                2, 4, "Aß", "ab", "x", "字か", "a-b", 2, "ab", "bc", "cba", "abab", "aXd", "a1", 3, 3,
                3, 8));
    assertThat(
            client.rows(
                "SELECT DATEDIFF(day, '2024-02-28', '2024-03-01'),"
                    + " CONVERT(varchar(10), DATEADD(month, 1, CAST('2024-01-31' AS date)), 120),"
                    + " CONVERT(varchar(23), CAST('2024-02-29 01:02:03.456' AS datetime2(3)), 121),"
                    + " YEAR('2024-02-29'), MONTH('2024-02-29'), DATEPART(dayofyear, '2024-02-29'),"
                    + " CONVERT(varchar(10), 0xCAFE, 2), CAST(N'12' AS int), TRY_CAST('x' AS int),"
                    + " NULLIF(1, 1)"))
        .containsExactly(
            Client.row(
                2, "2024-02-29", "2024-02-29 01:02:03.456", 2024, 2, 60, "CAFE", 12, null, null));
    assertThat(client.value("SELECT ABS(DATEDIFF(second, GETUTCDATE(), SYSUTCDATETIME())) / 2"))
        .isEqualTo(0);
    assertThat((String) client.value("SELECT CAST(NEWID() AS char(36))")).hasSize(36);
  }

  @Test
  void parameterMetadataIsKnown() throws SQLException {
    try (PreparedStatement select =
        client.connection().prepareStatement("SELECT id, a FROM dbo.t WHERE id = ?")) {
      assertThat(select.getMetaData().getColumnCount()).isEqualTo(2);
      assertThat(select.getMetaData().getColumnName(2)).isEqualTo("a");
    }
  }

  @Test
  void scriptsAreSplitAtGo() throws Exception {
    standIn.execute(
        """
        USE %s
        GO
        CREATE SCHEMA sales
        GO
        CREATE TABLE sales.[Order] (id int PRIMARY KEY)
        go
        INSERT sales.[Order] VALUES (1) -- GO
        INSERT sales.[Order] VALUES (2)
        GO
        """
            .formatted(database));
    assertThat(client.number("SELECT COUNT(*) FROM sales.[Order]")).isEqualTo(2);
  }
}
