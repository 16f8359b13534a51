package dev.renkei.demo;

import dev.renkei.demo.Edit.Form;
import dev.renkei.demo.Workload.Transaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Writes transactions into the shop and each into the ledger, in one thread. */
final class Writer {
  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final LedgerFile ledger;
  private final WriterOptions options;
  private final Workload workload;
  private final long rows;
  private final SplittableRandom random;
  private final Map<Form, PreparedStatement> statements = new HashMap<>();
  private long changes;
  private long transactions;
  private long version;

  /** Reads the keys that are there. */
  Writer(Connection connection, LedgerFile ledger, WriterOptions options) throws SQLException {
    this.connection = connection;
    this.ledger = ledger;
    this.options = options;
    this.random = new SplittableRandom(options.seed());
    Map<ShopTable, KeyPool> pools = readKeys();
    this.rows = pools.values().stream().mapToLong(KeyPool::size).sum();
    this.workload = new Workload(options.seed(), Catalogue.load(), pools, Clock.systemUTC());
  }

  private Map<ShopTable, KeyPool> readKeys() throws SQLException {
    Map<ShopTable, KeyPool> pools = new EnumMap<>(ShopTable.class);
    for (ShopTable table : ShopTable.values()) {
      KeyPool pool = new KeyPool(table);
      pools.put(table, pool);
      List<ShopColumn> key = table.key();
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery(table.keysSql())) {
        while (found.next()) {
          Object[] values = new Object[key.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] =
                key.get(i).bound() == ShopColumn.Bound.INT
                    ? (Object) found.getInt(i + 1)
                    : found.getString(i + 1);
          }
          pool.add(values);
        }
      }
    }
    return pools;
  }

  /** Writes until its time is over or somebody says stop; the last line is told too. */
  void run(BooleanSupplier stopped, Consumer<WriterLine> listener)
      throws SQLException, IOException {
    connection.setAutoCommit(false);
    listener.accept(new WriterLine.Ready(rows));
    long start = System.nanoTime();
    long end =
        options.seconds() == 0 ? Long.MAX_VALUE : start + Math.round(options.seconds() * 1e9);
    Pace pace = new Pace(options.rate(), start);
    long told = start;
    long now = start;
    while (!stopped.getAsBoolean() && now < end) {
      long wait = Math.min(pace.waitNanos(now), end - now);
      if (wait > 0) {
        LockSupport.parkNanos(Math.min(wait, PROGRESS_NANOS / 10));
      } else {
        int changed = write(workload.next(1 + random.nextInt(options.rowsPerTransaction())));
        pace.spent(changed, now, System.nanoTime());
      }
      now = System.nanoTime();
      if (now - told >= PROGRESS_NANOS) {
        told = now;
        listener.accept(new WriterLine.Progress(changes, transactions, version));
      }
    }
    double seconds = Math.round((System.nanoTime() - start) / 1e6) / 1000.0;
    listener.accept(new WriterLine.Done(changes, transactions, version, seconds));
  }

  private int write(Transaction transaction) throws SQLException, IOException {
    List<Edit> edits = transaction.edits();
    int from = 0;
    while (from < edits.size()) {
      int to = from + 1;
      while (to < edits.size() && edits.get(to).form().equals(edits.get(from).form())) {
        to++;
      }
      execute(edits.subList(from, to));
      from = to;
    }
    connection.commit();
    long committed = LatencyLog.micros(Instant.now());
    version = currentVersion();
    ledger.append(version, committed, transaction.net());
    changes += transaction.net().size();
    transactions++;
    return transaction.net().size();
  }

  /** Statements of one form. */
  private void execute(List<Edit> edits) throws SQLException {
    Form form = edits.get(0).form();
    List<ShopColumn> columns = form.columns();
    PreparedStatement statement = statement(form);
    if (edits.size() == 1) {
      edits.get(0).bind(statement, columns);
      requireOne(form, statement.executeUpdate());
      return;
    }
    for (Edit edit : edits) {
      edit.bind(statement, columns);
      statement.addBatch();
    }
    for (int count : statement.executeBatch()) {
      requireOne(form, count);
    }
  }

  private static void requireOne(Form form, int rows) {
    if (rows != 1) {
      throw new IllegalStateException(
          "%s: %s changed %d rows instead of one; somebody else writes too, and the ledger would be wrong"
              .formatted(form.table(), form.kind(), rows));
    }
  }

  private PreparedStatement statement(Form form) throws SQLException {
    PreparedStatement known = statements.get(form);
    if (known == null) {
      known = connection.prepareStatement(form.sql());
      statements.put(form, known);
    }
    return known;
  }

  /** Of the transaction just committed, as nobody else writes. */
  private long currentVersion() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      result.next();
      return result.getLong(1);
    }
  }
}
