package dev.renkei.core.message;

import dev.renkei.core.Samples;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How many rows of ten columns one thread folds, encodes and decodes in a second of CPU time. */
final class CodecBench {
  private static final int ROWS = 10_000;
  private static final int ROUNDS = 12;
  private static final int PASSES = 20;

  /** CPU time: what other processes do does not count. */
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private CodecBench() {}

  public static void main(String[] arguments) throws MessageException {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Orders"),
            List.of(
                Samples.column("OrderID", TypeKind.BIGINT, 1),
                Samples.column("CustomerID", TypeKind.INT),
                Samples.column("Status", TypeKind.VARCHAR),
                Samples.column("Memo", TypeKind.NVARCHAR),
                Samples.column("Price", TypeKind.DECIMAL),
                Samples.column("Weight", TypeKind.FLOAT),
                Samples.column("Gift", TypeKind.BIT),
                Samples.column("OrderedAt", TypeKind.DATETIME2),
                Samples.column("ShippedAt", TypeKind.DATETIMEOFFSET),
                Samples.column("Stamp", TypeKind.ROWVERSION)));
    MessageCodec codec = new MessageCodec("shop");
    KeyFolding folding = KeyFolding.of(schema);
    String schemaId = SchemaCodec.id(schema);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          new Row(
              schema,
              new Object[] {
                20_000_000L + i,
                i * 7,
                "SHIPPED",
                "午前中に配達 " + i,
                BigDecimal.valueOf(i * 129_900L, 4),
                i / 7.0,
                i % 2 == 0,
                LocalDateTime.of(2024, 5, 1, 12, 34, i % 60, 1_234_500),
                OffsetDateTime.parse("2024-05-02T09:00:00+09:00"),
                new byte[] {0, 0, 0, 0, 0, 1, (byte) (i >> 8), (byte) i}
              }));
    }
    List<Change> changes = new ArrayList<>();
    List<EncodedMessage> messages = new ArrayList<>();
    for (Row row : rows) {
      Change change = change(row, folding, schemaId);
      changes.add(change);
      messages.add(codec.encode(change, schema));
    }
    System.out.printf(
        Locale.ROOT,
        "payload %d bytes, id %s%n",
        messages.get(0).payload().length,
        messages.get(0).attributes().uniqueId());
    best(
        "change of a row (key folded)",
        () -> {
          long sum = 0;
          for (Row row : rows) {
            sum += change(row, folding, schemaId).key().folded().length();
          }
          return sum;
        });
    best(
        "encode",
        () -> {
          long sum = 0;
          for (Change change : changes) {
            sum += codec.encode(change, schema).payload().length;
          }
          return sum;
        });
    best(
        "hash alone (SHA-256 of a row)",
        () -> {
          long sum = 0;
          for (Row row : rows) {
            sum += codec.rowHash(row, schemaId).length();
          }
          return sum;
        });
    best(
        "decode",
        () -> {
          long sum = 0;
          for (EncodedMessage message : messages) {
            try {
              sum +=
                  codec.decode(message.attributes(), message.payload(), schema).keyValues().size();
            } catch (MessageException e) {
              throw new IllegalStateException(e);
            }
          }
          return sum;
        });
  }

  private static Change change(Row row, KeyFolding folding, String schemaId) {
    List<Object> key = new ArrayList<>(folding.keyValues(row));
    return new Change(
        "shop",
        row.schema().table(),
        ChangeType.UPDATE,
        new Sequence(1, 20417, 0),
        schemaId,
        folding.fold(key),
        key,
        row,
        null,
        null,
        Samples.POLL);
  }

  private static void best(String what, LongSupplier pass) {
    double best = 0;
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long begun = CPU.getCurrentThreadCpuTime();
      for (int i = 0; i < PASSES; i++) {
        sum += pass.getAsLong();
      }
      best = Math.max(best, 1e9 * ROWS * PASSES / (CPU.getCurrentThreadCpuTime() - begun));
    }
    System.out.printf(Locale.ROOT, "%-32s %,12.0f rows/s (check %d)%n", what, best, sum % 1000);
  }
}
