package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * "Cases worth a test": every key type, composite keys, names, and columns of every kind beside the
 * key. Source:
 * https://learn.microsoft.com/sql/relational-databases/track-changes/about-change-tracking-sql-server
 */
abstract class KeysContract extends Contract {
  KeysContract(Target target) {
    super(target);
  }

  static Stream<Arguments> keyTypes() {
    return Stream.of(
        arguments("bit", "0", "1"),
        arguments("tinyint", "0", "255"),
        arguments("smallint", "-32768", "32767"),
        arguments("int", "-2147483648", "2147483647"),
        arguments("bigint", "-9223372036854775808", "9223372036854775807"),
        arguments("decimal(38, 10)", "-1234567890123456789012345678.0123456789", "0.0000000001"),
        arguments("money", "-922337203685477.5808", "922337203685477.5807"),
        arguments("smallmoney", "-214748.3648", "214748.3647"),
        arguments("real", "-1.5", "0.25"),
        arguments("float", "-1.7e300", "2.5e-300"),
        arguments("char(5)", "'ab'", "'xyz'"),
        arguments("varchar(20)", "''", "'abc'"),
        arguments("nchar(5)", "N'漢字'", "N'かな'"),
        arguments("nvarchar(20)", "N'𠮷野家'", "N'O''Brien'"),
        arguments("binary(4)", "0x01020304", "0xFFFFFFFF"),
        arguments("varbinary(8)", "0x", "0x00"),
        arguments("date", "'0001-01-01'", "'9999-12-31'"),
        arguments("time(7)", "'00:00:00.0000001'", "'23:59:59.9999999'"),
        arguments("datetime", "'17530101 00:00:00.003'", "'99991231 23:59:59.997'"),
        arguments("smalldatetime", "'19000101 00:00'", "'20790606 23:59'"),
        arguments("datetime2(7)", "'0001-01-01 00:00:00.0000001'", "'9999-12-31 23:59:59.9999999'"),
        arguments(
            "datetimeoffset(7)",
            "'2024-02-29 23:59:59.1234567 +09:00'",
            "'2024-02-29 23:59:59.1234567 -12:00'"),
        arguments(
            "uniqueidentifier",
            "'00000000-0000-0000-0000-000000000000'",
            "'6F9619FF-8B86-D011-B42D-00C04FC964FF'"));
  }

