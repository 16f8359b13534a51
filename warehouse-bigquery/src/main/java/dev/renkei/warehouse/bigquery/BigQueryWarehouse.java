package dev.renkei.warehouse.bigquery;

import com.google.api.services.bigquery.model.TableRow;
import com.google.api.services.bigquery.model.TableSchema;
import com.google.auth.Credentials;
import com.google.protobuf.ByteString;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.RowEncoder.Known;
import dev.renkei.warehouse.bigquery.RowEncoder.Rows;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warehouse in a dataset of BigQuery ({@code docs/bigquery.md}). Thread-safe: one writer at a
 * time, and queries from any thread meanwhile.
 *
 * <p>Rows, then positions: a process that ends in between repeats rows, which upserts take twice
 * and the log's view shows once. Rows of snapshots may wait for the log in files of this machine
 * ({@link Spools}).
 */
public final class BigQueryWarehouse implements Warehouse {
  private static final Logger log = LoggerFactory.getLogger(BigQueryWarehouse.class);
  private static final int LOOK_UP_CHARACTERS = 400_000;
  private static final Duration FORGET_EVERY = Duration.ofDays(1);

  private final WarehouseConfig.BigQuery config;
  private final BigQueryOptions options;
  private final Rest rest;
  private final Connections connections;
  private final Positions positions;
  private final KnownTables tables;
  private final @Nullable Spools spools;
  private final ReentrantLock writer = new ReentrantLock();
  private final RowEncoder encoder = new RowEncoder();
  private Instant forgot;
  private Instant loadedAt = Instant.EPOCH;
  private volatile boolean closed;

  private BigQueryWarehouse(
      WarehouseConfig.BigQuery config,
      BigQueryOptions options,
      Rest rest,
      Connections connections,
      Tables making,
      @Nullable Spools spools) {
    this.config = config;
    this.options = options;
    this.rest = rest;
    this.connections = connections;
    this.spools = spools;
    Sentences sentences = new Sentences(config);
    this.tables = new KnownTables(config, options, rest, connections, sentences, making);
    this.positions =
        new Positions(
            config,
            rest,
            new Outbox(
                connections,
                options,
                sentences,
                OwnTables.POSITIONS,
                false,
                OwnTables.positionShape()));
    this.forgot = options.clock().instant();
  }

  /** Opens a warehouse, its dataset made where there is none. */
  public static BigQueryWarehouse open(WarehouseConfig.BigQuery config, BigQueryOptions options)
      throws WarehouseException {
    Credentials credentials = credentialsOf(config);
    try {
      Rest rest = new Rest(config, options.patience(), credentials);
      Connections connections = Connections.open(config, options, credentials);
      Tables making = new Tables(config, options, rest, connections);
      BigQueryWarehouse warehouse;
      try {
        making.makeOwn();
        Spools spools = spools(config, options, rest, connections, credentials);
        warehouse = new BigQueryWarehouse(config, options, rest, connections, making, spools);
      } catch (WarehouseException | IOException | RuntimeException e) {
        connections.close();
        throw e;
      }
      try {
        warehouse.tables.read();
      } catch (WarehouseException | RuntimeException e) {
        warehouse.close();
        throw e;
      }
      return warehouse;
    } catch (IOException e) {
      throw withoutCredentials(config, e);
    }
  }

  private static @Nullable Spools spools(
      WarehouseConfig.BigQuery config,
      BigQueryOptions options,
      Rest rest,
      Connections connections,
      @Nullable Credentials credentials)
      throws WarehouseException, IOException {
    Spooling spooling = options.spooling();
    if (spooling == null) {
      return null;
    }
    SpoolAppends appends =
        new SpoolAppends(config, options, Connections.open(config, options, credentials));
    try {
      return Spools.open(
          config,
          spooling,
          options.clock(),
          new SpoolRecords(config, options, rest, connections),
          new LoadJob(config, rest, options.patience()),
          appends);
    } catch (WarehouseException | RuntimeException e) {
      appends.close();
      throw e;
    }
  }

  /**
   * Those of this machine; null for a server that wants none.
   *
   * @throws WarehouseException where there are none
   */
  static @Nullable Credentials credentialsOf(WarehouseConfig.BigQuery config)
      throws WarehouseException {
    try {
      return WriteClients.credentials(config);
    } catch (IOException e) {
      throw withoutCredentials(config, e);
    }
  }

