package dev.renkei.standin.tsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.sql.SqlError;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParserErrorsTest {
  private static SqlError failure(String batch) {
    SqlError error = catchThrowableOfType(SqlError.class, () -> Parser.parse(batch));
    assertThat(error).as(batch).isNotNull();
    return error;
  }

  static Stream<Arguments> syntaxErrors() {
    return Stream.of(
        Arguments.of("SELECT * FROM", 102, "Incorrect syntax near 'FROM'."),
        Arguments.of("SELECT * FROM FROM t", 156, "Incorrect syntax near the keyword 'FROM'."),
        Arguments.of("SELECT 1 +", 102, "Incorrect syntax near '+'."),
        Arguments.of("SELECT (1", 102, "Incorrect syntax near '1'."),
        Arguments.of("SELECT 1)", 102, "Incorrect syntax near ')'."),
        Arguments.of("SELECT 1 2", 102, "Incorrect syntax near '2'."),
        Arguments.of("SELECT a FROM t x y", 102, "Incorrect syntax near 'y'."),
        Arguments.of("SELECT f(a = 1)", 102, "Incorrect syntax near '='."),
        Arguments.of("SELECT (a = 1) + 2", 102, "Incorrect syntax near '+'."),
        Arguments.of("SELECT 1 WHERE a = b = c", 102, "Incorrect syntax near '='."),
        Arguments.of("SELECT ? FROM t", 102, "Incorrect syntax near '?'."),
        Arguments.of("SELECT a FROM (SELECT 1)", 102, "Incorrect syntax near ')'."),
        Arguments.of("SELECT c.key FROM c", 156, "Incorrect syntax near the keyword 'key'."),
        Arguments.of("BEGIN END", 156, "Incorrect syntax near the keyword 'END'."),
        Arguments.of("IF 1 = 1", 102, "Incorrect syntax near '1'."),
        Arguments.of("BEGIN SELECT 1", 102, "Incorrect syntax near '1'."),
        Arguments.of("PRINT 1 nonsense", 102, "Incorrect syntax near 'nonsense'."),
        Arguments.of("CREATE TABLE t (a int,, b int)", 102, "Incorrect syntax near ','."),
        Arguments.of(
            "ALTER TABLE t ADD COLUMN c int", 156, "Incorrect syntax near the keyword 'COLUMN'."),
        Arguments.of(
            "SELECT 'abc", 105, "Unclosed quotation mark after the character string 'abc'."),
        Arguments.of(
            "SELECT [abc]]", 105, "Unclosed quotation mark after the character string 'abc]'."),
        Arguments.of("SELECT 1 /* /* */", 113, "Missing end comment mark '*/'."),
        Arguments.of(
            "SELECT 1 WITH a AS (SELECT 1 AS x) SELECT * FROM a",
            319,
            "Incorrect syntax near the keyword 'with'. If this statement is a common table"
                + " expression, an xmlnamespaces clause or a change tracking context clause, the"
                + " previous statement must be terminated with a semicolon."),
        Arguments.of(
            "SELECT 1 WHERE a",
            4145,
            "An expression of non-boolean type specified in a context where a condition is"
                + " expected, near 'a'."),
        Arguments.of("SET NONSENSE ON", 195, "'NONSENSE' is not a recognized SET option."),
        Arguments.of(
            "SELECT 1 CREATE VIEW v AS SELECT 1 AS a",
            111,
            "'CREATE VIEW' must be the first statement in a query batch."));
  }

  @ParameterizedTest
  @MethodSource("syntaxErrors")
  void speaksAsSqlServerDoes(String batch, int number, String message) {
    SqlError error = failure(batch);

    assertThat(error.getMessage()).isEqualTo(message);
    assertThat(error.number()).isEqualTo(number);
    assertThat(error.severity()).isEqualTo(15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT * FROM CHANGETABLE(CHANGES t, 1) | 22104
          SELECT * FROM CHANGETABLE(VERSION t, (a), (1)) WHERE 1 = 1 | 22104
          SELECT * FROM CHANGETABLE(CHANGES t, @v + 1) AS c | 102
          SELECT * FROM CHANGETABLE(CHANGES t, f()) AS c | 102
          SELECT * FROM CHANGETABLE(CHANGES t) AS c | 102
          WITH CHANGE_TRACKING_CONTEXT (@c) SELECT 1 | 156
          MERGE t USING u ON t.a = u.a WHEN MATCHED THEN DELETE | 10713
          SELECT @a = 1, b FROM t | 141
          INSERT t VALUES (1), (1, 2) | 10709
          SELECT a FROM (SELECT a FROM t ORDER BY a) x | 1033
          SELECT TOP 1 a FROM t ORDER BY a OFFSET 1 ROWS | 10741
          SELECT a FROM t WITH (SOONLOCK) | 321
          UPDATE t WITH (NOLOCK) SET a = 1 | 1065
          UPDATE t SET u.a = 1 FROM t JOIN u ON 1 = 1 | 4104
          RETURN 5 | 178
          THROW | 10704
          SELECT 1 AS [] | 1038
          SELECT 1e999 | 168
          SELECT 123456789012345678901234567890123456789 | 1007
          """)
  void givesSqlServersNumbers(String batch, int number) {
    assertThat(failure(batch).number()).as(batch).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BEGIN TRY SELECT 1 END TRY BEGIN CATCH END CATCH | BEGIN TRY .. CATCH
          DECLARE c CURSOR FOR SELECT 1 | cursors
          DECLARE @c CURSOR | cursors
          FETCH NEXT FROM c | cursors (FETCH)
          GOTO done | GOTO
          done: SELECT 1 | labels (GOTO)
          SELECT a FROM t FOR XML AUTO | FOR XML
          SELECT a FROM t FOR JSON PATH | FOR JSON
          SELECT * FROM t PIVOT (MAX(a) FOR b IN ([1])) AS p | PIVOT
          SELECT * FROM t TABLESAMPLE (5 PERCENT) | TABLESAMPLE
          SELECT * FROM t FOR SYSTEM_TIME AS OF @d | FOR SYSTEM_TIME
          SELECT * FROM OPENJSON(@j) | OPENJSON
          SELECT * FROM OPENROWSET(BULK 'x', SINGLE_BLOB) AS b | OPENROWSET
          INSERT INTO t (a) OUTPUT inserted.a INTO @x VALUES (1) | OUTPUT .. INTO
          MERGE t USING u ON t.a = u.a WHEN MATCHED THEN DELETE OUTPUT $action; | MERGE .. OUTPUT
          EXEC ('SELECT 1') | EXEC ('string')
          EXEC @rc = dbo.p 1 | EXEC @status = procedure
          EXEC @p | EXEC of a procedure named by a variable
          INSERT INTO t EXEC p | INSERT .. EXEC into a table (only into a table variable)
          INSERT BULK t (a int) | INSERT BULK
          CREATE PROCEDURE p AS SELECT 1 | CREATE PROCEDURE
          CREATE PROC p AS SELECT 1 | CREATE PROCEDURE
          CREATE FUNCTION f() RETURNS int AS BEGIN RETURN 1 END | CREATE FUNCTION
          CREATE TRIGGER r ON t AFTER INSERT AS SELECT 1 | CREATE TRIGGER
          CREATE OR ALTER VIEW v AS SELECT 1 AS a | CREATE OR ALTER
          CREATE SEQUENCE s | CREATE SEQUENCE
          CREATE TYPE t AS TABLE (a int) | table types
          CREATE TABLE t (a int SPARSE NULL) | SPARSE columns
          CREATE TABLE t (a int, INDEX i (a)) | INDEX inside a table definition
          CREATE TABLE t (a int REFERENCES u ON DELETE SET NULL) | ON DELETE SET
          CREATE UNIQUE INDEX i ON t (a) WHERE a > 1 | unique indexes with WHERE
          CREATE DATABASE d ON (NAME = x) | CREATE DATABASE .. ON
          ALTER TABLE t SWITCH TO u | ALTER TABLE .. SWITCH
          ALTER TABLE t WITH NOCHECK ADD CHECK (a > 1) | ALTER TABLE .. WITH NOCHECK
          ALTER INDEX i ON t REBUILD | ALTER INDEX
          SELECT a FROM srv.db.dbo.t | names of four parts (linked servers), such as srv.db.dbo.t
          SELECT a.value('x', 'int') + a.b.c.d.e.f FROM t | names of more than four parts, such as a.b.c.d.e.f
          SELECT geography::Point(1, 2, 3) | methods of types, such as geography::
          SELECT CAST(a AS xml).value('x', 'int') | methods of values (value)
          SELECT a AT TIME ZONE 'UTC' | AT TIME ZONE
          SELECT NEXT VALUE FOR s | NEXT VALUE FOR
          SELECT STRING_AGG(a, ',') WITHIN GROUP (ORDER BY a) FROM t | WITHIN GROUP
          SELECT TRIM('x' FROM a) FROM t | TRIM with FROM
          SELECT a FROM t GROUP BY ROLLUP (a) | GROUP BY ROLLUP
          SELECT 1 WHERE CONTAINS(a, 'x') | CONTAINS
          SELECT 1 WHERE a IS DISTINCT FROM b | IS [NOT] DISTINCT FROM
          SELECT 1 OPTION (USE PLAN N'x') | OPTION (USE PLAN ..)
          SELECT 1 OPTION (NONSENSE) | OPTION (NONSENSE)
          UPDATE t SET a.WRITE(N'x', 0, 1) | methods in SET, such as .WRITE
          UPDATE t SET a = 1 WHERE CURRENT OF c | WHERE CURRENT OF (cursors)
          WAITFOR TIME '10:00' | WAITFOR TIME
          DBCC CHECKDB | DBCC
          GRANT SELECT ON t TO u WITH GRANT OPTION | WITH GRANT OPTION
          BACKUP LOG d TO DISK = 'x' | BACKUP LOG
          """)
  void refusesByNameWhatItDoesNotKnow(String batch, String construct) {
    SqlError error = failure(batch);

    assertThat(error.getMessage())
        .isEqualTo("The SQL Server stand-in does not support %s.".formatted(construct));
    assertThat(error.number()).isEqualTo(SqlError.NOT_SUPPORTED);
  }

  @Test
  void countsLinesAcrossStringsCommentsAndBrackets() {
    assertThat(failure("SELECT 1\r\nSELECT 'a\nb' /*\n*/ AS [x\ny]\n  FROM FROM").line())
        .hasValue(6);
    assertThat(failure("SELECT 1\n\nSELECT 'never\n closed").line()).hasValue(3);
    assertThat(failure("SELECT 1 -- x\nEXEC ('x')").line()).hasValue(2);
  }

  @Test
  void knowsTheLineOfEachStatement() throws SqlError {
    assertThat(Parser.parse("\nSELECT 1\n\nUPDATE t\nSET a = 1; PRINT 2"))
        .extracting(statement -> statement.line())
        .containsExactly(2, 4, 5);
  }
}
