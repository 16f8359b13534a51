package dev.renkei.standin.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.StandIn;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many writers, through both drivers, against trackers that mirror by the rules: the mirrors equal
 * the source at every quiet point. Lasts {@code stress.seconds} (the Maven profile {@code soak}
 * makes that minutes); {@code stress.seed} repeats a run.
 */
@Tag("long")
class StressTest {
  private static final String DATABASE = "Stress";

  private final long seconds = Integer.getInteger("stress.seconds", 12);
  private final long seed = Long.getLong("stress.seed", System.nanoTime());

  /** Writers hold it shared for each transaction; whoever holds it alone sees a quiet database. */
  private final ReadWriteLock traffic = new ReentrantReadWriteLock(true);

  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void mirrorsEqualTheSourceAtEveryQuietPoint() throws Exception {
    System.out.println("stress.seed=" + seed + " stress.seconds=" + seconds);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (StandIn standIn = StandIn.builder().inMemory().start()) {
      create(standIn);
      List<Client> clients = new ArrayList<>();
      List<Future<StressWriter.Tally>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Client client =
            i % 3 == 2 ? Drivers.jtds(standIn, DATABASE, "") : Drivers.mssql(standIn, DATABASE);
        clients.add(client);
        StressWriter writer = new StressWriter(client, new Random(seed + i), traffic, over);
        writers.add(threads.submit(writer));
      }
      List<MirroringTracker> trackers = new ArrayList<>();
      for (MirroringTracker.Consistency kind : MirroringTracker.Consistency.values()) {
        for (int i = 0; i < 2; i++) {
          Client client = Drivers.mssql(standIn, DATABASE);
          clients.add(client);
          trackers.add(new MirroringTracker(client, kind));
        }
      }
      try (Client auditor = Drivers.mssql(standIn, DATABASE)) {
        watch(threads, trackers, auditor, writers);
      }
      StressWriter.Tally total = new StressWriter.Tally(0, 0, 0);
      for (Future<StressWriter.Tally> writer : writers) {
        total = total.plus(writer.get(60, TimeUnit.SECONDS));
      }
      System.out.println(total + " " + trackers);
      assertThat(total.commits()).isGreaterThan(100);
      assertThat(total.rollbacks()).isGreaterThan(10);
      for (Client client : clients) {
        client.close();
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void create(StandIn standIn) throws Exception {
    standIn.execute(
        """
        CREATE DATABASE Stress
        GO
        ALTER DATABASE Stress SET ALLOW_SNAPSHOT_ISOLATION ON
        ALTER DATABASE Stress SET CHANGE_TRACKING = ON
        GO
        USE Stress
        GO
        CREATE TABLE dbo.account (region nvarchar(4) NOT NULL, id int NOT NULL, balance int NOT NULL,
          note nvarchar(50) NULL, CONSTRAINT PK_account PRIMARY KEY (region, id))
        CREATE TABLE dbo.event (id int NOT NULL PRIMARY KEY, what nvarchar(50) NULL, n int NULL)
        ALTER TABLE dbo.account ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = ON)
        ALTER TABLE dbo.event ENABLE CHANGE_TRACKING
        """);
  }

  /** Trackers poll while writers write; now and then the traffic stops and mirrors are compared. */
  private void watch(
      ExecutorService threads,
      List<MirroringTracker> trackers,
      Client auditor,
      List<Future<StressWriter.Tally>> writers)
      throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    int round = 0;
    while (System.nanoTime() < end) {
      long quietAt = Math.min(end, System.nanoTime() + Duration.ofSeconds(2).toNanos());
      List<Future<?>> polling = new ArrayList<>();
      for (MirroringTracker tracker : trackers) {
        polling.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < quietAt) {
                    tracker.poll();
                  }
                  return null;
                }));
      }
      for (Future<?> poll : polling) {
        poll.get(60, TimeUnit.SECONDS);
      }
      traffic.writeLock().lock();
      try {
        compare(trackers, auditor, ++round);
      } finally {
        traffic.writeLock().unlock();
      }
      for (Future<StressWriter.Tally> writer : writers) {
        if (writer.isDone()) {
          writer.get(0, TimeUnit.SECONDS);
        }
      }
    }
    over.set(true);
    for (Future<StressWriter.Tally> writer : writers) {
      writer.get(60, TimeUnit.SECONDS);
    }
    compare(trackers, auditor, ++round);
  }

  private void compare(List<MirroringTracker> trackers, Client auditor, int round)
      throws SQLException {
    Map<List<@Nullable Object>, List<@Nullable Object>> accounts = new HashMap<>();
    for (List<@Nullable Object> row :
        auditor.rows("SELECT region, id, balance, note FROM dbo.account")) {
      accounts.put(row.subList(0, 2), row);
    }
    Map<List<@Nullable Object>, List<@Nullable Object>> events = new HashMap<>();
    for (List<@Nullable Object> row : auditor.rows("SELECT id, what, n FROM dbo.event")) {
      events.put(row.subList(0, 1), row);
    }
    for (MirroringTracker tracker : trackers) {
      tracker.poll();
      String where = "round %d, %s, stress.seed=%d".formatted(round, tracker, seed);
      assertThat(difference(accounts, tracker.accounts())).as(where).isEmpty();
      assertThat(difference(events, tracker.events())).as(where).isEmpty();
    }
  }

  /** Rows that only one side has, or has otherwise. */
  private static List<String> difference(
      Map<List<@Nullable Object>, List<@Nullable Object>> source,
      Map<List<@Nullable Object>, List<@Nullable Object>> mirror) {
    Set<List<@Nullable Object>> keys = new HashSet<>(source.keySet());
    keys.addAll(mirror.keySet());
    List<String> differences = new ArrayList<>();
    for (List<@Nullable Object> key : keys) {
      if (!Objects.equals(source.get(key), mirror.get(key))) {
        differences.add("source " + source.get(key) + " mirror " + mirror.get(key));
      }
    }
    return differences;
  }
}
