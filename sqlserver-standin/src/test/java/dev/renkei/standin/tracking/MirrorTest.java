package dev.renkei.standin.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.standin.catalog.H2Names;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Many writers at once, and a reader in SNAPSHOT that keeps a mirror equal at every poll. */
class MirrorTest {
  private static final int WRITERS = 6;
  private static final int TRANSACTIONS = 150;

  @Test
  void theMirrorOfASnapshotReaderEqualsTheSourceAtEveryPoll() throws Exception {
    try (TrackedShop shop = TrackedShop.open()) {
      Table table = shop.orders();
      ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
      AtomicBoolean running = new AtomicBoolean(true);
      try (Session reader = shop.session()) {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          long seed = i;
          writers.add(
              pool.submit(
                  () -> {
                    write(shop, table, new Random(seed));
                    return null;
                  }));
        }
        pool.shutdown();
        reader.snapshot();
        reader.commit();
        Map<Integer, String> mirror = new HashMap<>();
        long cursor = 0;
        int polls = 0;
        while (running.get()) {
          running.set(!pool.isTerminated());
          long current = reader.version();
          poll(shop, reader, table, cursor, mirror);
          assertThat(mirror).as("poll %d at %d", polls, current).isEqualTo(source(reader, table));
          reader.commit();
          cursor = current;
          polls++;
        }
        for (Future<?> writer : writers) {
          writer.get(1, TimeUnit.SECONDS);
        }
        assertThat(polls).isGreaterThan(2);
        assertThat(cursor).isGreaterThan(WRITERS);
      } finally {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static void poll(
      TrackedShop shop, Session reader, Table table, long cursor, Map<Integer, String> mirror)
      throws Exception {
    String sql =
        "SELECT ct.\"id\", ct.SYS_CHANGE_OPERATION, t.\"id\", t.\"name\" FROM %s ct LEFT JOIN %s t ON t.\"id\" = ct.\"id\" ORDER BY ct.SYS_CHANGE_VERSION"
            .formatted(shop.tracking.changesSql(table, "?", TrackedShop.ALL), table.h2Name());
    try (PreparedStatement statement = reader.h2.prepareStatement(sql)) {
      statement.setLong(1, cursor);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          int id = rows.getInt(1);
          boolean deleted = rows.getString(2).equals("D");
          rows.getInt(3);
          assertThat(rows.wasNull())
              .as("a deleted row is gone, others are there")
              .isEqualTo(deleted);
          if (deleted) {
            mirror.remove(id);
          } else {
            mirror.put(id, rows.getString(4));
          }
        }
      }
    }
  }

  private static Map<Integer, String> source(Session reader, Table table) throws SQLException {
    Map<Integer, String> rows = new HashMap<>();
    try (var statement = reader.h2.createStatement();
        ResultSet row = statement.executeQuery("SELECT \"id\", \"name\" FROM " + table.h2Name())) {
      while (row.next()) {
        rows.put(row.getInt(1), row.getString(2));
      }
    }
    return rows;
  }

  private static void write(TrackedShop shop, Table table, Random random) throws Exception {
    try (Session session = shop.session()) {
      session.run("SET LOCK_TIMEOUT 200");
      for (int i = 0; i < TRANSACTIONS; i++) {
        try {
          for (int n = random.nextInt(4); n >= 0; n--) {
            statement(session, table, random);
          }
          if (random.nextInt(6) == 0) {
            session.rollback();
          } else {
            session.commit();
          }
        } catch (SQLException conflict) {
          session.rollback();
        }
      }
    }
  }

  private static void statement(Session session, Table table, Random random) throws SQLException {
    int key = random.nextInt(60);
    String t = table.h2Name();
    String id = H2Names.quote("id");
    switch (random.nextInt(5)) {
      case 0, 1 ->
          session.run("INSERT INTO %s VALUES(%d, '%d', '', 0)".formatted(t, key, random.nextInt()));
      case 2 ->
          session.update(
              "UPDATE %s SET \"name\" = '%d' WHERE %s BETWEEN %d AND %d"
                  .formatted(t, random.nextInt(), id, key, key + random.nextInt(3)),
              "name");
      case 3 -> session.run("DELETE FROM %s WHERE %s = %d".formatted(t, id, key));
      default ->
          session.update(
              "UPDATE %s SET %s = %s + 1 WHERE %s BETWEEN %d AND %d"
                  .formatted(t, id, id, id, key, key + random.nextInt(3)),
              "id");
    }
  }
}
