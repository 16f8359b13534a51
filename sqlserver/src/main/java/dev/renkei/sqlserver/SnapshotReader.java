package dev.renkei.sqlserver;

import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.TableTracker.Basis;
import dev.renkei.sqlserver.TableTracker.SnapshotVoid;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table whole, in key order, every row stamped with the version that was current before the
 * read; changes stream meanwhile (SEMANTICS 16 to 18). A table without a key is read in one
 * statement, and its rows are told by their hash; one entry per distinct row is held in memory.
 */
final class SnapshotReader {
  private static final Logger log = LoggerFactory.getLogger(SnapshotReader.class);
  private static final int ROWS_PER_LOOK = 256;

  private final Context context;
  private final TableTracker tracker;
  private final int number;
  private final Pace pace;
  private final CountDownLatch closing;

  SnapshotReader(
      Context context, TableTracker tracker, int number, Pace pace, CountDownLatch closing) {
    this.context = context;
    this.tracker = tracker;
    this.number = number;
    this.pace = pace;
    this.closing = closing;
  }

  /** Takes the snapshot from begin to end. */
  void run(boolean snapshotIsolation) throws SQLException, HubException, InterruptedException {
    Basis basis = tracker.beginSnapshot(number);
    SourceTable table = basis.table();
    Instant started = context.now();
    log.atInfo()
        .addKeyValue("table", table.name())
        .addKeyValue("snapshot", number)
        .log("snapshot begins");
    Sequence stamp = new Sequence(basis.epoch(), onConnection(SnapshotReader::version), number);
    if (!snapshotIsolation) {
      // A commit may show late: what is read must be younger than its stamp (SEMANTICS 17).
      Duration grace = context.options().source().lateCommitGrace();
      if (closing.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("closing");
      }
    }
    tracker.snapshotProgress(number, stamp.version(), 0);
    Publication lane = new Publication(context, basis.epoch());
    lane.begin();
    Rows rows =
        table.hasKey()
            ? new KeyedRows(table, stamp, lane, started)
            : new KeylessRows(table, stamp, lane, started);
    rows.readAll(basis, snapshotIsolation);
    lane.publish(
        new SnapshotClosed(
            context.source(),
            table.name(),
            basis.epoch(),
            number,
            stamp.version(),
            context.publisher().partitions(),
            List.of(new SnapshotClosed.Chunk(1, rows.count))));
    checkShape(table);
    tracker.endSnapshot(number, lane, basis);
    log.atInfo()
        .addKeyValue("table", table.name())
        .addKeyValue("snapshot", number)
        .addKeyValue("version", stamp.version())
        .addKeyValue("rows", rows.count)
        .log("snapshot ends");
  }

  /** DDL may have come since the last poll looked. */
  private void checkShape(SourceTable table)
      throws SQLException, HubException, InterruptedException {
    var header = onConnection(c -> ChangeReader.header(c, table.name()));
    if (header.isEmpty() || !header.get().shape().equals(table.shape())) {
      throw new SnapshotVoid(table.name() + ": the table changed under its snapshot");
    }
  }

  private static long version(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      long version = row.getLong(1);
      if (row.wasNull()) {
        throw new SQLException("Change Tracking is off for the database", "42000", 22105);
      }
      return version;
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException, HubException, InterruptedException;
  }

  private <T> T onConnection(Work<T> work) throws SQLException, HubException, InterruptedException {
    return context.connections().use(tracker.settings().lockTimeout(), work::on);
  }

  private abstract class Rows {
    final SourceTable table;
    final Sequence stamp;
    final Publication lane;
    final Instant started;
    final RowReader reader;
    long count;
    private long seen;

    Rows(SourceTable table, Sequence stamp, Publication lane, Instant started) {
      this.table = table;
      this.stamp = stamp;
      this.lane = lane;
      this.started = started;
      this.reader = new RowReader(table.schema().columns());
    }

    abstract void readAll(Basis basis, boolean snapshotIsolation)
        throws SQLException, HubException, InterruptedException;

