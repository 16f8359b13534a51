package dev.renkei.warehouse.duckdb;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.lock.ProcessLock;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Comparison;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A warehouse in one DuckDB file ({@code docs/duckdb.md}). Thread-safe: one writer at a time, and
 * queries from any thread meanwhile.
 */
public final class DuckDbWarehouse implements Warehouse {
  private static final Logger log = LoggerFactory.getLogger(DuckDbWarehouse.class);

  private final Path file;
  private final DuckDbOptions options;
  private final ProcessLock lock;
  private final DuckDBConnection connection;
  private final ReadOnlyQueries queries;
  private final Upkeep upkeep;
  private final ReentrantLock writer = new ReentrantLock();
  private final Map<TableName, LiveTable> tables = new HashMap<>();
  private final Tally tally = new Tally();

  /** Streams that are stored, so that each is stored once. */
  private final Set<String> told = new HashSet<>();

  private volatile boolean closed;

  private DuckDbWarehouse(
      Path file, DuckDbOptions options, ProcessLock lock, DuckDBConnection connection)
      throws SQLException {
    this.file = file;
    this.options = options;
    this.lock = lock;
    this.connection = connection;
    this.queries = new ReadOnlyQueries(connection);
    this.upkeep = new Upkeep(file, options, connection.duplicate(), writer);
    makeOwnTables();
    readTables();
    upkeep.start();
  }

  /** Opens a warehouse, made where there is none; its folder too. */
  public static DuckDbWarehouse open(Path file, DuckDbOptions options) throws WarehouseException {
    Path absolute = file.toAbsolutePath();
    ProcessLock lock = WriterLock.take(absolute);
    try {
      return new DuckDbWarehouse(absolute, options, lock, connect(absolute, options));
    } catch (SQLException e) {
      lock.close();
      if (String.valueOf(e.getMessage()).contains("Could not set lock")) {
        throw WriterLock.inUse(absolute);
      }
      throw new WarehouseException(
          "%s: the warehouse cannot be opened: %s".formatted(absolute, e.getMessage()), e);
    }
  }

  private static DuckDBConnection connect(Path file, DuckDbOptions options) throws SQLException {
    clearSpill(file);
    Properties settings = new Properties();
    settings.setProperty("memory_limit", options.memoryMebibytes() + "MiB");
    settings.setProperty("threads", Integer.toString(options.threads()));
    settings.setProperty("checkpoint_threshold", "1TB");
    settings.setProperty("temp_directory", file + ".spill");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("jdbc_stream_results", "true");
    DuckDBConnection connection =
        (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute("SET enable_external_access = false");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** What a process that was killed has left there belongs to nobody. */
  private static void clearSpill(Path file) {
    Path folder = Path.of(file + ".spill");
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> left = Files.list(folder)) {
      for (Path one : left.toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      log.atDebug().addKeyValue("folder", folder).log("the spill folder is not cleared");
    }
  }

  private void makeOwnTables() throws SQLException {
    execute("CREATE SCHEMA IF NOT EXISTS _renkei");
    execute(
        "CREATE TABLE IF NOT EXISTS _renkei.tables(id INTEGER, source VARCHAR, schema_name VARCHAR, table_name VARCHAR, floor UBIGINT, purged UBIGINT)");
    execute(
        "CREATE TABLE IF NOT EXISTS _renkei.columns(table_id INTEGER, position INTEGER, source_name VARCHAR, name VARCHAR, type VARCHAR, key_ordinal INTEGER)");
    execute(
        "CREATE TABLE IF NOT EXISTS _renkei.positions(stream VARCHAR, partition INTEGER, next BIGINT)");
    execute("CREATE TABLE IF NOT EXISTS _renkei.streams(stream VARCHAR)");
  }

  private void readTables() throws SQLException {
    Map<Integer, List<StoredColumn>> columns = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT * FROM _renkei.columns ORDER BY table_id, position")) {
      while (rows.next()) {
        columns
            .computeIfAbsent(rows.getInt(1), id -> new ArrayList<>())
            .add(
                new StoredColumn(
                    rows.getString(3),
                    rows.getString(4),
                    DuckType.ofSql(rows.getString(5)),
                    rows.getInt(6)));
      }
    }
    record Known(StoredTable table, Sequence floor, Sequence purged) {}
    List<Known> known = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, source, schema_name, table_name, CAST(floor AS VARCHAR), CAST(purged AS VARCHAR) FROM _renkei.tables ORDER BY id")) {
      while (rows.next()) {
        int id = rows.getInt(1);
        known.add(
            new Known(
                new StoredTable(
                    id,
                    rows.getString(2),
                    new TableName(rows.getString(3), rows.getString(4)),
                    columns.getOrDefault(id, List.of())),
                sequence(rows.getString(5)),
                sequence(rows.getString(6))));
      }
    }
    for (Known table : known) {
      LiveTable live = live(table.table(), table.floor(), table.purged());
      tables.put(table.table().name(), live);
      upkeep.add(live);
    }
  }

