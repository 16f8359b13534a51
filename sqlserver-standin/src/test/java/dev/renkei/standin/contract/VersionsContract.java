package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Rules 1 to 5: what a version is. Sources under
 * https://learn.microsoft.com/sql/relational-databases/.
 */
abstract class VersionsContract extends Contract {
  VersionsContract(Target target) {
    super(target);
  }

  /**
   * Rule 1.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-current-version-transact-sql
   */
  @Test
  void theCurrentVersionIsNullWhereTrackingIsOff() throws SQLException {
    try (TrackedDatabase untracked = TrackedDatabase.createUntracked(target)) {
      assertThat(untracked.admin().value("SELECT CHANGE_TRACKING_CURRENT_VERSION()")).isNull();
    }
  }

  /**
   * Rule 1.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/change-tracking-current-version-transact-sql
   */
  @Test
  void theCurrentVersionIsZeroBeforeTheFirstTrackedCommit() throws SQLException {
    assertThat(db.version()).isZero();
  }

  /**
   * Rule 1.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void eachCommittedTransactionRaisesTheVersion() throws SQLException {
    db.table("dbo.t");
    db.run("INSERT dbo.t (id) VALUES (1)");
    long first = db.version();
    db.run("INSERT dbo.t (id) VALUES (2)");
    assertThat(first).isPositive();
    assertThat(db.version()).isGreaterThan(first);
  }

  /**
   * Rule 1.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aTransactionRolledBackLeavesTheVersion() throws SQLException {
    db.table("dbo.t");
    long before = db.version();
    db.run("BEGIN TRAN; INSERT dbo.t (id) VALUES (1); ROLLBACK TRAN");
    assertThat(db.version()).isEqualTo(before);
    assertThat(db.net("dbo.t", 0)).isEmpty();
  }

  /**
   * Rule 1.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aTransactionThatTouchesNoTrackedTableLeavesTheVersion() throws SQLException {
    db.table("dbo.t").run("CREATE TABLE dbo.u (id int NOT NULL PRIMARY KEY)");
    long before = db.version();
    db.run("INSERT dbo.u VALUES (1)", "UPDATE dbo.t SET a = N'x' WHERE id = 99");
    assertThat(db.version()).isEqualTo(before);
  }

  /**
   * Rule 1: one counter per database, for all its tables.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void databasesCountApartAndTablesOfOneDatabaseTogether() throws SQLException {
    db.table("dbo.t").table("dbo.u");
    try (TrackedDatabase other = TrackedDatabase.create(target)) {
      other.table("dbo.t");
      db.run("INSERT dbo.t (id) VALUES (1)", "INSERT dbo.u (id) VALUES (1)");
      assertThat(other.version()).isZero();
      assertThat(db.changes("dbo.u", 0).get(0).version())
          .isGreaterThan(db.changes("dbo.t", 0).get(0).version());
    }
  }

  /**
   * Rule 1: the version is that of the commit, not of the first write.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void theTransactionThatCommitsLaterHasTheHigherVersion() throws SQLException {
    db.table("dbo.t");
    Client slow = db.session().run("BEGIN TRAN; INSERT dbo.t (id) VALUES (1)");
    db.session().run("INSERT dbo.t (id) VALUES (2)");
    long fast = db.version();
    slow.run("COMMIT TRAN");
    assertThat(db.net("dbo.t", fast)).containsExactly("I [1]");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [2]", "I [1]");
  }

  /**
   * Rule 2.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theChangesAreThoseAfterTheCursor() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("INSERT dbo.t (id) VALUES (2)");
    assertThat(db.net("dbo.t", cursor)).containsExactly("I [2]");
    assertThat(db.net("dbo.t", db.version())).isEmpty();
  }

  /**
   * Rule 3.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aNullCursorReturnsAllTrackedChanges() throws SQLException {
    db.table("dbo.t")
        .run(
            "INSERT dbo.t (id) VALUES (1)",
            "INSERT dbo.t (id) VALUES (2)",
            "DELETE dbo.t WHERE id = 1");
    List<Change> all = TrackedDatabase.changes(db.admin(), "dbo.t", "NULL");
    assertThat(all).extracting(Change::key).containsExactly(List.of(2), List.of(1));
    assertThat(
            db.admin()
                .column(
                    "DECLARE @v bigint = NULL; "
                        + "SELECT id FROM CHANGETABLE(CHANGES dbo.t, @v) AS c ORDER BY id"))
        .containsExactly(1, 2);
  }

  /**
   * Rule 3: literal or variable, so a driver's parameter too.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theCursorMayBeAVariableOrAParameter() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("INSERT dbo.t (id) VALUES (2)");
    assertThat(db.admin().column("SELECT id FROM CHANGETABLE(CHANGES dbo.t, ?) AS c", cursor))
        .containsExactly(2);
    assertThat(
            db.admin()
                .column(
                    "DECLARE @v bigint = "
                        + cursor
                        + "; SELECT c.id FROM CHANGETABLE(CHANGES dbo.t, @v) AS c"))
        .containsExactly(2);
  }

  /**
   * Rule 3.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void anExpressionAsCursorIsASyntaxError() throws SQLException {
    db.table("dbo.t");
    assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 1 + 1) AS c"))
        .isEqualTo(102);
    assertThat(
            db.admin()
                .errorNumber(
                    "SELECT * FROM CHANGETABLE(CHANGES dbo.t, (SELECT MAX(id) FROM dbo.t)) AS c"))
        .isIn(102, 156);
  }

  /**
   * Rule 3.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theAliasIsMandatory() throws SQLException {
    db.table("dbo.t");
    assertThat(db.admin().errorNumber("SELECT * FROM CHANGETABLE(CHANGES dbo.t, 0)"))
        .isEqualTo(22104);
  }

  /**
   * Rule 4: a cursor 0 knows the rows that were there before tracking began.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void zeroIsARealCursor() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY)",
        "INSERT dbo.t VALUES (1)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    assertThat(db.minValid("dbo.t")).isZero();
    assertThat(db.net("dbo.t", 0)).isEmpty();
    db.run("INSERT dbo.t VALUES (2)");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [2]");
  }

  /**
   * Rule 5, and a crash between two batches of one transaction: a cursor inside it does not exist.
   * https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table
   */
  @Test
  void allRowsOfATransactionShareItsVersion() throws SQLException {
    db.table("dbo.t").table("dbo.u");
    db.run(
        "BEGIN TRAN; INSERT dbo.t (id) VALUES (1), (2), (3); UPDATE dbo.t SET a = N'x' WHERE id = 2;"
            + " INSERT dbo.u (id) VALUES (4); COMMIT TRAN");
    assertThat(db.changes("dbo.t", 0)).extracting(Change::version).containsOnly(db.version());
    assertThat(db.changes("dbo.u", 0)).extracting(Change::version).containsOnly(db.version());
    assertThat(db.net("dbo.t", db.version() - 1)).hasSize(3);
  }

