package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.microsoft.sqlserver.jdbc.SQLServerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions, savepoints, isolation and locks through mssql-jdbc. */
class MssqlTransactionsTest extends StandInSuite {
  private static final int SNAPSHOT = 4096;

  private Client other;
  private ExecutorService threads;

  @BeforeEach
  void createTable() throws Exception {
    client.run(
        "CREATE TABLE dbo.t (id int PRIMARY KEY, n int)", "INSERT dbo.t VALUES (1, 10), (2, 20)");
    other = connect();
    threads = Executors.newCachedThreadPool();
  }

  @AfterEach
  void closeOther() throws Exception {
    other.close();
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private long n(Client who, int id) throws SQLException {
    return who.number("SELECT n FROM dbo.t WHERE id = " + id);
  }

  @Test
  void commitKeepsAndRollbackUndoes() throws SQLException {
    client.connection().setAutoCommit(false);
    client.run("UPDATE dbo.t SET n = 11 WHERE id = 1");
    client.connection().rollback();
    assertThat(n(client, 1)).isEqualTo(10);
    client.run("UPDATE dbo.t SET n = 12 WHERE id = 1");
    client.connection().commit();
    assertThat(n(other, 1)).isEqualTo(12);
  }

  @Test
  void othersDoNotSeeWhatIsNotCommitted() throws SQLException {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    assertThat(n(client, 1)).isEqualTo(11);
    other.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT");
    assertThat(n(other, 1)).isEqualTo(10);
    client.run("COMMIT");
    assertThat(n(other, 1)).isEqualTo(11);
  }

  @Test
  void savepointsTakeBackTheirPart() throws SQLException {
    Connection connection = client.connection();
    connection.setAutoCommit(false);
    client.run("UPDATE dbo.t SET n = 11 WHERE id = 1");
    Savepoint half = connection.setSavepoint("half");
    client.run("UPDATE dbo.t SET n = 12 WHERE id = 1");
    Savepoint unnamed = connection.setSavepoint();
    client.run("UPDATE dbo.t SET n = 13 WHERE id = 1");
    connection.rollback(unnamed);
    assertThat(n(client, 1)).isEqualTo(12);
    connection.rollback(half);
    connection.commit();
    assertThat(n(other, 1)).isEqualTo(11);
  }

  @Test
  void nestedTransactionsCount() throws SQLException {
    client.run("BEGIN TRAN; BEGIN TRAN");
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(2);
    client.run("UPDATE dbo.t SET n = 11 WHERE id = 1; COMMIT");
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(1);
    client.run("ROLLBACK");
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
    assertThat(n(other, 1)).isEqualTo(10);
    assertThat(client.errorNumber("COMMIT")).isEqualTo(3902);
    assertThat(client.errorNumber("ROLLBACK")).isEqualTo(3903);
  }

  @Test
  void xactAbortRollsBackAtTheFirstError() throws SQLException {
    client.run("SET XACT_ABORT ON; BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    assertThat(client.errorNumber("INSERT dbo.t VALUES (1, 1)")).isEqualTo(2627);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
    assertThat(n(other, 1)).isEqualTo(10);
  }

  @Test
  void anErrorLeavesTheTransactionOpen() throws SQLException {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    assertThat(client.errorNumber("INSERT dbo.t VALUES (1, 1)")).isEqualTo(2627);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(1);
    client.run("COMMIT");
    assertThat(n(other, 1)).isEqualTo(11);
  }

  @Test
  void aSnapshotStaysAsItWas() throws SQLException {
    Connection connection = client.connection();
    connection.setTransactionIsolation(SNAPSHOT);
    assertThat(connection.getTransactionIsolation()).isEqualTo(SNAPSHOT);
    connection.setAutoCommit(false);
    assertThat(n(client, 1)).isEqualTo(10);
    other.run("UPDATE dbo.t SET n = 99", "INSERT dbo.t VALUES (3, 30)");
    assertThat(n(client, 1)).isEqualTo(10);
    assertThat(n(client, 2)).isEqualTo(20);
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2);
    connection.commit();
    assertThat(n(client, 1)).isEqualTo(99);
  }

  @Test
  void readCommittedSeesWhatOthersCommit() throws SQLException {
    client.connection().setAutoCommit(false);
    assertThat(n(client, 1)).isEqualTo(10);
    other.run("UPDATE dbo.t SET n = 99 WHERE id = 1");
    assertThat(n(client, 1)).isEqualTo(99);
    client.connection().commit();
  }

  @Test
  void aWriteOverANewerCommitInASnapshotIs3960() throws SQLException {
    client.run("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN");
    assertThat(n(client, 1)).isEqualTo(10);
    other.run("UPDATE dbo.t SET n = 99 WHERE id = 1");
    SQLServerException conflict =
        catchThrowableOfType(
            SQLServerException.class, () -> client.run("UPDATE dbo.t SET n = 11 WHERE id = 1"));
    assertThat(conflict.getErrorCode()).isEqualTo(3960);
    assertThat(conflict.getSQLServerError().getErrorSeverity()).isEqualTo(16);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
    assertThat(n(other, 1)).isEqualTo(99);
  }

  @Test
  void aTableChangedDuringASnapshotIs3961() throws SQLException {
    client.run(
        "CREATE TABLE dbo.u (id int PRIMARY KEY)",
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN");
    assertThat(n(client, 1)).isEqualTo(10);
    other.run("ALTER TABLE dbo.u ADD a int NULL");
    assertThat(client.errorNumber("SELECT * FROM dbo.u")).isEqualTo(3961);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
  }

  @Test
  void aDatabaseThatDoesNotAllowSnapshotsIs3952() throws Exception {
    standIn.execute("CREATE DATABASE " + database + "x");
    try (Client plain = Drivers.mssql(standIn, database + "x")) {
      plain.run(
          "CREATE TABLE dbo.t (id int PRIMARY KEY)",
          "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN");
      assertThat(plain.errorNumber("SELECT * FROM dbo.t")).isEqualTo(3952);
    }
  }

  @Test
  void aLockHeldTooLongIs1222() throws SQLException {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    other.run("SET LOCK_TIMEOUT 200");
    SQLServerException late =
        catchThrowableOfType(
            SQLServerException.class, () -> other.run("UPDATE dbo.t SET n = 12 WHERE id = 1"));
    assertThat(late.getErrorCode()).isEqualTo(1222);
    assertThat(late.getSQLServerError().getErrorSeverity()).isEqualTo(16);
    assertThat(other.value("SELECT @@LOCK_TIMEOUT")).isEqualTo(200);
    other.run("UPDATE dbo.t SET n = 22 WHERE id = 2");
    client.run("COMMIT");
    other.run("UPDATE dbo.t SET n = 12 WHERE id = 1");
    assertThat(n(client, 1)).isEqualTo(12);
  }

  @Test
  void aWriterWaitsForTheLockAndGoesOn() throws Exception {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = n + 1 WHERE id = 1");
    Future<?> waiting =
        threads.submit(
            (Callable<Client>) () -> other.run("UPDATE dbo.t SET n = n + 1 WHERE id = 1"));
    client.run("COMMIT");
    waiting.get(10, TimeUnit.SECONDS);
    assertThat(n(client, 1)).isEqualTo(12);
  }

  @Test
  void oneOfTwoThatWaitForEachOtherIs1205AndRolledBack() throws Exception {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    other.run("BEGIN TRAN; UPDATE dbo.t SET n = 22 WHERE id = 2");
    CountDownLatch both = new CountDownLatch(2);
    List<Future<Integer>> ends = new ArrayList<>();
    ends.add(threads.submit(() -> errorOf(client, both, "UPDATE dbo.t SET n = 12 WHERE id = 2")));
    ends.add(threads.submit(() -> errorOf(other, both, "UPDATE dbo.t SET n = 21 WHERE id = 1")));
    List<Integer> numbers = new ArrayList<>();
    for (Future<Integer> end : ends) {
      numbers.add(end.get(30, TimeUnit.SECONDS));
    }
    assertThat(numbers).containsExactlyInAnyOrder(0, 1205);
    Client victim = numbers.get(0) == 1205 ? client : other;
    Client survivor = numbers.get(0) == 1205 ? other : client;
    assertThat(victim.value("SELECT @@TRANCOUNT")).isEqualTo(0);
    survivor.run("COMMIT");
    assertThat(n(victim, 1)).isEqualTo(numbers.get(0) == 1205 ? 21 : 11);
  }

  private static int errorOf(Client who, CountDownLatch both, String statement)
      throws InterruptedException {
    both.countDown();
    both.await();
    try {
      who.run(statement);
      return 0;
    } catch (SQLException e) {
      return e.getErrorCode();
    }
  }

  @Test
  void implicitTransactionsBeginAtTheFirstTable() throws SQLException {
    client.connection().setAutoCommit(false);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
    assertThat(n(client, 1)).isEqualTo(10);
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(1);
    client.connection().commit();
    assertThat(client.value("SELECT @@TRANCOUNT")).isEqualTo(0);
  }

  @Test
  void everyJdbcIsolationIsAccepted() throws SQLException {
    for (int level :
        new int[] {
          Connection.TRANSACTION_READ_UNCOMMITTED,
          Connection.TRANSACTION_READ_COMMITTED,
          Connection.TRANSACTION_REPEATABLE_READ,
          Connection.TRANSACTION_SERIALIZABLE,
          SNAPSHOT
        }) {
      client.connection().setTransactionIsolation(level);
      assertThat(n(client, 1)).isEqualTo(10);
    }
  }

  @Test
  void ddlInsideATransactionIsRefusedByName() throws SQLException {
    client.run("BEGIN TRAN; UPDATE dbo.t SET n = 11 WHERE id = 1");
    assertThat(client.error("CREATE TABLE dbo.u (id int)").getMessage())
        .contains("does not support")
        .containsIgnoringCase("transaction");
    client.run("ROLLBACK");
    assertThat(n(client, 1)).isEqualTo(10);
  }
}
