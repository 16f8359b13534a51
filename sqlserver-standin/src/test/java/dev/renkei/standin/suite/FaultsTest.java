package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.renkei.standin.Faults;
import dev.renkei.standin.sql.SqlError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults on demand, as a client meets them. */
class FaultsTest extends StandInSuite {
  private static final SqlError DEADLOCK =
      new SqlError(1205, 45, 13, "Transaction was deadlocked; rerun it.");

  private ExecutorService threads;

  @BeforeEach
  void createTable() throws SQLException {
    threads = Executors.newCachedThreadPool();
    client.run(
        "CREATE TABLE dbo.t (id int PRIMARY KEY, a nvarchar(200))",
        "SET NOCOUNT ON; DECLARE @i int = 0; WHILE @i < 2000"
            + " BEGIN INSERT dbo.t VALUES (@i, REPLICATE(N'x', 200)); SET @i = @i + 1 END");
  }

  @AfterEach
  void clear() throws InterruptedException {
    standIn.faults().clear();
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private Faults faults() {
    return standIn.faults();
  }

  @Test
  void statementsFailAsOftenAsOrdered() throws SQLException {
    faults().failStatements(Pattern.compile("FROM dbo\\.t"), 2, DEADLOCK);
    assertThat(client.value("SELECT 1")).isEqualTo(1);
    assertThat(client.errorNumber("SELECT COUNT(*) FROM dbo.t")).isEqualTo(1205);
    SQLException prepared =
        catchThrowableOfType(
            SQLException.class, () -> client.rows("SELECT a FROM dbo.t WHERE id = ?", 1));
    assertThat(prepared.getErrorCode()).isEqualTo(1205);
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
  }

  @Test
  void aWatcherSeesTheTextOfEveryRequestUntilItsOrderIsClosed() throws SQLException {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (Faults.Order watching = standIn.onRequest(seen::add)) {
      client.value("SELECT 1");
      client.rows("SELECT a FROM dbo.t WHERE id = ?", 1);
    }
    client.value("SELECT 2");

    assertThat(seen)
        .anyMatch(text -> text.contains("SELECT 1"))
        .anyMatch(text -> text.contains("WHERE id = @P0"))
        .noneMatch(text -> text.contains("SELECT 2"));
  }

  @Test
  void aFailedStatementDidNothing() throws SQLException {
    faults().failStatements(Pattern.compile("DELETE"), 1, DEADLOCK);
    assertThat(client.errorNumber("DELETE dbo.t")).isEqualTo(1205);
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
  }

  @Test
  void aCommitCanFail() throws SQLException {
    client.connection().setAutoCommit(false);
    client.run("DELETE dbo.t WHERE id = 1");
    faults()
        .failStatements(
            Pattern.compile("COMMIT"),
            1,
            new SqlError(596, 1, 21, "Session is in the kill state."));
    assertThat(
            catchThrowableOfType(SQLException.class, () -> client.connection().commit())
                .getErrorCode())
        .isEqualTo(596);
    client.close();
    client = connect2();
    assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
  }

  private Client connect2() throws SQLException {
    return Drivers.mssql(standIn, database);
  }

  @Test
  void aDelayedStatementMeetsTheQueryTimeoutOrComesLate() throws SQLException {
    try (Faults.Order order =
            faults().delayStatements(Pattern.compile("slow"), Duration.ofSeconds(60));
        Statement statement = client.connection().createStatement()) {
      assertThat(order).isNotNull();
      statement.setQueryTimeout(1);
      assertThat(
              catchThrowableOfType(SQLException.class, () -> statement.execute("SELECT 'slow'"))
                  .getMessage())
          .containsIgnoringCase("timed out");
    }
    assertThat(client.value("SELECT 'slow'")).isEqualTo("slow");
    faults().delayStatements(Pattern.compile("late"), Duration.ofMillis(300));
    Instant begun = Instant.now();
    assertThat(client.value("SELECT 'late'")).isEqualTo("late");
    assertThat(Duration.between(begun, Instant.now())).isGreaterThan(Duration.ofMillis(250));
  }

  @Test
  void aStalledStatementWaitsUntilItIsReleased() throws Exception {
    try (Client other = connect()) {
      Future<Object> waiting;
      try (Faults.Stall stall = faults().stallStatements(Pattern.compile("'gate'"))) {
        waiting = threads.submit(() -> other.value("SELECT 'gate'"));
        assertThat(stall.awaitWaiting(1, Duration.ofSeconds(10))).isTrue();
        assertThat(waiting.isDone()).isFalse();
        assertThat(client.value("SELECT 1")).isEqualTo(1);
      }
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("gate");
    }
  }

  @Test
  void aConnectionIsCutInTheMiddleOfAResult() throws Exception {
    client.run("BEGIN TRAN; DELETE dbo.t WHERE id = 1999");
    faults().cutConnectionAfterRows(1000);
    try (Statement statement = client.connection().createStatement()) {
      int[] rows = {0};
      SQLException cut =
          catchThrowableOfType(
              SQLException.class,
              () -> {
                try (ResultSet result = statement.executeQuery("SELECT id, a FROM dbo.t")) {
                  while (result.next()) {
                    rows[0]++;
                  }
                }
              });
      assertThat(cut.getMessage()).isNotEmpty();
      assertThat(rows[0]).isBetween(0, 1000);
    }
    assertThat(client.connection().isValid(1)).isFalse();
    try (Client again = connect()) {
      again.run("SET LOCK_TIMEOUT 10000", "UPDATE dbo.t SET a = N'' WHERE id = 1999");
      assertThat(again.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
    }
  }

  @Test
  void aKilledSessionIsRolledBackAndTheOthersGoOn() throws Exception {
    try (Client victim = connect()) {
      victim.run("BEGIN TRAN; DELETE dbo.t WHERE id = 1");
      int session = (int) victim.number("SELECT @@SPID");
      assertThat(standIn.sessions()).contains(session);
      assertThat(faults().killSession(session)).isTrue();
      assertThat(victim.error("SELECT 1").getMessage()).isNotEmpty();
      client.run("SET LOCK_TIMEOUT 10000", "UPDATE dbo.t SET a = N'' WHERE id = 1");
      assertThat(client.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
      assertThat(faults().killSession(session)).isFalse();
    }
  }

  @Test
  void killEndsASessionInTheMiddleOfItsStatement() throws Exception {
    try (Client victim = connect()) {
      int session = (int) victim.number("SELECT @@SPID");
      try (Faults.Stall stall = faults().stallStatements(Pattern.compile("'never'"))) {
        Future<SQLException> ended = threads.submit(() -> victim.error("SELECT 'never'"));
        assertThat(stall.awaitWaiting(1, Duration.ofSeconds(10))).isTrue();
        client.run("KILL " + session);
        assertThat(ended.get(10, TimeUnit.SECONDS).getMessage()).isNotEmpty();
      }
      awaitEnd(session);
    }
    assertThat(client.errorNumber("KILL 32000")).isEqualTo(6106);
  }

  /** The client learns of its end before the server has put everything away. */
  private void awaitEnd(int session) {
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (standIn.sessions().contains(session) && System.nanoTime() < patient) {
      Thread.onSpinWait();
    }
    assertThat(standIn.sessions()).doesNotContain(session);
  }

  @Test
  void loginsAreRefusedAsOftenAsOrdered() throws Exception {
    faults().refuseLogins(2, new SqlError(18401, 1, 14, "Server is in script upgrade mode."));
    String once = "encrypt=false;connectRetryCount=0;loginTimeout=5";
    for (int i = 0; i < 2; i++) {
      assertThat(
              catchThrowableOfType(
                      SQLException.class, () -> Drivers.mssqlWith(standIn, database, once))
                  .getErrorCode())
          .isEqualTo(18401);
    }
    try (Client other = Drivers.mssqlWith(standIn, database, once)) {
      assertThat(other.value("SELECT 1")).isEqualTo(1);
    }
    assertThat(client.value("SELECT 1")).isEqualTo(1);
  }

  @Test
  void allSessionsCanBeKilled() throws Exception {
    standIn.killSessions();
    assertThat(client.error("SELECT 1").getMessage()).isNotEmpty();
    try (Client again = connect()) {
      assertThat(again.number("SELECT COUNT(*) FROM dbo.t")).isEqualTo(2000);
    }
  }
}
