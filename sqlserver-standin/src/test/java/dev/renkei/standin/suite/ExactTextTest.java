package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text that compares equal is not the same: what was written last is what is read. */
class ExactTextTest extends StandInSuite {

  @BeforeEach
  void createTable() throws SQLException {
    client.run(
        "CREATE TABLE dbo.t (k nvarchar(10) NOT NULL PRIMARY KEY, n varchar(10) NULL, a int NULL)",
        "CREATE INDEX IX_n ON dbo.t (n)",
        "INSERT dbo.t VALUES (N'abc', 'x', 1)");
  }

  @Test
  void aKeyUpdatedToOtherCaseIsReadSo() throws SQLException {
    client.run("UPDATE dbo.t SET k = N'ABC'");
    assertThat(client.column("SELECT k FROM dbo.t")).containsExactly("ABC");
    assertThat(client.column("SELECT k FROM dbo.t WHERE k = N'abc'")).containsExactly("ABC");
    assertThat(client.column("SELECT k FROM dbo.t ORDER BY k")).containsExactly("ABC");
    assertThat(client.column("SELECT DISTINCT k FROM dbo.t")).containsExactly("ABC");
    assertThat(client.rows("SELECT MIN(k), MAX(k) FROM dbo.t"))
        .containsExactly(Client.row("ABC", "ABC"));
  }

  @Test
  void spacesAtTheEndOfAKeyAreKept() throws SQLException {
    client.run("UPDATE dbo.t SET k = N'abc  '");
    assertThat(client.number("SELECT DATALENGTH(k) FROM dbo.t WHERE k = N'abc'")).isEqualTo(10);
  }

  @Test
  void anIndexedColumnUpdatedToOtherCaseIsReadSo() throws SQLException {
    client.run("UPDATE dbo.t SET n = 'X'");
    assertThat(client.column("SELECT n FROM dbo.t WHERE n = 'x'")).containsExactly("X");
    assertThat(client.column("SELECT n FROM dbo.t WITH (INDEX (IX_n))")).containsExactly("X");
  }

  @Test
  void aRowWrittenAgainWhileOthersReadItsPastIsReadAsItIs() throws Exception {
    try (Client reader = connect()) {
      reader.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT * FROM dbo.t");
      client.run("DELETE dbo.t", "INSERT dbo.t VALUES (N'aBc', 'X', 2)");
      assertThat(client.rows("SELECT k, n FROM dbo.t WHERE k = N'ABC' AND n = 'x'"))
          .containsExactly(Client.row("aBc", "X"));
      assertThat(reader.rows("SELECT k, n FROM dbo.t WHERE k = N'ABC' AND n = 'x'"))
          .containsExactly(Client.row("abc", "x"));
      reader.run("COMMIT");
    }
  }

  @Test
  void aSnapshotReadsTheTextOfItsTime() throws Exception {
    try (Client reader = connect()) {
      reader.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT * FROM dbo.t");
      client.run("UPDATE dbo.t SET k = N'ABC', n = 'X'");
      assertThat(reader.rows("SELECT k, n FROM dbo.t WHERE k = N'abc'"))
          .containsExactly(Client.row("abc", "x"));
      reader.run("COMMIT");
      assertThat(reader.rows("SELECT k, n FROM dbo.t WHERE k = N'abc'"))
          .containsExactly(Client.row("ABC", "X"));
    }
  }

  @Test
  void anIndexMadeLaterKnowsTheRowsThatAreThere() throws SQLException {
    client.run("INSERT dbo.t VALUES (N'def', 'y', 2), (N'ghi', 'y', 3)");
    client.run("CREATE INDEX IX_na ON dbo.t (n, a)");
    assertThat(client.column("SELECT k FROM dbo.t WHERE n = 'Y' AND a = 3")).containsExactly("ghi");
    assertThat(client.errorNumber("CREATE UNIQUE INDEX UX_n ON dbo.t (n)")).isEqualTo(1505);
    client.run("DROP INDEX IX_na ON dbo.t", "DROP INDEX IX_n ON dbo.t");
    assertThat(client.column("SELECT k FROM dbo.t WHERE n = 'X'")).containsExactly("abc");
    client.run("CREATE UNIQUE INDEX UX_k ON dbo.t (k, n)", "DROP TABLE dbo.t");
  }
}
