package dev.renkei.beam.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.flow.FlowMessageCoder;
import dev.renkei.beam.flow.FlowTags;
import dev.renkei.beam.flow.HubState;
import dev.renkei.beam.flow.StateSchemaAccess;
import dev.renkei.beam.flow.StepTransform;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.ColumnPattern;
import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.config.PrivacyConfig.Rule;
import dev.renkei.core.config.PrivacyConfig.Undecided;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.MadeTable;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.steps.mask.MaskStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The step that masks, copied to workers, with the schemas of both sides in a hub's state. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MaskOnBeamTest {
  private static final String SECRET = "planted";
  private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  private static final TableSchema CUSTOMERS =
      new TableSchema(
          new TableName("dbo", "Customers"),
          List.of(
              new Column("Id", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Memo", TypeKind.NVARCHAR, 50, 0, 0, null, true, 0, false)));

  @TempDir private Path folder = Path.of("");

  private SchemaAccess access(String side) {
    return new StateSchemaAccess(new HubState.Directory(folder.resolve(side).toString()));
  }

  @Test
  void aWorkerMasksAsAProcessDoes() throws Exception {
    MaskStep step =
        new MaskStep(
            "shop",
            new Policy(
                Undecided.MASK,
                List.of(new Rule(new ColumnPattern("**.Memo"), new MaskMethod.Tokenize()))),
            MaskKeys.create(),
            access("clear"),
            access("masked"));
    List<FlowMessage> messages = messages();

    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    PCollectionTuple masked =
        pipeline
            .apply(Create.of(messages).withCoder(FlowMessageCoder.of()))
            .apply("Mask", StepTransform.of(MaskPipeline.FLOW, step));
    PAssert.that(masked.get(FlowTags.MAIN)).satisfies(new Masked());
    PAssert.that(masked.get(FlowTags.DEAD_LETTERS))
        .satisfies(
            letters -> {
              letters.forEach(letter -> assertThat(letter.payload()).isEmpty());
              return null;
            });
    pipeline.run().waitUntilFinish();

    TableMessages there = new TableMessages("shop", access("masked"));
    assertThat(there.newest(CUSTOMERS.table()).orElseThrow().schema().columns())
        .extracting(Column::sqlType)
        .containsExactly("nvarchar(64)", "nvarchar(max)");
    there.release();
  }

  private List<FlowMessage> messages() {
    TableMessages clear = new TableMessages("shop", access("clear"));
    MadeTable customers = new MadeTable("shop", CUSTOMERS);
    List<FlowMessage> messages = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Change change =
          customers.row(
              ChangeType.INSERT,
              new Sequence(1, i + 1, 0),
              new Object[] {i, SECRET + i},
              NOON,
              null);
      messages.add(clear.write(change, CUSTOMERS).from(new Origin("hub", i % 4, i, NOON)));
    }
    clear.release();
    messages.add(
        new FlowMessage(
            Map.of("table_name", SECRET), null, SECRET.getBytes(StandardCharsets.UTF_8)));
    return messages;
  }

  /** All of them, each where it was read, and nothing to be seen. */
  private static final class Masked implements SerializableFunction<Iterable<FlowMessage>, Void> {
    private static final long serialVersionUID = 1;

    @Override
    public Void apply(Iterable<FlowMessage> messages) {
      assertThat(messages).hasSize(20);
      for (FlowMessage message : messages) {
        assertThat(message.attributes().toString()).doesNotContain(SECRET);
        assertThat(new String(message.payload(), StandardCharsets.UTF_8)).doesNotContain(SECRET);
        assertThat(message.origin().partition()).isEqualTo((int) (message.origin().offset() % 4));
      }
      return null;
    }
  }
}
