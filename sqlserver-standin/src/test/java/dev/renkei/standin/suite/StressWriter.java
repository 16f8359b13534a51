package dev.renkei.standin.suite;

import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import org.jspecify.annotations.Nullable;

/** Writes random transactions of every kind until it is over. */
final class StressWriter implements Callable<StressWriter.Tally> {
  /** Deadlock, lock timeout, update conflict, and keys that are taken. */
  private static final Set<Integer> EXPECTED = Set.of(1205, 1222, 3960, 2627);

  /** AB and ab are one key, written in two ways. */
  private static final String[] REGIONS = {"東京", "大阪", "AB", "ab"};

  private static final int KEYS = 200;

  private final Client client;
  private final Random random;
  private final ReadWriteLock traffic;
  private final AtomicBoolean over;

  StressWriter(Client client, Random random, ReadWriteLock traffic, AtomicBoolean over) {
    this.client = client;
    this.random = random;
    this.traffic = traffic;
    this.over = over;
  }

  /** What a writer did. */
  record Tally(long commits, long rollbacks, long errors) {
    Tally plus(Tally other) {
      return new Tally(commits + other.commits, rollbacks + other.rollbacks, errors + other.errors);
    }
  }

  @Override
  public Tally call() throws SQLException {
    long commits = 0;
    long rollbacks = 0;
    long errors = 0;
    client.connection().setAutoCommit(false);
    while (!over.get()) {
      traffic.readLock().lock();
      try {
        transaction();
        if (random.nextInt(5) == 0) {
          client.connection().rollback();
          rollbacks++;
        } else {
          client.connection().commit();
          commits++;
        }
      } catch (SQLException e) {
        if (!EXPECTED.contains(e.getErrorCode())) {
          throw e;
        }
        client.connection().rollback();
        errors++;
      } finally {
        traffic.readLock().unlock();
      }
    }
    return new Tally(commits, rollbacks, errors);
  }

  private void transaction() throws SQLException {
    int statements = 1 + random.nextInt(5);
    for (int i = 0; i < statements; i++) {
      if (random.nextInt(8) == 0) {
        Savepoint savepoint = client.connection().setSavepoint("s" + i);
        statement();
        statement();
        client.connection().rollback(savepoint);
      } else {
        statement();
      }
    }
  }

  private void statement() throws SQLException {
    String region = REGIONS[random.nextInt(REGIONS.length)];
    int id = random.nextInt(KEYS);
    int value = random.nextInt();
    switch (random.nextInt(10)) {
      case 0, 1 ->
          upsert(
              "UPDATE dbo.account SET balance = ?, note = ? WHERE region = ? AND id = ?",
              "INSERT INTO dbo.account (balance, note, region, id) VALUES (?, ?, ?, ?)",
              value,
              note(),
              region,
              id);
      case 2 ->
          upsert(
              "UPDATE dbo.event SET what = ?, n = ? WHERE id = ?",
              "INSERT INTO dbo.event (what, n, id) VALUES (?, ?, ?)",
              "event " + value,
              value,
              id);
      case 3 -> client.update("DELETE FROM dbo.account WHERE region = ? AND id = ?", region, id);
      case 4 -> client.update("DELETE FROM dbo.event WHERE id = ?", id);
      case 5 ->
          client.update(
              "UPDATE dbo.account SET id = ? WHERE region = ? AND id = ?",
              random.nextInt(KEYS),
              region,
              id);
      case 6 ->
          client.update(
              "UPDATE dbo.account SET balance = balance + 1 WHERE region = ? AND id BETWEEN ? AND ?",
              region,
              id,
              id + 5);
      case 7 ->
          client.run(
              "DELETE FROM dbo.event WHERE id BETWEEN %d AND %d; INSERT INTO dbo.event VALUES (%d, N'a', 1), (%d, NULL, NULL)"
                  .formatted(id, id + 3, id, id + 1));
      case 8 ->
          client.update(
              "UPDATE dbo.account SET region = ?, note = ? WHERE id = ? AND region = ?",
              REGIONS[random.nextInt(REGIONS.length)],
              note(),
              id,
              region);
      default -> client.update("UPDATE dbo.event SET n = n + 1 WHERE id % 40 = ?", id % 40);
    }
  }

  private @Nullable String note() {
    return random.nextInt(4) == 0 ? null : "メモ" + random.nextInt(1000);
  }

  private void upsert(String update, String insert, @Nullable Object... parameters)
      throws SQLException {
    if (client.update(update, parameters) == 0) {
      client.update(insert, parameters);
    }
  }
}
