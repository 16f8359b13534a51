package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Rules 6 to 9: one net row per key. Source:
 * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
 */
abstract class RowsContract extends Contract {
  RowsContract(Target target) {
    super(target);
  }

  /**
   * Rule 6.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void theOperationIsRelativeToTheCursor() throws SQLException {
    db.table("dbo.t").table("dbo.u").run("INSERT dbo.u (id) VALUES (1)");
    long before = db.version();
    db.run("INSERT dbo.t (id) VALUES (1)");
    long inserted = db.version();
    db.run("INSERT dbo.u (id) VALUES (2)", "UPDATE dbo.t SET a = N'x' WHERE id = 1");
    assertThat(db.net("dbo.t", before)).containsExactly("I [1]");
    assertThat(db.net("dbo.t", inserted)).containsExactly("U [1]");
  }

  /**
   * Rule 6: the row has the version of its last change, and of its insert apart.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void anInsertUpdatedLaterKeepsItsCreationVersion() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long inserted = db.version();
    db.run("UPDATE dbo.t SET a = N'x'", "UPDATE dbo.t SET a = N'y'");
    List<Change> changes = db.changes("dbo.t", 0);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).version()).isEqualTo(db.version());
    assertThat(changes.get(0).creationVersion()).isEqualTo(inserted);
  }

  /**
   * Rule 6: many changes of a row are one.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void manyUpdatesOfOneRowAreOneChange() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    for (int i = 0; i < 5; i++) {
      db.run("UPDATE dbo.t SET a = N'" + i + "'");
    }
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]", "U [2]");
  }

  /**
   * Rule 7.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aChangedKeyIsADeleteOfTheOldAndAnInsertOfTheNew() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id, a) VALUES (1, N'x')");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET id = 2 WHERE id = 1");
    assertThat(db.net("dbo.t", cursor)).containsExactly("D [1]", "I [2]");
    assertThat(db.changes("dbo.t", cursor)).extracting(Change::version).containsOnly(db.version());
  }

  /**
   * Rule 7: keys that move up by one are, for the keys that stay occupied, updates.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void keysMovedOntoEachOtherLeaveTheRightRows() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2), (3)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET id = id + 1");
    assertThat(db.changes("dbo.t", cursor))
        .extracting(Change::key)
        .containsExactlyInAnyOrder(List.of(1), List.of(2), List.of(3), List.of(4));
    assertThat(db.net("dbo.t", cursor)).contains("D [1]", "I [4]").doesNotContain("D [2]", "D [3]");
  }

  /**
   * Rule 8 (an inference of ours that nobody could verify without a real server).
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aRowDeletedAndInsertedAgainIsAnUpdateOfAllColumns() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1), (2)");
    long cursor = db.version();
    db.run(
        "DELETE dbo.t WHERE id = 1",
        "INSERT dbo.t (id) VALUES (1)",
        "BEGIN TRAN; DELETE dbo.t WHERE id = 2; INSERT dbo.t (id) VALUES (2); COMMIT TRAN");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]", "U [2]");
    assertThat(db.changes("dbo.t", cursor)).extracting(Change::columns).containsOnlyNulls();
  }

  /**
   * Rule 9.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aRowInsertedAndDeletedInsideTheWindowIsADelete() throws SQLException {
    db.table("dbo.t");
    db.run(
        "INSERT dbo.t (id) VALUES (1)",
        "DELETE dbo.t WHERE id = 1",
        "BEGIN TRAN; INSERT dbo.t (id) VALUES (2); DELETE dbo.t WHERE id = 2; COMMIT TRAN");
    assertThat(db.net("dbo.t", 0)).containsExactly("D [1]", "D [2]");
  }

  /**
   * Rule 6: the cursor decides again after a delete.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aRowInsertedAfterADeleteThatTheCursorKnowsIsAnInsert() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)", "DELETE dbo.t");
    long cursor = db.version();
    db.run("INSERT dbo.t (id) VALUES (1)");
    assertThat(db.net("dbo.t", cursor)).containsExactly("I [1]");
  }

  /**
   * Rule 11: only keys are kept, so the row of a delete is missing from the join.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void theRowComesFromAnOuterJoinAndIsMissingAfterADelete() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id, a) VALUES (1, N'x'), (2, N'y')");
    db.run("DELETE dbo.t WHERE id = 1");
    assertThat(
            db.admin()
                .rows(
                    "SELECT c.id, t.id, t.a FROM CHANGETABLE(CHANGES dbo.t, 0) AS c"
                        + " LEFT OUTER JOIN dbo.t AS t ON t.id = c.id ORDER BY c.id"))
        .containsExactly(Client.row(1, null, null), Client.row(2, 2, "y"));
  }

  /**
   * Rule 11, and case 6: without SNAPSHOT a changed row may be gone before it is read.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void anUpdatedRowMayBeGoneBeforeItIsRead() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long cursor = db.version();
    db.run("UPDATE dbo.t SET a = N'x'");
    List<String> seen = db.net("dbo.t", cursor);
    db.run("DELETE dbo.t");
    assertThat(seen).containsExactly("U [1]");
    assertThat(db.admin().rows("SELECT a FROM dbo.t WHERE id = 1")).isEmpty();
    assertThat(db.net("dbo.t", cursor)).containsExactly("D [1]");
  }

  /**
   * Rule 12.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void mergeIsTracked() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id, a) VALUES (1, N'x'), (2, N'y')");
    long cursor = db.version();
    db.run(
        "MERGE dbo.t AS t USING (VALUES (1, N'new'), (2, N''), (9, N'nine')) AS s (id, a)"
            + " ON t.id = s.id WHEN MATCHED AND s.a = N'' THEN DELETE"
            + " WHEN MATCHED THEN UPDATE SET a = s.a"
            + " WHEN NOT MATCHED BY TARGET THEN INSERT (id, a) VALUES (s.id, s.a);");
    assertThat(db.net("dbo.t", cursor)).containsExactly("U [1]", "D [2]", "I [9]");
  }

  /**
   * Rule 12: {@code .WRITE} is tracked; the stand-in refuses it by name rather than lose it.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aPartialUpdateByWriteIsTrackedOrRefused() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a nvarchar(max) NULL)",
        "INSERT dbo.t VALUES (1, N'abc')",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING");
    String write = "UPDATE dbo.t SET a.WRITE(N'X', 0, 1) WHERE id = 1";
    if (target.controls().isPresent()) {
      assertThat(db.admin().error(write).getMessage()).contains("does not support", "WRITE");
      assertThat(db.net("dbo.t", 0)).isEmpty();
    } else {
      db.run(write);
      assertThat(db.net("dbo.t", 0)).containsExactly("U [1]");
    }
  }

  /**
   * Case "fault in the middle of a transaction's rows": a failed statement leaves no trace, the
   * others of its transaction do.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aStatementThatFailsInTheMiddleOfItsRowsIsNotTracked() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (3)");
    long cursor = db.version();
    Client writer = db.session().run("BEGIN TRAN; INSERT dbo.t (id) VALUES (7)");
    assertThat(writer.errorNumber("INSERT dbo.t (id) VALUES (1), (2), (3), (4)")).isEqualTo(2627);
    writer.run("INSERT dbo.t (id) VALUES (8); COMMIT TRAN");
    assertThat(db.net("dbo.t", cursor)).containsExactly("I [7]", "I [8]");
  }

  /**
   * Rule 1: what a savepoint takes back was never changed.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void whatASavepointTakesBackIsNotTracked() throws SQLException {
    db.table("dbo.t");
    db.run(
        "BEGIN TRAN; INSERT dbo.t (id) VALUES (1); SAVE TRAN half; INSERT dbo.t (id) VALUES (2);"
            + " DELETE dbo.t WHERE id = 1; ROLLBACK TRAN half; INSERT dbo.t (id) VALUES (3);"
            + " COMMIT TRAN");
    assertThat(db.net("dbo.t", 0)).containsExactly("I [1]", "I [3]");
  }

  /**
   * {@code CHANGETABLE(VERSION ..)} answers for one row, changed or not.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aRowsVersionIsThatOfItsLastChangeAndNullWithoutOne() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY, a int NULL)",
        "INSERT dbo.t VALUES (1, 1), (2, 2)",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "UPDATE dbo.t SET a = 5 WHERE id = 1");
    String version =
        "SELECT t.id, v.SYS_CHANGE_VERSION FROM dbo.t AS t"
            + " CROSS APPLY CHANGETABLE(VERSION dbo.t, (id), (t.id)) AS v ORDER BY t.id";
    String one = "SELECT v.SYS_CHANGE_VERSION FROM CHANGETABLE(VERSION dbo.t, (id), (%s)) AS v";
    assertThat(db.admin().value(one.formatted("1"))).isEqualTo(db.version());
    assertThat(db.admin().value(one.formatted("2"))).isNull();
    assertThat(db.admin().rows(version))
        .containsExactly(Client.row(1, db.version()), Client.row(2, null));
  }

  /**
   * {@code CHANGETABLE(VERSION ..)} with a key of several columns, in any order.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void aRowsVersionIsFoundByACompositeKey() throws SQLException {
    db.run(
        "CREATE TABLE dbo.t (a int NOT NULL, b nvarchar(9) NOT NULL, c int NULL, PRIMARY KEY (a, b))",
        "ALTER TABLE dbo.t ENABLE CHANGE_TRACKING",
        "INSERT dbo.t VALUES (1, N'x', 0), (2, N'x', 0)",
        "UPDATE dbo.t SET c = 1 WHERE a = 2");
    String one = "SELECT SYS_CHANGE_VERSION FROM CHANGETABLE(VERSION dbo.t, %s) AS v";
    assertThat(db.admin().value(one.formatted("(a, b), (2, N'x')"))).isEqualTo(db.version());
    assertThat(db.admin().value(one.formatted("(b, a), (N'x', 1)"))).isEqualTo(db.version() - 1);
  }
}
