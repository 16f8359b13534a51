package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges tails, forgets old tombstones and writes checkpoints, beside the writer and on a
 * connection of its own: appends and queries go on meanwhile, and see each merge whole or not at
 * all. Only checkpoints, and forgetting, hold the writer up. Whoever takes both locks takes the
 * writer's first.
 */
final class Upkeep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
  private static final Duration PURGE_EVERY = Duration.ofHours(1);
  private static final int CHECKPOINT_TRIES = 100;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(10);

  private final Path writeAheadLog;
  private final DuckDbOptions options;
  private final Connection connection;
  private final ReentrantLock writer;
  private final ReentrantLock merging = new ReentrantLock();
  private final List<LiveTable> tables = new CopyOnWriteArrayList<>();
  private final ScheduledThreadPoolExecutor schedule;
  private long checkpointNanos = System.nanoTime();
  private long purgeNanos = System.nanoTime();
  private long failedNanos = System.nanoTime() - AFTER_FAILURE.toNanos();

  Upkeep(Path file, DuckDbOptions options, Connection connection, ReentrantLock writer) {
    this.writeAheadLog = Path.of(file + ".wal");
    this.options = options;
    this.connection = connection;
    this.writer = writer;
    this.schedule =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "warehouse-upkeep");
              thread.setDaemon(true);
              return thread;
            });
  }

  void start() {
    schedule.scheduleWithFixedDelay(
        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  void add(LiveTable table) {
    tables.add(table);
  }

  /** Work that must not meet a merge. */
  interface Work {
    void run() throws SQLException, WarehouseException;
  }

  /** The caller holds the writer's lock. */
  void pausing(Work work) throws SQLException, WarehouseException {
    merging.lock();
    try {
      work.run();
    } finally {
      merging.unlock();
    }
  }

  private void tick() {
    if (System.nanoTime() - failedNanos < AFTER_FAILURE.toNanos()) {
      return;
    }
    try {
      for (LiveTable table : tables) {
        if (table.isMergeDue(options.mergeRows(), options.mergeAfter())) {
          merge(table);
        }
      }
      if (System.nanoTime() - purgeNanos > PURGE_EVERY.toNanos()) {
        purgeNanos = System.nanoTime();
        purge();
      }
      if (checkpointIsDue()) {
        checkpoint();
      }
    } catch (SQLException | IOException | RuntimeException e) {
      failedNanos = System.nanoTime();
      log.atWarn().setCause(e).log("upkeep of the warehouse failed and is tried again");
    }
  }

  void mergeAll() throws SQLException {
    for (LiveTable table : tables) {
      merge(table);
    }
  }

  private void merge(LiveTable table) throws SQLException {
    merging.lock();
    try {
      StoredTable stored = table.stored();
      long[] merged = {0};
      transaction(
          () -> {
            for (String sql : stored.mergeStatements()) {
              execute(sql);
            }
            merged[0] = update("DELETE FROM " + stored.tail());
          });
      table.tailShrank(merged[0]);
    } finally {
      merging.unlock();
    }
  }

  /** Forgets the tombstones that are older than the horizon (SEMANTICS 11). */
  void purge() throws SQLException {
    Instant horizon = options.clock().instant().minus(options.tombstonesKept());
    for (LiveTable table : tables) {
      purge(table, Values.micros(horizon));
    }
  }

  private void purge(LiveTable table, long horizonMicros) throws SQLException {
    writer.lock();
    merging.lock();
    try {
      StoredTable stored = table.stored();
      String old =
          "_deleted AND _loaded_at < make_timestamptz(CAST(%d AS BIGINT)) AND _key NOT IN (SELECT _key FROM %s)"
              .formatted(horizonMicros, stored.tail());
      Sequence highest = highest(stored, old);
      if (highest.equals(Sequence.ZERO)) {
        return;
      }
      table.gate.raisePurged(highest);
      transaction(
          () -> {
            execute("DELETE FROM %s WHERE %s".formatted(stored.merged(), old));
            execute(
                "UPDATE _renkei.tables SET purged = greatest(purged, CAST(%s AS UBIGINT)) WHERE id = %d"
                    .formatted(Long.toUnsignedString(highest.packed()), stored.id()));
          });
    } finally {
      merging.unlock();
      writer.unlock();
    }
  }

  private Sequence highest(StoredTable stored, String where) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT CAST(max(_sequence) AS VARCHAR) FROM %s WHERE %s"
                    .formatted(stored.merged(), where))) {
      rows.next();
      String max = rows.getString(1);
      return max == null ? Sequence.ZERO : Sequence.unpacked(Long.parseUnsignedLong(max));
    }
  }

  private boolean checkpointIsDue() throws IOException {
    long waiting = Files.exists(writeAheadLog) ? Files.size(writeAheadLog) : 0;
    return waiting >= options.checkpointBytes()
        || waiting > 0
            && System.nanoTime() - checkpointNanos >= options.checkpointAfter().toNanos();
  }

  /** Folds the write-ahead log into the file, in a moment in which no query begins or ends. */
  void checkpoint() throws SQLException {
    for (int tries = 1; !checkpointUnlessBusy(tries == CHECKPOINT_TRIES); tries++) {
      LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
    }
  }

  /**
   * Tries once.
   *
   * @param last whether being busy is a failure
   */
  private boolean checkpointUnlessBusy(boolean last) throws SQLException {
    writer.lock();
    merging.lock();
    try {
      execute("CHECKPOINT");
      checkpointNanos = System.nanoTime();
      return true;
    } catch (SQLException e) {
      // DuckDB takes a query for a writer until it has said that it only reads.
      if (last || !String.valueOf(e.getMessage()).contains("other write transactions active")) {
        throw e;
      }
      return false;
    } finally {
      merging.unlock();
      writer.unlock();
    }
  }

  private void transaction(Work work) throws SQLException {
    execute("BEGIN TRANSACTION");
    try {
      work.run();
      execute("COMMIT");
    } catch (SQLException | RuntimeException e) {
      try {
        execute("ROLLBACK");
      } catch (SQLException rollback) {
        e.addSuppressed(rollback);
      }
      throw e;
    } catch (WarehouseException e) {
      throw new IllegalStateException("upkeep refuses no change", e);
    }
  }

  private long update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    schedule.shutdownNow();
    try {
      if (!schedule.awaitTermination(1, TimeUnit.MINUTES)) {
        log.warn("a merge of the warehouse did not end in time");
      }
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      log.atWarn().setCause(e).log("a connection of the warehouse cannot be closed");
    }
  }
}
