package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchTest extends EngineTest {
  @Test
  void aSyntaxErrorLetsNothingRun() throws Exception {
    Recording recording = client.run("INSERT dbo.t (id) VALUES (9)\nSELECT FROM WHERE");

    assertThat(recording.events()).hasSize(1);
    assertThat(recording.errors()).containsExactly(156);
    assertThat(recording.events().get(0)).endsWith("line 2");
    assertThat(client.rows("SELECT COUNT(*) FROM dbo.t")).containsExactly("2");
  }

  @Test
  void whatIsNotKnownIsRefusedByName() throws Exception {
    Recording recording = client.run("CREATE PROCEDURE p AS SELECT 1");

    assertThat(recording.errors()).containsExactly(50001);
    assertThat(recording.firstError().getMessage()).contains("PROCEDURE");
    assertThat(client.run("CREATE TABLE #x (id int)").errors()).containsExactly(50001);
  }

  @Test
  void aViolationEndsItsStatementAndTheBatchGoesOn() throws Exception {
    Recording recording = client.run("INSERT dbo.t (id) VALUES (1)\nSELECT @@ERROR, @@ROWCOUNT");

    assertThat(recording.events())
        .containsExactly(
            "error 2627 line 1",
            "info 3621 The statement has been terminated.",
            "columns ,",
            "row 2627|0",
            "done SELECT 1");
  }

  @Test
  void aMissingTableEndsTheBatchAndLeavesTheTransaction() throws Exception {
    Recording recording = client.run("BEGIN TRAN; SELECT * FROM nowhere; SELECT 1");

    assertThat(recording.errors()).containsExactly(208);
    assertThat(recording.rows()).isEmpty();
    assertThat(client.rows("SELECT @@TRANCOUNT")).containsExactly("1");
  }

  @Test
  void aFailedConversionEndsBatchAndTransaction() throws Exception {
    Recording recording =
        client.run("BEGIN TRAN; DELETE dbo.t; SELECT CAST(N'x' AS int); SELECT 1");

    assertThat(recording.errors()).containsExactly(245);
    assertThat(recording.events()).contains("ROLLED_BACK");
    assertThat(client.rows("SELECT @@TRANCOUNT, COUNT(*) FROM dbo.t")).containsExactly("0|2");
  }

  @Test
  void xactAbortRollsEverythingBack() throws Exception {
    Recording recording =
        client.run(
            "SET XACT_ABORT ON; BEGIN TRAN; DELETE dbo.t WHERE id = 2; INSERT dbo.t (id) VALUES (1); SELECT 1");

    assertThat(recording.errors()).containsExactly(2627);
    assertThat(recording.rows()).isEmpty();
    assertThat(client.rows("SELECT @@TRANCOUNT, COUNT(*) FROM dbo.t")).containsExactly("0|2");
  }

  @Test
  void divisionByZeroEndsOnlyItsStatement() throws Exception {
    Recording recording = client.run("SELECT 1/0; SELECT 7");

    assertThat(recording.errors()).containsExactly(8134);
    assertThat(recording.rows()).containsExactly("7");
  }

  @Test
  void variablesKeepTheirTypes() throws Exception {
    assertThat(
            client.rows(
                "DECLARE @d decimal(6,2) = 1.239, @s nvarchar(3) = N'abcdef', @n int; SET @n = @d * 2; SELECT @d, @s, @n"))
        .containsExactly("1.24|abc|2");
  }

  @Test
  void selectAssignsTheLastRowAndKeepsTheValueWithoutRows() throws Exception {
    assertThat(
            client.rows(
                """
                DECLARE @v int = 5, @n int
                SELECT @v = v FROM dbo.t WHERE id = 99
                SELECT @n = id FROM dbo.t ORDER BY id
                SELECT @v, @n, @@ROWCOUNT
                """))
        .containsExactly("5|2|2");
  }

  @Test
  void anUndeclaredVariableIsNamed() throws Exception {
    Recording recording = client.run("SELECT @nobody");

    assertThat(recording.errors()).containsExactly(137);
    assertThat(recording.firstError().getMessage()).contains("@nobody");
  }

  @Test
  void loopsBreakAndContinue() throws Exception {
    Recording recording =
        client.run(
            """
            DECLARE @i int = 0
            WHILE 1 = 1
            BEGIN
              SET @i = @i + 1
              IF @i = 2 CONTINUE
              IF @i > 4 BREAK
              PRINT @i
            END
            """);

    assertThat(recording.events().stream().filter(e -> e.startsWith("info")))
        .containsExactly("info 0 1", "info 0 3", "info 0 4");
  }

  @Test
  void breakOutsideOfALoopIsAnError() throws Exception {
    assertThat(client.run("BREAK").errors()).containsExactly(135);
  }

  @Test
  void ifTakesTheUnknownForFalse() throws Exception {
    assertThat(client.rows("IF NULL = 1 SELECT 'then' ELSE SELECT 'else'")).containsExactly("else");
    assertThat(client.rows("IF EXISTS (SELECT 1 FROM dbo.t WHERE v = 20) SELECT 'yes'"))
        .containsExactly("yes");
  }

  @Test
  void returnEndsTheBatch() throws Exception {
    assertThat(client.rows("SELECT 1; RETURN; SELECT 2")).containsExactly("1");
  }

  @Test
  void raiserrorPutsItsArgumentsIn() throws Exception {
    Recording recording =
        client.run("RAISERROR(N'%s has %d of %d%%', 16, 7, N'Bob', 5, 10); SELECT @@ERROR");

    assertThat(recording.firstError().getMessage()).isEqualTo("Bob has 5 of 10%");
    assertThat(recording.firstError().state()).isEqualTo(7);
    assertThat(recording.rows()).containsExactly("50000");
  }

  @Test
  void raiserrorOfLowSeverityIsAMessage() throws Exception {
    assertThat(client.run("RAISERROR('just so', 10, 1)").events()).contains("info 50000 just so");
  }

  @Test
  void throwEndsTheBatch() throws Exception {
    Recording recording = client.run("THROW 51000, N'stop', 3; SELECT 1");

    assertThat(recording.errors()).containsExactly(51000);
    assertThat(recording.rows()).isEmpty();
  }

  @Test
  void noCountHidesCounts() throws Exception {
    assertThat(client.run("SET NOCOUNT ON; UPDATE dbo.t SET v = 0").events())
        .containsExactly("done OTHER", "done UPDATE");
    assertThat(client.run("SET NOCOUNT OFF; UPDATE dbo.t SET v = 0").events())
        .containsExactly("done OTHER", "done UPDATE 2");
  }

  @Test
  void rowCountLimitsQueries() throws Exception {
    assertThat(client.rows("SET ROWCOUNT 1; SELECT id FROM dbo.t ORDER BY id; SET ROWCOUNT 0"))
        .containsExactly("1");
  }

  @Test
  void formatOnlyDescribesWithoutRunning() throws Exception {
    Recording recording =
        client.run("SET FMTONLY ON; SELECT id, v FROM dbo.t; DELETE dbo.t; SET FMTONLY OFF");

    assertThat(recording.events()).contains("columns id,v");
    assertThat(recording.rows()).isEmpty();
    assertThat(client.rows("SELECT COUNT(*) FROM dbo.t")).containsExactly("2");
  }

  @Test
  void anUnknownOptionIsRefused() throws Exception {
    assertThat(client.run("SET QUOTED_IDENTIFIER OFF").errors()).containsExactly(50001);
    assertThat(client.run("SET ANSI_NULLS ON").errors()).isEmpty();
  }

  @Test
  void useChangesTheDatabase() throws Exception {
    Recording recording = client.run("USE master; SELECT DB_NAME()");

    assertThat(recording.rows()).containsExactly("master");
    assertThat(recording.events()).contains("database " + database + " -> master");
    assertThat(client.run("USE nowhere").errors()).containsExactly(911);
  }

  @Test
  void identitiesAreKnownAfterInserts() throws Exception {
    client.rows("CREATE TABLE dbo.i (id int IDENTITY(5,2) NOT NULL PRIMARY KEY, v int)");

    assertThat(client.rows("INSERT dbo.i (v) VALUES (1), (2); SELECT SCOPE_IDENTITY(), @@IDENTITY"))
        .containsExactly("7|7");
    assertThat(
            client.rows(
                "SET IDENTITY_INSERT dbo.i ON; INSERT dbo.i (id, v) VALUES (100, 1); SET IDENTITY_INSERT dbo.i OFF; INSERT dbo.i (v) VALUES (3); SELECT SCOPE_IDENTITY()"))
        .containsExactly("102");
    assertThat(client.rows("INSERT dbo.t (id) VALUES (3); SELECT SCOPE_IDENTITY()"))
        .containsExactly("null");
  }

  @Test
  void outputReturnsTheChangedRows() throws Exception {
    assertThat(
            client
                .run("UPDATE dbo.t SET v = v + 1 OUTPUT INSERTED.id, INSERTED.v WHERE id = 1")
                .events())
        .containsExactly("columns id,v", "row 1|11", "done UPDATE 1");
  }

  @Test
  void aTableVariableLivesInItsBatch() throws Exception {
    assertThat(
            client.rows(
                "DECLARE @x TABLE (a int NOT NULL, b nvarchar(9)); INSERT INTO @x VALUES (1, N'q'); SELECT b, a FROM @x"))
        .containsExactly("q|1");
    assertThat(client.run("SELECT * FROM @x").errors()).containsExactly(1087);
  }

  @Test
  void violationsNameSqlServersObjects() throws Exception {
    client.rows(
        """
        CREATE TABLE dbo.p (a int NOT NULL, b nvarchar(5) NULL, c int NOT NULL,
          CONSTRAINT PK_p PRIMARY KEY (a, c), CONSTRAINT UQ_p UNIQUE (b), CONSTRAINT CK_p CHECK (c > 0))
        CREATE UNIQUE INDEX IX_v ON dbo.t (v)
        CREATE TABLE dbo.f (id int NOT NULL CONSTRAINT FK_f REFERENCES dbo.t (id))
        INSERT dbo.p VALUES (1, N'x', 1)
        INSERT dbo.f VALUES (1)
        """);

    assertThat(message("INSERT dbo.p VALUES (1, N'y', 1)"))
        .isEqualTo(
            "Violation of PRIMARY KEY constraint 'PK_p'. Cannot insert duplicate key in object 'dbo.p'. The duplicate key value is (1, 1).");
    assertThat(message("INSERT dbo.p VALUES (2, N'X', 1)"))
        .startsWith(
            "Violation of UNIQUE KEY constraint 'UQ_p'. Cannot insert duplicate key in object 'dbo.p'.");
    assertThat(message("UPDATE dbo.t SET v = 20 WHERE id = 1"))
        .isEqualTo(
            "Cannot insert duplicate key row in object 'dbo.t' with unique index 'IX_v'. The duplicate key value is (20).");
    assertThat(message("INSERT dbo.p VALUES (3, N'z', 0)"))
        .isEqualTo(
            "The INSERT statement conflicted with the CHECK constraint \"CK_p\". The conflict occurred in database \"%s\", table \"dbo.p\"."
                .formatted(database));
    assertThat(message("INSERT dbo.f VALUES (7)"))
        .isEqualTo(
            "The INSERT statement conflicted with the FOREIGN KEY constraint \"FK_f\". The conflict occurred in database \"%s\", table \"dbo.t\", column 'id'."
                .formatted(database));
    assertThat(message("DELETE dbo.t WHERE id = 1"))
        .isEqualTo(
            "The DELETE statement conflicted with the REFERENCE constraint \"FK_f\". The conflict occurred in database \"%s\", table \"dbo.f\", column 'id'."
                .formatted(database));
    assertThat(message("INSERT dbo.p (b, c) VALUES (N'n', 1)"))
        .isEqualTo(
            "Cannot insert the value NULL into column 'a', table '%s.dbo.p'; column does not allow nulls. INSERT fails."
                .formatted(database));
    assertThat(message("UPDATE dbo.t SET name = N'12345678901' WHERE id = 2"))
        .isEqualTo(
            "String or binary data would be truncated in table '%s.dbo.t', column 'name'. Truncated value: '1234567890'."
                .formatted(database));
  }

  private String message(String batch) throws Exception {
    return client.run(batch).firstError().getMessage();
  }
}
