package dev.renkei.beam.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.Transforms;
import dev.renkei.beam.flow.MemoryHub;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.EventsConfig.Join;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.enrich.Joining;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.MadeTable;
import dev.renkei.steps.flow.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The whole pipeline on Beam's own runner, with messages as Pub/Sub delivers them. Timers come by
 * the runner's clock, and steps go by that of the wall: so events wait for next to nothing.
 */
class EnrichPipelineTest {
  private static final MessageCodec CODEC = new MessageCodec("shop");
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final TableSchema VIEWS =
      new TableSchema(
          new TableName("events", "view"),
          List.of(
              column("event_id", TypeKind.NVARCHAR, 1), column("customer_id", TypeKind.BIGINT, 0)));
  private static final TableSchema CUSTOMERS =
      new TableSchema(
          new TableName("dbo", "Customers"),
          List.of(column("CustomerID", TypeKind.INT, 1), column("Rank", TypeKind.INT, 0)));

  private static Column column(String name, TypeKind kind, int key) {
    int length = kind == TypeKind.NVARCHAR ? 100 : 0;
    return new Column(name, kind, length, 0, 0, null, key == 0, key, false);
  }

  private static FlowMessage message(
      TableSchema schema, ChangeType type, long version, @Nullable Object... values) {
    Change change =
        new MadeTable("shop", schema).row(type, new Sequence(1, version, 0), values, NOON, NOON);
    EncodedMessage encoded = CODEC.encode(change, schema);
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(encoded.attributes(), attributes::put);
    return new FlowMessage(
        attributes, null, encoded.payload(), new Origin("subscription", 0, version, NOON));
  }

  private static FlowMessage view(String id, long customer) {
    return message(VIEWS, ChangeType.INSERT, 1, id, customer);
  }

  private static FlowMessage customer(long version, int id, int rank) {
    return message(CUSTOMERS, ChangeType.UPDATE, version, id, rank);
  }

  private static Pipeline built(MemoryHub hub, Missing then) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    Join join =
        new Join(
            CUSTOMERS.table(),
            "customer_id",
            "customer_",
            List.of(),
            Duration.ofMillis(1),
            then,
            then == Missing.EMIT ? LateMaster.UPDATE : LateMaster.KEEP);
    EnrichPipeline.build(
        pipeline,
        new EnrichPlan(
            hub,
            "shop",
            List.of(new Joining(VIEWS.table(), new TableName("events", "view_enriched"), join)),
            "hub"));
    return pipeline;
  }

  private static List<String> told(MemoryHub hub) {
    return hub.published("hub").stream()
        .map(
            message ->
                new String(message.payload(), StandardCharsets.UTF_8)
                        .replaceAll(
                            ".*\"row\":\\{\"event_id\":\"(\\w+)\".*\"customer_Rank\":(\\w+)\\}.*",
                            "$1 $2")
                    + " v"
                    + message.attributes().get("changetrack_ver"))
        .toList();
  }

  @Test
  void eventsMeetTheirMastersInAnyOrder() {
    MemoryHub hub =
        MemoryHub.of(VIEWS, CUSTOMERS)
            .holdingInTurn(
                30,
                Stream.of(
                        customer(7, 1, 70),
                        customer(5, 1, 50),
                        view("a", 1),
                        view("b", 2),
                        customer(9, 2, 90),
                        view("c", 2))
                    .map(List::of)
                    .toList());

    built(hub, Missing.EMIT).run().waitUntilFinish();

    assertThat(told(hub)).containsExactlyInAnyOrder("a 70 v1", "b null v1", "b 90 v2", "c 90 v1");
    assertThat(hub.letters()).isEmpty();
  }

  @Test
  void whatHasNoMasterBecomesADeadLetterWhereThatIsDeclared() {
    MemoryHub hub =
        MemoryHub.of(VIEWS, CUSTOMERS)
            .holdingInTurn(30, List.of(List.of(view("a", 1)), List.of(customer(7, 2, 70))));

    built(hub, Missing.DEAD_LETTER).run().waitUntilFinish();

    assertThat(told(hub)).isEmpty();
    assertThat(hub.letters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).contains("its master in dbo.Customers"));
  }

  @Test
  void itsStepsHaveNamesThatOperatorsKnow() {
    MemoryHub hub = MemoryHub.of(VIEWS, CUSTOMERS).holding(List.of(view("a", 1)));

    assertThat(Transforms.names(built(hub, Missing.EMIT)))
        .contains("Hub", "Legible", "Join", "Joined", "Dead letters");
  }
}
