package dev.renkei.sqlserver;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.change.Where;
import dev.renkei.core.hub.ChunksDone;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.KeyValues;
import dev.renkei.core.schema.Column;
import dev.renkei.sqlserver.TableSnapshots.Basis;
import dev.renkei.sqlserver.TableSnapshots.SnapshotVoid;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table whole, in key order and chunk by chunk, every row stamped with a version that was
 * current before its chunk was read; changes stream meanwhile (SEMANTICS 16 to 18). What a chunk
 * has brought becomes durable with it, so that another reader of this snapshot goes on behind it.
 *
 * <p>A table without a key is one chunk, and its rows are told by their hash; one entry per
 * distinct row is held in memory.
 */
final class SnapshotReader {
  private static final Logger log = LoggerFactory.getLogger(SnapshotReader.class);
  private static final int ROWS_PER_LOOK = 256;
  private static final Duration NAP = Duration.ofMillis(50);

  private final Context context;
  private final TableTracker tracker;
  private final int generation;
  private final Pace pace;
  private final VersionHistory versions;
  private final CountDownLatch closing;
  private final Basis basis;
  private final SourceTable table;
  private final List<Column> key;
  private final RowReader reader;
  private final @Nullable Where where;
  private final KeyOrderedRows ordered;
  private final Publication lane;
  private final List<SnapshotNumber.Used> used;
  private final Map<String, Long> occurrences = new HashMap<>();

  /** Where it stands; null before its first chunk. */
  private @Nullable SnapshotProgress at;

  SnapshotReader(
      Context context,
      TableTracker tracker,
      int generation,
      Pace pace,
      VersionHistory versions,
      CountDownLatch closing)
      throws HubException, InterruptedException {
    this.context = context;
    this.tracker = tracker;
    this.generation = generation;
    this.pace = pace;
    this.versions = versions;
    this.closing = closing;
    this.basis = tracker.snapshots().basis(generation);
    this.table = basis.table();
    this.key = table.schema().key();
    this.reader = new RowReader(table.schema().columns());
    String part = basis.part();
    this.where = part == null ? null : Where.parse(part);
    this.ordered =
        new KeyOrderedRows(
            table,
            reader,
            where == null ? List.of() : where.typed(table.schema()),
            context.options().chunkRows());
    this.lane = new Publication(context, basis.epoch());
    this.used =
        SnapshotNumber.used(
            context.cursors().cursors(context.source(), table.name()), basis.epoch(), generation);
  }

  /** Takes the snapshot, or what is left of it, to its end, or until the table is to rest. */
  void run(boolean snapshotIsolation) throws SQLException, HubException, InterruptedException {
    Optional<SnapshotProgress> end;
    do {
      if (tracker.rests()) {
        log.atInfo()
            .addKeyValue("table", table.name())
            .addKeyValue("snapshot", generation)
            .log("snapshot rests; it goes on behind its last chunk");
        return;
      }
      end = onConnection(connection -> readChunk(connection, snapshotIsolation));
    } while (end.isEmpty());
    end(end.get());
  }

  private void end(SnapshotProgress last) throws SQLException, HubException, InterruptedException {
    lane.publish(
        new SnapshotClosed(
            context.source(),
            table.name(),
            basis.epoch(),
            last.number(),
            last.start(),
            context.publisher().partitions(),
            last.done().chunks(),
            where == null
                ? null
                : new SnapshotClosed.Part(where.keyRange(table.schema()).orElse(null))));
    checkShape();
    Instant now = context.now();
    ChunksDone done = last.done();
    tracker
        .snapshots()
        .end(
            new LastSnapshot(
                basis.epoch(),
                generation,
                last.number(),
                last.start(),
                last.stamp(),
                true,
                done.rows(),
                done.count(),
                last.begun(),
                now,
                last.part()),
            lane,
            basis);
    log.atInfo()
        .addKeyValue("table", table.name())
        .addKeyValue("snapshot", generation)
        .addKeyValue("version", last.start())
        .addKeyValue("rows", done.rows())
        .addKeyValue("chunks", done.count())
        .addKeyValue("millis", Duration.between(last.begun(), now).toMillis())
        .log("snapshot ends");
  }

