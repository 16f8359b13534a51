package dev.renkei.standin.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 loses no committed row when a session that waited for a deleted one rolls back. */
class StoredTableTest {
  private static final int ROWS = 40;

  private Instance instance;
  private Connection deleter;
  private Connection waiter;
  private Connection inserter;

  @BeforeEach
  void open() throws SQLException {
    instance = Instance.open(null);
    deleter = instance.connect();
    waiter = instance.connect();
    inserter = instance.connect();
    run(deleter, "CREATE TABLE t(id INT PRIMARY KEY, n INT)");
    run(deleter, "INSERT INTO t SELECT X, 1 FROM SYSTEM_RANGE(0, " + ROWS + ")");
    deleter.commit();
  }

  @AfterEach
  void close() throws SQLException {
    deleter.close();
    waiter.close();
    inserter.close();
    instance.close();
  }

  private static int run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** Whether H2 leaves a trace of the lock depends on the moment, so many moments are tried. */
  @ParameterizedTest
  @ValueSource(strings = {"DELETE FROM t WHERE id = %d", "UPDATE t SET n = 9 WHERE id = %d"})
  void aRowInsertedWhereOneVanishedOutlivesTheRollbackOfWhoWaited(String sql) throws Exception {
    instance.setLockTimeout(inserter, 5);
    int inserted = 0;
    for (int id = 1; id <= ROWS; id++) {
      run(deleter, "DELETE FROM t WHERE id = " + id);
      run(waiter, "UPDATE t SET n = 3 WHERE id = 0");
      CompletableFuture<Integer> waiting = async(waiter, sql.formatted(id));
      SessionLocal session = Instance.session(waiter);
      while (session.getTransaction().getBlockerId() == 0 && !waiting.isDone()) {
        Thread.onSpinWait();
      }
      deleter.commit();
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isZero();
      boolean free = tryInsert(id);
      waiter.rollback();
      inserted += free ? 1 : 0;
      assertThat(run(inserter, "UPDATE t SET n = 8 WHERE n = 7")).isEqualTo(free ? 1 : 0);
      inserter.commit();
    }
    assertThat(inserted).isPositive();
  }

  /** False where the session that waited holds a lock on nothing, which is H2's right. */
  private boolean tryInsert(int id) throws SQLException {
    try {
      run(inserter, "INSERT INTO t VALUES(" + id + ", 7)");
      inserter.commit();
      return true;
    } catch (SQLException locked) {
      assertThat(locked.getErrorCode()).isEqualTo(ErrorCode.LOCK_TIMEOUT_1);
      inserter.rollback();
      return false;
    }
  }

  private static CompletableFuture<Integer> async(Connection connection, String sql) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return run(connection, sql);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
