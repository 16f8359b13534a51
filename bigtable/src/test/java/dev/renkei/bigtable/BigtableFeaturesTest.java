package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against Google's emulator. */
class BigtableFeaturesTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final OffsetDateTime WINDOW = OffsetDateTime.parse("2026-01-01T12:00:00Z");
  private static final TableSchema SALES =
      new TableSchema(
          new TableName("features", "sales"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("window_start", TypeKind.DATETIMEOFFSET, 0, 0, 7, null, false, 2, false),
              new Column("quantity", TypeKind.BIGINT, 0, 0, 0, null, true, 0, false)));

  private static HubRecord row(long version, @Nullable Long quantity) {
    KeyFolding folding = KeyFolding.of(SALES);
    List<Object> key = List.of(7, WINDOW);
    Change change =
        new Change(
            "shop",
            SALES.table(),
            quantity == null ? ChangeType.DELETE : ChangeType.UPDATE,
            new Sequence(1, version, 0),
            SchemaCodec.id(SALES),
            folding.fold(key),
            List.copyOf(key),
            quantity == null ? null : new Row(SALES, new Object[] {7, WINDOW, quantity}),
            null,
            NOON,
            new Change.Poll(NOON, NOON, Duration.ZERO));
    EncodedMessage message = new MessageCodec("shop").encode(change, SALES);
    return new HubRecord(
        0, version, 0, message.attributes(), Map.of(), message.routingKey(), message.payload());
  }

  @Test
  void keepsTheResultOfTheHighestVersionInWhateverOrderTheyCome() throws Exception {
    BigtableConfig config = BigtableEmulator.freshTable();
    try (BigtableFeatures features = BigtableFeatures.of(config);
        LatestRows rows = openAfter(features, config)) {
      assertThat(features.write(List.of(row(5, 30L), row(2, 10L), row(4, 20L)))).isEmpty();
      assertThat(features.write(List.of(row(4, 20L)))).isEmpty();

      assertThat(rows.get(SALES, 7, WINDOW))
          .hasValueSatisfying(row -> assertThat(row.json()).contains("\"quantity\":30"));

      features.write(List.of(row(6, null), row(5, 30L)));
      assertThat(rows.get(SALES, 7, WINDOW)).isEmpty();
    }
  }

  /** The table is made by the first write. */
  private static LatestRows openAfter(BigtableFeatures features, BigtableConfig config)
      throws Exception {
    features.write(List.of(row(1, 1L)));
    return LatestRows.open(config, Duration.ZERO);
  }
}
