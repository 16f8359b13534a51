package dev.renkei.warehouse.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.bigquery.model.TableRow;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.WarehouseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The dataset's tables as this process knows them: what is registered of each in the dataset, and
 * those that were prepared here, ready to be written. One thread at a time.
 */
final class KnownTables implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WarehouseConfig.BigQuery config;
  private final BigQueryOptions options;
  private final Rest rest;
  private final Connections connections;
  private final Sentences sentences;
  private final Tables making;
  private final Outbox registry;
  private final RowBuffer buffer = new RowBuffer();
  private final Map<TableName, LiveTable> tables = new HashMap<>();
  private final Map<TableName, Registered> registered = new HashMap<>();

  /** What the warehouse knows of a table that this process has not touched yet. */
  private record Registered(
      String source, Set<String> keyColumns, Sequence floor, Sequence purged) {}

  KnownTables(
      WarehouseConfig.BigQuery config,
      BigQueryOptions options,
      Rest rest,
      Connections connections,
      Sentences sentences,
      Tables making) {
    this.config = config;
    this.options = options;
    this.rest = rest;
    this.connections = connections;
    this.sentences = sentences;
    this.making = making;
    this.registry =
        new Outbox(
            connections, options, sentences, OwnTables.TABLES, false, OwnTables.tableShape());
  }

  /** Reads what is registered, the first time or anew: other writers may have raised something. */
  void read() throws WarehouseException {
    rest.query(
        "what is known of tables cannot be read",
        OwnTables.selectTables(config),
        Rest.PAGE_ROWS,
        null,
        (schema, rows) -> {
          for (TableRow row : rows) {
            Map<String, @Nullable String> cells = Answers.cells(schema, row);
            registered.put(
                new TableName(
                    Answers.cell(cells, "schema_name"), Answers.cell(cells, "table_name")),
                new Registered(
                    Answers.cell(cells, "source"),
                    keyColumns(Answers.cell(cells, "key_columns")),
                    Answers.sequence(Answers.cell(cells, "floor")),
                    Answers.sequence(Answers.cell(cells, "purged"))));
          }
          return true;
        });
    registered.forEach(
        (name, known) -> {
          LiveTable table = tables.get(name);
          if (table != null) {
            table.raiseFloor(known.floor());
            table.raisePurged(known.purged());
          }
        });
  }

  private static Set<String> keyColumns(String json) {
    try {
      return Set.of(JSON.readValue(json, String[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("key_columns is no JSON", e);
    }
  }

  /**
   * Creates what a schema needs; repeating it changes nothing.
   *
   * @throws SchemaRefusedException where this table cannot be had; others can
   */
  void prepare(SchemaRecord schema) throws WarehouseException {
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

  /** Writes down what is known of a table; durable when it returns. */
  void register(LiveTable table) throws WarehouseException {
    registry.add(OwnTables.table(buffer, table), null);
    registry.settle();
    registered.put(
        table.stored().name(),
        new Registered(table.stored().source(), table.keyColumns(), table.floor(), table.purged()));
  }

  /**
   * The table of a change.
   *
   * @throws IllegalStateException where its schema was not prepared
   */
  LiveTable of(Change change) {
    LiveTable table = tables.get(change.table());
    if (table == null || !table.knows(change.schemaId())) {
      throw new IllegalStateException(
          change.table() + ": a change of a schema that was not prepared");
    }
    return table;
  }

  /** A table that is there, whether it was touched before or not; null for another. */
  @Nullable LiveTable present(TableName name) throws WarehouseException {
    LiveTable table = tables.get(name);
    Registered known = registered.get(name);
    return table == null && known != null ? adopt(known.source(), name) : table;
  }

  /** Those that were prepared here. */
  Collection<LiveTable> prepared() {
    return List.copyOf(tables.values());
  }

  /** The tables that are known, each with its source. */
  Map<TableName, String> sources() {
    return registered.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().source()));
  }

  /** How changes of a schema that was prepared become rows. */
  RowForm form(TableName name, String schemaId) {
    return RowForm.of(Objects.requireNonNull(tables.get(name), "not prepared"), schemaId);
  }

  /** Forgets a table that was prepared, by the id of its log or its current rows. */
  Optional<TableName> forget(String id) {
    Optional<TableName> found =
        tables.values().stream()
            .map(LiveTable::stored)
            .filter(t -> Names.log(t.id()).equals(id) || Names.upserts(t.id()).equals(id))
            .map(StoredTable::name)
            .findFirst();
    found.ifPresent(name -> Objects.requireNonNull(tables.remove(name)).close());
    return found;
  }

  @Override
  public void close() {
    tables.values().forEach(LiveTable::close);
    registry.close();
  }
}
