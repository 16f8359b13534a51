package dev.renkei.steps.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.EvaluationException;
import dev.renkei.steps.feature.CompiledFeature.Outcome;
import dev.renkei.steps.feature.Contributed.Given;
import dev.renkei.steps.feature.Windowing.Span;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The first step of features, by the key of the row: what a change adds to windows, and what it
 * takes back of what the row had added before. Each addition is a message to one window's key, for
 * {@link WindowsStep}.
 *
 * <p>A change counts in a window as long as its source committed it before the window's end and
 * lateness. That is told by the message alone, so it is the same on every engine, live and
 * replayed.
 */
public final class ContributionsStep implements KeyedStep<Contributed> {
  private static final long serialVersionUID = 1;

  /** The counter of rows that came too late for at least one of their windows. */
  public static final String LATE = "late";

  /** The counter of changes that change nothing of any feature. */
  public static final String UNCHANGED = "unchanged";

  /** The counter of changes that are no newer than what is known of their row. */
  public static final String SUPERSEDED = "superseded";

  /** The counter of messages of other tables. */
  public static final String FILTERED = "filtered";

  /** How far beyond its commit a row may say that it happened. */
  static final Duration AHEAD = Duration.ofHours(1);

  /** A timer that comes so late was missed: the flow was away. */
  static final Duration MISSED = Duration.ofSeconds(10);

  private static final String CONTROL = String.valueOf(ChangeType.CONTROL.letter());

  private final TreeMap<String, ArrayList<Definition>> byTable =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Duration keep;
  private final TableMessages messages;
  private transient @Nullable Map<String, Compiled> compiled;

  /** A feature for one schema, or why it does not go with it. */
  private record Compiled(@Nullable CompiledFeature feature, String problem) {}

  public ContributionsStep(List<FeatureConfig> features, TableMessages messages) {
    for (FeatureConfig feature : features) {
      byTable
          .computeIfAbsent(feature.from().toString(), table -> new ArrayList<>())
          .add(Definition.of(feature));
    }
    this.keep =
        features.stream().map(FeatureConfig::keep).max(Duration::compareTo).orElse(Duration.ZERO);
    this.messages = messages;
  }

  /** The row's; null for messages that no feature is interested in. */
  @Override
  public byte @Nullable [] key(FlowMessage message) {
    if (!isRowOfOurs(message)) {
      return null;
    }
    byte[] routingKey = message.routingKey();
    return routingKey == null ? keyWithoutRouting(message) : routingKey;
  }

