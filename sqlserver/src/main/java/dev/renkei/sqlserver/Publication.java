package dev.renkei.sqlserver;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher.Lane;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.ChangeReader.NetChange;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One lane into the hub, and what its rows of one table need. Belongs to one thread at a time. */
final class Publication {
  private static final Logger log = LoggerFactory.getLogger(Publication.class);
  private static final int ROWS_PER_POLL_STAMP = 1000;

  private final Context context;
  private final int epoch;
  private final Lane lane;
  private CompletableFuture<Void> advanced = CompletableFuture.completedFuture(null);
  private @Nullable String announced;
  private Change.@Nullable Poll poll;
  private @Nullable String trace;
  private int stamped;
  private long committedVersion;
  private @Nullable Instant committedAt;

  /**
   * Opens a lane.
   *
   * @param epoch of the changes that go through it
   */
  Publication(Context context, int epoch) {
    this.context = context;
    this.epoch = epoch;
    this.lane = context.publisher().lane();
  }

  /** Begins a poll. */
  void begin() {
    poll = null;
    trace = null;
    committedVersion = 0; // what was not known then may be known now
  }

  /**
   * Publishes a change; a row that the filter refuses goes as a delete that names changed columns,
   * be it none, as no delete of Change Tracking does (SEMANTICS 7).
   */
  void publish(SourceTable table, NetChange change, Instant start, Duration interval)
      throws HubException, InterruptedException {
    @Nullable Object[] values = change.operation() == 'D' ? null : change.values();
    Row row = values == null ? null : new Row(table.schema(), values);
    boolean gone = row == null || !context.filter().admits(row);
    ChangeType type =
        gone
            ? ChangeType.DELETE
            : change.operation() == 'I' ? ChangeType.INSERT : ChangeType.UPDATE;
    boolean unused =
        publish(
            table,
            new Sequence(epoch, change.version(), 0),
            type,
            table.folding().fold(change.key()),
            change.key(),
            gone ? null : row,
            row != null && gone && change.changedColumns() == null
                ? List.of()
                : change.changedColumns(),
            committed(change.version()),
            start,
            interval,
            null);
  }

  /** Rows of one version come one after the other. */
  private @Nullable Instant committed(long version) {
    if (version != committedVersion) {
      committedVersion = version;
      committedAt = context.commitTimes().of(version);
    }
    return committedAt;
  }

  /**
   * Publishes a row of a snapshot.
   *
   * @return whether consumers will get it; else the hub has set it aside
   */
  boolean publishRow(
      SourceTable table,
      Sequence stamp,
      Chunk chunk,
      RowKey key,
      List<@Nullable Object> keyValues,
      Row row,
      Instant start,
      Duration interval)
      throws HubException, InterruptedException {
    return publish(
        table,
        stamp,
        ChangeType.SNAPSHOT_ROW,
        key,
        keyValues,
        row,
        null,
        null,
        start,
        interval,
        chunk);
  }

  private boolean publish(
      SourceTable table,
      Sequence sequence,
      ChangeType type,
      RowKey key,
      List<@Nullable Object> keyValues,
      @Nullable Row row,
      @Nullable List<String> changedColumns,
      @Nullable Instant committed,
      Instant start,
      Duration interval,
      @Nullable Chunk chunk)
      throws HubException, InterruptedException {
    if (!table.schemaId().equals(announced)) {
      context
          .schemas()
          .put(new SchemaRecord(context.source(), table.schemaId(), table.schema(), sequence));
      announced = table.schemaId();
    }
    Change change =
        new Change(
            context.source(),
            table.name(),
            type,
            sequence,
            table.schemaId(),
            key,
            keyValues,
            row,
            changedColumns,
            committed,
            poll(table.name(), start, interval),
            chunk);
    return lane.publish(context.codec().encode(change, table.schema()));
  }

  /** The poll's end is when its rows were read; one stamp serves many rows. */
  private Change.Poll poll(TableName table, Instant start, Duration interval) {
    Change.Poll now = poll;
    if (now == null || ++stamped >= ROWS_PER_POLL_STAMP) {
      Instant end = context.now();
      now = new Change.Poll(start, end.isBefore(start) ? start : end, interval, trace(table));
      poll = now;
      stamped = 0;
    }
    return now;
  }

  /** The name of the poll under way, by which its rows are found again in a loader's log. */
  private String trace(TableName table) {
    String known = trace;
    if (known == null) {
      known = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      trace = known;
      log.atDebug()
          .addKeyValue("tracker", context.options().name())
          .addKeyValue("table", table)
          .addKeyValue("trace", known)
          .log("poll publishes");
    }
    return known;
  }

  void publish(ControlMessage message) throws HubException, InterruptedException {
    lane.publish(message);
  }

  /**
   * Moves the cursor, once the one before is durable: had that one failed, its rows would be lost
   * behind this one.
   */
  CompletableFuture<Void> advance(Cursor cursor) throws HubException, InterruptedException {
    await(advanced);
    advanced = lane.advance(cursor);
    return advanced;
  }

  /** Waits until what was handed over is durable. */
  static void await(CompletableFuture<Void> durable) throws HubException, InterruptedException {
    try {
      durable.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof HubException hub
          ? hub
          : new HubException("the hub did not take it", e);
    }
  }
}
