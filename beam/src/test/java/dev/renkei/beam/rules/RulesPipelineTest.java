package dev.renkei.beam.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.Transforms;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.notification.Notification;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;

/** The whole pipeline on Beam's own runner, with messages as Pub/Sub delivers them. */
class RulesPipelineTest {
  private static final TableSchema STOCK =
      new TableSchema(
          new TableName("dbo", "Stock"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false)));
  private static final MessageCodec CODEC = new MessageCodec("shop");
  private static final Instant NOON = Instant.now().minusSeconds(60);

  private static FlowMessage update(long version, int product, int quantity) {
    Row row = new Row(STOCK, new Object[] {product, quantity});
    KeyFolding folding = KeyFolding.of(STOCK);
    var encoded =
        CODEC.encode(
            new Change(
                "shop",
                STOCK.table(),
                ChangeType.UPDATE,
                new Sequence(1, version, 0),
                SchemaCodec.id(STOCK),
                folding.fold(row),
                folding.keyValues(row),
                row,
                null,
                NOON,
                new Change.Poll(NOON, NOON, Duration.ofMillis(500))),
            STOCK);
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(encoded.attributes(), attributes::put);
    return new FlowMessage(
        attributes, null, encoded.payload(), new Origin("subscription", 0, version, NOON));
  }

  private static RulesPlan plan(MemoryHub hub, String when) {
    return new RulesPlan(
        hub,
        "shop",
        List.of(
            new Rule(
                "last_one",
                List.of(new TablePattern("dbo.Stock")),
                when,
                null,
                List.of(),
                Duration.ofHours(1),
                List.of("low"))),
        Duration.ofDays(7),
        Map.of("main", "notifications", "topic-low", "low"));
  }

  private static Pipeline built(RulesPlan plan) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    RulesPipeline.build(pipeline, plan);
    return pipeline;
  }

  @Test
  void tellsEachCrossingOnceWhateverComesAgain() {
    FlowMessage sold = update(6, 7, 1);
    MemoryHub hub =
        MemoryHub.of(STOCK)
            .holdingInTurn(
                Stream.of(
                        update(5, 7, 2),
                        sold,
                        update(7, 8, 1),
                        sold,
                        update(5, 7, 2),
                        update(8, 7, 3),
                        update(9, 7, 1))
                    .map(List::of)
                    .toList());

    built(plan(hub, "row.Quantity == 1 && before.Quantity > 1")).run().waitUntilFinish();

    assertThat(ids(hub, "notifications"))
        .containsExactlyInAnyOrder(id(6), id(9))
        .containsExactlyInAnyOrderElementsOf(ids(hub, "low"));
    assertThat(hub.letters()).isEmpty();
  }

  @Test
  void whatDoesNotFitIsADeadLetter() {
    MemoryHub hub = MemoryHub.of(STOCK).holding(List.of(update(5, 7, 2)));

    built(plan(hub, "row.Quantty == 1")).run().waitUntilFinish();

    assertThat(hub.published("notifications")).isEmpty();
    assertThat(hub.letters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("line 1, column 5"));
  }

  @Test
  void itsStepsHaveNamesThatOperatorsKnow() {
    MemoryHub hub = MemoryHub.of(STOCK).holding(List.of(update(5, 7, 2)));

    assertThat(Transforms.names(built(plan(hub, "true"))))
        .contains("Hub", "Legible", "Judge", "Notifications", "To topic-low", "Dead letters");
  }

  private static String id(long version) {
    return Notification.idOf("last_one", "shop/dbo.Stock/1/%d/[\"7\"]".formatted(version));
  }

  private static List<String> ids(MemoryHub hub, String topic) {
    return hub.published(topic).stream()
        .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
        .map(text -> text.replaceAll("\\{\"id\":\"([^\"]*)\".*", "$1"))
        .collect(Collectors.toList());
  }
}