  /** On a hub without keys the message tells it. */
  private byte @Nullable [] keyWithoutRouting(FlowMessage message) {
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      RowKey key = MessageIds.keyOf(attributes.uniqueId()).orElse(null);
      return MessageIds.routingKey(
          attributes.source(),
          attributes.table(),
          key == null ? messages.read(attributes, message).key() : key);
    } catch (MessageException e) {
      return null;
    }
  }

  private boolean isRowOfOurs(FlowMessage message) {
    Map<String, String> attributes = message.attributes();
    return byTable.containsKey(attributes.getOrDefault(MessageAttributes.TABLE_NAME, ""))
        && !CONTROL.equals(attributes.get(MessageAttributes.TYPE));
  }

  @Override
  public StepResult onUnkeyed(FlowMessage message) {
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      if (isRowOfOurs(message)) {
        Change unused = messages.read(attributes, message);
      }
      return new StepResult.Nothing(FILTERED);
    } catch (MessageException e) {
      return new StepResult.SetAside(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Next<Contributed> onMessage(
      @Nullable Contributed before, FlowMessage message, Instant now) {
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      Sequence last = before == null ? Sequence.ZERO : Sequence.unpacked(before.sequence());
      if (attributes.sequence().compareTo(last) <= 0) {
        return new Next<>(before, new StepResult.Nothing(SUPERSEDED), null);
      }
      Change change = messages.read(attributes, message);
      return onChange(before, change, attributes, now);
    } catch (MessageException e) {
      return new Next<>(before, new StepResult.SetAside(String.valueOf(e.getMessage())), null);
    }
  }

  /** The same of a change that a log tells; only the columns that are asked for need be there. */
  Next<Contributed> onLogged(@Nullable Contributed before, Change change, Instant now) {
    if (before != null && change.sequence().compareTo(Sequence.unpacked(before.sequence())) <= 0) {
      return new Next<>(before, new StepResult.Nothing(SUPERSEDED), null);
    }
    MessageAttributes attributes =
        new MessageAttributes(
            MessageIds.ofChange(change.source(), change.table(), change.sequence(), change.key()),
            change.table(),
            change.type(),
            change.sequence(),
            change.schemaId(),
            change.source(),
            0,
            change.commitTime());
    return onChange(before, change, attributes, now);
  }

  /** The row is remembered until its last window has closed, and then as long as is declared. */
  private Next<Contributed> onChange(
      @Nullable Contributed before, Change change, MessageAttributes attributes, Instant now) {
    Instant changedAt = changedAt(change);
    List<StepResult> results = new ArrayList<>();
    Map<String, Given> given = new LinkedHashMap<>();
    long changed = Windowing.micros(changedAt);
    long open = changed;
    for (Definition definition : definitions(attributes)) {
      Given old = before == null ? null : before.given().get(definition.id());
      Contribution added = contribution(definition, change, changedAt, results);
      Given next = exchange(definition, old, added, changed, attributes, results);
      if (next != null) {
        given.put(definition.id(), next);
        open = Math.max(open, closes(definition, next));
      }
    }
    if (results.isEmpty()) {
      results.add(new StepResult.Nothing(UNCHANGED));
    }
    if (before == null && given.isEmpty() && change.type() == ChangeType.SNAPSHOT_ROW) {
      return new Next<>(null, result(results), null);
    }
    Instant due = now.plusMillis((open - changed) / 1_000).plus(keep);
    return new Next<>(
        new Contributed(attributes.sequence().packed(), due, given), result(results), due);
  }

  private List<Definition> definitions(MessageAttributes attributes) {
    List<Definition> found = byTable.get(attributes.table().toString());
    return found == null ? List.of() : found;
  }

  /** When the source committed it, else when it was read. */
  static Instant changedAt(Change change) {
    Instant committed = change.commitTime();
    return committed == null ? change.poll().end() : committed;
  }

  private static StepResult result(List<StepResult> results) {
    return results.size() == 1 ? results.get(0) : new StepResult.Several(results);
  }

  /** What the row adds now; null for nothing. */
  private @Nullable Contribution contribution(
      Definition definition, Change change, Instant changedAt, List<StepResult> results) {
    if (change.row() == null) {
      return null;
    }
    String name = definition.feature().name();
    Compiled feature = compiled(definition, change.schemaId(), change.row().schema());
    if (feature.feature() == null) {
      results.add(new StepResult.SetAside(feature.problem()));
      return null;
    }
    try {
      Outcome outcome =
          feature.feature().outcome(change.row(), change.sequence().packed(), changedAt);
      if (outcome instanceof Outcome.Left left) {
        if (!left.counter().isEmpty()) {
          results.add(new StepResult.Nothing(left.counter()));
        }
        return null;
      }
      Contribution contribution = ((Outcome.Counts) outcome).contribution();
      if (contribution.at().micros() > Windowing.micros(changedAt) + Windowing.micros(AHEAD)) {
        results.add(
            new StepResult.SetAside(
                "features.%s: the row says it happened more than an hour after it was committed. Look at `time` and `timezone`."
                    .formatted(name)));
        return null;
      }
      messages.store(contribution.schemaId(), feature.feature().table(), new Sequence(1, 0, 0));
      return contribution;
    } catch (EvaluationException e) {
      results.add(new StepResult.SetAside("features.%s: %s".formatted(name, e.getMessage())));
      return null;
    } catch (IllegalArgumentException | ArithmeticException e) {
      results.add(
          new StepResult.SetAside(
              "features.%s: a key or a time that no column holds".formatted(name)));
      return null;
    }
  }

  private Compiled compiled(Definition definition, String schemaId, TableSchema schema) {
    Map<String, Compiled> known = compiled;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      compiled = known;
    }
    return known.computeIfAbsent(
        definition.id() + "/" + schemaId,
        id -> {
          try {
            return new Compiled(CompiledFeature.compile(definition.feature(), schema), "");
          } catch (FeatureException e) {
            return new Compiled(
                null,
                "%s; mend the feature, then `renkei dead-letters retry`".formatted(e.getMessage()));
          }
        });
  }

  /** Takes back what the row had added and adds what it adds now; what it has added then. */
  private static @Nullable Given exchange(
      Definition definition,
      @Nullable Given old,
      @Nullable Contribution now,
      long changedAt,
      MessageAttributes attributes,
      List<StepResult> results) {
    if (old != null && now != null && old.contribution().isLike(now)) {
      return old;
    }
    List<Output> outputs = new ArrayList<>();
    if (old != null) {
      long until = Math.max(changedAt, old.changedAt());
      for (Span span : spans(definition, old.contribution())) {
        if (isOpen(definition, span, until)) {
          outputs.add(output(definition, -1, span, changedAt, old.contribution(), attributes));
        }
      }
    }
    boolean late = false;
    if (now != null) {
      for (Span span : spans(definition, now)) {
        if (isOpen(definition, span, changedAt)) {
          outputs.add(output(definition, 1, span, changedAt, now, attributes));
        } else {
          late = true;
        }
      }
    }
    if (!outputs.isEmpty()) {
      results.add(new StepResult.Outputs(outputs));
    }
    if (late) {
      results.add(new StepResult.Nothing(LATE));
    }
    boolean open =
        now != null
            && spans(definition, now).stream().anyMatch(s -> isOpen(definition, s, changedAt));
    return open ? new Given(Objects.requireNonNull(now), changedAt) : null;
  }

  private static List<Span> spans(Definition definition, Contribution contribution) {
    return Windowing.of(definition.feature()).of(contribution.at().micros());
  }

  private static boolean isOpen(Definition definition, Span span, long changedAt) {
    return changedAt < span.end() + Windowing.micros(definition.feature().lateness());
  }

  /** When the last window of what a row has added closes. */
  private static long closes(Definition definition, Given given) {
    return spans(definition, given.contribution()).stream().mapToLong(Span::end).max().orElse(0)
        + Windowing.micros(definition.feature().lateness());
  }

  private static Output output(
      Definition definition,
      int sign,
      Span span,
      long changedAt,
      Contribution contribution,
      MessageAttributes source) {
    MessageAttributes attributes =
        new MessageAttributes(
            source.uniqueId(),
            definition.feature().table(),
            sign > 0 ? ChangeType.INSERT : ChangeType.DELETE,
            source.sequence(),
            contribution.schemaId(),
            source.source(),
            0,
            source.commitTime());
    Map<String, String> headers = new HashMap<>();
    HeaderCodec.write(attributes, headers::put);
    boolean session = Windowing.of(definition.feature()).gap() != null;
    String key =
        session
            ? definition.id() + "/" + contribution.foldedKey()
            : definition.id() + "/" + contribution.foldedKey() + "/" + span.start();
    Fold fold =
        new Fold(
            definition.id(),
            sign,
            span,
            changedAt,
            contribution.key(),
            contribution.at(),
            contribution.values());
    return Output.main(
        new FlowMessage(headers, key.getBytes(StandardCharsets.UTF_8), fold.write()));
  }

  /** Forgets the row. A flow that was away begins anew: what it has not read may be of the row. */
  @Override
  public Next<Contributed> onTimer(Contributed state, Instant now) {
    if (now.isBefore(state.due())) {
      return new Next<>(state, new StepResult.Nothing("remembered"), state.due());
    }
    if (now.isAfter(state.due().plus(MISSED))) {
      Instant due = now.plus(keep);
      return new Next<>(
          new Contributed(state.sequence(), due, state.given()),
          new StepResult.Nothing("remembered"),
          due);
    }
    return new Next<>(null, new StepResult.Nothing("forgotten"), null);
  }

  @Override
  public StateCodec<Contributed> codec() {
    return Contributed.codec();
  }

  @Override
  public void release() {
    messages.release();
  }
}
