package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.sql.SqlError;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.engine.IsolationLevel;
import org.h2.value.Value;
import org.h2.value.ValueInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks, waits and conflicts as H2 makes them and as SQL Server's users see them. */
@Timeout(value = 60)
class H2SessionTest {
  private final LockWaits waits = new LockWaits();
  private final List<Client> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Instance instance;

  /** A session with its stop button, inside a request. */
  private final class Client {
    final Cancellation cancellation = new Cancellation();
    final H2Session h2;

    Client() throws Exception {
      h2 = new H2Session(instance, cancellation, waits);
      cancellation.begin();
      clients.add(this);
    }

    long run(String sql, Value... values) throws Exception {
      return h2.update(sql, List.of(values));
    }

    Future<Long> start(String sql) {
      return threads.submit(() -> run(sql));
    }

    int read(String sql) throws Exception {
      Value value = h2.scalar(sql, List.of());
      return value == null ? -1 : value.getInt();
    }

    void isolation(IsolationLevel level) {
      h2.setIsolation(level);
    }
  }

  @BeforeEach
  void open() throws Exception {
    instance = Instance.open(null);
    Client client = new Client();
    client.run("CREATE TABLE t(id INT PRIMARY KEY, v INT)");
    client.run("CREATE TABLE n(name VARCHAR(20) PRIMARY KEY, v INT)");
    client.run("INSERT INTO t VALUES(1, 10), (2, 20)");
    client.h2.commit();
  }

  @AfterEach
  void close() throws Exception {
    for (Client client : clients) {
      client.h2.rollback();
      client.h2.close();
    }
    threads.shutdownNow();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    instance.close();
  }

  @Test
  void bindsParametersAndReadsTheirRowsBack() throws Exception {
    Client client = new Client();

    long count =
        client.run("UPDATE t SET v = ?1 WHERE id = ?2", ValueInteger.get(11), ValueInteger.get(1));

    assertThat(count).isEqualTo(1);
    assertThat(client.read("SELECT v FROM t WHERE id = 1")).isEqualTo(11);
  }

  @Test
  void aStatementThatFailsIsUndoneAndTheTransactionGoesOn() throws Exception {
    Client client = new Client();
    client.run("INSERT INTO t VALUES(3, 30)");

    assertThat(numberOf(() -> client.run("INSERT INTO t VALUES(4, 40), (1, 0)"))).isEqualTo(2627);

    assertThat(client.read("SELECT COUNT(*) FROM t")).isEqualTo(3);
    client.h2.rollback();
    assertThat(client.read("SELECT COUNT(*) FROM t")).isEqualTo(2);
  }

  @Test
  void aLockTimeoutOfZeroDoesNotWait() throws Exception {
    Client writer = new Client();
    writer.run("UPDATE t SET v = 0 WHERE id = 1");
    Client other = new Client();
    other.h2.setLockTimeout(0);

    long started = System.nanoTime();
    assertThat(numberOf(() -> other.run("UPDATE t SET v = 1 WHERE id = 1"))).isEqualTo(1222);

    assertThat(millisSince(started)).isLessThan(2_000);
  }

  @Test
  void aLockTimeoutEndsTheWaitThoughTheOtherTransactionWasPartlyRolledBack() throws Exception {
    Client writer = new Client();
    writer.run("UPDATE t SET v = 0 WHERE id = 1");
    numberOf(() -> writer.run("INSERT INTO t VALUES(2, 0)"));
    Client other = new Client();
    other.h2.setLockTimeout(300);

    long started = System.nanoTime();
    assertThat(numberOf(() -> other.run("UPDATE t SET v = 1 WHERE id = 1"))).isEqualTo(1222);

    assertThat(millisSince(started)).isBetween(250L, 5_000L);
  }

  @Test
  void aWaiterGoesOnWhenTheOtherCommits() throws Exception {
    Client writer = new Client();
    writer.run("UPDATE t SET v = v + 1 WHERE id = 1");
    Client other = new Client();
    Future<Long> waiting = other.start("UPDATE t SET v = v + 1 WHERE id = 1");

    writer.h2.commit();

    assertThat(waiting.get()).isEqualTo(1);
    assertThat(other.read("SELECT v FROM t WHERE id = 1")).isEqualTo(12);
  }