  /** DDL may have come since the last poll looked. */
  private void checkShape() throws SQLException, HubException, InterruptedException {
    var header = onConnection(c -> ChangeReader.header(c, table.name()));
    if (header.isEmpty() || !header.get().shape().equals(table.shape())) {
      throw new SnapshotVoid(table.name() + ": the table changed under its snapshot");
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException, HubException, InterruptedException;
  }

  private <T> T onConnection(Work<T> work) throws SQLException, HubException, InterruptedException {
    return context.connections().use(tracker.settings().lockTimeout(), work::on);
  }

  // ---- stamps ----

  /**
   * Begins a SNAPSHOT transaction; its version is that of what it sees (docs/change-tracking.md,
   * rules 18 and 21).
   */
  private long stampOfTransaction(Connection connection) throws SQLException {
    SourceConnections.execute(
        connection,
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN; SELECT TOP (1) 1 FROM "
            + Names.quoted(table.name()));
    long stamp = version(connection);
    versions.note(stamp, System.nanoTime());
    return stamp;
  }

  /** A commit may show late: the version must have been known for a while (SEMANTICS 17). */
  private long settledStamp(Connection connection, long least)
      throws SQLException, HubException, InterruptedException {
    SourceConnections.execute(connection, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    while (true) {
      versions.note(version(connection), System.nanoTime());
      OptionalLong settled = versions.settled(System.nanoTime());
      if (settled.isPresent() && settled.getAsLong() >= least) {
        return settled.getAsLong();
      }
      nap();
    }
  }

  private void nap() throws HubException, InterruptedException {
    Duration grace = context.options().source().lateCommitGrace();
    Duration nap = grace.compareTo(NAP) < 0 ? grace : NAP;
    if (closing.await(Math.max(1, nap.toMillis()), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("closing");
    }
    checkBasis();
  }

  private void checkBasis() throws SnapshotVoid {
    if (!tracker.snapshots().stillBasedOn(basis)) {
      throw new SnapshotVoid(table.name() + ": the table changed under its snapshot");
    }
  }

  private static long version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CHANGE_TRACKING_CURRENT_VERSION()")) {
      row.next();
      long version = row.getLong(1);
      if (row.wasNull()) {
        throw new SQLException("Change Tracking is off for the database", "42000", 22105);
      }
      return version;
    }
  }

  // ---- chunks ----

  /** Reads the next chunk; the snapshot's end if that was the last one, else empty. */
  private Optional<SnapshotProgress> readChunk(Connection connection, boolean snapshotIsolation)
      throws SQLException, HubException, InterruptedException {
    SnapshotProgress before = at;
    long least = before == null ? tracker.snapshots().leastStamp(used) : before.stamp();
    long stamp =
        snapshotIsolation ? stampOfTransaction(connection) : settledStamp(connection, least);
    if (stamp < least) {
      throw new SQLException(
          "%s: the database's version %d is below that of its last snapshot, %d"
              .formatted(table.name(), stamp, least));
    }
    SnapshotProgress now = before == null ? begin(connection, stamp) : before;
    ChunkRead chunk = new ChunkRead(now, stamp);
    chunk.read(connection);
    if (snapshotIsolation && !connection.isClosed()) {
      SourceConnections.execute(connection, "COMMIT TRAN");
    }
    SnapshotProgress next = chunk.progress();
    if (chunk.wasLast) {
      return Optional.of(next);
    }
    tracker.snapshots().chunkDone(next, lane, basis);
    at = next;
    return Optional.empty();
  }

  private SnapshotProgress begin(Connection connection, long stamp)
      throws HubException, InterruptedException {
    SnapshotProgress now = tracker.snapshots().begin(generation, basis, stamp, used);
    tracker.snapshots().goesOn(estimatedRows(connection));
    log.atInfo()
        .addKeyValue("table", table.name())
        .addKeyValue("snapshot", generation)
        .addKeyValue("number", now.number())
        .addKeyValue("version", stamp)
        .addKeyValue("chunksDone", now.done().count())
        .addKeyValue("attempt", now.attempt())
        .log(now.done().count() == 0 ? "snapshot begins" : "snapshot goes on");
    return now;
  }

  /** What the source believes, for whoever watches; null where it does not say. */
  private @Nullable Long estimatedRows(Connection connection) {
    if (where != null) {
      return null;
    }
    String sql =
        "SELECT SUM(p.rows) FROM sys.partitions AS p WHERE p.object_id = %d AND p.index_id IN (0, 1)"
            .formatted(table.shape().objectId());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      long rows = row.getLong(1);
      return row.wasNull() ? null : (Long) rows;
    } catch (SQLException e) {
      return null;
    }
  }

