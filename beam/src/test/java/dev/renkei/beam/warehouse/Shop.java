package dev.renkei.beam.warehouse;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.WarehouseConfig;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tables and messages of a small shop. */
final class Shop {
  static final String SOURCE = "shop";
  static final String PROJECT = "shop-data";
  static final TableSchema STOCK =
      schema("Stock", key("ProductID", TypeKind.INT), plain("Quantity", TypeKind.INT));
  static final TableSchema STOCK_WITH_NOTE =
      schema(
          "Stock",
          key("ProductID", TypeKind.INT),
          plain("Quantity", TypeKind.INT),
          plain("Note", TypeKind.NVARCHAR));
  static final TableSchema PRICES =
      schema(
          "Prices",
          key("Country", TypeKind.NVARCHAR),
          plain("Price", TypeKind.DECIMAL),
          plain("Since", TypeKind.DATETIME2),
          plain("Photo", TypeKind.VARBINARY),
          plain("名前", TypeKind.NVARCHAR));
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static final MessageCodec CODEC = new MessageCodec(SOURCE);

  private Shop() {}

  static WarehouseConfig.BigQuery config(BigQueryStandIn standIn, String dataset) {
    return new WarehouseConfig.BigQuery(
        "cloud",
        true,
        PROJECT,
        dataset,
        "asia-northeast1",
        "{schema}_{table}",
        Duration.ZERO,
        Map.of(),
        List.of(),
        new WarehouseConfig.BigQuery.Endpoint(standIn.restUrl(), standIn.storageAddress(), true));
  }

  private static TableSchema schema(String name, Column... columns) {
    return new TableSchema(new TableName("dbo", name), List.of(columns));
  }

  private static Column key(String name, TypeKind kind) {
    return new Column(name, kind, 0, 0, 0, null, false, 1, false);
  }

  private static Column plain(String name, TypeKind kind) {
    boolean decimal = kind == TypeKind.DECIMAL;
    return new Column(name, kind, 0, decimal ? 18 : 0, decimal ? 4 : 0, null, true, 0, false);
  }

  static SchemaRecord record(TableSchema schema) {
    return new SchemaRecord(SOURCE, SchemaCodec.id(schema), schema, new Sequence(1, 1, 0));
  }

  /** A change whose commit time is the version's second after noon. */
  static Change change(
      TableSchema schema, ChangeType type, Sequence sequence, @Nullable Object... values) {
    Row row = new Row(schema, values);
    KeyFolding folding = KeyFolding.of(schema);
    Instant at = NOON.plusSeconds(sequence.version());
    return new Change(
        SOURCE,
        schema.table(),
        type,
        sequence,
        SchemaCodec.id(schema),
        folding.fold(row),
        folding.keyValues(row),
        type == ChangeType.DELETE ? null : row,
        type == ChangeType.UPDATE ? List.of("Quantity") : null,
        at,
        new Change.Poll(at, at, Duration.ofMillis(500)));
  }

  static Change update(TableSchema schema, long version, @Nullable Object... values) {
    return change(schema, ChangeType.UPDATE, new Sequence(1, version, 0), values);
  }

  static Change delete(long version, int product) {
    return change(STOCK, ChangeType.DELETE, new Sequence(1, version, 0), product, null);
  }

  static Change snapshotRow(long version, int product, int quantity) {
    return change(STOCK, ChangeType.SNAPSHOT_ROW, new Sequence(1, version, 1), product, quantity);
  }

  static FlowMessage message(TableSchema schema, Change change) {
    return message(CODEC.encode(change, schema));
  }

  static FlowMessage stock(Change change) {
    return message(STOCK, change);
  }

  /** Of snapshot 1, read in one chunk. */
  static FlowMessage closing(long start, long rows) {
    return message(closed(start, rows).encode(0));
  }

  static SnapshotClosed closed(long start, long rows) {
    return new SnapshotClosed(
        SOURCE, STOCK.table(), 1, 1, start, 1, List.of(new SnapshotClosed.Chunk(1, rows)));
  }

  private static FlowMessage message(EncodedMessage encoded) {
    Map<String, String> attributes = new TreeMap<>();
    HeaderCodec.write(encoded.attributes(), attributes::put);
    return new FlowMessage(
        attributes,
        encoded.routingKey(),
        encoded.payload(),
        new Origin("projects/p/subscriptions/hub", 0, 7, NOON));
  }

  /** Rows as texts, values joined by commas, in order. */
  static List<String> rows(BigQueryStandIn standIn, String sql) {
    return standIn.query(sql).stream()
        .map(row -> row.values().stream().map(String::valueOf).collect(Collectors.joining(",")))
        .toList();
  }
}