  private static WarehouseException withoutCredentials(
      WarehouseConfig.BigQuery config, IOException why) {
    return new WarehouseException(
        "warehouse %s: there are no credentials for Google Cloud: %s. Set GOOGLE_APPLICATION_CREDENTIALS to the key of a service account, or run `gcloud auth application-default login`."
            .formatted(config.name(), why.getMessage()),
        why);
  }

  @Override
  public Map<Integer, Long> positions(String streamId) throws WarehouseException {
    return positions.of(streamId);
  }

  @Override
  public Set<String> streams() throws WarehouseException {
    return positions.streams();
  }

  @Override
  public void prepare(SchemaRecord schema) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      tables.prepare(schema);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    if (spools != null) {
      spools.awaitRoom();
    }
    writer.lock();
    try {
      requireOpen();
      Map<LiveTable, List<Change>> byTable = new LinkedHashMap<>();
      for (Change change : changes) {
        LiveTable table = tables.of(change);
        if (change.sequence().compareTo(table.floor()) >= 0) {
          byTable.computeIfAbsent(table, t -> new ArrayList<>()).add(change);
        }
      }
      try {
        for (List<Map.Entry<LiveTable, List<Change>>> round : Round.split(byTable)) {
          write(round, now());
        }
      } catch (WarehouseException | RuntimeException e) {
        byTable.keySet().forEach(LiveTable::abandon);
        throw e;
      }
      positions.store(streamId, nextOffsets);
      forgetIfDue(options.clock().instant());
    } finally {
      writer.unlock();
    }
  }

  /** Rises with every round, so that of a row's copies in the log the first is told from others. */
  private Instant now() {
    Instant now = options.clock().instant().truncatedTo(ChronoUnit.MICROS);
    loadedAt = now.isAfter(loadedAt) ? now : loadedAt.plus(1, ChronoUnit.MICROS);
    return loadedAt;
  }

  /** Encodes all before it sends any, so that a change that does not fit costs nothing. */
  private void write(List<Map.Entry<LiveTable, List<Change>>> round, Instant now)
      throws WarehouseException {
    record Encoded(LiveTable table, Change change, Rows rows) {}
    List<Encoded> encoded = new ArrayList<>();
    Set<LiveTable> spooling = new HashSet<>();
    for (Map.Entry<LiveTable, List<Change>> entry : round) {
      LiveTable table = entry.getKey();
      if (spools(table, entry.getValue())) {
        spooling.add(table);
      }
      Map<String, Known> known = lookUp(table, entry.getValue(), now);
      for (Change change : entry.getValue()) {
        Known before = known.get(change.key().folded());
        if (before == null && change.sequence().compareTo(table.purged()) <= 0) {
          continue;
        }
        boolean keeps = before != null && before.sequence().compareTo(change.sequence()) <= 0;
        Binding binding = table.binding(change.schemaId());
        encoded.add(
            new Encoded(
                table, change, encoder.encode(change, binding, now, keeps ? before : null)));
      }
    }
    Map<StoredTable, List<ByteString>> waiting = new LinkedHashMap<>();
    for (Encoded one : encoded) {
      LiveTable table = one.table();
      if (one.change().type() == ChangeType.SNAPSHOT_ROW && spooling.contains(table)) {
        waiting.computeIfAbsent(table.stored(), t -> new ArrayList<>()).add(one.rows().log());
      } else {
        table.log().add(one.rows().log(), one.change());
      }
      one.table().upserts().add(one.rows().upsert(), one.change());
    }
    for (Map.Entry<LiveTable, List<Change>> entry : round) {
      entry.getKey().log().flush();
      entry.getKey().upserts().flush();
    }
    for (Map.Entry<LiveTable, List<Change>> entry : round) {
      entry.getKey().log().settle();
      entry.getKey().upserts().settle();
    }
    if (spools != null && !waiting.isEmpty()) {
      // Behind the upserts: a row that BigQuery refuses was refused there.
      spools.append(waiting);
    }
  }

  /**
   * Whether the log's rows of a snapshot may wait in a file. What is looked up is read from the
   * log, where the current table may be stale.
   */
  private boolean spools(LiveTable table, List<Change> changes) {
    return spools != null
        && spools.takesRows()
        && changes.stream().noneMatch(c -> Round.needsLookUp(table, c));
  }

  /** Until the log has all that was applied to the table. */
  void settleSpool(TableName table) throws WarehouseException {
    if (spools != null) {
      spools.settle(table);
    }
  }

  @Override
  public Set<TableName> incomplete() throws WarehouseException {
    return spools == null ? Set.of() : spools.incomplete();
  }

  @Override
  public void reloadIsAsked(TableName table) throws WarehouseException {
    if (spools != null) {
      spools.forget(table);
    }
  }

  /** What is known of the keys of those changes that cannot be written without it. */
  private Map<String, Known> lookUp(LiveTable table, List<Change> changes, Instant now)
      throws WarehouseException {
    Set<String> keys = new TreeSet<>();
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Change change : changes) {
      if (Round.needsLookUp(table, change)) {
        keys.add(change.key().folded());
        table.binding(change.schemaId()).kept().stream()
            .map(Binding.Kept::field)
            .forEach(f -> fields.put(f.name(), f));
      }
    }
    if (!keys.isEmpty()) {
      settleSpool(table.stored().name());
    }
    Map<String, Known> known = new HashMap<>();
    List<String> some = new ArrayList<>();
    int characters = 0;
    for (String key : keys) {
      some.add(key);
      characters += key.length();
      if (characters > LOOK_UP_CHARACTERS) {
        lookUp(table, some, fields, now, known);
        some.clear();
        characters = 0;
      }
    }
    if (!some.isEmpty()) {
      lookUp(table, some, fields, now, known);
    }
    return known;
  }

  private void lookUp(
      LiveTable table,
      List<String> keys,
      Map<String, Field> fields,
      Instant now,
      Map<String, Known> known)
      throws WarehouseException {
    rest.query(
        table.stored().name() + ": rows that keep values cannot be read",
        new TableSql(config, table.stored()).lookUp(keys, fields.values(), now),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            known.put(
                Answers.cell(cells, "_key"),
                new Known(
                    Answers.sequence(Answers.cell(cells, "_sequence")),
                    Boolean.parseBoolean(Answers.cell(cells, "_deleted")),
                    cells.get("_exact"),
                    cells));
          }
          return true;
        });
  }

  @Override
  public long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      LiveTable table = tables.present(sweep.table());
      long swept = table == null ? 0 : sweepIn(table, sweep, now());
      positions.store(streamId, nextOffsets);
      return swept;
    } finally {
      writer.unlock();
    }
  }

  /**
   * Sweeps without a position.
   *
   * @param since when rows of the snapshot came first
   */
  long sweep(Sweep sweep, Instant since) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      LiveTable table = tables.present(sweep.table());
      return table == null ? 0 : sweepIn(table, sweep, since);
    } finally {
      writer.unlock();
    }
  }

  private long sweepIn(LiveTable table, Sweep sweep, Instant since) throws WarehouseException {
    settleSpool(sweep.table());
    Instant now = now();
    StoredTable stored = table.stored();
    List<Binding.Kept> keyFields =
        stored.fields().stream()
            .filter(f -> table.keyColumns().contains(f.source()))
            .map(f -> new Binding.Kept(f, Binding.numberOf(stored, f)))
            .toList();
    String sql =
        new TableSql(config, stored)
            .swept(
                sweep.start(),
                sweep.range(),
                keyFields.stream().map(Binding.Kept::field).toList(),
                since.isBefore(now) ? since : now);
    long[] swept = {0};
    try {
      rest.query(
          sweep.table() + ": rows that are gone at the source cannot be found",
          sql,
          Rest.PAGE_ROWS,
          null,
          (schema, rows) -> {
            swept[0] += rows.size();
            writeSwept(table, sweep, keyFields, schema, rows, now);
            return true;
          });
    } catch (WarehouseException | RuntimeException e) {
      table.abandon();
      throw e;
    }
    if (sweep.range() == null) {
      table.raiseFloor(sweep.start());
      tables.register(table);
    }
    return swept[0];
  }

  private void writeSwept(
      LiveTable table,
      Sweep sweep,
      List<Binding.Kept> keyFields,
      TableSchema schema,
      List<TableRow> rows,
      Instant now)
      throws WarehouseException {
    List<ByteString> upserts = new ArrayList<>();
    for (TableRow row : rows) {
      Map<String, @Nullable String> cells = Answers.cells(schema, row);
      // The log first: a sweep that breaks off is repeated for what the current table still has.
      Rows delete =
          encoder.encodeSwept(
              sweep, new RowKey(Answers.cell(cells, "_key")), keyFields, cells, now);
      table.log().add(delete.log(), null);
      upserts.add(delete.upsert());
    }
    table.log().settle();
    for (ByteString upsert : upserts) {
      table.upserts().add(upsert, null);
    }
    table.upserts().settle();
  }

  /** The tables that are known, each with its source. */
  Map<TableName, String> sources() {
    writer.lock();
    try {
      return tables.sources();
    } finally {
      writer.unlock();
    }
  }

  /** Reads anew what other writers may have raised. */
  void refresh() throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      tables.read();
    } finally {
      writer.unlock();
    }
  }

  /** How changes of a schema that was prepared become rows. */
  RowForm form(TableName name, String schemaId) {
    writer.lock();
    try {
      return tables.form(name, schemaId);
    } finally {
      writer.unlock();
    }
  }

  /** What is known of the keys of changes of one table, by key. */
  Map<String, Known> lookUp(List<Change> changes, Instant now) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      return changes.isEmpty() ? Map.of() : lookUp(tables.of(changes.get(0)), changes, now);
    } finally {
      writer.unlock();
    }
  }

  /** What is below is dropped from now on. */
  void raiseFloor(TableName name, Sequence start) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      LiveTable table = tables.present(name);
      if (table != null && start.compareTo(table.floor()) > 0) {
        table.raiseFloor(start);
        tables.register(table);
      }
    } finally {
      writer.unlock();
    }
  }

  /** Forgets a table that was prepared, by the id of its log or its current rows. */
  Optional<TableName> forgetTable(String id) {
    writer.lock();
    try {
      return tables.forget(id);
    } finally {
      writer.unlock();
    }
  }

  /** Once a day deleted keys that are older than the horizon are deleted for good. */
  private void forgetIfDue(Instant now) {
    if (forgot.plus(FORGET_EVERY).isAfter(now)) {
      return;
    }
    forgot = now;
    try {
      forget();
    } catch (WarehouseException e) {
      log.atWarn().setCause(e).log("old deletes cannot be forgotten; this is tried again tomorrow");
    }
  }

  /** Deletes for good what was deleted before the horizon (SEMANTICS 11, 25). */
  void forget() throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      for (LiveTable table : tables.prepared()) {
        forget(table, options.clock().instant().minus(options.tombstonesKept()));
      }
    } finally {
      writer.unlock();
    }
  }

  /** The same, of one table, whether it was touched before or not. */
  void forget(TableName name) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      LiveTable table = tables.present(name);
      if (table != null) {
        forget(table, options.clock().instant().minus(options.tombstonesKept()));
      }
    } finally {
      writer.unlock();
    }
  }

  private void forget(LiveTable table, Instant before) throws WarehouseException {
    Map<String, Sequence> old = new HashMap<>();
    rest.query(
        table.stored().name() + ": old deletes cannot be read",
        new TableSql(config, table.stored()).forgotten(before),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            old.put(
                Answers.cell(cells, "_key"), Answers.sequence(Answers.cell(cells, "_sequence")));
          }
          return true;
        });
    if (old.isEmpty()) {
      return;
    }
    // Known before it is done: a process that ends in between must not take a late change for new.
    old.values().forEach(table::raisePurged);
    tables.register(table);
    for (Map.Entry<String, Sequence> key : old.entrySet()) {
      table.upserts().add(encoder.encodeForgotten(key.getKey(), key.getValue()), null);
    }
    table.upserts().settle();
    log.atInfo()
        .addKeyValue("table", table.stored().name())
        .addKeyValue("keys", old.size())
        .log("old deletes forgotten");
  }

  @Override
  public QueryResult query(String sql, int maxRows) throws WarehouseException {
    requireOpen();
    String type = rest.statementType(sql);
    if (!type.equals("SELECT")) {
      throw new WarehouseException(
          "only a query can be asked: SELECT or WITH. The warehouse is changed by its loader alone.");
    }
    Answers answers = new Answers(maxRows);
    rest.query(
        "the query failed",
        sql,
        Math.min(Rest.PAGE_ROWS, maxRows + 1L),
        options.queryBytes(),
        answers::take);
    return answers.result();
  }

  private void requireOpen() throws WarehouseException {
    if (closed) {
      throw new WarehouseException("warehouse %s: it is closed.".formatted(config.name()));
    }
  }

  @Override
  public void close() {
    if (spools != null && !closed) {
      spools.close();
    }
    writer.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      tables.close();
      positions.close();
      connections.close();
    } finally {
      writer.unlock();
    }
  }
}
