package dev.renkei.beam.latest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.Transforms;
import dev.renkei.beam.flow.FlowHub;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.bigtable.BigtableEmulator;
import dev.renkei.bigtable.Floors;
import dev.renkei.bigtable.LatestRow;
import dev.renkei.bigtable.LatestRows;
import dev.renkei.bigtable.LatestTable;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.BigtableConfig;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole pipeline on Beam's own runner, against Google's emulator. */
class LatestPipelineTest {
  private static final TableSchema STOCK =
      new TableSchema(
          new TableName("dbo", "Stock"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false)));
  private static final MessageCodec CODEC = new MessageCodec("shop");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static FlowMessage message(
      ChangeType type, Sequence sequence, int product, int quantity) {
    Row row = new Row(STOCK, new Object[] {product, quantity});
    KeyFolding folding = KeyFolding.of(STOCK);
    return message(
        CODEC.encode(
            new Change(
                "shop",
                STOCK.table(),
                type,
                sequence,
                SchemaCodec.id(STOCK),
                folding.fold(row),
                folding.keyValues(row),
                type == ChangeType.DELETE ? null : row,
                null,
                NOON,
                new Change.Poll(NOON, NOON, Duration.ofMillis(500))),
            STOCK));
  }

  private static FlowMessage update(long version, int product, int quantity) {
    return message(ChangeType.UPDATE, new Sequence(1, version, 0), product, quantity);
  }

  private static FlowMessage snapshotRow(long version, int product, int quantity) {
    return message(ChangeType.SNAPSHOT_ROW, new Sequence(1, version, 1), product, quantity);
  }

  private static FlowMessage closing(long start, long rows) {
    return message(
        new SnapshotClosed(
                "shop", STOCK.table(), 1, 1, start, 1, List.of(new SnapshotClosed.Chunk(1, rows)))
            .encode(0));
  }

  /** As Pub/Sub delivers it: without its routing key. */
  private static FlowMessage message(EncodedMessage encoded) {
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(encoded.attributes(), attributes::put);
    return new FlowMessage(
        attributes,
        null,
        encoded.payload(),
        new Origin("projects/p/subscriptions/hub", 0, 7, NOON));
  }

  private static void run(FlowHub hub, BigtableConfig config) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    LatestPipeline.build(pipeline, LatestPlan.of(hub, config));
    pipeline.run().waitUntilFinish();
  }

  private static List<Optional<String>> quantities(BigtableConfig config, int... products)
      throws Exception {
    List<Optional<String>> found = new ArrayList<>();
    try (LatestRows rows = LatestRows.open(config, Duration.ZERO)) {
      for (int product : products) {
        found.add(rows.get(STOCK, product).map(LatestRow::json));
      }
    }
    return found;
  }

  private static Optional<String> row(int product, int quantity) {
    return Optional.of("{\"ProductID\":%d,\"Quantity\":%d}".formatted(product, quantity));
  }

  @Test
  void keepsTheLatestRowsWhateverTheOrderAndSweepsAfterASnapshot() throws Exception {
    BigtableConfig config = BigtableEmulator.freshTable();
    FlowMessage broken =
        new FlowMessage(
            update(40, 9, 1).attributes(), null, new byte[] {'{'}, new Origin("s", 0, 8, NOON));
    List<FlowMessage> messages =
        new ArrayList<>(
            List.of(
                update(11, 1, 10),
                update(12, 1, 9),
                update(13, 2, 5),
                message(ChangeType.DELETE, new Sequence(1, 31, 0), 3, 0),
                update(30, 3, 7),
                snapshotRow(20, 1, 8),
                snapshotRow(20, 3, 8),
                snapshotRow(20, 4, 4),
                snapshotRow(20, 4, 4),
                update(32, 4, 3),
                closing(20, 3),
                broken));
    Collections.shuffle(messages, new Random(1));
    MemoryHub hub = MemoryHub.of().holding(messages);

    run(hub, config);

    assertThat(quantities(config, 1, 2, 3, 4, 9))
        .containsExactly(
            row(1, 8), Optional.empty(), Optional.empty(), row(4, 3), Optional.empty());
    assertThat(hub.letters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("cannot be read"))
        .satisfies(letter -> assertThat(letter.payload()).containsExactly('{'));
    try (Floors floors = Floors.open(config)) {
      assertThat(floors.of(STOCK.table())).isEqualTo(new Sequence(1, 20, 1));
    }
  }

  @Test
  void nothingIsSweptWhileRowsOfTheSnapshotAreMissing() throws Exception {
    BigtableConfig config = BigtableEmulator.freshTable();
    MemoryHub hub =
        MemoryHub.of().holding(List.of(update(11, 1, 10), snapshotRow(20, 2, 8), closing(20, 2)));

    run(hub, config);

    assertThat(quantities(config, 1, 2)).containsExactly(row(1, 10), row(2, 8));
  }

  @Test
  @Tag("long")
  void aReplayOfTheHubChangesNothing() throws Exception {
    BigtableConfig config = BigtableEmulator.freshTable();
    LatestTable.make(config);
    List<FlowMessage> messages =
        List.of(
            update(11, 1, 10),
            update(12, 1, 9),
            update(13, 2, 5),
            message(ChangeType.DELETE, new Sequence(1, 14, 0), 2, 0));

    run(MemoryHub.of().holding(messages), config);
    run(MemoryHub.of().holding(messages.subList(0, 3)), config);

    assertThat(quantities(config, 1, 2)).containsExactly(row(1, 9), Optional.empty());
  }

  @Test
  void theNamesOfItsTransformsDoNotChange() {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());

    LatestPipeline.build(
        pipeline,
        LatestPlan.of(MemoryHub.of().holding(List.of()), new BigtableConfig("p", "i", "t", null)));

    assertThat(Transforms.names(pipeline))
        .containsExactly("Hub", "Write rows", "Dead letters", "Snapshots");
  }
}
