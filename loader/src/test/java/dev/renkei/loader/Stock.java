package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of a table for tests. */
final class Stock {
  static final String SOURCE = "shop";
  static final TableName NAME = new TableName("dbo", "Stock");
  static final TableSchema SCHEMA =
      new TableSchema(
          NAME,
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false)));
  static final SchemaRecord RECORD =
      new SchemaRecord(SOURCE, SchemaCodec.id(SCHEMA), SCHEMA, new Sequence(1, 1, 0));
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final Cursor CURSOR = new Cursor("tracker-a", SOURCE, NAME, 1, 5, 7, 1, 1, null, NOON);
  private static final MessageCodec CODEC = new MessageCodec(SOURCE);

  private Stock() {}

  static EncodedMessage update(int product, long version, int quantity) {
    return message(ChangeType.UPDATE, new Sequence(1, version, 0), null, product, quantity);
  }

  static EncodedMessage delete(int product, long version) {
    return message(ChangeType.DELETE, new Sequence(1, version, 0), null, product, 0);
  }

  static EncodedMessage row(
      int product, long stamp, int snapshot, int chunk, int attempt, int quantity) {
    return message(
        ChangeType.SNAPSHOT_ROW,
        new Sequence(1, stamp, snapshot),
        new Chunk(chunk, attempt),
        product,
        quantity);
  }

  static SnapshotClosed closing(int snapshot, long start, SnapshotClosed.Chunk... chunks) {
    return new SnapshotClosed(SOURCE, NAME, 1, snapshot, start, 1, List.of(chunks));
  }

  private static EncodedMessage message(
      ChangeType type, Sequence sequence, @Nullable Chunk chunk, int product, int quantity) {
    Row row = new Row(SCHEMA, new @Nullable Object[] {product, quantity});
    Change change =
        new Change(
            SOURCE,
            NAME,
            type,
            sequence,
            SchemaCodec.id(SCHEMA),
            KeyFolding.of(SCHEMA).fold(row),
            KeyFolding.of(SCHEMA).keyValues(row),
            type == ChangeType.DELETE ? null : row,
            null,
            null,
            new Change.Poll(NOON, NOON, Duration.ofMillis(500)),
            chunk);
    return CODEC.encode(change, SCHEMA);
  }
}
