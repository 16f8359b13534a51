package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.schema.TableName;
import dev.renkei.standin.StandIn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The comparison finds each kind of fault, so that its silence means something. */
class ComparedTableTest {
  private static final TableName TABLE = new TableName("dbo", "T");

  private static StandIn standIn;
  private Connection source;
  private Connection warehouse;

  @BeforeAll
  static void fill() throws Exception {
    standIn = StandIn.builder().inMemory().database("Shop").start();
    standIn.execute(
        """
        USE Shop
        GO
        CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY, Name nvarchar(20), Moment datetime2(7))
        INSERT INTO dbo.T VALUES (1, N'渋谷', '2026-01-02 03:04:05.1234567'), (2, NULL, NULL)
        """);
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void load() throws Exception {
    source = DriverManager.getConnection(standIn.jtdsUrl("Shop"));
    warehouse = DriverManager.getConnection("jdbc:duckdb:");
    warehouse(
        "CREATE SCHEMA dbo",
        "CREATE TABLE dbo.T (Id INTEGER, Name VARCHAR, Moment TIMESTAMP, _exact JSON)",
        "CREATE TABLE dbo.T_changes (_key VARCHAR, _sequence UBIGINT, _type VARCHAR, _message_id VARCHAR, Id INTEGER, Name VARCHAR, Moment TIMESTAMP, _exact JSON)",
        "INSERT INTO dbo.T_changes VALUES ('[1]', 5, 'I', 'a', 1, '原宿', NULL, NULL), ('[3]', 6, 'I', 'b', 3, 'x', NULL, NULL), ('[2]', 7, 'R', 'c', 2, NULL, NULL, NULL), ('[3]', 8, 'D', 'd', 3, NULL, NULL, NULL)",
        "INSERT INTO dbo.T_changes VALUES ('[1]', 9, 'U', 'e', 1, '渋谷', '2026-01-02 03:04:05.123456', '{\"Moment\":\"2026-01-02T03:04:05.1234567\"}')",
        "INSERT INTO dbo.T SELECT Id, Name, Moment, _exact FROM dbo.T_changes WHERE _sequence IN (7, 9)",
        "CREATE TABLE dbo.T_then AS SELECT * FROM dbo.T",
        "CREATE MACRO dbo.T_as_of(_at) AS TABLE SELECT * FROM dbo.T_then");
  }

  @AfterEach
  void close() throws Exception {
    source.close();
    warehouse.close();
  }

  private void warehouse(String... statements) throws Exception {
    try (Statement statement = warehouse.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private List<String> differences() throws Exception {
    return ComparedTable.read(source, TABLE).differences(source, warehouse);
  }

  @Test
  void isSilentWhereAllIsEqual() throws Exception {
    assertThat(differences()).isEmpty();
  }

  @Test
  void findsAValueThatDiffers() throws Exception {
    warehouse("UPDATE dbo.T SET Name = '渋谷 ' WHERE Id = 1");

    assertThat(differences()).singleElement().asString().contains("dbo.T, current rows", "渋谷");
  }

  @Test
  void findsALostSeventhDigit() throws Exception {
    warehouse("UPDATE dbo.T SET _exact = NULL");

    assertThat(differences()).singleElement().asString().contains("1234567", "1234560");
  }

  @Test
  void tellsTheEmptyStringFromNull() throws Exception {
    warehouse("UPDATE dbo.T SET Name = '' WHERE Id = 2");

    assertThat(differences()).hasSize(1);
  }

  @Test
  void findsALostRowAndOneTooMany() throws Exception {
    warehouse("DELETE FROM dbo.T WHERE Id = 1", "INSERT INTO dbo.T VALUES (3, 'x', NULL, NULL)");

    assertThat(differences()).singleElement().asString().contains("1 of the source's", "1 here");
  }

  @Test
  void findsALogThatReplaysToSomethingElse() throws Exception {
    warehouse("DELETE FROM dbo.T_changes WHERE _type = 'D'");

    assertThat(differences()).singleElement().asString().contains("replayed log");
  }

  @Test
  void findsAReadAsOfTheEndThatGivesSomethingElse() throws Exception {
    warehouse("DELETE FROM dbo.T_then WHERE Id = 2");

    assertThat(differences()).singleElement().asString().contains("as of the end");
  }

  @Test
  void findsWhatIsTwiceInTheLog() throws Exception {
    warehouse("INSERT INTO dbo.T_changes SELECT * FROM dbo.T_changes WHERE _sequence = 5");

    assertThat(differences())
        .hasSize(2)
        .anySatisfy(found -> assertThat(found).contains("one sequence"))
        .anySatisfy(found -> assertThat(found).contains("a message"));
  }
}
