package dev.renkei.standin.tracking;

import static dev.renkei.standin.tracking.TrackedShop.column;

import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.TrackedShop.Session;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Times Change Tracking on H2 alone, without wire and translation. A main, no test: run it with the
 * test class path. Best of several rounds, in milliseconds of the thread's processor time, which
 * other work on the machine disturbs less than the wall clock.
 */
final class TrackingBench {
  private static final Set<String> USUAL =
      Set.of("sys_change_version", "sys_change_operation", "sys_change_columns", "id");

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TrackingBench() {}

  public static void main(String[] args) throws Exception {
    for (int rows : new int[] {10_000, 200_000}) {
      changes(rows, true);
      changes(rows, false);
    }
    textKeys(200_000);
    idle(1_000, 5_000);
    writes(100_000);
  }

  private static void changes(int rows, boolean each) throws Exception {
    try (TrackedShop shop = TrackedShop.open();
        Session session = shop.session()) {
      Table table = shop.orders();
      long took = insert(session, table, rows, each);
      String how = rows + " changes of " + (each ? "a transaction each" : "one transaction");
      report(how + ": written", took / 1e6);
      report(how + ": all columns", read(session, shop, table, TrackedShop.ALL, 0, false));
      report(how + ": without context", read(session, shop, table, USUAL, 0, false));
      report(how + ": keys only", read(session, shop, table, Set.of("id"), 0, false));
      report(how + ": with the row joined", read(session, shop, table, USUAL, 0, true));
      report(
          how + ": the newest 1% of them",
          read(session, shop, table, USUAL, Math.max(0, session.version() - rows / 100), false));
    }
  }

  private static void textKeys(int rows) throws Exception {
    try (TrackedShop shop = TrackedShop.open();
        Session session = shop.session()) {
      Table table =
          shop.table(
              "Codes", 1, column(1, "code", SqlType.nvarchar(20)), column(2, "v", SqlType.INT));
      shop.tracking.enableTable(table, true);
      try (PreparedStatement insert =
          session.h2.prepareStatement("INSERT INTO " + table.h2Name() + " VALUES(?, 1)")) {
        for (int i = 0; i < rows; i++) {
          session.transaction.statement(null, null);
          insert.setString(1, "Code-" + Integer.reverse(i));
          insert.execute();
          session.commit();
        }
      }
      report(
          rows + " text keys of a transaction each",
          read(session, shop, table, TrackedShop.ALL, 0, false));
    }
  }

  private static long insert(Session session, Table table, int rows, boolean each)
      throws SQLException {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      ids.add(i);
    }
    Collections.shuffle(ids, new Random(1));
    long start = cpu();
    try (PreparedStatement insert =
        session.h2.prepareStatement(
            "INSERT INTO " + table.h2Name() + " VALUES(?, 'name', 'note', 1)")) {
      for (int id : ids) {
        session.transaction.statement(null, null);
        insert.setInt(1, id);
        insert.execute();
        if (each) {
          session.commit();
        }
      }
    }
    session.commit();
    return cpu() - start;
  }

  private static double read(
      Session session, TrackedShop shop, Table table, Set<String> used, long since, boolean join)
      throws Exception {
    String key = TrackedColumns.keyColumns(table).get(0);
    String sql =
        "SELECT * FROM "
            + shop.tracking.changesSql(table, "?", used)
            + " ct"
            + (join
                ? " LEFT JOIN %s t ON t.\"%s\" = ct.\"%s\"".formatted(table.h2Name(), key, key)
                : "");
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 7; round++) {
      long start = cpu();
      try (PreparedStatement statement = session.h2.prepareStatement(sql)) {
        statement.setLong(1, since);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            rows.getInt(1);
          }
        }
      }
      session.h2.commit();
      best = Math.min(best, (cpu() - start) / 1e6);
    }
    return best;
  }

  /** One question about many idle tables, while others have changed. */
  private static void idle(int tables, int commits) throws Exception {
    try (TrackedShop shop = TrackedShop.open();
        Session session = shop.session()) {
      Table busy = shop.orders();
      List<String> questions = new ArrayList<>();
      for (int i = 0; i < tables; i++) {
        Table table = shop.table("Idle" + i, 1, column(1, "id", SqlType.INT));
        shop.tracking.enableTable(table, false);
        questions.add(
            "SELECT %d, CASE WHEN %s THEN 1 ELSE 0 END, %s"
                .formatted(
                    i,
                    shop.tracking.existsSql(table, "0"),
                    shop.tracking.minValidVersionSql(TrackedShop.DB, "" + table.objectId())));
      }
      insert(session, busy, commits, true);
      String sql = String.join(" UNION ALL ", questions);
      for (boolean snapshot : new boolean[] {false, true}) {
        if (snapshot) {
          session.snapshot();
          session.commit();
        }
        try (PreparedStatement statement = session.h2.prepareStatement(sql)) {
          double best = Double.MAX_VALUE;
          for (int round = 0; round < 30; round++) {
            long start = cpu();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                rows.getInt(2);
              }
            }
            session.h2.commit();
            best = Math.min(best, (cpu() - start) / 1e6);
          }
          report(
              tables
                  + " idle tables asked at once"
                  + (snapshot ? ", in a snapshot" : "")
                  + ", prepared",
              best);
        }
      }
      double best = Double.MAX_VALUE;
      for (int round = 0; round < 10; round++) {
        long start = cpu();
        try (var statement = session.h2.createStatement();
            ResultSet rows = statement.executeQuery(sql + " -- " + round)) {
          while (rows.next()) {
            rows.getInt(2);
          }
        }
        session.h2.commit();
        best = Math.min(best, (cpu() - start) / 1e6);
      }
      report(tables + " idle tables asked at once, in a snapshot, parsed anew", best);
    }
  }

  private static void writes(int rows) throws Exception {
    for (int round = 0; round < 3; round++) {
      for (boolean each : new boolean[] {true, false}) {
        for (boolean tracked : new boolean[] {false, true}) {
          try (TrackedShop shop = TrackedShop.open();
              Session session = shop.session()) {
            Table table = shop.orders();
            if (!tracked) {
              shop.tracking.disableTable(table);
            }
            double took = insert(session, table, rows, each) / 1e6;
            long start = cpu();
            session.update("UPDATE " + table.h2Name() + " SET \"amount\" = 2", "amount").commit();
            double updated = (cpu() - start) / 1e6;
            if (round == 2) {
              String how =
                  (tracked ? "tracked" : "untracked")
                      + (each ? ", a transaction each" : ", one transaction");
              report(rows + " inserts, " + how, took);
              report(
                  rows + " rows updated at once, " + (tracked ? "tracked" : "untracked"), updated);
            }
          }
        }
      }
    }
  }

  private static long cpu() {
    return THREADS.getCurrentThreadCpuTime();
  }

  private static void report(String what, double millis) {
    System.out.printf("%-70s %9.1f ms%n", what, millis);
  }
}
