package dev.renkei.warehouse.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.warehouse.bigquery.RowEncoder.Known;
import dev.renkei.warehouse.bigquery.RowEncoder.Rows;
import dev.renkei.warehouse.bigquery.StoredColumn.Field;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PAGE_ROWS = 10_000;
  private static final int LOOK_UP_CHARACTERS = 400_000;
  private static final Duration FORGET_EVERY = Duration.ofDays(1);

  private final WarehouseConfig.BigQuery config;
  private final BigQueryOptions options;
  private final Rest rest;
  private final Connections connections;
  private final Sentences sentences;
  private final Tables making;
  private final Outbox positions;
  private final Outbox registry;
  private final @Nullable Spools spools;
  private final ReentrantLock writer = new ReentrantLock();
  private final Map<TableName, LiveTable> tables = new HashMap<>();
  private final Map<TableName, Registered> registered = new HashMap<>();
  private final Set<String> toldStreams = new HashSet<>();
  private final RowEncoder encoder = new RowEncoder();
  private final RowBuffer buffer = new RowBuffer();
  private Instant forgot;
  private Instant loadedAt = Instant.EPOCH;
  private volatile boolean closed;

  /** What the warehouse knows of a table that this process has not touched yet. */
  private record Registered(
      String source, Set<String> keyColumns, Sequence floor, Sequence purged) {}

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
    this.sentences = new Sentences(config);
    this.making = making;
    this.spools = spools;
    this.positions =
        new Outbox(
            connections, options, sentences, OwnTables.POSITIONS, false, OwnTables.positionShape());
    this.registry =
        new Outbox(
            connections, options, sentences, OwnTables.TABLES, false, OwnTables.tableShape());
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
        warehouse.readRegistry();
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

  private void readRegistry() throws WarehouseException {
    rest.query(
        "what is known of tables cannot be read",
        OwnTables.selectTables(config),
        PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            registered.put(
                new TableName(cell(cells, "schema_name"), cell(cells, "table_name")),
                new Registered(
                    cell(cells, "source"),
                    keyColumns(cell(cells, "key_columns")),
                    sequence(cell(cells, "floor")),
                    sequence(cell(cells, "purged"))));
          }
          return true;
        });
  }

  private static String cell(Map<String, @Nullable String> cells, String name) {
    String cell = cells.get(name);
    return cell == null ? "" : cell;
  }

  private static Set<String> keyColumns(String json) {
    try {
      return Set.of(JSON.readValue(json, String[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("key_columns is no JSON", e);
    }
  }

  private static Sequence sequence(String unsigned) {
    return unsigned.isEmpty()
        ? Sequence.ZERO
        : Sequence.unpacked(new BigDecimal(unsigned).toBigIntegerExact().longValue());
  }

  @Override
  public Map<Integer, Long> positions(String streamId) throws WarehouseException {
    Map<Integer, Long> next = new TreeMap<>();
    rest.query(
        "positions cannot be read",
        OwnTables.selectPositions(config, streamId),
        PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            next.put(
                Integer.valueOf(cell(cells, "partition_number")),
                Long.valueOf(cell(cells, "next_offset")));
          }
          return true;
        });
    return next;
  }

  @Override
  public Set<String> streams() throws WarehouseException {
    Set<String> streams = new TreeSet<>();
    rest.query(
        "positions cannot be read",
        OwnTables.selectStreams(config),
        PAGE_ROWS,
        null,
        (schema, rows) -> {
          rows.forEach(row -> streams.add(cell(Answers.cells(schema, row), "stream")));
          return true;
        });
    return streams;
  }

  @Override
  public void prepare(SchemaRecord schema) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      TableName name = schema.schema().table();
      LiveTable known = tables.get(name);
      if (known != null && known.knows(schema.schemaId())) {
        return;
      }
      refuseCollision(schema, name);
      if (known == null) {
        known = adopt(schema.source(), name);
      }
      StoredTable before =
          known == null
              ? new StoredTable(schema.source(), name, Names.table(config, name), List.of())
              : known.stored();
      StoredTable table = before.widenedTo(schema.schema());
      if (!table.ambiguous().isEmpty()) {
        throw new SchemaRefusedException(
            "%s: two of its columns would be called %s in BigQuery. Leave one out with `exclude_columns`."
                .formatted(name, table.ambiguous()));
      }
      Set<String> keyColumns =
          schema.schema().key().stream().map(Column::name).collect(Collectors.toSet());
      LiveTable live = become(known, table, keyColumns);
      live.learn(schema.schemaId(), schema.schema());
    } finally {
      writer.unlock();
    }
  }

  private void refuseCollision(SchemaRecord schema, TableName name) throws WarehouseException {
    Registered known = registered.get(name);
    if (known != null && !known.source().equals(schema.source())) {
      throw new SchemaRefusedException(
          "%s: this warehouse has it from source %s, now it comes from %s. Give each source a dataset of its own, or `table: %s_{schema}_{table}`."
              .formatted(name, known.source(), schema.source(), schema.source()));
    }
    String refusal = BigQueryPlan.refusal(config, name, registered.keySet());
    if (!refusal.isEmpty()) {
      throw new SchemaRefusedException(refusal);
    }
  }

  /** A table that stands there, whoever made it; null where it is new. */
  private @Nullable LiveTable adopt(String source, TableName name) throws WarehouseException {
    StoredTable stored = making.read(source, name);
    if (stored == null) {
      return null;
    }
    Registered known = registered.get(name);
    return known == null
        ? live(stored, Set.of(), Sequence.ZERO, Sequence.ZERO)
        : live(stored, known.keyColumns(), known.floor(), known.purged());
  }

  private LiveTable live(
      StoredTable stored, Set<String> keyColumns, Sequence floor, Sequence purged) {
    return new LiveTable(stored, keyColumns, floor, purged, log(stored), upserts(stored));
  }

  private Outbox log(StoredTable table) {
    return new Outbox(
        connections, options, sentences, Names.log(table.id()), true, RowShape.ofLog(table));
  }

  private Outbox upserts(StoredTable table) {
    return new Outbox(
        connections,
        options,
        sentences,
        Names.upserts(table.id()),
        false,
        RowShape.ofUpserts(table));
  }

  private LiveTable become(@Nullable LiveTable known, StoredTable table, Set<String> keyColumns)
      throws WarehouseException {
    TableName name = table.name();
    if (!tables.containsKey(name) || known == null || !table.equals(known.stored())) {
      making.ensure(table, keyColumns);
    }
    LiveTable live = known;
    if (live == null) {
      live = live(table, keyColumns, Sequence.ZERO, Sequence.ZERO);
    } else if (!table.equals(live.stored())) {
      live.become(table, log(table), upserts(table));
    }
    tables.put(name, live);
    if (!registered.containsKey(name) || !live.keyColumns().equals(keyColumns)) {
      live.keyedBy(keyColumns);
      register(live);
    }
    return live;
  }

  private void register(LiveTable table) throws WarehouseException {
    registry.add(OwnTables.table(buffer, table), null);
    registry.settle();
    registered.put(
        table.stored().name(),
        new Registered(table.stored().source(), table.keyColumns(), table.floor(), table.purged()));
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
        LiveTable table = tableOf(change);
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
      store(streamId, nextOffsets);
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

  private LiveTable tableOf(Change change) {
    LiveTable table = tables.get(change.table());
    if (table == null || !table.knows(change.schemaId())) {
      throw new IllegalStateException(
          change.table() + ": a change of a schema that was not prepared");
    }
    return table;
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
        PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            known.put(
                cell(cells, "_key"),
                new Known(
                    sequence(cell(cells, "_sequence")),
                    Boolean.parseBoolean(cell(cells, "_deleted")),
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
      LiveTable table = present(sweep.table());
      long swept = table == null ? 0 : sweepIn(table, sweep, now());
      store(streamId, nextOffsets);
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
      LiveTable table = present(sweep.table());
      return table == null ? 0 : sweepIn(table, sweep, since);
    } finally {
      writer.unlock();
    }
  }

  /** A table that is there, whether it was touched before or not; null for another. */
  private @Nullable LiveTable present(TableName name) throws WarehouseException {
    LiveTable table = tables.get(name);
    Registered known = registered.get(name);
    return table == null && known != null ? adopt(known.source(), name) : table;
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
          PAGE_ROWS,
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
      register(table);
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
          encoder.encodeSwept(sweep, new RowKey(cell(cells, "_key")), keyFields, cells, now);
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
      return registered.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().source()));
    } finally {
      writer.unlock();
    }
  }

  /** Reads anew what other writers may have raised. */
  void refresh() throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      readRegistry();
      registered.forEach(
          (name, known) -> {
            LiveTable table = tables.get(name);
            if (table != null) {
              table.raiseFloor(known.floor());
              table.raisePurged(known.purged());
            }
          });
    } finally {
      writer.unlock();
    }
  }

  /** How changes of a schema that was prepared become rows. */
  RowForm form(TableName name, String schemaId) {
    writer.lock();
    try {
      return RowForm.of(Objects.requireNonNull(tables.get(name), "not prepared"), schemaId);
    } finally {
      writer.unlock();
    }
  }

  /** What is known of the keys of changes of one table, by key. */
  Map<String, Known> lookUp(List<Change> changes, Instant now) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      return changes.isEmpty() ? Map.of() : lookUp(tableOf(changes.get(0)), changes, now);
    } finally {
      writer.unlock();
    }
  }

  /** What is below is dropped from now on. */
  void raiseFloor(TableName name, Sequence start) throws WarehouseException {
    writer.lock();
    try {
      requireOpen();
      LiveTable table = present(name);
      if (table != null && start.compareTo(table.floor()) > 0) {
        table.raiseFloor(start);
        register(table);
      }
    } finally {
      writer.unlock();
    }
  }

  /** Forgets a table that was prepared, by the id of its log or its current rows. */
  Optional<TableName> forgetTable(String id) {
    writer.lock();
    try {
      Optional<TableName> found =
          tables.values().stream()
              .map(LiveTable::stored)
              .filter(t -> Names.log(t.id()).equals(id) || Names.upserts(t.id()).equals(id))
              .map(StoredTable::name)
              .findFirst();
      found.ifPresent(name -> Objects.requireNonNull(tables.remove(name)).close());
      return found;
    } finally {
      writer.unlock();
    }
  }

  private void store(String streamId, Map<Integer, Long> nextOffsets) throws WarehouseException {
    if (nextOffsets.isEmpty() && toldStreams.contains(streamId)) {
      return;
    }
    if (nextOffsets.isEmpty()) {
      positions.add(OwnTables.position(buffer, streamId, OwnTables.NO_PARTITION, 0), null);
    }
    for (Map.Entry<Integer, Long> next : nextOffsets.entrySet()) {
      positions.add(OwnTables.position(buffer, streamId, next.getKey(), next.getValue()), null);
    }
    positions.settle();
    toldStreams.add(streamId);
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
      for (LiveTable table : tables.values()) {
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
      LiveTable table = present(name);
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
        PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            old.put(cell(cells, "_key"), sequence(cell(cells, "_sequence")));
          }
          return true;
        });
    if (old.isEmpty()) {
      return;
    }
    // Known before it is done: a process that ends in between must not take a late change for new.
    old.values().forEach(table::raisePurged);
    register(table);
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
        Math.min(PAGE_ROWS, maxRows + 1L),
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
      tables.values().forEach(LiveTable::close);
      positions.close();
      registry.close();
      connections.close();
    } finally {
      writer.unlock();
    }
  }
}
