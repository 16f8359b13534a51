package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions and their changes, and what is refused, through mssql-jdbc. */
class MssqlDefinitionsTest extends StandInSuite {

  @BeforeEach
  void createTable() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (id int NOT NULL CONSTRAINT PK_t PRIMARY KEY, a nvarchar(10) NULL,"
            + " n int NULL CONSTRAINT DF_n DEFAULT (5))",
        "INSERT dbo.t (id, a) VALUES (1, N'one'), (2, NULL)");
  }

  @Test
  void columnsAreAddedWithTheirDefaults() throws SQLException {
    client.run(
        "ALTER TABLE dbo.t ADD b int NULL, c nvarchar(5) NOT NULL CONSTRAINT DF_c DEFAULT N'x'");
    assertThat(client.rows("SELECT * FROM dbo.t WHERE id = 1"))
        .containsExactly(Client.row(1, "one", 5, null, "x"));
    client.run("ALTER TABLE dbo.t ADD d int NULL DEFAULT 9 WITH VALUES");
    assertThat(client.column("SELECT d FROM dbo.t")).containsOnly(9);
  }

  @Test
  void columnsAreDropped() throws SQLException {
    assertThat(client.errorNumber("ALTER TABLE dbo.t DROP COLUMN n")).isEqualTo(5074);
    client.run(
        "ALTER TABLE dbo.t DROP CONSTRAINT DF_n",
        "ALTER TABLE dbo.t DROP COLUMN n",
        "ALTER TABLE dbo.t DROP COLUMN IF EXISTS nothing");
    assertThat(client.rows("SELECT * FROM dbo.t WHERE id = 1"))
        .containsExactly(Client.row(1, "one"));
    assertThat(client.errorNumber("SELECT n FROM dbo.t")).isEqualTo(207);
  }

  @Test
  void columnsChangeTheirType() throws SQLException {
    client.run(
        "ALTER TABLE dbo.t ALTER COLUMN a nvarchar(200) NULL",
        "UPDATE dbo.t SET a = REPLICATE(N'字', 200) WHERE id = 2",
        "ALTER TABLE dbo.t DROP CONSTRAINT DF_n",
        "ALTER TABLE dbo.t ALTER COLUMN n bigint NULL");
    assertThat(client.value("SELECT LEN(a) FROM dbo.t WHERE id = 2")).isEqualTo(200);
    assertThat(client.value("SELECT n FROM dbo.t WHERE id = 1")).isEqualTo(5L);
    assertThat(client.errorNumber("ALTER TABLE dbo.t ALTER COLUMN a nvarchar(5) NULL"))
        .isIn(2628, 8152);
    client.run(
        "UPDATE dbo.t SET a = N'x'", "ALTER TABLE dbo.t ALTER COLUMN a nvarchar(5) NOT NULL");
    assertThat(client.errorNumber("UPDATE dbo.t SET a = NULL")).isEqualTo(515);
  }

  @Test
  void columnsAndTablesAreRenamed() throws SQLException {
    client.run("EXEC sp_rename N'dbo.t.a', N'b c', N'COLUMN'", "EXEC sp_rename 'dbo.t', 'renamed'");
    assertThat(client.value("SELECT [b c] FROM dbo.renamed WHERE id = 1")).isEqualTo("one");
    assertThat(client.errorNumber("SELECT * FROM dbo.t")).isEqualTo(208);
  }

  @Test
  void truncateEmptiesAndStartsTheIdentityAgain() throws SQLException {
    client.run(
        "CREATE TABLE dbo.u (id int IDENTITY(10, 10) PRIMARY KEY, a int)",
        "INSERT dbo.u (a) VALUES (1), (2)",
        "TRUNCATE TABLE dbo.u",
        "INSERT dbo.u (a) VALUES (3)");
    assertThat(client.rows("SELECT * FROM dbo.u")).containsExactly(Client.row(10, 3));
  }

  @Test
  void tablesAreDropped() throws SQLException {
    client.run("DROP TABLE dbo.t", "DROP TABLE IF EXISTS dbo.t");
    assertThat(client.value("SELECT OBJECT_ID(N'dbo.t')")).isNull();
    client.run("CREATE TABLE dbo.t (other int)");
    assertThat(client.rows("SELECT other FROM dbo.t")).isEmpty();
  }

  @Test
  void keysAreAddedAndDropped() throws SQLException {
    client.run("ALTER TABLE dbo.t DROP CONSTRAINT PK_t", "INSERT dbo.t (id) VALUES (1)");
    assertThat(client.errorNumber("ALTER TABLE dbo.t ADD CONSTRAINT PK_t PRIMARY KEY (id)"))
        .isIn(1505, 1750);
    client.run(
        "DELETE dbo.t WHERE id = 1", "ALTER TABLE dbo.t ADD CONSTRAINT PK_t2 PRIMARY KEY (id)");
    assertThat(client.errorNumber("INSERT dbo.t (id) VALUES (2)")).isEqualTo(2627);
    client.run("CREATE UNIQUE INDEX UX_a ON dbo.t (a)");
    assertThat(client.errorNumber("INSERT dbo.t (id, a) VALUES (3, NULL)")).isEqualTo(2601);
  }

  @Test
  void computedColumnsAreComputed() throws SQLException {
    client.run(
        "CREATE TABLE dbo.c (q smallint, p money, twice AS (q * 2), line AS ISNULL(q * p, 0.00),"
            + " label AS (N'No ' + CONVERT(nvarchar(10), q)) PERSISTED)",
        "INSERT dbo.c VALUES (3, 1.25)",
        "INSERT dbo.c VALUES (NULL, NULL)");
    assertThat(client.rows("SELECT * FROM dbo.c WHERE q = 3"))
        .containsExactly(
            Client.row((short) 3, new BigDecimal("1.2500"), 6, new BigDecimal("3.7500"), "No 3"));
    assertThat(client.value("SELECT line FROM dbo.c WHERE q IS NULL"))
        .isEqualTo(new BigDecimal("0.0000"));
    client.run("UPDATE dbo.c SET q = 4 WHERE q = 3");
    assertThat(client.value("SELECT label FROM dbo.c WHERE q = 4")).isEqualTo("No 4");
    assertThat(client.errorNumber("UPDATE dbo.c SET twice = 1")).isEqualTo(271);
  }

  @Test
  void viewsShowTheirTables() throws SQLException {
    client.run("CREATE VIEW dbo.v AS SELECT id, a FROM dbo.t WHERE a IS NOT NULL");
    assertThat(client.rows("SELECT * FROM dbo.v")).containsExactly(Client.row(1, "one"));
    client.run("DROP VIEW dbo.v");
    assertThat(client.errorNumber("SELECT * FROM dbo.v")).isEqualTo(208);
  }

  @Test
  void foreignKeysHold() throws SQLException {
    client.run(
        "CREATE TABLE dbo.child (id int PRIMARY KEY, t int CONSTRAINT FK_t REFERENCES dbo.t (id))",
        "INSERT dbo.child VALUES (1, 1)");
    assertThat(client.errorNumber("DELETE dbo.t WHERE id = 1")).isEqualTo(547);
    client.run("ALTER TABLE dbo.child DROP CONSTRAINT FK_t", "DELETE dbo.t WHERE id = 1");
  }

  @Test
  void databasesAndSchemasComeAndGo() throws SQLException {
    String other = database + "y";
    client.run("CREATE DATABASE [" + other + "]");
    assertThat(client.errorNumber("CREATE DATABASE [" + other + "]")).isEqualTo(1801);
    client.run("DROP DATABASE [" + other + "]");
    assertThat(client.errorNumber("DROP DATABASE [" + other + "]")).isEqualTo(3701);
    client.run("DROP DATABASE IF EXISTS [" + other + "]");
    client.run("CREATE SCHEMA s", "CREATE TABLE s.x (id int)");
    assertThat(client.errorNumber("DROP SCHEMA s")).isEqualTo(3729);
    client.run("DROP TABLE s.x", "DROP SCHEMA s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM dbo.t FOR XML AUTO | FOR XML",
        "SELECT * FROM dbo.t FOR JSON PATH | FOR JSON",
        "CREATE PROCEDURE dbo.p AS SELECT 1 | PROCEDURE",
        "CREATE FUNCTION dbo.f() RETURNS int AS BEGIN RETURN 1 END | FUNCTION",
        "CREATE TRIGGER tr ON dbo.t AFTER INSERT AS SELECT 1 | TRIGGER",
        "DECLARE c CURSOR FOR SELECT 1 | CURSOR",
        "SELECT * FROM dbo.t PIVOT (MAX(n) FOR a IN ([x])) AS p | PIVOT",
        "BULK INSERT dbo.t FROM 'x' | BULK",
        "SELECT * FROM OPENROWSET(BULK 'x', SINGLE_BLOB) AS x | OPENROWSET",
        "CREATE PARTITION FUNCTION pf (int) AS RANGE LEFT FOR VALUES (1) | PARTITION",
        "SELECT * FROM dbo.t TABLESAMPLE (10 PERCENT) | TABLESAMPLE",
        "CREATE TABLE #t (id int) | #t",
        "UPDATE STATISTICS dbo.t | STATISTICS",
        "SELECT a FROM dbo.t GROUP BY CUBE (a) | CUBE",
        "UPDATE dbo.t SET n = 1 OUTPUT DELETED.n, INSERTED.n | OUTPUT",
        "MERGE dbo.t AS t USING dbo.t AS s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE; | BY SOURCE",
        "CREATE SEQUENCE dbo.s | SEQUENCE",
        "SELECT * FROM server.db.dbo.t | server",
        "INSERT dbo.t (id) EXEC dbo.p | EXEC",
        "SELECT CAST(0x AS hierarchyid).GetLevel() | GetLevel"
      })
  void whatTheStandInDoesNotKnowItRefusesByName(String statement, String construct)
      throws SQLException {
    SQLException refused = client.error(statement);
    assertThat(refused.getMessage()).containsIgnoringCase(construct);
    assertThat(refused.getMessage()).contains("stand-in does not support");
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2);
  }
}
