package dev.renkei.bench.rules;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Orders;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import dev.renkei.steps.rule.RowMemory;
import dev.renkei.steps.rule.Rule;
import dev.renkei.steps.rule.RuleStep;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code renkei bench rules}. One thread; messages are in memory, states too, as bytes: what the
 * step itself costs. The bare loop reads the same messages with the same codec, keeps the last row
 * of each key as it is, and asks the same condition in Java; it makes no notifications.
 */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "The step of rules, beside a loop that reads the messages and asks in Java.",
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench rules", "  renkei bench rules --messages 1000000 --keys 100000"})
public final class RulesBench extends Benchmark {
  /** True for about one change in a hundred. */
  private static final String WHEN =
      "row.Status == 'NEW' && row.Amount > before.Amount && row.Amount > 985.00";

  private static final BigDecimal MORE = new BigDecimal("985.00");
  private static final int STATUS = Orders.SCHEMA.indexOf("Status").orElseThrow();
  private static final int AMOUNT = Orders.SCHEMA.indexOf("Amount").orElseThrow();
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @Option(
      names = "--messages",
      defaultValue = "300000",
      description = "Changes to judge (default: ${DEFAULT-VALUE}).")
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
    Series step = new Series(messages, rounds());
    Series elsewhere = new Series(messages, rounds());
    int[] fired = new int[2];
    eachRound(
        "rules",
        round -> {
          bare.add(round, () -> fired[0] = bare(hub));
          step.add(round, () -> fired[1] = step(hub, Orders.TABLE.toString()));
          elsewhere.add(round, () -> step(hub, "dbo.Stock"));
          if (fired[0] != fired[1]) {
            throw new IllegalStateException(
                "%d by the step, %d by the loop".formatted(fired[1], fired[0]));
          }
        });
    report.amount("fired", fired[1]);
    bare.report(report, "loop: reads, asks in Java");
    step.report(report, "step: reads, asks in CEL, remembers, notifies");
    elsewhere.report(report, "step, rules on another table");
    report.ratio("step to loop", Aim.atLeast(0.3), step.rates(), bare.rates());
  }

  private List<FlowMessage> hub() {
    MessageCodec codec = new MessageCodec("shop");
    List<FlowMessage> hub = new ArrayList<>(messages);
    for (Change change : Orders.changes(ChangeType.UPDATE, 0, messages, keys)) {
      hub.add(TableMessages.message(codec.encode(change, Orders.SCHEMA)));
    }
    return hub;
  }

  private static int bare(List<FlowMessage> hub) throws MessageException {
    MessageCodec codec = new MessageCodec("shop");
    Map<String, Change> last = new HashMap<>();
    int fired = 0;
    for (FlowMessage message : hub) {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      Change change = codec.decode(attributes, message.payload(), Orders.SCHEMA);
      Change before = last.get(change.key().folded());
      if (before == null || change.sequence().compareTo(before.sequence()) > 0) {
        last.put(change.key().folded(), change);
        fired += isHigher(change.row(), before == null ? null : before.row()) ? 1 : 0;
      }
    }
    return fired;
  }

  private static boolean isHigher(@Nullable Row row, @Nullable Row before) {
    return row != null
        && before != null
        && "NEW".equals(row.value(STATUS))
        && row.value(AMOUNT) instanceof BigDecimal now
        && before.value(AMOUNT) instanceof BigDecimal then
        && now.compareTo(then) > 0
        && now.compareTo(MORE) > 0;
  }

  private static int step(List<FlowMessage> hub, String table) {
    Rule rule =
        new Rule(
            "higher",
            List.of(new TablePattern(table)),
            WHEN,
            null,
            List.of(),
            Duration.ofHours(1),
            List.of());
    RuleStep step =
        new RuleStep(
            List.of(rule),
            new TableMessages("shop", SchemaAccess.here(new OneSchema())),
            Duration.ofDays(7));
    Map<String, byte[]> states = new HashMap<>();
    int fired = 0;
    for (FlowMessage message : hub) {
      byte[] key = step.key(message);
      if (key != null) {
        String name = message.attributes().getOrDefault(MessageAttributes.UNIQUE_ID, "");
        String row = name.substring(name.lastIndexOf('/'));
        byte[] state = states.get(row);
        KeyedStep.Next<RowMemory> next =
            step.onMessage(state == null ? null : step.codec().read(state), message, NOW);
        states.put(row, step.codec().write(Objects.requireNonNull(next.state())));
        fired += next.result() instanceof StepResult.Several ? 1 : 0;
      }
    }
    return fired;
  }

  private static final class OneSchema implements SchemaStore {
    @Override
    public void put(SchemaRecord schema) {}

    @Override
    public Optional<SchemaRecord> find(String schemaId) {
      return Optional.of(Orders.record());
    }

    @Override
    public Collection<SchemaRecord> of(String source, TableName table) {
      return List.of(Orders.record());
    }
  }
}
