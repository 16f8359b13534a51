package dev.renkei.steps.rule;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.MemorySchemas;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Changes of stocks, run through a step as an engine runs it: states as bytes, by key. */
final class Stocks {
  static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
  static final TableSchema SCHEMA =
      new TableSchema(
          new TableName("dbo", "Stock"),
          List.of(
              new Column("ProductID", TypeKind.INT, 0, 0, 0, null, false, 1, false),
              new Column("Quantity", TypeKind.INT, 0, 0, 0, null, true, 0, false),
              new Column("Price", TypeKind.DECIMAL, 0, 10, 2, null, true, 0, false),
              new Column("Shelf", TypeKind.NVARCHAR, 20, 0, 0, null, true, 0, false)));

  private static final Duration RETENTION = Duration.ofDays(7);
  private static final MemorySchemas STORE = new MemorySchemas();

  private final RuleStep step;
  private final Map<String, byte[]> states = new HashMap<>();
  private final Map<String, Instant> timers = new HashMap<>();
  private final List<String> told = new ArrayList<>();
  private final List<StepResult> results = new ArrayList<>();
  private Instant now = NOON;

  Stocks(Rule... rules) {
    this.step = new RuleStep(List.of(rules), messages(), RETENTION);
  }

  static TableMessages messages() {
    return new TableMessages("shop", SchemaAccess.here(STORE));
  }

  /** The time of engine and messages from now on. */
  Stocks at(Duration afterNoon) {
    now = NOON.plus(afterNoon);
    return this;
  }

  /** A change that has just reached the stream. */
  Stocks take(FlowMessage message) {
    return take(message, now);
  }

  Stocks take(FlowMessage message, Instant reached) {
    FlowMessage read =
        new FlowMessage(
            message.attributes(),
            message.routingKey(),
            message.payload(),
            new Origin("hub", 0, 1, reached));
    byte[] key = step.key(read);
    if (key == null) {
      note(step.onUnkeyed(read));
      return this;
    }
    String name = new String(key, StandardCharsets.UTF_8);
    byte[] state = states.get(name);
    keep(name, step.onMessage(state == null ? null : step.codec().read(state), read, now));
    return this;
  }

  private void keep(String name, KeyedStep.Next<RowMemory> next) {
    RowMemory memory = next.state();
    if (memory == null) {
      states.remove(name);
      timers.remove(name);
    } else {
      states.put(name, step.codec().write(memory));
      if (next.timer() != null) {
        timers.put(name, next.timer());
      }
    }
    note(next.result());
  }

  /** Fires the timers that are due. */
  Stocks awake() {
    for (Map.Entry<String, Instant> timer : List.copyOf(timers.entrySet())) {
      byte[] state = states.get(timer.getKey());
      if (state != null && !timer.getValue().isAfter(now)) {
        timers.remove(timer.getKey());
        keep(timer.getKey(), step.onTimer(step.codec().read(state), now));
      }
    }
    return this;
  }

  private void note(StepResult result) {
    List<StepResult> flat =
        result instanceof StepResult.Several several ? several.results() : List.of(result);
    for (StepResult one : flat) {
      results.add(one);
      if (one instanceof StepResult.Outputs outputs) {
        for (Output output : outputs.outputs()) {
          String text = new String(output.message().payload(), StandardCharsets.UTF_8);
          told.add(output.name().equals(Output.MAIN) ? text : output.name() + " " + text);
        }
      }
    }
  }

  /** Payloads of notifications since the last time this was asked. */
  List<String> told() {
    List<String> all = List.copyOf(told);
    told.clear();
    return all;
  }

  /** What was counted since the last time this was asked. */
  List<String> counted() {
    List<String> all =
        results.stream()
            .flatMap(
                r ->
                    r instanceof StepResult.Nothing nothing
                        ? Stream.of(nothing.counted())
                        : r instanceof StepResult.SetAside aside
                            ? Stream.of(aside.reason())
                            : Stream.<String>empty())
            .filter(name -> !name.startsWith("fired.") && !name.startsWith("throttled."))
            .toList();
    results.clear();
    return all;
  }

  int remembered() {
    return states.size();
  }

  static FlowMessage insert(long version, int product, @Nullable Integer quantity) {
    return change(ChangeType.INSERT, version, 0, product, quantity);
  }

  static FlowMessage update(long version, int product, @Nullable Integer quantity) {
    return change(ChangeType.UPDATE, version, 0, product, quantity);
  }

  static FlowMessage snapshot(long version, int number, int product, @Nullable Integer quantity) {
    return change(ChangeType.SNAPSHOT_ROW, version, number, product, quantity);
  }

  private static FlowMessage change(
      ChangeType type, long version, int snapshot, int product, @Nullable Integer quantity) {
    return message(type, version, snapshot, SCHEMA, product, quantity, null, "A");
  }

  static FlowMessage delete(long version, int product) {
    return message(ChangeType.DELETE, version, 0, SCHEMA, product);
  }

  /** Any change; the values of a delete are those of its key. */
  static FlowMessage message(
      ChangeType type, long version, int snapshot, TableSchema schema, @Nullable Object... values) {
    KeyFolding folding = KeyFolding.of(schema);
    Row row = type == ChangeType.DELETE ? null : new Row(schema, values);
    List<@Nullable Object> key =
        row == null ? List.of(values) : new ArrayList<>(folding.keyValues(row));
    Change change =
        new Change(
            "shop",
            schema.table(),
            type,
            new Sequence(1, version, snapshot),
            SchemaCodec.id(schema),
            folding.fold(key),
            key,
            row,
            null,
            NOON.minusSeconds(1),
            new Change.Poll(NOON, NOON, Duration.ZERO));
    return messages().write(change, schema);
  }
}