  /**
   * Case "every key type": the key comes back as the table holds it, for inserts and deletes.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/about-change-tracking-sql-server
   */
  @ParameterizedTest
  @MethodSource("keyTypes")
  void aKeyComesBackAsTheTableHoldsIt(String type, String first, String second)
      throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (k " + type + " NOT NULL PRIMARY KEY, a int NULL)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t VALUES (" + first + ", 1), (" + second + ", 2)");
    List<Object> keys = List.copyOf(db.admin().column("SELECT k FROM dbo.t ORDER BY a"));
    String joined =
        "SELECT c.k, t.a FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"
            + " JOIN dbo.t AS t ON t.k = c.k ORDER BY t.a";
    assertThat(db.admin().rows(joined))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(Client.row(keys.get(0), 1), Client.row(keys.get(1), 2));
    long cursor = db.version();
    db.run("DELETE dbo.t WHERE a = 1");
    assertThat(db.changes("dbo.t", cursor, "k")).hasSize(1);
    assertThat(db.changes("dbo.t", cursor, "k").get(0).key())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(keys.get(0));
  }

  /**
   * Case "composite keys": parts that look alike when joined stay apart.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/about-change-tracking-sql-server
   */
  @Test
  void compositeKeysStayApart() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (x varchar(5) NOT NULL, a int NULL, y varchar(5) NOT NULL,"
            + " CONSTRAINT PK_t PRIMARY KEY (y, x))",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t VALUES ('1', 0, '23')",
        "INSERT dbo.t VALUES ('12', 0, '3')");
    assertThat(db.net("dbo.t", 0, "x", "y")).containsExactly("I [1, 23]", "I [12, 3]");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET y = '4' WHERE x = '12'");
    assertThat(db.net("dbo.t", cursor, "x", "y")).containsExactly("D [12, 3]", "I [12, 4]");
  }

  /**
   * Case "collations": where case does not count, a key in other case is the same key.
   * https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support
   */
  @Test
  void aKeyInOtherCaseIsTheSameKeyWhereCaseDoesNotCount() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (k nvarchar(10) NOT NULL PRIMARY KEY)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t VALUES (N'abc')");
    assertThat(db.admin().errorNumber("INSERT dbo.t VALUES (N'ABC ')")).isEqualTo(2627);
    long cursor = db.version();
    db.run("DELETE dbo.t", "INSERT dbo.t VALUES (N'ABC')");
    assertThat(db.changes("dbo.t", cursor, "k")).hasSize(1);
    assertThat(
            db.admin()
                .value(
                    "SELECT t.k FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"
                        + " JOIN dbo.t AS t ON t.k = c.k"))
        .isEqualTo("ABC");
  }

  /**
   * Case "collations": in a case-sensitive column they are two.
   * https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support
   */
  @Test
  void keysInDifferentCaseAreTwoWhereCaseCounts() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (k nvarchar(10) COLLATE Latin1_General_CS_AS NOT NULL PRIMARY KEY)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t VALUES (N'abc'), (N'ABC')",
        "DELETE dbo.t WHERE k = N'abc'");
    assertThat(db.net("dbo.t", 0, "k")).containsExactlyInAnyOrder("D [abc]", "I [ABC]");
  }

  /**
   * Case "computed columns and computed keys".
   * https://learn.microsoft.com/sql/relational-databases/tables/specify-computed-columns-in-a-table
   */
  @Test
  void aComputedColumnCanBeTheKey() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL, a int NULL,"
            + " k AS (id * 10) PERSISTED NOT NULL CONSTRAINT PK_t PRIMARY KEY)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET id = 3 WHERE id = 2");
    assertThat(db.net("dbo.t", 0, "k")).containsExactly("I [10]", "D [20]", "I [30]");
    assertThat(db.net("dbo.t", cursor, "k")).containsExactly("D [20]", "I [30]");
  }

  /**
   * Cases "rowversion, oversized fields, xml, hierarchyid, geography, nulls": they change beside
   * the key and are read whole.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/about-change-tracking-sql-server
   */
  @Test
  void columnsOfEveryKindChangeBesideTheKey() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, v rowversion, big nvarchar(max) NULL,"
            + " doc xml NULL, node hierarchyid NULL, place geography NULL, old text NULL)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t (id) VALUES (1)");
    Object inserted = db.admin().value("SELECT v FROM dbo.t");
    long cursor = db.version();
    db.run(
        "UPDATE dbo.t SET big = REPLICATE(CAST(N'大' AS nvarchar(max)), 1000000),"
            + " doc = N'<a b=\"1\"/>', node = CAST(0x58 AS hierarchyid), old = 'x'");
    assertThat(
            db.admin()
                .rows(
                    "SELECT c.SYS_CHANGE_OPERATION, LEN(t.big), CAST(t.doc AS nvarchar(max)),"
                        + " CAST(t.node AS varbinary(10)), t.place"
                        + " FROM CHANGETABLE(CHANGES dbo.t, ?) AS c JOIN dbo.t AS t ON t.id = c.id",
                    cursor))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(Client.row("U", 1_000_000L, "<a b=\"1\"/>", new byte[] {0x58}, null));
    assertThat((byte[]) db.admin().value("SELECT v FROM dbo.t")).isNotEqualTo(inserted);
  }

  /**
   * Identifiers: {@code ]}, spaces, keywords, Unicode, and schemas other than dbo.
   * https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers
   */
  @Test
  void strangeNamesAreNormal() throws SQLException {
    db.run("CREATE SCHEMA [注文 schema]");
    db.run(
        "CREATE TABLE [注文 schema].[Group] ([sel]]ect me] int NOT NULL PRIMARY KEY, [order] nvarchar(9))",
        "ALTER TABLE [注文 schema].[Group] ENABLE CHANGE_TRACKING",
        "INSERT [注文 schema].[Group] VALUES (1, N'一')",
        "UPDATE [注文 schema].[Group] SET [order] = N'二' WHERE [sel]]ect me] = 1");
    assertThat(db.net("[注文 schema].[Group]", 0, "[sel]]ect me]")).containsExactly("I [1]");
    assertThat(db.minValid("[注文 schema].[Group]")).isZero();
  }

  /**
   * A key column that is an identity is tracked like any other.
   * https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql-identity-property
   */
  @Test
  void anIdentityKeyIsTracked() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id bigint IDENTITY(10, 5) NOT NULL PRIMARY KEY, a int NULL)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t (a) VALUES (1), (2)");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [10]", "I [15]");
  }
}
