package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.SqlType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProceduresTest extends EngineTest {
  private static Parameter text(String value) {
    return new Parameter("", SqlType.nvarchar(SqlType.MAX), value, false);
  }

  private static Parameter number(String name, @Nullable Integer value) {
    return new Parameter(name, SqlType.INT, value, false);
  }

  private static Parameter output(String name, @Nullable Integer value) {
    return new Parameter(name, SqlType.INT, value, true);
  }

  @Test
  void executesqlTakesParametersByNameAndPosition() throws Exception {
    Recording recording =
        client.call(
            "sp_executesql",
            text("SELECT @a, @b"),
            text("@a int, @b int"),
            number("@b", 2),
            number("@a", 1));

    assertThat(recording.events())
        .containsExactly("columns ,", "row 1|2", "done SELECT 1", "status 0");
    assertThat(
            client
                .call(
                    "sp_executesql",
                    text("SELECT @a, @b"),
                    text("@a int,@b int"),
                    number("", 1),
                    number("", 2))
                .rows())
        .containsExactly("1|2");
  }

  @Test
  void executesqlReturnsOutputParameters() throws Exception {
    Recording recording =
        client.call(
            "sp_executesql",
            text("SET @n = (SELECT COUNT(*) FROM dbo.t) + @n"),
            text("@n int OUTPUT"),
            output("@n", 5));

    assertThat(recording.events()).endsWith("status 0", "output @n = 7");
  }

  @Test
  void aMissingParameterIsNamed() throws Exception {
    Recording recording = client.call("sp_executesql", text("SELECT @a"), text("@a int"));

    assertThat(recording.errors()).containsExactly(8178);
  }

  @Test
  void preparedStatementsRunByHandle() throws Exception {
    Recording prepared =
        client.call(
            "sp_prepare",
            output("", null),
            text("@id int"),
            text("SELECT v FROM dbo.t WHERE id = @id"));
    Integer handle = (Integer) prepared.outputs().get(0).value();

    assertThat(client.call("sp_execute", number("", handle), number("", 2)).rows())
        .containsExactly("20");
    assertThat(client.call("sp_execute", number("", handle), number("", 1)).rows())
        .containsExactly("10");
    client.call("sp_unprepare", number("", handle));
    assertThat(client.call("sp_execute", number("", handle), number("", 1)).errors())
        .containsExactly(8179);
  }

  @Test
  void prepexecRunsAndGivesAHandle() throws Exception {
    Recording recording =
        client.call(
            "sp_prepexec",
            output("", null),
            text("@v int"),
            text("UPDATE dbo.t SET v = @v"),
            number("", 7));

    assertThat(recording.events().get(0)).isEqualTo("done UPDATE 2");
    assertThat(recording.outputs()).hasSize(1);
  }

  @Test
  void aPreparedStatementFollowsDefinitions() throws Exception {
    Recording prepared =
        client.call(
            "sp_prepare", output("", null), text(""), text("SELECT * FROM dbo.t WHERE id = 1"));
    Integer handle = (Integer) prepared.outputs().get(0).value();
    assertThat(client.call("sp_execute", number("", handle)).rows()).containsExactly("1|10|null");

    client.rows("ALTER TABLE dbo.t ADD extra int NULL");

    assertThat(client.call("sp_execute", number("", handle)).rows())
        .containsExactly("1|10|null|null");
  }

  @Test
  void anErrorInsideIsTheStatus() throws Exception {
    Recording recording = client.call("sp_executesql", text("INSERT dbo.t (id) VALUES (1)"));

    assertThat(recording.errors()).containsExactly(2627);
    assertThat(recording.events()).endsWith("status 2627");
  }

  @Test
  void someErrorsInsideEndTheCallerToo() throws Exception {
    assertThat(client.run("EXEC sp_executesql N'SELECT * FROM nowhere'; SELECT 1").rows())
        .containsExactly("1");
    assertThat(client.run("EXEC sp_executesql N'THROW 50005, N''x'', 1'; SELECT 1").rows())
        .isEmpty();
    assertThat(client.run("EXEC sp_executesql N'SELECT CAST(N''x'' AS int)'; SELECT 1").rows())
        .isEmpty();
    assertThat(client.rows("SELECT 1")).containsExactly("1");
  }

  @Test
  void whatAProcedureSetsEndsWithIt() throws Exception {
    assertThat(
            client.rows(
                "EXEC sp_executesql N'SET NOCOUNT ON; SET LOCK_TIMEOUT 5; USE master'; SELECT @@LOCK_TIMEOUT, DB_NAME()"))
        .containsExactly("-1|" + database);
    assertThat(client.run("UPDATE dbo.t SET v = 1").events()).containsExactly("done UPDATE 2");
  }

  @Test
  void execFillsTheCallersVariable() throws Exception {
    assertThat(
            client.rows(
                "DECLARE @r int; EXEC sp_executesql N'SET @o = 40 + @i', N'@i int, @o int OUTPUT', @i = 2, @o = @r OUTPUT; SELECT @r"))
        .containsExactly("42");
  }

  @Test
  void anUnknownProcedureDoesNotEndTheBatch() throws Exception {
    Recording recording = client.run("EXEC dbo.nothing 1; SELECT 1");

    assertThat(recording.errors()).containsExactly(2812);
    assertThat(recording.rows()).containsExactly("1");
  }

  @Test
  void cursorsAreRefused() throws Exception {
    assertThat(client.call("sp_cursoropen", output("", 0), text("SELECT 1")).errors())
        .containsExactly(50001);
  }

  @Test
  void tablesColumnsAndKeysAreDescribed() throws Exception {
    assertThat(client.rows("EXEC sp_tables N't'")).containsExactly(database + "|dbo|t|TABLE|null");
    assertThat(client.rows("EXEC sp_pkeys N't'")).containsExactly(database + "|dbo|t|id|1|PK_t");
    assertThat(client.rows("EXEC sp_columns N't', N'dbo', NULL, N'name'"))
        .singleElement()
        .asString()
        .startsWith(database + "|dbo|t|name|-9|nvarchar|10|20|");
    assertThat(client.rows("EXEC sp_statistics N't'")).hasSize(2);
    assertThat(client.rows("EXEC sp_datatype_info_100 @ODBCVer = 3")).isNotEmpty();
  }

  @Test
  void renamesColumnsAndTables() throws Exception {
    client.rows(
        "EXEC sp_rename N'dbo.t.v', N'value', N'COLUMN'; EXEC sp_rename 'dbo.t', 'renamed'");

    assertThat(client.rows("SELECT value FROM dbo.renamed WHERE id = 1")).containsExactly("10");
  }

  @Test
  void insertExecFillsATableVariable() throws Exception {
    assertThat(
            client.rows(
                """
                DECLARE @k TABLE (q sysname, o sysname, t sysname, c sysname, n smallint, p sysname)
                INSERT INTO @k EXEC sp_pkeys N't'
                SELECT c, p FROM @k
                """))
        .containsExactly("id|PK_t");
  }
}
