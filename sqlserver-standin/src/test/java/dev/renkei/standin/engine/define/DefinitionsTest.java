package dev.renkei.standin.engine.define;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.catalog.Table.Column;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlType;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {
  private Bench bench;

  @BeforeEach
  void open() throws Exception {
    bench = Bench.inMemory();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void makesATableOfEveryKindOfColumn() throws Exception {
    bench.run("CREATE SCHEMA sales; CREATE TYPE dbo.Name FROM nvarchar(50) NOT NULL");
    bench.run(
        "CREATE TABLE sales.Orders(Id int IDENTITY(10,5) CONSTRAINT PK_Orders PRIMARY KEY, Name"
            + " dbo.Name, Amount decimal(9,2) CONSTRAINT DF_Amount DEFAULT 1.5, Twice AS Amount * 2"
            + " PERSISTED, Stamp rowversion, Code varchar(10) COLLATE Latin1_General_CS_AS UNIQUE,"
            + " Big nvarchar(max) NULL, CHECK (Amount > 0))");

    Table table = bench.table("sales.Orders");
    assertThat(table.columns())
        .extracting(Column::name)
        .containsExactly("Id", "Name", "Amount", "Twice", "Stamp", "Code", "Big");
    assertThat(table.primaryKey()).extracting(Table.Key::name).isEqualTo("PK_Orders");
    assertThat(table.column("id").orElseThrow().nullable()).isFalse();
    assertThat(table.column("Name").orElseThrow().nullable()).isFalse();
    assertThat(table.column("Name").orElseThrow().type().alias()).isEqualTo("dbo.Name");
    assertThat(table.column("Code").orElseThrow().sqlType().caseSensitive()).isTrue();
    assertThat(table.otherKeys()).singleElement().matches(k -> k.name().startsWith("UQ__Orders__"));
    assertThat(table.checks()).singleElement().matches(c -> c.name().startsWith("CK__Orders__"));

    bench.run("INSERT INTO sales.Orders(Name, Code) VALUES (N'a', 'x')");
    bench.run("INSERT INTO sales.Orders(Name, Amount, Code) VALUES (N'b', 3, 'X')");
    assertThat(bench.rows("SELECT Id, Name, Amount, Twice, Code FROM sales.Orders ORDER BY Id"))
        .containsExactly("10|a|1.50|3.00|x", "15|b|3.00|6.00|X");
    assertThatThrownBy(
            () -> bench.run("INSERT INTO sales.Orders(Name, Amount, Code) VALUES (N'c', 0, 'y')"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void rowversionsRiseWithEveryChange() throws Exception {
    bench.run("CREATE TABLE t(a int PRIMARY KEY, b int, v rowversion)");
    bench.run("INSERT INTO t(a, b) VALUES (1, 1), (2, 2)");
    bench.run("UPDATE t SET b = 5 WHERE a = 1");
    assertThat(bench.rows("SELECT a FROM t ORDER BY v")).containsExactly("2", "1");
  }

  @ParameterizedTest(name = "{0} after {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "2714 ; CREATE TABLE t(a int) ; CREATE TABLE T(b int)",
        "2714 ; CREATE TABLE t(a int CONSTRAINT c PRIMARY KEY) ; CREATE TABLE u(a int CONSTRAINT C UNIQUE)",
        "2714 ; CREATE SCHEMA s ; CREATE SCHEMA S",
        "2760 ; ; CREATE TABLE nowhere.t(a int)",
        "911  ; ; CREATE TABLE nowhere.dbo.t(a int)",
        "2705 ; ; CREATE TABLE t(a int, A int)",
        "2705 ; CREATE TABLE t(a int) ; ALTER TABLE t ADD a int",
        "2715 ; ; CREATE TABLE t(a nonsense)",
        "2738 ; ; CREATE TABLE t(a rowversion, b rowversion)",
        "2744 ; ; CREATE TABLE t(a int IDENTITY, b int IDENTITY)",
        "2749 ; ; CREATE TABLE t(a varchar(5) IDENTITY)",
        "1754 ; ; CREATE TABLE t(a int IDENTITY DEFAULT 5)",
        "8110 ; ; CREATE TABLE t(a int PRIMARY KEY, b int PRIMARY KEY)",
        "8111 ; ; CREATE TABLE t(a int NULL, PRIMARY KEY(a))",
        "8111 ; CREATE TABLE t(a int) ; ALTER TABLE t ADD PRIMARY KEY(a)",
        "1779 ; CREATE TABLE t(a int PRIMARY KEY, b int NOT NULL) ; ALTER TABLE t ADD PRIMARY KEY(b)",
        "1911 ; ; CREATE TABLE t(a int, PRIMARY KEY(b))",
        "1911 ; CREATE TABLE t(a int) ; CREATE INDEX i ON t(b)",
        "1909 ; CREATE TABLE t(a int) ; CREATE INDEX i ON t(a, A)",
        "1919 ; ; CREATE TABLE t(a nvarchar(max), UNIQUE(a))",
        "1913 ; CREATE TABLE t(a int)/CREATE INDEX i ON t(a) ; CREATE INDEX I ON t(a)",
        "1088 ; ; CREATE INDEX i ON t(a)",
        "1505 ; CREATE TABLE t(a int)/INSERT INTO t VALUES (1),(1) ; CREATE UNIQUE INDEX i ON t(a)",
        "1505 ; CREATE TABLE t(a int NOT NULL)/INSERT INTO t VALUES (1),(1) ; ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY(a)",
        "207  ; ; CREATE TABLE t(a int, CHECK (b > 0))",
        "547  ; CREATE TABLE t(a int)/INSERT INTO t VALUES (1) ; ALTER TABLE t ADD CHECK (a > 1)",
        "547  ; CREATE TABLE p(a int PRIMARY KEY)/CREATE TABLE t(a int)/INSERT INTO t VALUES (1) ; ALTER TABLE t ADD FOREIGN KEY(a) REFERENCES p(a)",
        "1767 ; ; CREATE TABLE t(a int REFERENCES p(a))",
        "1769 ; CREATE TABLE p(a int PRIMARY KEY) ; CREATE TABLE t(a int, FOREIGN KEY(x) REFERENCES p(a))",
        "1770 ; CREATE TABLE p(a int PRIMARY KEY) ; CREATE TABLE t(a int REFERENCES p(x))",
        "1776 ; CREATE TABLE p(a int PRIMARY KEY, b int) ; CREATE TABLE t(a int REFERENCES p(b))",
        "3701 ; ; DROP TABLE t",
        "3701 ; ; DROP VIEW v",
        "3701 ; CREATE TABLE t(a int) ; DROP INDEX i ON t",
        "3705 ; CREATE TABLE t(a int) ; DROP VIEW t",
        "3723 ; CREATE TABLE t(a int CONSTRAINT k PRIMARY KEY) ; DROP INDEX k ON t",
        "3725 ; CREATE TABLE p(a int CONSTRAINT k PRIMARY KEY)/CREATE TABLE t(a int REFERENCES p(a)) ; ALTER TABLE p DROP CONSTRAINT k",
        "3726 ; CREATE TABLE p(a int PRIMARY KEY)/CREATE TABLE t(a int REFERENCES p(a)) ; DROP TABLE p",
        "4712 ; CREATE TABLE p(a int PRIMARY KEY)/CREATE TABLE t(a int REFERENCES p(a)) ; TRUNCATE TABLE p",
        "3728 ; CREATE TABLE t(a int) ; ALTER TABLE t DROP CONSTRAINT x",
        "3729 ; CREATE SCHEMA s/CREATE TABLE s.t(a int) ; DROP SCHEMA s",
        "15151; ; DROP SCHEMA s",
        "4902 ; ; ALTER TABLE t ADD a int",
        "4901 ; CREATE TABLE t(a int)/INSERT INTO t VALUES (1) ; ALTER TABLE t ADD b int NOT NULL",
        "4923 ; CREATE TABLE t(a int) ; ALTER TABLE t DROP COLUMN a",
        "4924 ; CREATE TABLE t(a int) ; ALTER TABLE t DROP COLUMN b",
        "4924 ; CREATE TABLE t(a int) ; ALTER TABLE t ALTER COLUMN b int",
        "4928 ; CREATE TABLE t(a int, c AS a + 1) ; ALTER TABLE t ALTER COLUMN c int",
        "4928 ; CREATE TABLE t(a int, v rowversion) ; ALTER TABLE t ALTER COLUMN v binary(8)",
        "5074 ; CREATE TABLE t(a int PRIMARY KEY, b int) ; ALTER TABLE t DROP COLUMN a",
        "5074 ; CREATE TABLE t(a int PRIMARY KEY, b int) ; ALTER TABLE t ALTER COLUMN a bigint",
        "5074 ; CREATE TABLE t(a int, b int DEFAULT 1) ; ALTER TABLE t DROP COLUMN b",
        "5074 ; CREATE TABLE t(a int, c AS a + 1) ; ALTER TABLE t DROP COLUMN a",
        "5074 ; CREATE TABLE t(a int, b int, CHECK (b > a)) ; ALTER TABLE t DROP COLUMN b",
        "5074 ; CREATE TABLE t(a int, b int)/CREATE INDEX i ON t(b) ; ALTER TABLE t DROP COLUMN b",
        "5074 ; CREATE TABLE t(a int, b int)/CREATE INDEX i ON t(b) ; ALTER TABLE t ALTER COLUMN b bigint",
        "515  ; CREATE TABLE t(a int)/INSERT INTO t VALUES (NULL) ; ALTER TABLE t ALTER COLUMN a int NOT NULL",
        "245  ; CREATE TABLE t(a varchar(9))/INSERT INTO t VALUES ('x') ; ALTER TABLE t ALTER COLUMN a int",
        "8152 ; CREATE TABLE t(a varchar(9))/INSERT INTO t VALUES ('12345') ; ALTER TABLE t ALTER COLUMN a varchar(3)",
        "1781 ; CREATE TABLE t(a int DEFAULT 1) ; ALTER TABLE t ADD DEFAULT 2 FOR a",
        "1759 ; ; CREATE TABLE t(a int, b AS a + 1, c AS b + 1)",
        "448  ; ; CREATE TABLE t(a varchar(5) COLLATE nonsense)",
        "219  ; CREATE TYPE n FROM int ; CREATE TYPE N FROM int",
        "3732 ; CREATE TYPE n FROM int/CREATE TABLE t(a n) ; DROP TYPE n",
        "3701 ; ; DROP TYPE n",
        "1801 ; CREATE DATABASE d ; CREATE DATABASE D",
        "3701 ; ; DROP DATABASE d",
        "3708 ; ; DROP DATABASE master",
        "5011 ; ; ALTER DATABASE d SET ALLOW_SNAPSHOT_ISOLATION ON",
        "50001; ; CREATE DATABASE d COLLATE Latin1_General_CS_AS",
        "5090 ; ; ALTER DATABASE tempdb SET CHANGE_TRACKING = ON",
        "5089 ; ; ALTER DATABASE Shop SET CHANGE_TRACKING = OFF",
        "5089 ; ; ALTER DATABASE Shop SET CHANGE_TRACKING (AUTO_CLEANUP = OFF)",
        "5088 ; ALTER DATABASE Shop SET CHANGE_TRACKING = ON ; ALTER DATABASE Shop SET CHANGE_TRACKING = ON",
        "1718 ; CREATE TABLE t(a int PRIMARY KEY) ; ALTER TABLE t ENABLE CHANGE_TRACKING",
        "4997 ; ALTER DATABASE Shop SET CHANGE_TRACKING = ON/CREATE TABLE t(a int) ; ALTER TABLE t ENABLE CHANGE_TRACKING",
        "4996 ; ALTER DATABASE Shop SET CHANGE_TRACKING = ON/CREATE TABLE t(a int PRIMARY KEY)/ALTER TABLE t ENABLE CHANGE_TRACKING ; ALTER TABLE t ENABLE CHANGE_TRACKING",
        "4998 ; CREATE TABLE t(a int PRIMARY KEY) ; ALTER TABLE t DISABLE CHANGE_TRACKING",
        "3735 ; ALTER DATABASE Shop SET CHANGE_TRACKING = ON/CREATE TABLE t(a int CONSTRAINT k PRIMARY KEY)/ALTER TABLE t ENABLE CHANGE_TRACKING ; ALTER TABLE t DROP CONSTRAINT k",
        "22115; ALTER DATABASE Shop SET CHANGE_TRACKING = ON/CREATE TABLE t(a int PRIMARY KEY)/ALTER TABLE t ENABLE CHANGE_TRACKING ; ALTER DATABASE Shop SET CHANGE_TRACKING = OFF",
        "15025; CREATE LOGIN l WITH PASSWORD = 'p' ; CREATE LOGIN L WITH PASSWORD = 'p'",
        "15007; ; CREATE USER u FOR LOGIN nobody",
        "15023; CREATE LOGIN l WITH PASSWORD = 'p'/CREATE USER u FOR LOGIN l ; CREATE USER U FOR LOGIN l",
        "15063; CREATE LOGIN l WITH PASSWORD = 'p'/CREATE USER u FOR LOGIN l ; CREATE USER w FOR LOGIN l",
        "15151; ; DROP LOGIN l",
        "15151; ; DROP USER u",
        "15151; ; GRANT SELECT ON t TO public",
        "15151; ; GRANT SELECT TO nobody",
        "4511 ; CREATE TABLE t(a int) ; CREATE VIEW v AS SELECT a + 1 FROM t",
        "4506 ; CREATE TABLE t(a int) ; CREATE VIEW v AS SELECT a, a FROM t",
        "208  ; ; CREATE VIEW v AS SELECT * FROM nowhere",
      })
  void refuses(int number, String before, String statement) throws Exception {
    if (before != null) {
      for (String step : before.split("/")) {
        bench.run(step);
      }
    }
    long version = bench.catalog().version();

    SqlError error = catchThrowableOfType(SqlError.class, () -> bench.run(statement));

    assertThat(error).as(statement).isNotNull();
    assertThat(error.number()).as(error.getMessage()).isEqualTo(number);
    assertThat(bench.catalog().version()).isEqualTo(version);
  }

  @Test
  void aFailedCreateTableLeavesNothing() throws Exception {
    bench.run("CREATE TABLE p(a varchar(5) PRIMARY KEY)");
    assertThatThrownBy(() -> bench.run("CREATE TABLE t(a int, b int REFERENCES p(a), UNIQUE(b))"))
        .isInstanceOf(SqlError.class);
    bench.run("CREATE TABLE t(a int, b int, UNIQUE(b))");
  }

  @Test
  void addsColumnsAndFillsOldRowsAsDeclared() throws Exception {
    bench.run("CREATE TABLE t(a int PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    bench.run("ALTER TABLE t ADD b int NOT NULL DEFAULT 7, c int DEFAULT 8");
    bench.run("ALTER TABLE t ADD d nvarchar(9) DEFAULT N'日本' WITH VALUES, e AS a * 10");
    bench.run("ALTER TABLE t ADD f int IDENTITY(100, 1)");
    bench.run("ALTER TABLE t ADD g datetime2(0) NOT NULL DEFAULT SYSUTCDATETIME()");
    bench.run("INSERT INTO t(a) VALUES (3)");
    assertThat(bench.rows("SELECT a, b, c, d, e, f FROM t ORDER BY a"))
        .containsExactly("1|7|null|日本|10|100", "2|7|null|日本|20|101", "3|7|8|日本|30|102");
    assertThat(bench.rows("SELECT a FROM t WHERE g IS NULL")).isEmpty();
  }

  @Test
  void neverGivesTheIdOfADroppedColumnAgain() throws Exception {
    bench.run("CREATE TABLE t(a int, b int, c int)");
    bench.run("ALTER TABLE t DROP COLUMN c");
    bench.run("ALTER TABLE t ADD d int");
    assertThat(bench.table("t").column("d").orElseThrow().columnId()).isEqualTo(4);
  }

  @ParameterizedTest(name = "{0} {1} to {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "int ; 42 ; bigint ; 42",
        "bigint ; 42 ; smallint ; 42",
        "int ; 42 ; varchar(10) ; 42",
        "varchar(10) ; '42' ; int ; 42",
        "varchar(5) ; 'abc' ; nvarchar(max) ; abc",
        "varchar(9) ; 'abc' ; varchar(3) ; abc",
        "decimal(9,2) ; 1.25 ; decimal(9,1) ; 1.3",
        "datetime2(7) ; '2026-01-02T03:04:05.1234567' ; date ; 2026-01-02",
        "varchar(9) ; NULL ; int ; null",
      })
  void altersAColumnKeepingItsValues(String from, String value, String to, String expected)
      throws Exception {
    bench.run("CREATE TABLE t(k int PRIMARY KEY, a %s)".formatted(from));
    bench.run("INSERT INTO t VALUES (1, %s)".formatted(value));
    bench.run("ALTER TABLE t ALTER COLUMN a " + to);
    assertThat(bench.rows("SELECT a FROM t")).containsExactly(expected);
    assertThat(bench.table("t").column("a").orElseThrow().sqlType().declaration())
        .isEqualTo(to.equals("varchar(3)") ? "varchar(3)" : to);
  }

  @Test
  void aWidenedIdentityGoesOn() throws Exception {
    bench.run("CREATE TABLE t(a tinyint IDENTITY(254, 1), b int)");
    bench.run("INSERT INTO t(b) VALUES (1), (2)");
    bench.run("ALTER TABLE t ALTER COLUMN a bigint NOT NULL");
    bench.run("INSERT INTO t(b) VALUES (3)");
    assertThat(bench.rows("SELECT a FROM t ORDER BY b")).containsExactly("254", "255", "256");
  }

  @Test
  void aFailedConversionLeavesTheTableAsItWas() throws Exception {
    bench.run("CREATE TABLE t(a varchar(9)); INSERT INTO t VALUES ('x')");
    assertThatThrownBy(() -> bench.run("ALTER TABLE t ALTER COLUMN a int"))
        .isInstanceOf(SqlError.class);
    bench.run("INSERT INTO t VALUES ('y')");
    assertThat(bench.rows("SELECT COUNT(*) FROM t")).containsExactly("2");
  }

  @Test
  void dropsConstraintsByName() throws Exception {
    bench.run("CREATE TABLE p(a int PRIMARY KEY)");
    bench.run(
        "CREATE TABLE t(a int CONSTRAINT k PRIMARY KEY, b int CONSTRAINT u UNIQUE CONSTRAINT d"
            + " DEFAULT 1 CONSTRAINT c CHECK (b > 0) CONSTRAINT f REFERENCES p(a))");
    bench.run("ALTER TABLE t DROP CONSTRAINT k, u, d, c, f");
    assertThat(Constraints.names(bench.table("t"))).isEmpty();
    bench.run("INSERT INTO t(a, b) VALUES (1, -1), (1, -1)");
    bench.run("INSERT INTO t(a) VALUES (1)");
    assertThat(bench.rows("SELECT b FROM t")).containsExactly("-1", "-1", "null");
  }

  @Test
  void uniqueKeysHoldOneNullOnly() throws Exception {
    bench.run("CREATE TABLE t(a int, b int UNIQUE); INSERT INTO t VALUES (1, NULL)");
    assertThatThrownBy(() -> bench.run("INSERT INTO t VALUES (2, NULL)"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void indexesOfTwoTablesMayHaveOneName() throws Exception {
    bench.run("CREATE TABLE t(a int, b int); CREATE TABLE u(a int)");
    bench.run("CREATE INDEX ix ON t(a DESC) INCLUDE (b); CREATE UNIQUE INDEX ix ON u(a)");
    bench.run("DROP INDEX ix ON t");
    assertThat(bench.table("t").otherKeys()).isEmpty();
    assertThat(bench.table("u").otherKeys()).hasSize(1);
  }

  @Test
  void truncateStartsTheIdentityAgain() throws Exception {
    bench.run("CREATE TABLE t(a int IDENTITY(5, 2), b int)");
    bench.run("INSERT INTO t(b) VALUES (1), (2); TRUNCATE TABLE t; INSERT INTO t(b) VALUES (3)");
    assertThat(bench.rows("SELECT a, b FROM t")).containsExactly("5|3");
  }

  @Test
  void droppingAndMakingAgainGivesANewId() throws Exception {
    bench.run("CREATE TABLE t(a int)");
    int id = bench.table("t").objectId();
    bench.run("DROP TABLE t; DROP TABLE IF EXISTS t; CREATE TABLE t(a int)");
    assertThat(bench.table("t").objectId()).isNotEqualTo(id);
  }

  @Test
  void keepsTheRulesOfChangeTrackingForKeys() throws Exception {
    bench.run("ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 90 MINUTES)");
    bench.run("CREATE TABLE t(a int CONSTRAINT k PRIMARY KEY, b int, c int)");
    bench.run("ALTER TABLE t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)");
    bench.run("INSERT INTO t VALUES (1, 1, 1)");
    bench.run("ALTER TABLE t ADD d int DEFAULT 4 WITH VALUES");
    bench.run("ALTER TABLE t ALTER COLUMN b varchar(20)");
    bench.run("ALTER TABLE t DROP COLUMN c");
    assertThat(
            bench.rows(
                "SELECT retention_period, retention_period_units_desc FROM sys.change_tracking_databases"))
        .containsExactly("90|MINUTES");
    assertThat(
            bench.rows(
                "SELECT SYS_CHANGE_VERSION, SYS_CHANGE_OPERATION, a FROM CHANGETABLE(CHANGES t, 0) AS c"))
        .containsExactly("1|I|1");
    bench.run("UPDATE t SET b = 'x' WHERE a = 1");
    assertThat(bench.rows("SELECT SYS_CHANGE_VERSION FROM CHANGETABLE(CHANGES t, 1) AS c"))
        .containsExactly("2");
  }

  // ---- views ----

  @Test
  void viewsFollowTheirTables() throws Exception {
    bench.run("CREATE TABLE t(a int, b int); INSERT INTO t VALUES (1, 2)");
    bench.run("CREATE VIEW v AS SELECT a, b AS c FROM t");
    bench.run("CREATE VIEW w(x) AS SELECT a + 1 FROM v");
    bench.run("ALTER TABLE t ADD d int");
    bench.run("ALTER TABLE t ALTER COLUMN b varchar(9)");
    assertThat(bench.rows("SELECT x FROM w")).containsExactly("2");
    assertThat(bench.table("v").column("c").orElseThrow().sqlType().declaration())
        .isEqualTo("varchar(9)");
    bench.run("DROP TABLE t");
    bench.run("CREATE TABLE t(a int, b int); INSERT INTO t VALUES (5, 6)");
    assertThat(bench.rows("SELECT x FROM w")).containsExactly("6");
    bench.run("DROP VIEW w, v");
    assertThat(bench.catalog().tables("Shop")).hasSize(1);
  }

  @Test
  void aViewMayReadSystemViews() throws Exception {
    bench.run("CREATE VIEW v AS SELECT name FROM sys.tables; CREATE TABLE t(a int)");
    assertThat(bench.rows("SELECT * FROM v")).containsExactly("t");
  }

  // ---- sp_rename ----

  @Test
  void renames() throws Exception {
    bench.run("CREATE TABLE p(a int PRIMARY KEY, b int CONSTRAINT u UNIQUE)");
    bench.run("CREATE TABLE t(a int REFERENCES p(b), b int CONSTRAINT d DEFAULT 3)");
    bench.run("CREATE INDEX ix ON t(b)");
    rename("dbo.p.b", "c", "COLUMN");
    rename("[dbo].[t]", "t.2", "OBJECT");
    rename("[t.2].ix", "iy", "INDEX");
    rename("u", "uu", "");
    rename("d", "dd", "OBJECT");
    bench.run("INSERT INTO p VALUES (1, 10); INSERT INTO [t.2](a) VALUES (10)");
    assertThat(bench.rows("SELECT a, b FROM [t.2]")).containsExactly("10|3");
    Table table = bench.catalog().table("Shop", "dbo", "t.2").orElseThrow();
    assertThat(table.otherKeys()).extracting(Table.Key::name).containsExactly("iy");
    assertThat(table.foreignKeys().get(0).targetColumns()).containsExactly("c");
    assertThat(Constraints.names(bench.table("p"))).contains("uu");
    bench.run("DROP INDEX iy ON [t.2]");
    bench.run("DROP TABLE [t.2]; ALTER TABLE p DROP CONSTRAINT uu");
  }

  @ParameterizedTest(name = "{0}: {1} to {2} as {3}")
  @CsvSource({
    "15225, nothing, x, OBJECT",
    "15225, t.nothing, x, INDEX",
    "15248, t.nothing, x, COLUMN",
    "15249, t, x, NONSENSE",
    "15335, t, u, OBJECT",
    "15335, t.a, b, COLUMN",
    "15336, t.b, x, COLUMN",
  })
  void refusesToRename(int number, String name, String newName, String kind) throws Exception {
    bench.run("CREATE TABLE t(a int, b int, CHECK (b > 0)); CREATE TABLE u(a int)");
    SqlError error = catchThrowableOfType(SqlError.class, () -> rename(name, newName, kind));
    assertThat(error).isNotNull();
    assertThat(error.number()).as(error.getMessage()).isEqualTo(number);
  }

  private void rename(String name, String newName, String kind) throws SqlError {
    bench.definitions.rename(name, newName, kind, "Shop", "sa");
  }

  // ---- databases ----

  @Test
  void databasesComeAndGo() throws Exception {
    bench.run("CREATE DATABASE [Other.db] COLLATE Japanese_CI_AS");
    bench.run("CREATE TABLE [Other.db].dbo.t(a int PRIMARY KEY, v rowversion)");
    bench.run("ALTER DATABASE [Other.db] SET ALLOW_SNAPSHOT_ISOLATION ON");
    bench.run("ALTER DATABASE [Other.db] MODIFY NAME = Renamed");
    assertThat(bench.catalog().database("renamed").orElseThrow().snapshotIsolation()).isTrue();
    bench.run("INSERT INTO Renamed.dbo.t(a) VALUES (1)");
    assertThat(bench.rows("SELECT name FROM Renamed.sys.tables")).containsExactly("t");
    bench.run("DROP DATABASE Renamed; DROP DATABASE IF EXISTS Renamed");
    assertThat(bench.catalog().database("Renamed")).isEmpty();
    bench.run("CREATE DATABASE Renamed");
    assertThat(bench.rows("SELECT name FROM Renamed.sys.tables")).isEmpty();
  }

  @Test
  void aSecondaryRefusesChanges() throws Exception {
    bench
        .catalog()
        .putDatabase(bench.catalog().database("Shop").orElseThrow().withReadableSecondary(true));
    assertThatThrownBy(() -> bench.run("CREATE TABLE t(a int)"))
        .isInstanceOfSatisfying(SqlError.class, e -> assertThat(e.number()).isEqualTo(3906));
  }

  // ---- rights ----

  @Test
  void aLoginMayDefineWhatItWasGranted() throws Exception {
    bench.run("CREATE TABLE t(a int)");
    bench.run("CREATE LOGIN maker WITH PASSWORD = 'p'; CREATE USER maker FOR LOGIN maker");
    bench.login = "maker";
    assertNumber(262, "CREATE TABLE u(a int)");
    assertNumber(4902, "ALTER TABLE t ADD b int");
    assertNumber(3701, "DROP TABLE t");
    assertNumber(15247, "CREATE LOGIN other WITH PASSWORD = 'p'");
    assertNumber(15247, "GRANT SELECT ON t TO public");
    assertNumber(262, "CREATE DATABASE d");
    bench.login = "sa";
    bench.run("GRANT CREATE TABLE TO maker; GRANT ALTER ON t TO maker");
    bench.login = "maker";
    bench.run("CREATE TABLE u(a int); ALTER TABLE t ADD b int");
    bench.login = "sa";
    bench.run("ALTER ROLE db_owner ADD MEMBER maker");
    bench.login = "maker";
    bench.run("DROP TABLE t; GRANT SELECT ON u(a) TO public");
    assertThat(
            bench.rows(
                "SELECT permission_name, minor_id FROM sys.database_permissions WHERE class = 1"))
        .containsExactly("SELECT|1");
  }

  private void assertNumber(int number, String statement) {
    assertThatThrownBy(() -> bench.run(statement))
        .isInstanceOfSatisfying(
            SqlError.class, e -> assertThat(e.number()).as(e.getMessage()).isEqualTo(number));
  }

  // ---- on disk ----

  @Test
  void everythingIsThereAfterReopening(@TempDir Path directory) throws Exception {
    try (Bench disk = Bench.in(directory)) {
      disk.run("CREATE DATABASE Shop");
      disk.run("CREATE TABLE p(a nvarchar(9) PRIMARY KEY, v rowversion)");
      disk.run(
          "CREATE TABLE t(a int IDENTITY PRIMARY KEY, b nvarchar(9) REFERENCES p(a), c AS a * 2,"
              + " CHECK (a > 0))");
      disk.run("CREATE VIEW v AS SELECT name FROM sys.tables WHERE name = 't'");
      disk.run("CREATE VIEW w AS SELECT c FROM t");
      disk.run("INSERT INTO p(a) VALUES (N'Ab'); INSERT INTO t(b) VALUES (N'aB  ')");
    }
    try (Bench disk = Bench.in(directory)) {
      assertThat(disk.rows("SELECT name FROM v")).containsExactly("t");
      assertThat(disk.rows("SELECT c FROM w")).containsExactly("2");
      disk.run("INSERT INTO t(b) VALUES (N'AB')");
      assertThat(disk.rows("SELECT COUNT(*) FROM t WHERE b = 'ab'")).containsExactly("2");
      assertThatThrownBy(() -> disk.run("INSERT INTO p(a) VALUES (N'ab ')"))
          .isInstanceOf(SQLException.class);
      assertThat(disk.table("p").column("a").orElseThrow().sqlType())
          .isEqualTo(SqlType.nvarchar(9));
    }
  }
}
