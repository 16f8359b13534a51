package dev.renkei.bench.features;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.config.FeatureConfig.Value;
import dev.renkei.core.config.FeatureConfig.Window;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.feature.ContributionsStep;
import dev.renkei.steps.feature.WindowsStep;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench features}. One thread; messages are in memory, the states of both steps too,
 * as bytes: what the steps themselves cost. The bare loop reads the same messages with the same
 * codec, keeps what each row has added, and adds and takes back in a map of windows; it writes no
 * results and survives nothing.
 */
@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "The steps of features, beside a loop that reads the messages and adds up in Java.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  renkei bench features",
      "  renkei bench features --messages 1000000 --keys 100000"
    })
public final class FeaturesBench extends Benchmark {
  private static final int CUSTOMER = Orders.SCHEMA.indexOf("Customer").orElseThrow();
  private static final int AMOUNT = Orders.SCHEMA.indexOf("Amount").orElseThrow();
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:01Z");

  @Option(
      names = "--messages",
      defaultValue = "300000",
      description = "Changes to add up (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--keys",
      defaultValue = "50000",
      description = "Rows that they are of (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 20_000;
      keys = 5_000;
    }
    report.amount("messages", messages);
    report.amount("keys", keys);
    report.amount("rounds", rounds());
    List<FlowMessage> hub = hub();
    Series bare = new Series(messages, rounds());
    Series fixed = new Series(messages, rounds());
    Series sliding = new Series(messages, rounds());
    int[] windows = new int[2];
    Window ofFive = new Window.Fixed(Duration.ofMinutes(5));
    Window ofTen = new Window.Sliding(Duration.ofMinutes(10), Duration.ofMinutes(1));
    eachRound(
        "features",
        round -> {
          bare.add(round, () -> windows[0] = bare(hub));
          fixed.add(round, () -> windows[1] = steps(hub, ofFive));
          sliding.add(round, () -> steps(hub, ofTen));
          if (windows[0] != windows[1]) {
            throw new IllegalStateException(
                "%d windows by the steps, %d by the loop".formatted(windows[1], windows[0]));
          }
        });
    report.amount("windows", windows[1]);
    bare.report(report, "loop: reads, adds and takes back");
    fixed.report(report, "steps, {fixed: 5m}: sum, count, max");
    sliding.report(report, "steps, {sliding: 10m, every: 1m}");
    report.ratio("steps to loop, fixed", Aim.atLeast(0.15), fixed.rates(), bare.rates());
  }

  private List<FlowMessage> hub() {
    MessageCodec codec = new MessageCodec("shop");
    List<FlowMessage> hub = new ArrayList<>(messages);
    for (Change change : Orders.changes(ChangeType.UPDATE, 0, messages, keys)) {
      hub.add(TableMessages.message(codec.encode(change, Orders.SCHEMA)));
    }
    return hub;
  }

  private record Added(String customer, long start, BigDecimal amount) {}

  private record Place(String customer, long start) {}

  private static final class Totals {
    private BigDecimal sum = BigDecimal.ZERO;
    private long count;

    void add(BigDecimal amount, int sign) {
      sum = sign > 0 ? sum.add(amount) : sum.subtract(amount);
      count += sign;
    }
  }

  private static int bare(List<FlowMessage> hub) throws MessageException {
    MessageCodec codec = new MessageCodec("shop");
    Map<String, Added> rows = new HashMap<>();
    Map<Place, Totals> windows = new HashMap<>();
    long size = Duration.ofMinutes(5).toMillis();
    for (FlowMessage message : hub) {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      Change change = codec.decode(attributes, message.payload(), Orders.SCHEMA);
      Row row = Objects.requireNonNull(change.row());
      long at = change.poll().end().toEpochMilli();
      Added added =
          new Added(
              String.valueOf(row.value(CUSTOMER)),
              at - at % size,
              (BigDecimal) Objects.requireNonNull(row.value(AMOUNT)));
      Added before = rows.put(change.key().folded(), added);
      if (before != null) {
        fold(windows, before, -1);
      }
      fold(windows, added, 1);
    }
    return (int) windows.values().stream().filter(totals -> totals.count > 0).count();
  }

  private static void fold(Map<Place, Totals> windows, Added added, int sign) {
    windows
        .computeIfAbsent(new Place(added.customer(), added.start()), place -> new Totals())
        .add(added.amount(), sign);
  }

  private static int steps(List<FlowMessage> hub, Window window) {
    List<FeatureConfig> features =
        List.of(
            new FeatureConfig(
                "spent",
                Orders.TABLE,
                List.of("row.Customer"),
                null,
                null,
                null,
                window,
                Duration.ofMinutes(1),
                List.of(
                    Value.of("amount", "sum(row.Amount)"),
                    Value.of("orders", "count()"),
                    Value.of("dearest", "max(row.Amount)")),
                Set.of(Target.WAREHOUSE),
                Duration.ofSeconds(1),
                Duration.ofHours(1)));
    TableMessages messages = new TableMessages("shop", SchemaAccess.here(new Schemas()));
    States<?> first = new States<>(new ContributionsStep(features, messages));
    States<?> second = new States<>(new WindowsStep(features, messages));
    for (FlowMessage message : hub) {
      for (FlowMessage contribution : first.outputs(message)) {
        List<FlowMessage> unused = second.outputs(contribution);
      }
    }
    return second.size();
  }

  /** The states of a step's keys, as engines keep them. */
  private static final class States<S> {
    private final KeyedStep<S> step;
    private final Map<String, byte[]> states = new HashMap<>();

    States(KeyedStep<S> step) {
      this.step = step;
    }

    List<FlowMessage> outputs(FlowMessage message) {
      String key =
          new String(Objects.requireNonNull(step.key(message)), StandardCharsets.ISO_8859_1);
      byte[] stored = states.get(key);
      KeyedStep.Next<S> next =
          step.onMessage(stored == null ? null : step.codec().read(stored), message, NOW);
      states.put(key, step.codec().write(Objects.requireNonNull(next.state())));
      List<FlowMessage> outputs = new ArrayList<>();
      gather(next.result(), outputs);
      return outputs;
    }

    private static void gather(StepResult result, List<FlowMessage> to) {
      if (result instanceof StepResult.Several several) {
        several.results().forEach(one -> gather(one, to));
      } else if (result instanceof StepResult.Outputs outputs) {
        outputs.outputs().stream().map(Output::message).forEach(to::add);
      }
    }

    int size() {
      return states.size();
    }
  }

  private static final class Schemas implements SchemaStore {
    private final Map<String, SchemaRecord> records =
        new HashMap<>(Map.of(Orders.SCHEMA_ID, Orders.record()));

    @Override
    public void put(SchemaRecord schema) {
      records.put(schema.schemaId(), schema);
    }

    @Override
    public Optional<SchemaRecord> find(String schemaId) {
      @Nullable SchemaRecord found = records.get(schemaId);
      return Optional.ofNullable(found);
    }

    @Override
    public Collection<SchemaRecord> of(String source, TableName table) {
      return records.values();
    }
  }
}