  @Test
  void aWaitForALockCanBeCancelled() throws Exception {
    Client writer = new Client();
    writer.run("UPDATE t SET v = 0 WHERE id = 1");
    Client other = new Client();
    Future<Long> waiting = other.start("UPDATE t SET v = 1 WHERE id = 1");

    other.cancellation.cancel();

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatementCancelled.class);
  }

  @Test
  void aLongQueryCanBeCancelled() throws Exception {
    Client client = new Client();
    Future<Integer> running =
        threads.submit(
            () ->
                client.read(
                    "SELECT COUNT(*) FROM SYSTEM_RANGE(1, 1000000) a, SYSTEM_RANGE(1, 1000000) b WHERE MOD(a.x * b.x, 7) = 8"));

    while (!running.isDone()) {
      client.cancellation.cancel();
      if (client.cancellation.isCancelled()) {
        break;
      }
    }

    assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StatementCancelled.class);
  }

  @Test
  void ofTwoThatWaitForEachOthersRowsOneIsTheVictim() throws Exception {
    Client one = new Client();
    Client two = new Client();
    one.run("UPDATE t SET v = 1 WHERE id = 1");
    two.run("UPDATE t SET v = 2 WHERE id = 2");

    Future<Long> first = one.start("UPDATE t SET v = 1 WHERE id = 2");
    Future<Long> second = two.start("UPDATE t SET v = 2 WHERE id = 1");

    assertThat(numbers(first, second)).containsExactlyInAnyOrder(0, 1205);
  }

  @Test
  void ofTwoThatWaitForEachOthersUniqueKeysOneIsTheVictim() throws Exception {
    Client one = new Client();
    Client two = new Client();
    one.run("INSERT INTO n VALUES('a', 1)");
    two.run("INSERT INTO n VALUES('b', 2)");

    Future<Long> first = one.start("INSERT INTO n VALUES('b', 1)");
    Future<Long> second = two.start("INSERT INTO n VALUES('a', 2)");

    assertThat(numbers(first, second)).containsExactlyInAnyOrder(0, 1205);
  }

  @Test
  void anInsertOfSeveralRowsWaitsForAnotherUncommittedKey() throws Exception {
    Client one = new Client();
    one.run("INSERT INTO n VALUES('b', 1)");
    Client two = new Client();
    Future<Long> waiting = two.start("INSERT INTO n VALUES('a', 2), ('b', 2), ('c', 2)");

    one.h2.rollback();

    assertThat(waiting.get()).isEqualTo(3);
  }

  @Test
  void aSnapshotThatMeetsAChangedRowIsAConflictAndNoDeadlock() throws Exception {
    Client snapshot = new Client();
    snapshot.isolation(IsolationLevel.SNAPSHOT);
    snapshot.read("SELECT v FROM t WHERE id = 2");
    Client other = new Client();
    other.run("UPDATE t SET v = 11 WHERE id = 1");
    other.h2.commit();

    assertThat(snapshot.read("SELECT v FROM t WHERE id = 1")).isEqualTo(10);
    assertThat(numberOf(() -> snapshot.run("UPDATE t SET v = 12 WHERE id = 1"))).isEqualTo(3960);
  }

  @Test
  void aSnapshotThatWaitedForARowThatThenChangedIsAConflict() throws Exception {
    Client snapshot = new Client();
    snapshot.isolation(IsolationLevel.SNAPSHOT);
    snapshot.read("SELECT v FROM t WHERE id = 2");
    Client other = new Client();
    other.run("UPDATE t SET v = 11 WHERE id = 1");
    Future<Long> waiting = snapshot.start("UPDATE t SET v = 12 WHERE id = 1");

    other.h2.commit();

    assertThat(numberOf(() -> get(waiting))).isEqualTo(3960);
  }

  @Test
  void aSnapshotThatMeetsADeletedRowIsAConflict() throws Exception {
    Client snapshot = new Client();
    snapshot.isolation(IsolationLevel.SNAPSHOT);
    snapshot.read("SELECT v FROM t WHERE id = 2");
    Client other = new Client();
    other.run("DELETE FROM t WHERE id = 1");
    other.h2.commit();

    assertThat(numberOf(() -> snapshot.run("UPDATE t SET v = 12 WHERE id = 1"))).isEqualTo(3960);
  }

  @Test
  void twoSnapshotsInADeadlockAreADeadlock() throws Exception {
    Client one = new Client();
    Client two = new Client();
    one.isolation(IsolationLevel.SNAPSHOT);
    two.isolation(IsolationLevel.SNAPSHOT);
    one.run("UPDATE t SET v = 1 WHERE id = 1");
    two.run("UPDATE t SET v = 2 WHERE id = 2");

    Future<Long> first = one.start("UPDATE t SET v = 1 WHERE id = 2");
    Future<Long> second = two.start("UPDATE t SET v = 2 WHERE id = 1");

    assertThat(numbers(first, second)).containsExactlyInAnyOrder(0, 1205);
  }

  private static long get(Future<Long> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private List<Integer> numbers(Future<Long> first, Future<Long> second) throws Exception {
    return List.of(numberOf(() -> get(first)), numberOf(() -> get(second)));
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** SQL Server's number of the error; 0 where there is none. */
  private int numberOf(Callable<Long> call) throws Exception {
    try {
      call.call();
      return 0;
    } catch (SQLException e) {
      SqlError error = new H2Errors(instance.catalog()).of(e, null);
      return error.number();
    }
  }
}
