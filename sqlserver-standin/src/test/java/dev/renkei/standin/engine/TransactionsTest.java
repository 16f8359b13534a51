package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.sql.Isolation;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TransactionsTest extends EngineTest {
  private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT;";

  @Test
  void transactionsNestByCounting() throws Exception {
    Recording recording =
        client.run(
            "BEGIN TRAN; BEGIN TRAN; SELECT @@TRANCOUNT; COMMIT; SELECT @@TRANCOUNT; COMMIT; SELECT @@TRANCOUNT");

    assertThat(recording.rows()).containsExactly("2", "1", "0");
    assertThat(recording.events().stream().filter(e -> e.equals("BEGAN") || e.equals("COMMITTED")))
        .containsExactly("BEGAN", "COMMITTED");
  }

  @Test
  void aRollbackTakesAllLevels() throws Exception {
    client.rows("BEGIN TRAN; BEGIN TRAN; DELETE dbo.t; ROLLBACK");

    assertThat(client.rows("SELECT @@TRANCOUNT, COUNT(*) FROM dbo.t")).containsExactly("0|2");
  }

  @Test
  void withoutATransactionCommitAndRollbackAreErrors() throws Exception {
    assertThat(client.run("COMMIT; ROLLBACK; SELECT 1").errors()).containsExactly(3902, 3903);
  }

  @Test
  void aSavepointTakesBackWhatCameAfter() throws Exception {
    client.rows(
        "BEGIN TRAN; DELETE dbo.t WHERE id = 1; SAVE TRAN s; DELETE dbo.t; ROLLBACK TRAN S; COMMIT");

    assertThat(client.rows("SELECT id FROM dbo.t")).containsExactly("2");
  }

  @Test
  void aSavepointBeforeTheFirstStatementTakesAllBackAndKeepsTheTransaction() throws Exception {
    client.rows(
        "BEGIN TRAN; SAVE TRAN s; DELETE dbo.t; ROLLBACK TRAN s; INSERT dbo.t (id) VALUES (3); COMMIT");

    assertThat(client.rows("SELECT COUNT(*) FROM dbo.t")).containsExactly("3");
  }

  @Test
  void anUnknownSavepointIsAnError() throws Exception {
    assertThat(client.run("BEGIN TRAN one; ROLLBACK TRAN two; SELECT @@TRANCOUNT").events())
        .contains("error 6401 line 1", "row 1");
    assertThat(client.run("ROLLBACK TRAN one; SELECT @@TRANCOUNT").rows()).containsExactly("0");
  }

  @Test
  void implicitTransactionsBeginWithTheFirstTable() throws Exception {
    assertThat(
            client.rows(
                "SET IMPLICIT_TRANSACTIONS ON; SELECT 1; SELECT @@TRANCOUNT; SELECT COUNT(*) FROM dbo.t; SELECT @@TRANCOUNT; ROLLBACK"))
        .containsExactly("1", "0", "2", "1");
  }

  @Test
  void anExplicitBeginInImplicitModeCountsTwice() throws Exception {
    assertThat(
            client.rows("SET IMPLICIT_TRANSACTIONS ON; BEGIN TRAN; SELECT @@TRANCOUNT; ROLLBACK"))
        .containsExactly("2");
  }

  @Test
  void inImplicitModeDefinitionsMayComeFirst() throws Exception {
    client.rows(
        "SET IMPLICIT_TRANSACTIONS ON; CREATE TABLE dbo.first (id int NOT NULL PRIMARY KEY)");
    Recording recording =
        client.run("INSERT dbo.first VALUES (1); CREATE TABLE dbo.second (id int)");

    assertThat(recording.errors()).containsExactly(50001);
    assertThat(recording.firstError().getMessage()).contains("inside a transaction");
    client.rows("ROLLBACK");
    assertThat(client.rows("SELECT COUNT(*) FROM dbo.first")).containsExactly("0");
  }

  @Test
  void theWireBeginsAndEndsTransactionsToo() throws Exception {
    Recording recording = new Recording();
    client.session.begin(Isolation.SERIALIZABLE, "", recording);
    client.rows("DELETE dbo.t WHERE id = 1");
    client.session.save("s", recording);
    client.rows("DELETE dbo.t");
    client.session.rollback("s", recording);
    client.session.commit(recording);

    assertThat(recording.events()).containsExactly("BEGAN", "COMMITTED");
    assertThat(client.rows("SELECT id FROM dbo.t")).containsExactly("2");
  }

  @Test
  void closingASessionRollsBack() throws Exception {
    Client other = connect();
    other.rows("BEGIN TRAN; DELETE dbo.t");
    other.session.close();

    assertThat(client.rows("SELECT COUNT(*) FROM dbo.t")).containsExactly("2");
    assertThat(client.rows("SET LOCK_TIMEOUT 0; UPDATE dbo.t SET v = 1; SELECT @@ROWCOUNT"))
        .containsExactly("2");
  }

  @Test
  void resetRollsBackAndForgetsOptions() throws Exception {
    client.rows("SET LOCK_TIMEOUT 5; SET NOCOUNT ON; BEGIN TRAN; DELETE dbo.t");
    client.session.reset();

    assertThat(client.rows("SELECT @@TRANCOUNT, @@LOCK_TIMEOUT, DB_NAME()"))
        .containsExactly("0|-1|" + database);
  }

  // ---- locks ----

  @Test
  void readersDoNotWaitForWriters() throws Exception {
    Client writer = connect();
    writer.rows("BEGIN TRAN; UPDATE dbo.t SET v = 0");

    assertThat(client.rows("SELECT v FROM dbo.t ORDER BY id")).containsExactly("10", "20");
  }

  @Test
  void aLockTimeoutEndsTheStatementAndKeepsTheTransaction() throws Exception {
    Client writer = connect();
    writer.rows("BEGIN TRAN; UPDATE dbo.t SET v = 0 WHERE id = 1");

    Recording recording =
        client.run("SET LOCK_TIMEOUT 50; BEGIN TRAN; UPDATE dbo.t SET v = 1; SELECT @@TRANCOUNT");

    assertThat(recording.errors()).containsExactly(1222);
    assertThat(recording.rows()).containsExactly("1");
  }

  @Test
  void cancellingEndsAWaitForALock() throws Exception {
    Client writer = connect();
    writer.rows("BEGIN TRAN; UPDATE dbo.t SET v = 0 WHERE id = 1");
    Future<Recording> waiting = client.start("UPDATE dbo.t SET v = 1");
    cancelUntilDone(waiting);

    assertThat(waiting.get().events()).isEmpty();
    assertThat(client.rows("SELECT 1")).containsExactly("1");
  }

  @Test
  void definitionsWaitForTransactionsAndCanBeCancelled() throws Exception {
    Client writer = connect();
    writer.rows("BEGIN TRAN; UPDATE dbo.t SET v = 0 WHERE id = 1");
    assertThat(client.run("SET LOCK_TIMEOUT 50; ALTER TABLE dbo.t ADD x int NULL").errors())
        .containsExactly(1222);
    client.rows("SET LOCK_TIMEOUT -1");
    Future<Recording> waiting = client.start("ALTER TABLE dbo.t ADD y int NULL");

    assertThat(connect().rows("CREATE TABLE dbo.another (id int); SELECT 1")).containsExactly("1");
    cancelUntilDone(waiting);

    writer.rows("COMMIT");
    assertThat(client.rows("ALTER TABLE dbo.t ADD z int NULL; SELECT COUNT(z) FROM dbo.t"))
        .containsExactly("0");
    assertThat(client.run("SELECT y FROM dbo.t").errors()).containsExactly(207);
  }

  @Test
  void cancellingEndsWaitfor() throws Exception {
    Future<Recording> waiting = client.start("WAITFOR DELAY '01:00:00'; SELECT 1");
    cancelUntilDone(waiting);

    assertThat(waiting.get().rows()).isEmpty();
  }

  private void cancelUntilDone(Future<Recording> waiting) {
    while (!waiting.isDone()) {
      client.session.cancel();
      Thread.onSpinWait();
    }
  }

  @Test
  void theVictimOfADeadlockIsRolledBack() throws Exception {
    Client other = connect();
    client.rows("BEGIN TRAN; UPDATE dbo.t SET v = 1 WHERE id = 1");
    other.rows("BEGIN TRAN; UPDATE dbo.t SET v = 2 WHERE id = 2");
    Future<Recording> one = client.start("UPDATE dbo.t SET v = 1 WHERE id = 2; COMMIT");
    Future<Recording> two = other.start("UPDATE dbo.t SET v = 2 WHERE id = 1; COMMIT");

    List<Integer> errors = new java.util.ArrayList<>(one.get().errors());
    errors.addAll(two.get().errors());
    assertThat(errors).containsExactly(1205);
    assertThat(client.rows("SELECT DISTINCT v FROM dbo.t")).hasSize(1);
  }

  // ---- SNAPSHOT ----

  @Test
  void aSnapshotIsFixedByTheFirstTableAndNotByBegin() throws Exception {
    client.rows(SNAPSHOT + "BEGIN TRAN; SELECT 1");
    Client other = connect();
    other.rows("UPDATE dbo.t SET v = 11 WHERE id = 1");
    assertThat(client.rows("SELECT v FROM dbo.t WHERE id = 1")).containsExactly("11");
    other.rows("UPDATE dbo.t SET v = 12 WHERE id = 1");

    assertThat(client.rows("SELECT v FROM dbo.t WHERE id = 1")).containsExactly("11");
    client.rows("COMMIT");
    assertThat(client.rows("SELECT v FROM dbo.t WHERE id = 1")).containsExactly("12");
  }

  @Test
  void aSnapshotCoversTablesNotYetRead() throws Exception {
    client.rows("CREATE TABLE dbo.u (id int NOT NULL PRIMARY KEY)");
    client.rows(SNAPSHOT + "BEGIN TRAN; SELECT COUNT(*) FROM dbo.t");
    connect().rows("INSERT dbo.u VALUES (1)");

    assertThat(client.rows("SELECT COUNT(*) FROM dbo.u; COMMIT")).containsExactly("0");
  }

  @Test
  void anUpdateConflictEndsTheSnapshot() throws Exception {
    client.rows(SNAPSHOT + "BEGIN TRAN; SELECT COUNT(*) FROM dbo.t");
    connect().rows("UPDATE dbo.t SET v = 11 WHERE id = 1");

    Recording recording = client.run("UPDATE dbo.t SET v = 12 WHERE id = 1; SELECT 1");

    assertThat(recording.errors()).containsExactly(3960);
    assertThat(recording.firstError().getMessage()).contains("'dbo.t'").contains(database);
    assertThat(recording.events()).contains("ROLLED_BACK").doesNotContain("row 1");
  }

  @Test
  void aDatabaseMustAllowSnapshots() throws Exception {
    client.rows("ALTER DATABASE " + database + " SET ALLOW_SNAPSHOT_ISOLATION OFF");

    assertThat(client.run(SNAPSHOT + "SELECT COUNT(*) FROM dbo.t").errors()).containsExactly(3952);
    assertThat(client.run("SELECT 1").errors()).isEmpty();
  }

  @Test
  void aTransactionThatBeganOtherwiseCannotBecomeASnapshot() throws Exception {
    assertThat(client.run("BEGIN TRAN; " + SNAPSHOT + "SELECT COUNT(*) FROM dbo.t").errors())
        .containsExactly(3951);
  }

  @Test
  void aTableAlteredSinceTheSnapshotCannotBeRead() throws Exception {
    client.rows("CREATE TABLE dbo.u (id int NOT NULL PRIMARY KEY)");
    client.rows(SNAPSHOT + "BEGIN TRAN; SELECT COUNT(*) FROM dbo.t");
    connect().rows("ALTER TABLE dbo.u ADD x int NULL");

    assertThat(client.run("SELECT COUNT(*) FROM dbo.u").errors()).containsExactly(3961);
  }

  @Test
  void readCommittedSeesWhatWasCommittedBetweenStatements() throws Exception {
    client.rows("BEGIN TRAN; SELECT v FROM dbo.t");
    connect().rows("UPDATE dbo.t SET v = 11 WHERE id = 1");

    assertThat(client.rows("SELECT v FROM dbo.t WHERE id = 1; COMMIT")).containsExactly("11");
  }

  @Test
  void repeatableReadAndSerializableDoNot() throws Exception {
    for (String level : List.of("REPEATABLE READ", "SERIALIZABLE")) {
      client.rows("SET TRANSACTION ISOLATION LEVEL " + level + "; BEGIN TRAN; SELECT v FROM dbo.t");
      connect().rows("UPDATE dbo.t SET v = v + 1 WHERE id = 1");
      List<String> first = client.rows("SELECT v FROM dbo.t WHERE id = 1");
      client.rows("COMMIT");

      assertThat(client.rows("SELECT v FROM dbo.t WHERE id = 1")).isNotEqualTo(first);
    }
  }
}
