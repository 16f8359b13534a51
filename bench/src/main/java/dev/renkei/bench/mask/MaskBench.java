package dev.renkei.bench.mask;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.ColumnPattern;
import dev.renkei.core.config.MaskMethod;
import dev.renkei.core.config.PrivacyConfig.Policy;
import dev.renkei.core.config.PrivacyConfig.Rule;
import dev.renkei.core.config.PrivacyConfig.Undecided;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.mask.MaskKeys;
import dev.renkei.steps.mask.MaskStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench mask}. One thread; messages are in memory. Per row one value is hashed, one
 * emptied, and the key hashed, with the id.
 */
@Command(
    name = "mask",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "The step that masks, beside a loop that copies the JSON and hashes the same texts.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench mask", "  renkei bench mask --messages 1000000"})
public final class MaskBench extends Benchmark {
  @Option(
      names = "--messages",
      defaultValue = "300000",
      description = "Changes to mask (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 20_000;
    }
    report.amount("messages", messages);
    report.amount("rounds", rounds());
    List<FlowMessage> hub = hub();
    MaskStep step = step();
    BareMask loop = new BareMask();
    Series bare = new Series(messages, rounds());
    Series masked = new Series(messages, rounds());
    eachRound(
        "mask",
        round -> {
          bare.add(round, () -> copy(hub, loop));
          masked.add(round, () -> mask(hub, step));
        });
    bare.report(report, "loop: copies JSON, hashes");
    masked.report(report, "step: decodes, masks, encodes");
    report.ratio("step to loop", Aim.atLeast(0.7), masked.rates(), bare.rates());
  }

  private List<FlowMessage> hub() {
    MessageCodec codec = new MessageCodec("shop");
    List<FlowMessage> hub = new ArrayList<>(messages);
    for (Change change : Orders.changes(ChangeType.UPDATE, 0, messages, messages)) {
      hub.add(TableMessages.message(codec.encode(change, Orders.SCHEMA)));
    }
    return hub;
  }

  private static MaskStep step() {
    Policy policy =
        new Policy(
            Undecided.PASS,
            List.of(
                new Rule(new ColumnPattern("dbo.Orders.Id"), new MaskMethod.Hash(true)),
                new Rule(new ColumnPattern("dbo.Orders.Customer"), new MaskMethod.Hash(true)),
                new Rule(new ColumnPattern("dbo.Orders.Note"), new MaskMethod.Null())));
    OrdersAlone schemas = new OrdersAlone();
    return new MaskStep(
        "shop", policy, MaskKeys.create(), SchemaAccess.here(schemas), SchemaAccess.here(schemas));
  }

  private static void copy(List<FlowMessage> hub, BareMask loop) throws Exception {
    long bytes = 0;
    for (FlowMessage message : hub) {
      bytes += loop.mask(message).payload().length;
    }
    expect(bytes > 0);
  }

  private static void mask(List<FlowMessage> hub, MaskStep step) {
    long bytes = 0;
    for (FlowMessage message : hub) {
      StepResult result = step.apply(message);
      expect(result instanceof StepResult.Outputs);
      bytes += ((StepResult.Outputs) result).outputs().get(0).message().payload().length;
    }
    expect(bytes > 0);
  }

  private static void expect(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("a row was not masked");
    }
  }

  /** The schema of the orders, and whatever is stored. */
  private static final class OrdersAlone implements SchemaStore {
    private final Map<String, SchemaRecord> stored = new ConcurrentHashMap<>();

    OrdersAlone() {
      put(Orders.record());
    }

    @Override
    public void put(SchemaRecord schema) {
      stored.put(schema.schemaId(), schema);
    }

    @Override
    public Optional<SchemaRecord> find(String schemaId) {
      return Optional.ofNullable(stored.get(schemaId));
    }

    @Override
    public Collection<SchemaRecord> of(String source, TableName table) {
      return stored.values();
    }
  }
}