  /**
   * Rule 5.
   * https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table
   */
  @Test
  void theCommitTableMapsAVersionToItsCommitTime() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    assertThat(
            db.admin()
                .rows(
                    "SELECT CASE WHEN ABS(DATEDIFF(second, commit_time, GETDATE())) < 60"
                        + " OR ABS(DATEDIFF(second, commit_time, GETUTCDATE())) < 60"
                        + " THEN 1 ELSE 0 END FROM sys.dm_tran_commit_table WHERE commit_ts = ?",
                    db.version()))
        .containsExactly(List.of(1));
  }

  /**
   * Rule 5. Whoever wants the newest alone asks for them first.
   * https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/change-tracking-sys-dm-tran-commit-table
   */
  @Test
  void theCommitTableIsSortedAsItIsAsked() throws SQLException {
    db.table("dbo.t");
    for (int id = 1; id <= 4; id++) {
      db.run("INSERT dbo.t (id) VALUES (%d)".formatted(id));
    }
    long last = db.version();
    assertThat(
            db.admin()
                .rows(
                    "SELECT TOP (3) commit_ts FROM sys.dm_tran_commit_table WHERE commit_ts > ?"
                        + " ORDER BY commit_ts DESC",
                    last - 4))
        .containsExactly(List.of(last), List.of(last - 1), List.of(last - 2));
  }
}