  private LiveTable live(StoredTable table, Sequence floor, Sequence purged) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT CAST(max(_sequence) AS VARCHAR), count(*) FILTER (tail) FROM (SELECT _sequence, true AS tail FROM %s UNION ALL SELECT _sequence, false FROM %s)"
                    .formatted(table.tail(), table.merged()))) {
      rows.next();
      String max = rows.getString(1);
      Sequence highest = max == null ? Sequence.ZERO : sequence(max);
      for (Sequence other : List.of(floor, purged)) {
        highest = other.compareTo(highest) > 0 ? other : highest;
      }
      LiveTable live = new LiveTable(table, new Gate(highest, max == null, floor, purged));
      live.tailGrew(rows.getLong(2));
      return live;
    }
  }

  private static Sequence sequence(String unsigned) {
    return Sequence.unpacked(Long.parseUnsignedLong(unsigned));
  }

  @Override
  public Map<Integer, Long> positions(String streamId) throws WarehouseException {
    writer.lock();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT partition, next FROM _renkei.positions WHERE stream = ?")) {
      statement.setString(1, streamId);
      Map<Integer, Long> positions = new TreeMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          positions.put(rows.getInt(1), rows.getLong(2));
        }
      }
      return positions;
    } catch (SQLException e) {
      throw failed("its positions cannot be read", e);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public Set<String> streams() throws WarehouseException {
    writer.lock();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT stream FROM _renkei.positions UNION SELECT stream FROM _renkei.streams")) {
      Set<String> streams = new TreeSet<>();
      while (rows.next()) {
        streams.add(rows.getString(1));
      }
      return streams;
    } catch (SQLException e) {
      throw failed("its positions cannot be read", e);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public void prepare(SchemaRecord schema) throws WarehouseException {
    writer.lock();
    try {
      TableName name = schema.schema().table();
      LiveTable known = tables.get(name);
      if (known != null && known.knows(schema.schemaId())) {
        return;
      }
      refuseCollision(schema, name, known);
      StoredTable before =
          known == null
              ? new StoredTable(nextId(), schema.source(), name, List.of())
              : known.stored();
      StoredTable table = before.widenedTo(schema.schema());
      if (known == null || !table.equals(before)) {
        // No merge may write what is being altered.
        upkeep.pausing(() -> transaction(() -> define(known == null, before, table)));
      }
      LiveTable live = known;
      if (live == null) {
        live = new LiveTable(table, new Gate(Sequence.ZERO, true, Sequence.ZERO, Sequence.ZERO));
        tables.put(name, live);
        upkeep.add(live);
      } else if (!table.equals(before)) {
        live.become(table);
      }
      live.learn(schema.schemaId(), schema.schema());
    } catch (SQLException e) {
      throw failed(schema.schema().table() + " cannot be made or altered", e);
    } finally {
      writer.unlock();
    }
  }

  private void refuseCollision(SchemaRecord schema, TableName name, @Nullable LiveTable live)
      throws WarehouseException {
    if (live != null && !live.stored().source().equals(schema.source())) {
      throw new SchemaRefusedException(
          "%s: this warehouse has it from source %s, now it comes from %s. Give each source a warehouse of its own."
              .formatted(name, live.stored().source(), schema.source()));
    }
    for (TableName other : tables.keySet()) {
      if (!other.equals(name) && Names.collide(other, name)) {
        throw new SchemaRefusedException(
            "%s: its names in the warehouse are taken by %s (names ignore case, and each table has a log X_changes and a macro X_as_of). Exclude one of the two."
                .formatted(name, other));
      }
    }
  }

  private int nextId() {
    return 1 + tables.values().stream().mapToInt(t -> t.stored().id()).max().orElse(0);
  }

  private void define(boolean isNew, StoredTable before, StoredTable table) throws SQLException {
    List<String> statements = new ArrayList<>();
    if (isNew) {
      statements.addAll(table.createStatements());
      statements.add(
          "INSERT INTO _renkei.tables VALUES (%d, %s, %s, %s, 0, 0)"
              .formatted(
                  table.id(),
                  Names.literal(table.source()),
                  Names.literal(table.name().schema()),
                  Names.literal(table.name().table())));
    } else {
      statements.addAll(table.alterStatements(before));
      statements.add("DELETE FROM _renkei.columns WHERE table_id = " + table.id());
    }
    for (int i = 0; i < table.columns().size(); i++) {
      StoredColumn column = table.columns().get(i);
      statements.add(
          "INSERT INTO _renkei.columns VALUES (%d, %d, %s, %s, %s, %d)"
              .formatted(
                  table.id(),
                  i,
                  Names.literal(column.source()),
                  Names.literal(column.name()),
                  Names.literal(column.type().sql()),
                  column.keyOrdinal()));
    }
    statements.addAll(table.viewStatements());
    for (String statement : statements) {
      execute(statement);
    }
  }

  @Override
  public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    writer.lock();
    try {
      Map<LiveTable, List<Change>> byTable = new LinkedHashMap<>();
      for (Change change : changes) {
        byTable.computeIfAbsent(tableOf(change), t -> new ArrayList<>()).add(change);
      }
      Map<LiveTable, Long> grown = new HashMap<>();
      Tally tallied = new Tally();
      transaction(
          () -> {
            Instant now = options.clock().instant();
            for (Map.Entry<LiveTable, List<Change>> entry : byTable.entrySet()) {
              grown.put(entry.getKey(), applyTo(entry.getKey(), entry.getValue(), now, tallied));
            }
            store(streamId, nextOffsets);
          });
      told.add(streamId);
      grown.forEach(LiveTable::tailGrew);
      tally.add(tallied);
    } catch (SQLException e) {
      throw failed("changes cannot be written", e);
    } finally {
      writer.unlock();
    }
  }

  private LiveTable tableOf(Change change) {
    LiveTable table = tables.get(change.table());
    if (table == null || !table.knows(change.schemaId())) {
      throw new IllegalStateException(
          change.table() + ": a change of a schema that was not prepared");
    }
    return table;
  }

  /** How many rows the tail has won. */
  private long applyTo(LiveTable table, List<Change> changes, Instant now, Tally tallied)
      throws SQLException, WarehouseException {
    ChangeAppender appender = new ChangeAppender(connection, table, now);
    Gate gate = table.gate;
    long rows = 0;
    String staged = "";
    try {
      gate.beginRound();
      for (Change change : changes) {
        boolean partial = table.binding(change.schemaId()).isPartial();
        boolean otherSchema = !staged.isEmpty() && !staged.equals(change.schemaId());
        if (otherSchema || gate.needsNewRound(change, partial)) {
          rows += finishRound(table, appender, staged, tallied);
          staged = "";
          gate.beginRound();
        }
        Gate.Verdict verdict = gate.judge(change, partial);
        switch (verdict) {
          case APPLY -> {
            appender.apply(change);
            rows++;
            tallied.applied++;
          }
          case COMPARE -> {
            if (table.stageIsMissing()) {
              execute(table.stored().createStage());
            }
            appender.stage(change);
            staged = change.schemaId();
            tallied.compared++;
          }
          case STALE -> tallied.stale++;
          case BELOW_FLOOR -> tallied.belowFloor++;
          case BEYOND_HORIZON -> tallied.beyondHorizon++;
        }
      }
      return rows + finishRound(table, appender, staged, tallied);
    } catch (SQLException | WarehouseException | RuntimeException e) {
      appender.abandon();
      table.forgetStage();
      throw e;
    }
  }

  private long finishRound(
      LiveTable table, ChangeAppender appender, String stagedSchema, Tally tallied)
      throws SQLException {
    appender.flush();
    if (stagedSchema.isEmpty()) {
      return 0;
    }
    StoredTable stored = table.stored();
    execute(stored.judge(table.gate.purged().packed(), table.binding(stagedSchema).present()));
    long logged = update(stored.logFromVerdict());
    long rows = update(stored.tailFromVerdict());
    execute("DELETE FROM temp." + stored.stageName());
    tallied.applied += logged;
    tallied.equal += rows - logged;
    return rows;
  }

  @Override
  public long sweep(Sweep sweep, String streamId, Map<Integer, Long> nextOffsets)
      throws WarehouseException {
    writer.lock();
    try {
      LiveTable table = tables.get(sweep.table());
      if (table == null) {
        apply(List.of(), streamId, nextOffsets);
        return 0;
      }
      long[] swept = {0};
      transaction(
          () -> {
            swept[0] = sweepIn(table.stored(), sweep);
            store(streamId, nextOffsets);
          });
      if (sweep.range() == null) {
        table.gate.raiseFloor(sweep.start());
      } else {
        table.gate.sweptBelow(sweep.start());
      }
      table.tailGrew(swept[0]);
      tally.applied += swept[0];
      return swept[0];
    } catch (SQLException e) {
      throw failed(sweep.table() + ": rows that are gone at the source cannot be deleted", e);
    } finally {
      writer.unlock();
    }
  }

  private long sweepIn(StoredTable table, Sweep sweep) throws SQLException {
    long start = sweep.start().packed();
    String withKey =
        MessageIds.ofSweptRow(sweep.source(), sweep.table(), sweep.start(), new RowKey("[]"));
    String idHead = withKey.endsWith("[]") ? withKey.substring(0, withKey.length() - 2) : withKey;
    execute(table.findSwept(start, sweep.range()));
    long swept = 0;
    for (String sql :
        List.of(table.logSwept(start, idHead, MessageIds.MAX_BYTES), table.tailSwept(start))) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setObject(1, sweep.at().atOffset(ZoneOffset.UTC));
        statement.setObject(2, options.clock().instant().atOffset(ZoneOffset.UTC));
        swept = statement.executeUpdate();
      }
    }
    execute("DROP TABLE temp.swept_" + table.id());
    if (sweep.range() != null) {
      return swept;
    }
    execute(
        "UPDATE _renkei.tables SET floor = greatest(floor, CAST(%s AS UBIGINT)) WHERE id = %d"
            .formatted(Long.toUnsignedString(start), table.id()));
    return swept;
  }

  private void store(String streamId, Map<Integer, Long> nextOffsets) throws SQLException {
    if (nextOffsets.isEmpty() && !told.contains(streamId)) {
      execute(
          "INSERT INTO _renkei.streams SELECT %1$s WHERE %1$s NOT IN (SELECT stream FROM _renkei.streams)"
              .formatted(Names.literal(streamId)));
    }
    for (Map.Entry<Integer, Long> next : nextOffsets.entrySet()) {
      String where =
          " WHERE stream = %s AND partition = %d".formatted(Names.literal(streamId), next.getKey());
      if (update("UPDATE _renkei.positions SET next = %d%s".formatted(next.getValue(), where))
          == 0) {
        execute(
            "INSERT INTO _renkei.positions VALUES (%s, %d, %d)"
                .formatted(Names.literal(streamId), next.getKey(), next.getValue()));
      }
    }
  }

  @Override
  public Comparison compare(SchemaRecord schema) throws WarehouseException {
    prepare(schema);
    writer.lock();
    try {
      if (closed) {
        throw new WarehouseException(file + ": the warehouse is closed.");
      }
      StoredTable stored = stored(schema.schema().table());
      return new DuckDbComparison(
          stored, schema, (DuckDBConnection) connection.duplicate(), () -> refuseOther(stored));
    } catch (SQLException e) {
      throw failed(schema.schema().table() + " cannot be compared", e);
    } finally {
      writer.unlock();
    }
  }

  private StoredTable stored(TableName name) {
    LiveTable table = tables.get(name);
    if (table == null) {
      throw new IllegalStateException(name + ": not prepared");
    }
    return table.stored();
  }

  private void refuseOther(StoredTable before) throws WarehouseException {
    writer.lock();
    try {
      if (closed) {
        throw new WarehouseException(file + ": the warehouse is closed.");
      }
      if (!stored(before.name()).equals(before)) {
        throw new WarehouseException(
            "%s: its columns have changed meanwhile. Compare it again.".formatted(before.name()));
      }
    } finally {
      writer.unlock();
    }
  }

  @Override
  public QueryResult query(String sql, int maxRows) throws WarehouseException {
    if (closed) {
      throw new WarehouseException(file + ": the warehouse is closed.");
    }
    return queries.run(sql, maxRows);
  }

  /** What became of the changes that were handed over since the warehouse was opened. */
  public Applied applied() {
    writer.lock();
    try {
      return tally.read();
    } finally {
      writer.unlock();
    }
  }

  /**
   * @param applied that entered the log
   * @param equal snapshot rows that were already there
   * @param stale not above their key's last, told without a look-up or by one
   * @param belowFloor from before a sweep
   * @param beyondHorizon of unknown keys and older than what is remembered of deletes
   */
  public record Applied(
      long applied, long equal, long stale, long belowFloor, long beyondHorizon) {}

  /** Merges all that waits now instead of on schedule; queries answer the same after it. */
  public void merge() throws WarehouseException {
    try {
      upkeep.mergeAll();
    } catch (SQLException e) {
      throw failed("changes cannot be merged", e);
    }
  }

  /** Folds the write-ahead log into the file now; for tests. */
  void checkpoint() throws WarehouseException {
    try {
      upkeep.checkpoint();
    } catch (SQLException e) {
      throw failed("a checkpoint cannot be written", e);
    }
  }

  /** Forgets old tombstones now; for tests. */
  void purge() throws WarehouseException {
    try {
      upkeep.purge();
    } catch (SQLException e) {
      throw failed("old tombstones cannot be forgotten", e);
    }
  }

  @Override
  public void close() throws WarehouseException {
    writer.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
    } finally {
      writer.unlock();
    }
    upkeep.close();
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed("it cannot be closed", e);
    } finally {
      lock.close();
      try {
        Files.deleteIfExists(Path.of(file + ".spill"));
      } catch (IOException e) {
        log.atDebug().addKeyValue("file", file).log("the spill folder stays");
      }
    }
  }

  private interface Work {
    void run() throws SQLException, WarehouseException;
  }

  /**
   * Explicit: without BEGIN, what an appender writes would be committed by itself, automatic commit
   * switched off or not.
   */
  private void transaction(Work work) throws SQLException, WarehouseException {
    if (closed) {
      throw new WarehouseException(file + ": the warehouse is closed.");
    }
    execute("BEGIN TRANSACTION");
    try {
      work.run();
      execute("COMMIT");
    } catch (SQLException | WarehouseException | RuntimeException e) {
      tables.values().forEach(LiveTable::forgetStage);
      try {
        execute("ROLLBACK");
      } catch (SQLException rollback) {
        e.addSuppressed(rollback);
      }
      throw e;
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long update(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql);
    }
  }

  private WarehouseException failed(String what, SQLException e) {
    return new WarehouseException("%s: %s: %s".formatted(file, what, e.getMessage()), e);
  }
}
