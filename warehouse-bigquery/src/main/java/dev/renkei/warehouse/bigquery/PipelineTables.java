package dev.renkei.warehouse.bigquery;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.RowEncoder.Known;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The tables of a {@link BigQueryWarehouse} for a writer that sends rows by itself, on many
 * machines at a time: prepared, described, swept; what rows look like comes from {@link #encoder}.
 * Thread-safe.
 */
public final class PipelineTables implements AutoCloseable {
  private final BigQueryWarehouse warehouse;
  private final Clock clock;
  private final Map<String, TableName> schemas = new ConcurrentHashMap<>();
  private final Map<String, RowForm> forms = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);
  private volatile long readNanos;

  private PipelineTables(BigQueryWarehouse warehouse, Clock clock) {
    this.warehouse = warehouse;
    this.clock = clock;
    this.readNanos = System.nanoTime();
  }

  /** Opens them, the dataset made where there is none. */
  public static PipelineTables open(WarehouseConfig.BigQuery config, BigQueryOptions options)
      throws WarehouseException {
    return new PipelineTables(BigQueryWarehouse.open(config, options), options.clock());
  }

  /** Whether changes of a schema can be encoded. */
  public boolean knows(String schemaId) {
    return forms.containsKey(schemaId);
  }

  /**
   * Makes what a schema needs before rows use it; repeating it changes nothing. Several machines
   * may do so at a time.
   *
   * @throws SchemaRefusedException where this table cannot be had; others can
   */
  public void prepare(SchemaRecord schema) throws WarehouseException {
    if (knows(schema.schemaId())) {
      return;
    }
    refresh();
    prepareNow(schema);
  }

  private synchronized void prepareNow(SchemaRecord schema) throws WarehouseException {
    warehouse.prepare(schema);
    schemas.put(schema.schemaId(), schema.schema().table());
    describe();
  }

  /** The tables that the warehouse has, each with its source. */
  public Map<TableName, String> tables() {
    return warehouse.sources();
  }

  /** Learns which floors others have raised, where that was last asked so long ago. */
  public void refreshAfter(Duration age) throws WarehouseException {
    if (isOlder(age)) {
      synchronized (this) {
        if (isOlder(age)) {
          refresh();
        }
      }
    }
  }

  private boolean isOlder(Duration age) {
    return System.nanoTime() - readNanos >= age.toNanos();
  }

  private synchronized void refresh() throws WarehouseException {
    long now = System.nanoTime();
    warehouse.refresh();
    readNanos = now;
    describe();
  }

  /** Also of other schemas of a table: it may have got columns that they lack. */
  private synchronized void describe() {
    schemas.forEach((id, table) -> forms.put(id, warehouse.form(table, id)));
  }

  /**
   * Forgets that a table was prepared, since it seems to be gone: the next change of it makes it
   * again.
   *
   * @param id of one of its two tables in BigQuery
   */
  public synchronized void forget(String id) {
    Optional<TableName> table = warehouse.forgetTable(id);
    if (table.isPresent()) {
      schemas.values().removeIf(table.get()::equals);
      forms.keySet().retainAll(schemas.keySet());
    }
  }

  /** Whether a table's name is one of a table that takes upserts. */
  public static boolean takesUpserts(String id) {
    return id.endsWith(Names.upserts(""));
  }

  /** Deletes for good what was deleted before the horizon (SEMANTICS 11, 25). */
  public void forgetDeletes(TableName table) throws WarehouseException {
    refresh();
    warehouse.forget(table);
    describe();
  }

  /** What makes rows for one thread. */
  public ChangeEncoder encoder() {
    return new ChangeEncoder(this);
  }

  RowForm form(Change change) {
    RowForm form = forms.get(change.schemaId());
    if (form == null) {
      throw new IllegalStateException(
          change.table() + ": a change of a schema that was not prepared");
    }
    return form;
  }

  Map<String, Known> lookUp(List<Change> changes) throws WarehouseException {
    return warehouse.lookUp(changes, now());
  }

  /** Rises, so that of a row's copies in the log the first is told from others. */
  Instant now() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return last.updateAndGet(
        before -> now.isAfter(before) ? now : before.plus(1, ChronoUnit.MICROS));
  }

  /**
   * Raises a table's floor, so that what comes later from below is dropped (SEMANTICS 18); others
   * learn of it when they {@link #refreshAfter}. A table that is not there has none.
   */
  public void raiseFloor(TableName table, Sequence start) throws WarehouseException {
    refresh();
    warehouse.raiseFloor(table, start);
    describe();
  }

  /**
   * Deletes, as changes, the rows of a table whose sequence is below a snapshot's start, as {@link
   * BigQueryWarehouse#sweep} does.
   *
   * @param since when rows of the snapshot came first: from then on the log is asked beside the
   *     current rows, which may be read as old as their staleness
   * @return how many rows were deleted
   */
  public long sweep(Sweep sweep, Instant since) throws WarehouseException {
    refresh();
    long swept = warehouse.sweep(sweep, since);
    describe();
    return swept;
  }

  @Override
  public void close() {
    warehouse.close();
  }
}
