package dev.renkei.bench;

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
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/** Changes of a table of orders, with scattered keys and rising versions. */
public final class Orders {
  public static final TableName TABLE = new TableName("dbo", "Orders");
  public static final TableSchema SCHEMA =
      new TableSchema(
          TABLE,
          List.of(
              new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              column("Customer", TypeKind.NVARCHAR, 40, 0, 0),
              column("Amount", TypeKind.DECIMAL, 0, 18, 2),
              column("Status", TypeKind.VARCHAR, 10, 0, 0),
              column("UpdatedAt", TypeKind.DATETIME2, 0, 0, 7),
              column("Note", TypeKind.NVARCHAR, 200, 0, 0)));
  public static final String SCHEMA_ID = SchemaCodec.id(SCHEMA);
  private static final KeyFolding FOLDING = KeyFolding.of(SCHEMA);
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final LocalDateTime UPDATED = LocalDateTime.parse("2026-01-01T12:00:00.123456");
  private static final Change.Poll POLL = new Change.Poll(NOON, NOON, Duration.ofMillis(100));

  private Orders() {}

  private static Column column(String name, TypeKind kind, int length, int precision, int scale) {
    return new Column(name, kind, length, precision, scale, null, true, 0, false);
  }

  public static SchemaRecord record() {
    return new SchemaRecord("shop", SCHEMA_ID, SCHEMA, new Sequence(1, 1, 0));
  }

  /**
   * Changes from a number on.
   *
   * @param type of all of them
   */
  public static List<Change> changes(ChangeType type, long from, int count, int keys) {
    List<Change> changes = new ArrayList<>(count);
    for (long i = from; i < from + count; i++) {
      int id = (int) (i * 7919 % keys);
      Object[] values = {
        id,
        "customer " + i % 1000,
        BigDecimal.valueOf(i % 100_000, 2),
        i % 3 == 0 ? "SHIPPED" : "NEW",
        UPDATED.plusSeconds(i % 86_400),
        "a note that says not much about order " + i
      };
      boolean snapshot = type == ChangeType.SNAPSHOT_ROW;
      changes.add(
          new Change(
              "shop",
              TABLE,
              type,
              new Sequence(1, snapshot ? 1 : i + 2, snapshot ? 1 : 0),
              SCHEMA_ID,
              FOLDING.fold(List.of(id)),
              List.of(id),
              new Row(SCHEMA, values),
              null,
              null,
              POLL));
    }
    return changes;
  }
}
