package dev.renkei.standin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many transactions on few rows: whatever fails fails as SQL Server would say, and no more. */
class ContentionTest extends EngineTest {
  private static final int ROWS = 12;
  private static final long NANOS = 4_000_000_000L;

  private final ConcurrentHashMap<Integer, AtomicInteger> errors = new ConcurrentHashMap<>();

  /** Adds 1 to two random rows and moves a random name, in one transaction; returns whether. */
  private boolean transaction(Client session, Random random, String level) throws Exception {
    int one = random.nextInt(ROWS);
    int two = random.nextInt(ROWS);
    Recording recording =
        session.run(
            """
            SET XACT_ABORT ON
            SET TRANSACTION ISOLATION LEVEL %s
            BEGIN TRAN
            UPDATE dbo.n SET v = v + 1 WHERE id = %d
            DELETE dbo.names WHERE name = N'name %d'
            IF @@ROWCOUNT = 0 INSERT dbo.names VALUES (N'name %d', %d), (N'name x%d', 0)
            UPDATE dbo.n SET v = v + 1 WHERE id = %d
            DELETE dbo.names WHERE v = 0
            COMMIT
            """
                .formatted(level, one, two, two, one, random.nextInt(5), two));
    for (int number : recording.errors()) {
      errors.computeIfAbsent(number, n -> new AtomicInteger()).incrementAndGet();
    }
    return recording.errors().isEmpty();
  }

  private int transactions(int seed, String level, long until) throws Exception {
    Client session = connect();
    Random random = new Random(seed);
    int committed = 0;
    while (System.nanoTime() < until) {
      committed += transaction(session, random, level) ? 1 : 0;
    }
    return committed;
  }

  @Test
  void everyCommitCountsAndEveryErrorIsAKnownOne() throws Exception {
    client.rows("CREATE TABLE dbo.n (id int NOT NULL PRIMARY KEY, v int NOT NULL)");
    client.rows("CREATE TABLE dbo.names (name nvarchar(20) NOT NULL PRIMARY KEY, v int NOT NULL)");
    for (int i = 0; i < ROWS; i++) {
      client.rows("INSERT dbo.n VALUES (" + i + ", 0)");
    }
    long until = System.nanoTime() + NANOS;
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int seed = i;
      String level = i % 2 == 0 ? "READ COMMITTED" : "SNAPSHOT";
      writers.add(() -> transactions(seed, level, until));
    }
    int committed = 0;
    ExecutorService threads = Executors.newFixedThreadPool(writers.size());
    try {
      for (Future<Integer> writer : threads.invokeAll(writers)) {
        committed += writer.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(client.rows("SELECT SUM(v) FROM dbo.n")).containsExactly("" + 2 * committed);
    assertThat(committed).isPositive();
    assertThat(Set.of(1205, 3960, 2627)).as(errors.toString()).containsAll(errors.keySet());
    assertThat(errors).containsKeys(3960);
  }
}
