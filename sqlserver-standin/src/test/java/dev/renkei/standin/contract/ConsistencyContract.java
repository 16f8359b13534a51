package dev.renkei.standin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.suite.Client;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Rules 18 to 22 and 31: reading one moment. Source:
 * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
 */
abstract class ConsistencyContract extends Contract {
  ConsistencyContract(Target target) {
    super(target);
  }

  private static List<String> net(Client client, String table, long since) throws SQLException {
    return TrackedDatabase.changes(client, table, Long.toString(since)).stream()
        .map(Change::net)
        .toList();
  }

  /**
   * Rule 18.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aSnapshotHoldsVersionChangesAndRowsOfOneMoment() throws SQLException {
    db.table("dbo.t").table("dbo.u").run("INSERT dbo.t (id, a) VALUES (1, N'old')");
    Client reader = db.snapshotSession().run("BEGIN TRAN; SELECT TOP 1 id FROM dbo.t");
    long bound = TrackedDatabase.version(reader);
    db.run("UPDATE dbo.t SET a = N'new'", "INSERT dbo.t (id) VALUES (2)");
    db.run("INSERT dbo.u (id) VALUES (5)");
    assertThat(TrackedDatabase.version(reader)).isEqualTo(bound);
    assertThat(net(reader, "dbo.t", 0)).containsExactly("I [1]");
    assertThat(net(reader, "dbo.u", 0)).isEmpty();
    assertThat(reader.rows("SELECT id, a FROM dbo.t")).containsExactly(Client.row(1, "old"));
    reader.run("COMMIT TRAN");
    assertThat(TrackedDatabase.version(reader)).isEqualTo(db.version());
    assertThat(net(reader, "dbo.t", bound)).containsExactly("U [1]", "I [2]");
    assertThat(net(reader, "dbo.u", bound)).containsExactly("I [5]");
  }

  /**
   * Rule 19: outside SNAPSHOT, changes newer than the bound read before do come.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void withoutASnapshotChangesNewerThanTheBoundAreSeen() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    Client reader = db.session().run("BEGIN TRAN; SELECT TOP 1 id FROM dbo.t");
    long bound = TrackedDatabase.version(reader);
    db.run("INSERT dbo.t (id) VALUES (2)");
    assertThat(TrackedDatabase.changes(reader, "dbo.t", "0"))
        .anySatisfy(change -> assertThat(change.version()).isGreaterThan(bound));
    reader.run("COMMIT TRAN");
  }

  /**
   * Rule 20: with the version taken first, rows that the load already holds come once more, and
   * none is lost.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aVersionTakenBeforeTheFirstLoadLosesNothing() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long before = db.version();
    db.run("INSERT dbo.t (id) VALUES (2)");
    List<Object> loaded = List.copyOf(db.admin().column("SELECT id FROM dbo.t ORDER BY id"));
    db.run("DELETE dbo.t WHERE id = 1");
    assertThat(loaded).containsExactly(1, 2);
    assertThat(db.net("dbo.t", before)).containsExactly("I [2]", "D [1]");
  }

  /**
   * Rule 21: a SELECT without a table begins no implicit transaction, so it is not in the snapshot.
   * https://learn.microsoft.com/sql/t-sql/statements/set-implicit-transactions-transact-sql
   */
  @Test
  void theVersionReadFirstUnderAutoCommitOffIsOutsideTheSnapshot() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    Client reader = db.snapshotSession();
    reader.connection().setAutoCommit(false);
    long bound = TrackedDatabase.version(reader);
    db.run("INSERT dbo.t (id) VALUES (2)");
    assertThat(TrackedDatabase.changes(reader, "dbo.t", "0"))
        .anySatisfy(change -> assertThat(change.version()).isGreaterThan(bound));
    reader.connection().rollback();
  }

  /**
   * Rule 21: the cure, an explicit transaction that touches a table first.
   * https://learn.microsoft.com/sql/t-sql/statements/set-transaction-isolation-level-transact-sql
   */
  @Test
  void theVersionReadAfterATableInAnExplicitTransactionIsInsideTheSnapshot() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    Client reader = db.snapshotSession().run("BEGIN TRAN");
    db.run("INSERT dbo.t (id) VALUES (2)");
    reader.run("SELECT TOP 1 id FROM dbo.t");
    long bound = TrackedDatabase.version(reader);
    db.run("INSERT dbo.t (id) VALUES (3)");
    assertThat(TrackedDatabase.changes(reader, "dbo.t", "0"))
        .hasSize(2)
        .allSatisfy(change -> assertThat(change.version()).isLessThanOrEqualTo(bound));
    reader.run("COMMIT TRAN");
  }

  /**
   * Case 7: a long transaction that commits around the bound comes with the next poll.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void aLongTransactionThatCommitsAfterTheBoundComesWithTheNextPoll() throws SQLException {
    db.table("dbo.t");
    Client slow = db.session().run("BEGIN TRAN; INSERT dbo.t (id) VALUES (1)");
    db.run("INSERT dbo.t (id) VALUES (2)");
    Client reader = db.snapshotSession().run("BEGIN TRAN; SELECT COUNT(*) FROM sys.tables");
    reader.run("SELECT COUNT(*) FROM dbo.t WITH (NOLOCK) WHERE id = 2");
    long bound = TrackedDatabase.version(reader);
    slow.run("COMMIT TRAN");
    List<String> first = net(reader, "dbo.t", 0);
    reader.run("COMMIT TRAN");
    assertThat(first).containsExactly("I [2]");
    assertThat(net(reader, "dbo.t", bound)).containsExactly("I [1]");
  }

  /**
   * Case 8: two trackers at different phases each see the net change since their own cursor.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void trackersAtDifferentPhasesSeeTheirOwnNetChanges() throws SQLException {
    db.table("dbo.t").run("INSERT dbo.t (id) VALUES (1)");
    long early = db.version();
    db.run("UPDATE dbo.t SET a = N'x'", "INSERT dbo.t (id) VALUES (2)");
    long late = db.version();
    db.run("DELETE dbo.t WHERE id = 2", "UPDATE dbo.t SET b = N'y'");
    assertThat(db.net("dbo.t", early)).containsExactly("D [2]", "U [1]");
    assertThat(db.net("dbo.t", late)).containsExactly("D [2]", "U [1]");
    assertThat(db.net("dbo.t", 0)).containsExactly("D [2]", "I [1]");
  }

  /**
   * A writer sees its own uncommitted changes nowhere in the changes of others.
   * https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
   */
  @Test
  void uncommittedChangesAreNobodysChanges() throws SQLException {
    db.table("dbo.t");
    Client writer = db.session().run("BEGIN TRAN; INSERT dbo.t (id) VALUES (1)");
    Client reader = db.snapshotSession().run("BEGIN TRAN");
    assertThat(net(reader, "dbo.t", 0)).isEmpty();
    reader.run("COMMIT TRAN");
    writer.run("ROLLBACK TRAN");
    assertThat(db.net("dbo.t", 0)).isEmpty();
  }

  /**
   * Rule 31: one statement asks many tables whether they changed.
   * https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql
   */
  @Test
  void oneStatementTellsWhichOfManyTablesChanged() throws SQLException {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      db.table("dbo.t" + i);
      query.append(i == 0 ? "" : " UNION ALL ");
      query.append(
          "SELECT %d AS n WHERE EXISTS (SELECT 1 FROM CHANGETABLE(CHANGES dbo.t%d, %d) AS c)"
              .formatted(i, i, 0));
    }
    db.run("INSERT dbo.t7 (id) VALUES (1)", "INSERT dbo.t31 (id) VALUES (1)");
    assertThat(db.admin().column(query + " ORDER BY n")).containsExactly(7, 31);
  }
}
