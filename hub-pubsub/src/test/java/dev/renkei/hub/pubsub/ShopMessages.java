package dev.renkei.hub.pubsub;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.Cursor;
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

/** Messages of a small shop for tests. */
public final class ShopMessages {
  public static final String SOURCE = "shop";
  public static final TableName STOCK = new TableName("dbo", "Stock");
  public static final TableSchema SCHEMA =
      new TableSchema(
          STOCK,
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false)));

  private static final MessageCodec CODEC = new MessageCodec(SOURCE);
  private static final String SCHEMA_ID = SchemaCodec.id(SCHEMA);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Change.Poll POLL = new Change.Poll(NOON, NOON, Duration.ofMillis(500));

  private ShopMessages() {}

  public static EncodedMessage update(int product, long version, int quantity) {
    return encode(ChangeType.UPDATE, product, new Sequence(1, version, 0), quantity);
  }

  public static EncodedMessage snapshotRow(int product, long version, int quantity) {
    return encode(ChangeType.SNAPSHOT_ROW, product, new Sequence(1, version, 1), quantity);
  }

  /** An update whose payload has so many bytes more. */
  public static EncodedMessage large(int product, long version, int bytes) {
    EncodedMessage message = update(product, version, 1);
    byte[] payload = java.util.Arrays.copyOf(message.payload(), message.payload().length + bytes);
    return new EncodedMessage(message.attributes(), message.routingKey(), payload);
  }

  private static EncodedMessage encode(
      ChangeType type, int product, Sequence sequence, int quantity) {
    Row row = new Row(SCHEMA, new Object[] {product, quantity});
    Change change =
        new Change(
            SOURCE,
            STOCK,
            type,
            sequence,
            SCHEMA_ID,
            KeyFolding.of(SCHEMA).fold(List.of(product)),
            List.of(product),
            row,
            null,
            null,
            POLL);
    return CODEC.encode(change, SCHEMA);
  }

  public static Cursor cursor(String tracker, long version) {
    return new Cursor(tracker, SOURCE, STOCK, 1, version, 7, 1, 1, null, NOON);
  }
}
