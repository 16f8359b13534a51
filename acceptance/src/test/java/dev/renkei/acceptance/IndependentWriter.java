package dev.renkei.acceptance;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes at random into every table of a database that has a key, by jTDS and in a process of its
 * own, until its standard input ends. Transactions have up to twenty statements; some are rolled
 * back.
 *
 * <p>Arguments: seed, changes a second. Says {@code ready ROWS}, {@code progress CHANGES} now and
 * then, {@code wrote TABLE INSERTED UPDATED DELETED} for each table and {@code done CHANGES
 * VERSION} at the end, separated by tabs.
 */
public final class IndependentWriter {
  /** Environment variable with the URL of jTDS, which has the password in it. */
  static final String URL = "RENKEI_TEST_URL";

  private static final int LONGEST_TRANSACTION = 20;
  private static final long SAY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Connection connection;
  private final SplittableRandom random;
  private final List<WriterTable> tables;
  private long changes;

  private IndependentWriter(Connection connection, long seed) throws SQLException {
    this.connection = connection;
    this.random = new SplittableRandom(seed);
    this.tables = WriterTable.all(connection);
  }

  public static void main(String[] arguments) {
    AtomicBoolean over = new AtomicBoolean();
    Thread input = new Thread(() -> awaitEndOfInput(over), "writer-input");
    input.setDaemon(true);
    input.start();
    try (Connection connection = DriverManager.getConnection(System.getenv(URL))) {
      new IndependentWriter(connection, Long.parseLong(arguments[0]))
          .run(Integer.parseInt(arguments[1]), over);
      System.exit(0);
    } catch (SQLException e) {
      System.err.println("the source refused: " + e.getMessage());
      System.exit(3);
    }
  }

  private static void awaitEndOfInput(AtomicBoolean over) {
    try {
      while (System.in.read() >= 0) {
        // Only the end counts.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    over.set(true);
  }

  private void run(int changesPerSecond, AtomicBoolean over) throws SQLException {
    connection.setAutoCommit(false);
    say("ready", tables.stream().mapToLong(WriterTable::rows).sum());
    long begun = System.nanoTime();
    long said = begun;
    while (!over.get()) {
      transaction();
      long now = System.nanoTime();
      if (now - said > SAY_NANOS) {
        said = now;
        say("progress", changes);
      }
      long ahead = TimeUnit.SECONDS.toNanos(changes) / changesPerSecond - (now - begun);
      LockSupport.parkNanos(Math.min(ahead, SAY_NANOS));
    }
    tables.forEach(table -> say("wrote", table.tally()));
    say("done", changes + "\t" + version());
  }

  private static void say(String word, Object rest) {
    System.out.println(word + "\t" + rest);
    System.out.flush();
  }

  private void transaction() throws SQLException {
    List<WriterTable.Done> done = new ArrayList<>();
    int statements = 1 + random.nextInt(LONGEST_TRANSACTION);
    for (int i = 0; i < statements; i++) {
      tables.get(random.nextInt(tables.size())).change(connection, random).ifPresent(done::add);
    }
    if (random.nextInt(20) == 0) {
      connection.rollback();
      for (int i = done.size() - 1; i >= 0; i--) {
        done.get(i).undo().run();
      }
    } else {
      connection.commit();
      done.forEach(one -> changes += one.rows());
    }
  }

  private long version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
