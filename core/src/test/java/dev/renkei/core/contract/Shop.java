package dev.renkei.core.contract;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tables and changes of a small shop for tests. */
public final class Shop {
  public static final String SOURCE = "shop";
  public static final String STREAM = "renkei.hub/1";
  public static final TableName STOCK = new TableName("dbo", "Stock");
  public static final TableSchema SCHEMA =
      new TableSchema(
          STOCK, List.of(key("ProductID", TypeKind.INT), plain("Quantity", TypeKind.INT)));
  public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private Shop() {}

  public static Column key(String name, TypeKind kind) {
    return new Column(name, kind, 0, 0, 0, null, false, 1, false);
  }

  public static Column plain(String name, TypeKind kind) {
    boolean decimal = kind == TypeKind.DECIMAL;
    return new Column(name, kind, 0, decimal ? 38 : 0, decimal ? 10 : 0, null, true, 0, false);
  }

  public static SchemaRecord record(TableSchema schema) {
    return new SchemaRecord(SOURCE, SchemaCodec.id(schema), schema, new Sequence(1, 1, 0));
  }

  /** A change whose commit time is the version's second after noon. */
  public static Change change(
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

  public static Change update(int product, long version, int quantity) {
    return change(SCHEMA, ChangeType.UPDATE, new Sequence(1, version, 0), product, quantity);
  }

  public static Change delete(int product, long version) {
    return change(SCHEMA, ChangeType.DELETE, new Sequence(1, version, 0), product, null);
  }

  /** The delete of a row that is still there, and does not match the filter (SEMANTICS 7). */
  public static Change left(int product, long version) {
    Change delete = delete(product, version);
    return new Change(
        delete.source(),
        delete.table(),
        delete.type(),
        delete.sequence(),
        delete.schemaId(),
        delete.key(),
        delete.keyValues(),
        null,
        List.of(),
        delete.commitTime(),
        delete.poll());
  }

  public static Change snapshotRow(int product, long version, int snapshot, int quantity) {
    return change(
        SCHEMA, ChangeType.SNAPSHOT_ROW, new Sequence(1, version, snapshot), product, quantity);
  }

  /** Rows as texts: values joined by commas. */
  public static List<String> rows(Warehouse warehouse, String sql) throws WarehouseException {
    QueryResult result = warehouse.query(sql, 1_000_000);
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row : result.rows()) {
      rows.add(String.join(",", row.stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  public static String text(@Nullable Object... values) {
    return String.join(",", Arrays.stream(values).map(String::valueOf).toList());
  }
}
