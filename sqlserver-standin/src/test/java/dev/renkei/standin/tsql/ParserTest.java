package dev.renkei.standin.tsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tsql.ast.Expression;
import dev.renkei.standin.tsql.ast.Expression.Binary;
import dev.renkei.standin.tsql.ast.Expression.BinaryOperator;
import dev.renkei.standin.tsql.ast.Expression.Column;
import dev.renkei.standin.tsql.ast.Expression.NumberLiteral;
import dev.renkei.standin.tsql.ast.Expression.StringLiteral;
import dev.renkei.standin.tsql.ast.Expression.Variable;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import dev.renkei.standin.tsql.ast.TypeName;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ParserTest {
  private static Statement only(String batch) throws SqlError {
    List<Statement> statements = Parser.parse(batch);
    assertThat(statements).as(batch).hasSize(1);
    return statements.get(0);
  }

  private static ObjectName name(String... parts) {
    return new ObjectName(List.of(parts));
  }

  private static NumberLiteral number(String digits) {
    return new NumberLiteral(new BigDecimal(digits));
  }

  private static Column column(String name) {
    return new Column(List.of(), name);
  }

  // ---- expressions ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1+2*3                          | 1 + 2 * 3
          (1+2)*3                        | (1 + 2) * 3
          1-(2-3)                        | 1 - (2 - 3)
          (1-2)-3                        | 1 - 2 - 3
          -a*b                           | -a * b
          (-a)*b                         | (-a) * b
          a - -1                         | a - (-1)
          ~(a&b)                         | ~(a & b)
          a=1 or b=2 and not c=3         | a = 1 OR b = 2 AND NOT c = 3
          (a=1 or b=2) and c=3           | (a = 1 OR b = 2) AND c = 3
          (a=1 and b=2) and c=3          | a = 1 AND b = 2 AND c = 3
          not (a=1 and b=2)              | NOT (a = 1 AND b = 2)
          a!=1 and b!<2 and c!>3         | a <> 1 AND b >= 2 AND c <= 3
          x not between 1 and 2 and y=3  | x NOT BETWEEN 1 AND 2 AND y = 3
          a + b collate Latin1_General_BIN | a + b COLLATE Latin1_General_BIN
          (a + b) collate x              | (a + b) COLLATE x
          1.                             | CAST(1 AS numeric(1, 0))
          .50                            | 0.50
          1e3                            | 1000.0E0
          $                              | $0
          0xabc                          | 0x0ABC
          'it''s'                        | 'it''s'
          n'x'                           | N'x'
          [a b].[select]."c""d"          | [a b].[select].[c"d]
          [plain]                        | plain
          convert(varchar(10), x)        | CAST(x AS varchar(10))
          convert(varchar(max), x, 126)  | CONVERT(varchar(max), x, 126)
          left(a, 1)                     | left(a, 1)
          count(distinct a)              | count(DISTINCT a)
          sum(a) over (order by b rows 2 preceding) | sum(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
          x in (select 1 union select 2) | x IN (SELECT 1 UNION SELECT 2)
          x = some (select 1)            | x = ANY (SELECT 1)
          ((select 1))                   | (SELECT 1)
          {ts '2024-01-01'}              | CAST('2024-01-01' AS datetime)
          """)
  void readsExpressionsByPrecedence(String text, String expected) throws SqlError {
    assertThat(Unparser.text(Parser.parseExpression(text))).isEqualTo(expected);
  }

  @Test
  void aSignBindsLessTightlyThanAProduct() throws SqlError {
    Expression quirk = Parser.parseExpression("-100.0 / -100.0 * 10");

    assertThat(Unparser.text(quirk)).isEqualTo("-100.0 / (-100.0 * 10)");
  }

  @Test
  void joinsLinesOfAStringAtABackslash() throws SqlError {
    Expression joined = Parser.parseExpression("'ab\\\r\ncd\\e'");

    assertThat(joined).isEqualTo(new StringLiteral("abcd\\e", false));
    Expression kept = new StringLiteral("a\\\nb\\\r\nc", true);
    assertThat(Parser.parseExpression(Unparser.text(kept))).isEqualTo(kept);
  }

  // ---- queries ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          select top 5 x = a, b c, d 'e' from t | SELECT TOP (5) a AS x, b AS c, d AS e FROM t
          select * from a..t (nolock) u join v with (index(1), updlock) on 1 = 1 | SELECT * FROM a..t AS u WITH (NOLOCK) INNER JOIN v WITH (UPDLOCK) ON 1 = 1
          select * from a left join b join c on 1 = 1 on 2 = 2 | SELECT * FROM a LEFT JOIN (b INNER JOIN c ON 1 = 1) ON 2 = 2
          select 1 union select 2 intersect select 3 | SELECT 1 UNION SELECT 2 INTERSECT SELECT 3
          select @x += 1 | SELECT @x = @x + 1
          select a from t order by a desc offset 1 row fetch first 2 rows only | SELECT a FROM t ORDER BY a DESC OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY
          select 1 from changetable(changes [dbo].[t], null) as c | SELECT 1 FROM CHANGETABLE(CHANGES dbo.t, NULL) AS c
          select 1 from changetable(changes t, @v, forceseek) c | SELECT 1 FROM CHANGETABLE(CHANGES t, @v) AS c
          select 1 from changetable(version t, (a, b), (1, x.y)) c | SELECT 1 FROM CHANGETABLE(VERSION t, (a, b), (1, x.y)) AS c
          select value from string_split('a,b', ',') | SELECT value FROM string_split('a,b', ',') AS string_split
          select 1 option (recompile, maxdop 1, force order, use hint('x')) | SELECT 1
          """)
  void readsQueries(String text, String expected) throws SqlError {
    Statement.Select select = (Statement.Select) only(text);

    assertThat(Unparser.text(select.query())).isEqualTo(expected);
  }

  // ---- boundaries ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          SELECT 1 SELECT 2 x SELECT 3 AS y | Select Select Select
          INSERT t VALUES (1) SELECT SCOPE_IDENTITY() AS GENERATED_KEYS | Insert Select
          INSERT t SELECT 1 SELECT 2 | Insert Select
          INSERT t DEFAULT VALUES UPDATE t SET a = 1 DELETE t DELETE FROM t WHERE a = 1 | Insert Update Delete Delete
          SET NOCOUNT ON SET ROWCOUNT 0 SET TEXTSIZE 5 set fmtonly on select 1 set fmtonly off | SetOption SetOption SetOption SetOption Select SetOption
          DECLARE @a int = 1, @b int SET @a = 2 SET @a += 1 PRINT @a | Declare SetVariable SetVariable Print
          IF @@TRANCOUNT > 0 COMMIT TRAN SELECT 1 | If Select
          IF 1 = 1 SELECT 1; ELSE SELECT 2 SELECT 3 | If Select
          BEGIN TRAN SAVE TRAN s ROLLBACK TRAN s COMMIT | BeginTransaction SaveTransaction Rollback Commit
          BEGIN TRAN INSERT t VALUES (1) COMMIT INSERT t VALUES (2) | BeginTransaction Insert Commit Insert
          EXEC p EXEC q 1, @a OUTPUT, @b = N'x' SELECT 1 | Execute Execute Select
          sp_who SELECT 1 | Execute Select
          CREATE TABLE t (a int) CREATE INDEX i ON t (a) ALTER TABLE t ADD b int DROP TABLE t | CreateTable CreateIndex AlterTable DropTable
          ALTER DATABASE d SET MULTI_USER ALTER DATABASE d SET RECOVERY FULL SELECT 1 | AlterDatabase AlterDatabase Select
          RETURN SELECT 1 | Return Select
          ;;SELECT 1;;;WITH a AS (SELECT 1 AS x) SELECT x FROM a; | Select Select
          USE d TRUNCATE TABLE t CHECKPOINT KILL 5 WAITFOR DELAY '0:0:1' SELECT 1 | Use Truncate Checkpoint Kill WaitFor Select
          GRANT SELECT ON t TO u DENY SELECT ON t TO u REVOKE SELECT ON t FROM u SELECT 1 | Permission Permission Permission Select
          """)
  void findsWhereStatementsEndWithoutSemicolons(String batch, String kinds) throws SqlError {
    assertThat(Parser.parse(batch))
        .extracting(statement -> statement.getClass().getSimpleName())
        .containsExactly(kinds.split(" "));
  }

  @Test
  void anEmptyBatchHasNoStatements() throws SqlError {
    assertThat(Parser.parse(" -- nothing\n/* at all */ ;")).isEmpty();
  }

  // ---- trees of statements ----

  static Stream<Arguments> trees() {
    ObjectName orders = name("dbo", "Orders");
    return Stream.of(
        Arguments.of(
            "ALTER DATABASE [x] SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = OFF)",
            new Statement.AlterDatabase(
                "x",
                "CHANGE_TRACKING",
                "ON",
                Map.of("CHANGE_RETENTION", "2 DAYS", "AUTO_CLEANUP", "OFF"),
                1)),
        Arguments.of(
            "ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 1 HOURS)",
            new Statement.AlterDatabase(
                "CURRENT", "CHANGE_TRACKING", "", Map.of("CHANGE_RETENTION", "1 HOURS"), 1)),
        Arguments.of(
            "ALTER DATABASE d SET COMPATIBILITY_LEVEL = 150",
            new Statement.AlterDatabase("d", "COMPATIBILITY_LEVEL", "150", Map.of(), 1)),
        Arguments.of(
            "ALTER DATABASE d SET SINGLE_USER WITH ROLLBACK IMMEDIATE",
            new Statement.AlterDatabase(
                "d", "SINGLE_USER", "", Map.of("TERMINATION", "ROLLBACK IMMEDIATE"), 1)),
        Arguments.of(
            "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)",
            new Statement.AlterTable(orders, new Statement.EnableTracking(true), 1)),
        Arguments.of(
            "ALTER TABLE dbo.Orders ADD CONSTRAINT D DEFAULT 0 FOR Qty",
            new Statement.AlterTable(orders, new Statement.AddDefault("D", number("0"), "Qty"), 1)),
        Arguments.of(
            "WITH CHANGE_TRACKING_CONTEXT (@c) DELETE dbo.Orders WHERE Id = 1",
            new Statement.Delete(
                List.of(),
                orders,
                null,
                List.of(),
                new Binary(BinaryOperator.EQUAL, column("Id"), number("1")),
                null,
                new Variable("@c"),
                1)),
        Arguments.of(
            "UPDATE dbo.Orders SET Qty -= 1, @v = Qty = DEFAULT",
            new Statement.Update(
                List.of(),
                orders,
                null,
                List.of(
                    new Statement.Assignment(
                        "Qty",
                        null,
                        new Binary(BinaryOperator.SUBTRACT, column("Qty"), number("1"))),
                    new Statement.Assignment("Qty", "@v", Statement.DEFAULT_VALUE)),
                List.of(),
                null,
                null,
                null,
                1)),
        Arguments.of(
            "EXEC sp_rename 'dbo.t.c', N'd', 'COLUMN', @x = -1",
            new Statement.Execute(
                name("sp_rename"),
                List.of(
                    new Statement.Argument(null, new StringLiteral("dbo.t.c", false), false),
                    new Statement.Argument(null, new StringLiteral("d", true), false),
                    new Statement.Argument(null, new StringLiteral("COLUMN", false), false),
                    new Statement.Argument(
                        "@x",
                        new Expression.Unary(Expression.UnaryOperator.MINUS, number("1")),
                        false)),
                1)),
        Arguments.of(
            "SET ANSI_NULLS, QUOTED_IDENTIFIER ON",
            new Statement.SetOption(List.of("ANSI_NULLS", "QUOTED_IDENTIFIER"), List.of("ON"), 1)),
        Arguments.of(
            "SET LOCK_TIMEOUT -1",
            new Statement.SetOption(List.of("LOCK_TIMEOUT"), List.of("-1"), 1)),
        Arguments.of(
            "set transaction isolation level repeatable read",
            new Statement.SetIsolation(Isolation.REPEATABLE_READ, 1)),
        Arguments.of(
            "CREATE TYPE dbo.Name FROM nvarchar(50) NOT NULL",
            new Statement.CreateType(
                name("dbo", "Name"), new TypeName(name("nvarchar"), List.of("50")), false, 1)),
        Arguments.of(
            "GRANT SELECT ON OBJECT::dbo.Orders (a, b) TO u, public",
            new Statement.Permission(
                Statement.PermissionVerb.GRANT,
                List.of("SELECT"),
                List.of("a", "b"),
                orders,
                false,
                List.of("u", "public"),
                1)),
        Arguments.of(
            "GRANT VIEW CHANGE TRACKING ON dbo.Orders TO u",
            new Statement.Permission(
                Statement.PermissionVerb.GRANT,
                List.of("VIEW CHANGE TRACKING"),
                List.of(),
                orders,
                false,
                List.of("u"),
                1)),
        Arguments.of(
            "RESTORE DATABASE d FROM DISK = N'x' WITH REPLACE, STATS = 5",
            new Statement.Restore("d", "x", true, 1)),
        Arguments.of(
            "DROP TABLE IF EXISTS dbo.Orders", new Statement.DropTable(List.of(orders), true, 1)));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void readsStatements(String text, Statement expected) throws SqlError {
    assertThat(only(text)).isEqualTo(expected);
  }

  @Test
  void readsColumnsWithAllTheirParts() throws SqlError {
    Statement.CreateTable table =
        (Statement.CreateTable)
            only(
                """
                CREATE TABLE t (
                  Id bigint IDENTITY(10, -2) NOT NULL CONSTRAINT PK PRIMARY KEY NONCLUSTERED,
                  Name dbo.Name COLLATE Latin1_General_BIN2 NULL CONSTRAINT D DEFAULT N'x' UNIQUE,
                  Twice AS (Id * 2) PERSISTED,
                  timestamp,
                  CONSTRAINT CK CHECK (Id > 0),
                  CONSTRAINT FK FOREIGN KEY (Id) REFERENCES u (Id) ON DELETE CASCADE
                ) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
                """);

    assertThat(table.columns())
        .containsExactly(
            new Statement.ColumnDefinition(
                "Id",
                new TypeName(name("bigint"), List.of()),
                null,
                false,
                new Statement.IdentitySpec(10, -2),
                null,
                false,
                null,
                List.of(
                    new Statement.KeyConstraint(
                        "PK", true, false, List.of(new Statement.KeyColumn("Id", false)))),
                false),
            new Statement.ColumnDefinition(
                "Name",
                new TypeName(name("dbo", "Name"), List.of()),
                "Latin1_General_BIN2",
                true,
                null,
                null,
                false,
                new Statement.DefaultSpec("D", new StringLiteral("x", true), false),
                List.of(
                    new Statement.KeyConstraint(
                        null, false, false, List.of(new Statement.KeyColumn("Name", false)))),
                false),
            new Statement.ColumnDefinition(
                "Twice",
                null,
                null,
                null,
                null,
                new Binary(BinaryOperator.MULTIPLY, column("Id"), number("2")),
                true,
                null,
                List.of(),
                false),
            new Statement.ColumnDefinition(
                "timestamp",
                new TypeName(name("timestamp"), List.of()),
                null,
                null,
                null,
                null,
                false,
                null,
                List.of(),
                false));
    assertThat(table.constraints())
        .containsExactly(
            new Statement.CheckConstraint(
                "CK", new Binary(BinaryOperator.GREATER, column("Id"), number("0"))),
            new Statement.ForeignKeyConstraint(
                "FK", List.of("Id"), name("u"), List.of("Id"), true));
  }

  // ---- parameters ----

  @Test
  void readsTheParametersOfExecuteSql() throws SqlError {
    assertThat(Parser.parseParameters("@P0 int,@p1 nvarchar(50) OUTPUT, @x AS decimal(38,2) out"))
        .containsExactly(
            new ParameterDeclaration("@P0", new TypeName(name("int"), List.of()), false),
            new ParameterDeclaration("@p1", new TypeName(name("nvarchar"), List.of("50")), true),
            new ParameterDeclaration(
                "@x", new TypeName(name("decimal"), List.of("38", "2")), true));
    assertThat(Parser.parseParameters(" ")).isEmpty();
  }
}
