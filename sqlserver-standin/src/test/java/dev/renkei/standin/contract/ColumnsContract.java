package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Rules 10 and 11: column masks and contexts. Source:
 * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
 */
abstract class ColumnsContract extends Contract {
  ColumnsContract(Target target) {
    super(target);
  }

  private List<List<@Nullable Object>> inMask(String table, long since, String... columns)
      throws SQLException {
    StringBuilder query = new StringBuilder("SELECT ");
    for (String column : columns) {
      query
          .append(query.length() > 7 ? ", " : "")
          .append(
              ("CAST(CHANGE_TRACKING_IS_COLUMN_IN_MASK(COLUMNPROPERTY(OBJECT_ID(N'%s'), N'%s',"
                      + " 'ColumnId'), c.SYS_CHANGE_COLUMNS) AS int)")
                  .formatted(table, column));
    }
    return db.admin().rows(query + " FROM CHANGETABLE(CHANGES " + table + ", " + since + ") AS c");
  }

  /**
   * Rule 10.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-is-column-in-mask-transact-sql
   */
  @Test
  void theMaskNamesTheUpdatedColumns() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET b = N'x'");
    assertThat(inMask("dbo.t", cursor, "a", "b")).containsExactly(Client.row(0, 1));
  }

  /**
   * Rule 10: the mask of several updates is their union; where that is every column it may be NULL.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theMaskOfSeveralUpdatesIsTheirUnion() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a int, b int, c int)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)",
        "INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET a = 1");
    long first = db.version();
    db.run("UPDATE dbo.t SET c = 1");
    assertThat(inMask("dbo.t", cursor, "a", "b", "c")).containsExactly(Client.row(1, 0, 1));
    assertThat(inMask("dbo.t", first, "a", "b", "c")).containsExactly(Client.row(0, 0, 1));
    db.run("UPDATE dbo.t SET b = 1");
    assertThat(
            db.changes("dbo.t", cursor).get(0).columns() == null
                || inMask("dbo.t", cursor, "a", "b", "c").equals(List.of(Client.row(1, 1, 1))))
        .isTrue();
  }

  /**
   * Rule 10: updates of one transaction count together.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theMaskOfOneTransactionIsAUnionToo() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a int, b int, c int)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)",
        "INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run("BEGIN TRAN; UPDATE dbo.t SET a = 1 WHERE id = 1; UPDATE dbo.t SET b = 1; COMMIT TRAN");
    assertThat(inMask("dbo.t", cursor, "a", "b", "c"))
        .containsExactlyInAnyOrder(Client.row(1, 1, 0), Client.row(0, 1, 0));
  }

  /**
   * Rule 10.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theMaskIsNullForInsertsDeletesAndUpdatesOfEveryColumn() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run(
        "UPDATE dbo.t SET a = N'x', b = N'y' WHERE id = 1",
        "DELETE dbo.t WHERE id = 2",
        "INSERT dbo.t (id) VALUES (3)");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]", "D [2]", "I [3]");
    assertThat(db.changes("dbo.t", cursor)).extracting(Change::columns).containsOnlyNulls();
  }

  /**
   * Rule 10: an insert stays one, whatever was updated since.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void anInsertUpdatedLaterHasNoMask() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "UPDATE dbo.t SET a = N'x'");
    assertThat(db.changes("dbo.t", 0)).extracting(Change::columns).containsOnlyNulls();
  }

  /**
   * Rule 10.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/enable-and-disable-change-tracking-sql-server
   */
  @Test
  void theMaskIsNullWhereColumnsAreNotTracked() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a int, b int)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = OFF)",
        "INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET a = 1");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]");
    assertThat(db.changes("dbo.t", cursor)).extracting(Change::columns).containsOnlyNulls();
  }

  /**
   * Rule 10.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void computedColumnsAreNeverInTheMask() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a int, b int, twice AS (a * 2))",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)",
        "INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET a = 1");
    assertThat(inMask("dbo.t", cursor, "a", "b", "twice")).containsExactly(Client.row(1, 0, 0));
  }

  /**
   * Rule 11.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/with-change-tracking-context-transact-sql
   */
  @Test
  void aContextComesBackWithTheChangesOfItsStatement() throws SQLException {
    db.table("dbo.t")
        .run(
            "DECLARE @who varbinary(128) = CAST('me' AS varbinary(128));"
                + " WITH CHANGE_TRACKING_CONTEXT (@who) INSERT dbo.t (id) VALUES (1);"
                + " WITH CHANGE_TRACKING_CONTEXT (@who) UPDATE dbo.t SET a = N'x' WHERE id = 1",
            "INSERT dbo.t (id) VALUES (2)",
            "WITH CHANGE_TRACKING_CONTEXT (0xCAFE) DELETE dbo.t WHERE id = 2");
    String me = HexFormat.of().formatHex("me".getBytes(StandardCharsets.US_ASCII));
    assertThat(db.changes("dbo.t", 0)).extracting(Change::context).containsExactly(me, "cafe");
    assertThat(
            db.admin()
                .value("SELECT SYS_CHANGE_CONTEXT FROM CHANGETABLE(VERSION dbo.t, (id), (1)) AS v"))
        .isEqualTo("me".getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Rule 11: the context is that of the last change.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/with-change-tracking-context-transact-sql
   */
  @Test
  void aChangeWithoutContextHasNone() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    assertThat(db.changes("dbo.t", 0)).extracting(Change::context).containsOnlyNulls();
  }

  /**
   * Rule 11: varbinary(128).
   * https://learn.microsoft.com/sql/relational-databases/system-functions/with-change-tracking-context-transact-sql
   */
  @Test
  void aContextHolds128Bytes() throws SQLException {
    String context = "ab".repeat(128);
    db.table("dbo.t")
        .run("WITH CHANGE_TRACKING_CONTEXT (0x" + context + ") INSERT dbo.t (id) VALUES (1)");
    assertThat(db.changes("dbo.t", 0)).extracting(Change::context).containsExactly(context);
  }

  /**
   * What the system columns are, by name and type.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theSystemColumnsHaveTheirDocumentedTypes() throws SQLException {
    db.table("dbo.t");
    try (var statement = db.admin().connection().createStatement();
        var result = statement.executeQuery("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0) AS c")) {
      var described = result.getMetaData();
      StringBuilder columns = new StringBuilder();
      for (int i = 1; i <= described.getColumnCount(); i++) {
        columns.append(described.getColumnName(i)).append(' ');
        columns.append(described.getColumnTypeName(i)).append('(');
        columns.append(described.getPrecision(i)).append(") ");
      }
      assertThat(columns.toString().trim())
          .isEqualTo(
              "SYS_CHANGE_VERSION bigint(19) SYS_CHANGE_CREATION_VERSION bigint(19)"
                  + " SYS_CHANGE_OPERATION nchar(1) SYS_CHANGE_COLUMNS varbinary(4100)"
                  + " SYS_CHANGE_CONTEXT varbinary(128) id int(10)");
    }
  }
}
