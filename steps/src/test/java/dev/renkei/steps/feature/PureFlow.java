package dev.renkei.steps.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.contract.MemorySchemas;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.contract.feature.Lines;
import dev.renkei.steps.contract.feature.Lines.Event;
import dev.renkei.steps.contract.feature.ResultTable;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.SchemaAccess;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Both steps of features on maps and a clock that the test sets; states go through their bytes. */
final class PureFlow {
  private final ContributionsStep contributions;
  private final WindowsStep windows;
  private final Keys<Contributed> rows;
  private final Keys<WindowState> open;
  private final Random disorder;
  private final List<FlowMessage> between = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final TableMessages messages;
  private final ResultTable hub = new ResultTable();
  private final List<Change> log = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  /** The states and timers of one step. */
  private static final class Keys<S> {
    private final KeyedStep<S> step;
    private final Map<String, byte[]> states = new HashMap<>();
    private final Map<String, Instant> timers = new HashMap<>();

    Keys(KeyedStep<S> step) {
      this.step = step;
    }

    @Nullable S read(String key) {
      byte[] stored = states.get(key);
      return stored == null ? null : step.codec().read(stored);
    }

    StepResult keep(String key, KeyedStep.Next<S> next) {
      S state = next.state();
      if (state == null) {
        states.remove(key);
        timers.remove(key);
      } else {
        states.put(key, step.codec().write(state));
        if (next.timer() != null) {
          timers.put(key, next.timer());
        }
      }
      return next.result();
    }

    /** The key that is due first, at that time or before. */
    Optional<String> due(Instant by) {
      return timers.entrySet().stream()
          .filter(t -> !t.getValue().isAfter(by))
          .min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry::getKey))
          .map(Map.Entry::getKey);
    }
  }

  /**
   * A flow.
   *
   * @param disorder mixes what goes from the first step to the second; null leaves it in order
   */
  PureFlow(FeatureConfig feature, @Nullable Random disorder) {
    this.messages = new TableMessages(Lines.SOURCE, SchemaAccess.here(new MemorySchemas()));
    messages.store(Lines.SCHEMA_ID, Lines.SCHEMA, new Sequence(1, 1, 0));
    this.contributions = new ContributionsStep(List.of(feature), messages);
    this.windows = new WindowsStep(List.of(feature), messages);
    this.rows = new Keys<>(contributions);
    this.open = new Keys<>(windows);
    this.disorder = disorder == null ? new Random(0) : disorder;
    this.mixes = disorder != null;
  }

  private final boolean mixes;

  /** Lets the clock go on, timers on the way, and hands an event over. */
  void take(Event event, Instant at) {
    pass(at);
    FlowMessage message = messages.write(event.change(), Lines.SCHEMA);
    String key = text(Objects.requireNonNull(contributions.key(message)));
    put(rows.keep(key, contributions.onMessage(rows.read(key), message, now)), true);
    if (!mixes || disorder.nextInt(8) == 0) {
      handOver();
    }
  }

  private void handOver() {
    if (mixes) {
      Collections.shuffle(between, disorder);
    }
    List<FlowMessage> handed = List.copyOf(between);
    between.clear();
    for (FlowMessage message : handed) {
      String key = text(Objects.requireNonNull(windows.key(message)));
      put(open.keep(key, windows.onMessage(open.read(key), message, now)), false);
    }
  }

  /** Lets the clock go on. */
  void pass(Instant to) {
    handOver();
    while (fire(rows, to, true) || fire(open, to, false)) {}
    now = to.isAfter(now) ? to : now;
  }

  private <S> boolean fire(Keys<S> keys, Instant to, boolean first) {
    Optional<String> due = keys.due(to);
    if (due.isEmpty()) {
      return false;
    }
    String key = due.get();
    Instant at = Objects.requireNonNull(keys.timers.remove(key));
    now = at.isAfter(now) ? at : now;
    S state = keys.read(key);
    if (state != null) {
      put(keys.keep(key, keys.step.onTimer(state, now)), first);
    }
    return true;
  }

  /** Lets the clock go on until no timer is left. */
  void end() {
    handOver();
    while (!rows.timers.isEmpty() || !open.timers.isEmpty()) {
      pass(now.plusSeconds(60));
    }
  }

  private void put(StepResult result, boolean first) {
    if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> put(one, first));
    } else if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        if (first) {
          between.add(output.message());
        } else if (output.name().equals(Output.MAIN)) {
          arrive(output.message());
        }
      }
    } else if (result instanceof StepResult.Nothing nothing) {
      counts.merge(nothing.counted(), 1, Integer::sum);
    } else if (result instanceof StepResult.SetAside aside) {
      counts.merge("set aside: " + aside.reason(), 1, Integer::sum);
    }
  }

  /** As every consumer applies a message (SEMANTICS 10). */
  private void arrive(FlowMessage message) {
    try {
      Change change = messages.read(TableMessages.attributes(message), message);
      log.add(change);
      hub.apply(change);
    } catch (MessageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Computes everything once more, and hands on what comes out. */
  void backfill(FeatureConfig feature, List<Event> events, Instant at) {
    Recomputation recomputation = new Recomputation(feature, messages);
    events.forEach(e -> recomputation.take(messages.write(e.change(), Lines.SCHEMA), at));
    recomputation.results(at, Instant.MIN, this::arrive);
  }

  /**
   * Computes everything once more in the order of sequences, and hands on what comes out.
   *
   * @return how many rows and windows were in memory at most
   */
  long recompute(FeatureConfig feature, List<Event> events, Instant at) {
    OrderedRecomputation recomputation = new OrderedRecomputation(feature, messages, this::arrive);
    long most = 0;
    for (Event event : events) {
      recomputation.take(event.change());
      most = Math.max(most, recomputation.remembered());
    }
    recomputation.pass(at);
    return most;
  }

  /** The rows as a warehouse has them. */
  ResultTable table() {
    return hub;
  }

  /** Every message that came out, in order. */
  List<Change> log() {
    return log;
  }

  int count(String name) {
    return counts.getOrDefault(name, 0);
  }

  Map<String, Integer> counts() {
    return counts;
  }

  /** How many keys either step remembers. */
  int remembered() {
    return rows.states.size() + open.states.size();
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