  /** One chunk: one statement, bounded by rows and by {@code max_transaction}. */
  private final class ChunkRead {
    private final SnapshotProgress from;
    private final long stamp;
    private final Sequence sequence;
    private final Chunk chunk;
    private final Instant started = context.now();
    private final long startedNanos = System.nanoTime();
    private @Nullable List<@Nullable Object> lastKey;
    private long seen;

    /** What consumers get, and wait for: not what the hub has set aside. */
    private long published;

    boolean wasLast;

    ChunkRead(SnapshotProgress from, long stamp) {
      this.from = from;
      this.stamp = stamp;
      this.sequence = new Sequence(basis.epoch(), stamp, from.number());
      this.chunk = new Chunk(from.done().count() + 1, from.attempt());
    }

    void read(Connection connection) throws SQLException, HubException, InterruptedException {
      lane.begin();
      String after = from.after();
      boolean bounded = ordered.isBounded();
      try (OpenRead open =
          ordered.open(connection, after == null ? null : KeyValues.read(key, after))) {
        ResultSet rows = open.statement().executeQuery();
        while (rows.next()) {
          take(new Row(table.schema(), reader.read(rows, 1)));
          if (bounded && isOver()) {
            open.abandon();
            return;
          }
        }
      }
      wasLast = !bounded || seen < context.options().chunkRows();
    }

    private boolean isOver() {
      return System.nanoTime() - startedNanos
          > context.options().source().maxTransaction().toNanos();
    }

    private void take(Row row) throws HubException, InterruptedException {
      List<@Nullable Object> identity = identity(row);
      if (context.filter().admits(row)) {
        RowKey folded = table.folding().fold(identity);
        boolean carried =
            lane.publishRow(
                table,
                sequence,
                chunk,
                folded,
                identity,
                row,
                started,
                tracker.settings().interval());
        if (carried) {
          published++;
          tracker.counted(1);
        }
      }
      lastKey = identity;
      if (++seen % ROWS_PER_LOOK == 0) {
        pace.take(ROWS_PER_LOOK);
        tracker.snapshots().chunkRows(published);
        checkBasis();
      }
    }

    /** The key, or the row's hash and occurrence (SEMANTICS 3). */
    private List<@Nullable Object> identity(Row row) {
      if (!key.isEmpty()) {
        return table.folding().keyValues(row);
      }
      String hash = context.codec().rowHash(row, table.schemaId());
      long occurrence = occurrences.merge(hash, 1L, Long::sum);
      return List.of(hash, occurrence);
    }

    /** Where the snapshot stands behind this chunk. */
    SnapshotProgress progress() {
      List<@Nullable Object> last = lastKey;
      return new SnapshotProgress(
          generation,
          from.number(),
          from.start(),
          Math.max(from.stamp(), stamp),
          last == null || key.isEmpty() ? from.after() : KeyValues.write(key, last),
          1,
          from.done().plus(from.attempt(), published),
          from.layout(),
          from.begun(),
          from.part());
    }
  }
}
