package dev.renkei.steps.enrich;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.EventsConfig.Join;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.contract.MemorySchemas;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.MadeTable;
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
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The step on maps and a clock that the test sets; states go through their bytes. */
final class PureJoin {
  private static final String SOURCE = "shop";
  static final Duration WAIT = Duration.ofSeconds(10);
  static final TableName EVENTS = new TableName("events", "view");
  static final TableName CUSTOMERS = new TableName("dbo", "Customers");

  private final TableMessages messages =
      new TableMessages(SOURCE, SchemaAccess.here(new MemorySchemas()));
  private final MadeTable events;
  private final MadeTable customers;
  private final EnrichStep step;
  private final Map<String, byte[]> states = new HashMap<>();
  private final Map<String, Instant> timers = new HashMap<>();
  private final List<Change> told = new ArrayList<>();
  private final List<String> buried = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private Instant now = Instant.EPOCH;

  PureJoin(Missing then, LateMaster late, Column masterKey) {
    this.events =
        new MadeTable(
            SOURCE,
            new TableSchema(
                EVENTS,
                List.of(
                    column("event_id", TypeKind.NVARCHAR, 1),
                    column("customer_id", TypeKind.NVARCHAR, 0))));
    this.customers =
        new MadeTable(
            SOURCE,
            new TableSchema(CUSTOMERS, List.of(masterKey, column("Rank", TypeKind.INT, 0))));
    this.step =
        new EnrichStep(
            List.of(
                new Joining(
                    EVENTS,
                    new TableName("events", "view_enriched"),
                    new Join(CUSTOMERS, "customer_id", "customer_", List.of(), WAIT, then, late))),
            messages);
  }

  static Column column(String name, TypeKind kind, int key) {
    return new Column(
        name,
        kind,
        kind == TypeKind.NVARCHAR ? Integer.MAX_VALUE : 0,
        0,
        0,
        null,
        key == 0,
        key,
        false);
  }

  void event(String id, @Nullable String customer) {
    take(
        messages.write(
            events.row(
                ChangeType.INSERT,
                new Sequence(1, 1, 0),
                new @Nullable Object[] {id, customer},
                now,
                now),
            events.schema()));
  }

  void customer(long version, Object id, int rank) {
    take(
        messages.write(
            customers.row(
                ChangeType.UPDATE,
                new Sequence(1, version, 0),
                new @Nullable Object[] {id, rank},
                now,
                now),
            customers.schema()));
  }

  void customerGone(long version, Object id) {
    take(
        messages.write(
            customers.delete(new Sequence(1, version, 0), List.of(id), now, now),
            customers.schema()));
  }

  private void take(FlowMessage message) {
    byte[] bytes = step.key(message);
    if (bytes == null) {
      put(step.onUnkeyed(message));
      return;
    }
    String key = new String(bytes, StandardCharsets.UTF_8);
    byte[] stored = states.get(key);
    keep(
        key,
        step.onMessage(
            stored == null ? null : EnrichState.Codec.INSTANCE.read(stored), message, now));
  }

  /** Lets the clock go on, with the timers on the way. */
  void pass(Duration time) {
    Instant end = now.plus(time);
    while (true) {
      Optional<Map.Entry<String, Instant>> due =
          timers.entrySet().stream()
              .filter(timer -> !timer.getValue().isAfter(end))
              .min(Map.Entry.comparingByValue());
      if (due.isEmpty()) {
        now = end;
        return;
      }
      String key = due.get().getKey();
      now = due.get().getValue();
      timers.remove(key);
      byte[] stored = Objects.requireNonNull(states.get(key));
      keep(key, step.onTimer(EnrichState.Codec.INSTANCE.read(stored), now));
    }
  }

  private void keep(String key, KeyedStep.Next<EnrichState> next) {
    EnrichState state = next.state();
    if (state == null) {
      states.remove(key);
      timers.remove(key);
    } else {
      states.put(key, EnrichState.Codec.INSTANCE.write(state));
      if (next.timer() != null) {
        timers.put(key, next.timer());
      }
    }
    put(next.result());
  }

  private void put(StepResult result) {
    if (result instanceof StepResult.Several several) {
      several.results().forEach(this::put);
    } else if (result instanceof StepResult.Nothing nothing) {
      counts.merge(nothing.counted(), 1, Integer::sum);
    } else if (result instanceof StepResult.Buried dead) {
      buried.add(dead.reason());
    } else if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        told.add(read(output.message()));
      }
    } else {
      throw new AssertionError("set aside: " + result);
    }
  }

  private Change read(FlowMessage message) {
    try {
      return messages.read(TableMessages.attributes(message), message);
    } catch (MessageException e) {
      throw new AssertionError(e);
    }
  }

  /** What has come out: event, version and the master's rank, in that order. */
  List<String> told() {
    List<String> lines = new ArrayList<>();
    for (Change change : told) {
      lines.add(
          "%s v%d %s"
              .formatted(change.keyValues().get(0), change.sequence().version(), rank(change)));
    }
    return lines;
  }

  /** The row of each event, where several have come the one with the highest version. */
  Map<String, @Nullable Object> latest() {
    Map<String, Change> latest = new TreeMap<>();
    for (Change change : told) {
      latest.merge(
          String.valueOf(change.keyValues().get(0)),
          change,
          (a, b) -> a.sequence().compareTo(b.sequence()) >= 0 ? a : b);
    }
    Map<String, @Nullable Object> ranks = new TreeMap<>();
    latest.forEach((id, change) -> ranks.put(id, rank(change)));
    return ranks;
  }

  private static @Nullable Object rank(Change change) {
    var row = Objects.requireNonNull(change.row());
    var position = row.schema().indexOf("customer_Rank");
    return position.isEmpty() ? null : row.value(position.getAsInt());
  }

  List<String> buried() {
    return buried;
  }

  int counted(String name) {
    return counts.getOrDefault(name, 0);
  }

  int keys() {
    return states.size();
  }
}