    /** Publishes a row that the filter lets pass. */
    void publish(Row row, RowKey key, List<@Nullable Object> keyValues, Basis basis)
        throws HubException, InterruptedException {
      if (context.filter().admits(row)) {
        lane.publishRow(table, stamp, key, keyValues, row, started, tracker.settings().interval());
        count++;
        tracker.counted(1);
      }
      if (++seen % ROWS_PER_LOOK == 0) {
        pace.take(ROWS_PER_LOOK);
        tracker.snapshotProgress(number, stamp.version(), count);
        if (!tracker.stillBasedOn(basis)) {
          throw new SnapshotVoid(table.name() + ": the table changed under its snapshot");
        }
      }
    }
  }

  /** In key order; a statement lasts no longer than {@code max_transaction}. */
  private final class KeyedRows extends Rows {
    private final List<Column> key;

    KeyedRows(SourceTable table, Sequence stamp, Publication lane, Instant started) {
      super(table, stamp, lane, started);
      this.key = table.schema().key();
    }

    @Override
    void readAll(Basis basis, boolean snapshotIsolation)
        throws SQLException, HubException, InterruptedException {
      List<@Nullable Object> last = List.of();
      do {
        List<@Nullable Object> after = last;
        last = onConnection(connection -> readPart(connection, basis, after));
      } while (!last.isEmpty());
    }

    /** Reads on behind a key, empty for the beginning; the last key read, empty at the end. */
    private List<@Nullable Object> readPart(
        Connection connection, Basis basis, List<@Nullable Object> after)
        throws SQLException, HubException, InterruptedException {
      String order =
          key.stream().map(c -> "t." + Names.quoted(c.name())).collect(Collectors.joining(", "));
      String sql =
          "SELECT %s FROM %s AS t%s ORDER BY %s"
              .formatted(
                  reader.selectList("t"),
                  Names.quoted(table.name()),
                  after.isEmpty() ? "" : " WHERE " + Position.behind("t", key),
                  order);
      SourceConnections.execute(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      long begun = System.nanoTime();
      long most = context.options().source().maxTransaction().toNanos();
      try (OpenRead open = new OpenRead(connection, sql)) {
        if (!after.isEmpty()) {
          Position.bind(open.statement(), 1, key, after);
        }
        ResultSet rows = open.statement().executeQuery();
        while (rows.next()) {
          Row row = new Row(table.schema(), reader.read(rows, 1));
          List<@Nullable Object> values = table.folding().keyValues(row);
          publish(row, table.folding().fold(values), values, basis);
          if (System.nanoTime() - begun > most) {
            open.abandon();
            return values;
          }
        }
      }
      return List.of();
    }
  }

  /** By hash and occurrence (SEMANTICS 3), in one statement. */
  private final class KeylessRows extends Rows {
    KeylessRows(SourceTable table, Sequence stamp, Publication lane, Instant started) {
      super(table, stamp, lane, started);
    }

    @Override
    void readAll(Basis basis, boolean snapshotIsolation)
        throws SQLException, HubException, InterruptedException {
      var unused = onConnection(connection -> read(connection, basis, snapshotIsolation));
    }

    private Map<String, Long> read(Connection connection, Basis basis, boolean snapshotIsolation)
        throws SQLException, HubException, InterruptedException {
      Map<String, Long> occurrences = new HashMap<>();
      TableSchema schema = table.schema();
      SourceConnections.execute(
          connection,
          "SET TRANSACTION ISOLATION LEVEL " + (snapshotIsolation ? "SNAPSHOT" : "READ COMMITTED"));
      String sql =
          "SELECT %s FROM %s AS t".formatted(reader.selectList("t"), Names.quoted(table.name()));
      try (PreparedStatement statement = connection.prepareStatement(sql);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Row row = new Row(schema, reader.read(rows, 1));
          String hash = context.codec().rowHash(row, table.schemaId());
          long occurrence = occurrences.merge(hash, 1L, Long::sum);
          List<@Nullable Object> identity = List.of(hash, occurrence);
          publish(row, table.folding().fold(identity), identity, basis);
        }
      }
      return occurrences;
    }
  }
}
