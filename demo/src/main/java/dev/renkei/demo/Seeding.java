package dev.renkei.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Fills the shop's tables over two connections, the largest tables first. */
final class Seeding {
  private static final int THREADS = 2;

  /** Rows of a statement: many make each statement dear, few make many statements. */
  private static final int STATEMENT_ROWS = 10;

  private static final int BATCH_STATEMENTS = 100;

  private final String url;
  private final long seed;
  private final int rows;
  private final Shop.SeedProgress progress;
  private final Catalogue catalogue;
  private long seeded;

  Seeding(String url, long seed, int rows, Shop.SeedProgress progress) {
    this.url = url;
    this.seed = seed;
    this.rows = rows;
    this.progress = progress;
    this.catalogue = Catalogue.load();
  }

  long run() throws SQLException, InterruptedException {
    List<ShopTable> tables = new ArrayList<>(Arrays.asList(ShopTable.values()));
    tables.sort(Comparator.comparingInt(table -> -table.rowsOf(rows)));
    Queue<ShopTable> waiting = new ConcurrentLinkedQueue<>(tables);
    ExecutorService threads =
        Executors.newFixedThreadPool(THREADS, work -> new Thread(work, "demo-seeding"));
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            threads.submit(
                () -> {
                  fill(waiting);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
      return seeded;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException refused) {
        throw refused;
      }
      throw new IllegalStateException("seeding the shop", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private void fill(Queue<ShopTable> waiting) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      for (ShopTable table = waiting.poll(); table != null; table = waiting.poll()) {
        fill(connection, table);
        connection.commit();
      }
    }
  }

  private void fill(Connection connection, ShopTable table) throws SQLException {
    ShopRows made = rowsOf(table);
    List<Object[]> carts = table == ShopTable.CART_LINES ? carts() : List.of();
    int count = table.rowsOf(rows);
    int whole = count - count % STATEMENT_ROWS;
    try (PreparedStatement many = connection.prepareStatement(table.insertSql(STATEMENT_ROWS));
        PreparedStatement one = connection.prepareStatement(table.insertSql(1))) {
      int batched = 0;
      for (int n = 0; n < whole; n += STATEMENT_ROWS) {
        int at = 1;
        for (int i = 0; i < STATEMENT_ROWS; i++) {
          at = bind(many, at, table, made.row(table, made.key(table, n + i, carts)));
        }
        many.addBatch();
        if (++batched == BATCH_STATEMENTS || n + STATEMENT_ROWS == whole) {
          many.executeBatch();
          advance(batched * STATEMENT_ROWS);
          batched = 0;
        }
      }
      for (int n = whole; n < count; n++) {
        bind(one, 1, table, made.row(table, made.key(table, n, carts)));
        one.executeUpdate();
        advance(1);
      }
    }
  }

  /** Each table has a chance of its own, so that its rows do not depend on who is first. */
  private ShopRows rowsOf(ShopTable table) {
    return new ShopRows(new SplittableRandom(seed * 31 + table.ordinal()), catalogue);
  }

  /** The same keys as the table of carts gets, by making the same rows. */
  private List<Object[]> carts() {
    ShopRows made = rowsOf(ShopTable.CARTS);
    List<Object[]> carts = new ArrayList<>();
    for (int n = 0; n < ShopTable.CARTS.rowsOf(rows); n++) {
      Object[] key = made.key(ShopTable.CARTS, n, List.of());
      carts.add(key);
      made.row(ShopTable.CARTS, key);
    }
    return carts;
  }

  private static int bind(
      PreparedStatement statement, int from, ShopTable table, @Nullable Object[] row)
      throws SQLException {
    int at = from;
    for (int i = 0; i < row.length; i++) {
      table.columns().get(i).bind(statement, at++, row[i]);
    }
    return at;
  }

  private synchronized void advance(int more) {
    seeded += more;
    progress.seeded(seeded, Arrays.stream(ShopTable.values()).mapToLong(t -> t.rowsOf(rows)).sum());
  }
}
