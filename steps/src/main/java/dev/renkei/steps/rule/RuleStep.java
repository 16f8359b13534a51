package dev.renkei.steps.rule;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.message.RowObjects;
import dev.renkei.core.notification.Notification;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.expression.EvaluationException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges changes by rules and makes notifications ({@code docs/rules.md}). It remembers the last
 * row of each key, as far as rules use it, and goes by sequence: what is not newer than that
 * changes nothing and fires nothing. A row of a snapshot fires where it differs from a known one;
 * of a key that is not known it is only remembered (SEMANTICS 6).
 *
 * <p>Rows are remembered as long as they live; deleted ones, and those of events and features,
 * until nothing has come of them for twice the retention.
 */
public final class RuleStep implements KeyedStep<RowMemory> {
  private static final long serialVersionUID = 1;

  /** Counters. */
  public static final String FIRED = "fired";

  public static final String THROTTLED = "throttled";
  public static final String TOO_OLD = "too_old";
  public static final String QUIET = "quiet";
  public static final String OLDER = "older";
  public static final String REMEMBERED = "remembered";
  public static final String FORGOTTEN = "forgotten";
  public static final String PASSED_OVER = "passed_over";

  /** Schemas of tables whose rows nobody deletes: flows make them. */
  private static final Set<String> MADE = Set.of("events", "features");

  /** A timer that comes so late was missed: the flow was away. */
  private static final Duration LATE = Duration.ofSeconds(10);

  private final List<Rule> rules;
  private final TableMessages messages;
  private final Duration retention;
  private transient @Nullable Map<String, Boolean> concerned;
  private transient @Nullable Map<String, TableRules> compiled;

  /**
   * Judges by rules.
   *
   * @param messages of the stream that it reads
   * @param retention of that stream
   */
  public RuleStep(List<Rule> rules, TableMessages messages, Duration retention) {
    this.rules = new ArrayList<>(rules);
    this.messages = messages;
    this.retention = retention;
  }

  /** The output for a rule's own topic, beside the main one. */
  public static String output(String topic) {
    return "topic-" + topic;
  }

  @Override
  public Set<String> outputs() {
    Set<String> outputs = new TreeSet<>();
    outputs.add(Output.MAIN);
    rules.forEach(rule -> rule.topics().forEach(topic -> outputs.add(output(topic))));
    return outputs;
  }

  /** Tables without rules cost no state, and their payloads are not read. */
  @Override
  public byte @Nullable [] key(FlowMessage message) {
    String table = message.attributes().get(MessageAttributes.TABLE_NAME);
    String type = message.attributes().get(MessageAttributes.TYPE);
    boolean control = type != null && type.charAt(0) == ChangeType.CONTROL.letter();
    return table == null || control || !concerned().computeIfAbsent(table, this::isConcerned)
        ? null
        : message.routingKey() != null ? message.routingKey() : routingKey(message);
  }

  /** Of a hub that has no keys. */
  private byte[] routingKey(FlowMessage message) {
    try {
      MessageAttributes attributes = TableMessages.attributes(message);
      Optional<RowKey> known = MessageIds.keyOf(attributes.uniqueId());
      RowKey key = known.isPresent() ? known.get() : messages.read(attributes, message).key();
      return MessageIds.routingKey(attributes.source(), attributes.table(), key);
    } catch (MessageException e) {
      return new byte[0]; // it is set aside when it is read
    }
  }

  private boolean isConcerned(String table) {
    TableName name = TableName.parse(table);
    return rules.stream().anyMatch(rule -> rule.isAbout(name));
  }

  private synchronized Map<String, Boolean> concerned() {
    Map<String, Boolean> known = concerned;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      concerned = known;
    }
    return known;
  }

  @Override
  public StepResult onUnkeyed(FlowMessage message) {
    return new StepResult.Nothing(PASSED_OVER);
  }

  @Override
  public Next<RowMemory> onMessage(@Nullable RowMemory last, FlowMessage message, Instant now) {
    try {
      MessageAttributes attributes = TableMessages.attributes(message);
      if (last != null
          && Long.compareUnsigned(attributes.sequence().packed(), last.sequence()) <= 0) {
        return new Next<>(last, new StepResult.Nothing(OLDER), null);
      }
      TableRules about = rules(attributes);
      Change change = messages.read(attributes, message);
      return new Judgement(last, attributes, message, change, about, now).next();
    } catch (MessageException e) {
      return new Next<>(last, new StepResult.SetAside(String.valueOf(e.getMessage())), null);
    }
  }

  private TableRules rules(MessageAttributes attributes) throws MessageException {
    Map<String, TableRules> known = compiled();
    TableRules about = known.get(attributes.schemaId());
    if (about == null) {
      about = TableRules.of(rules, messages.schema(attributes).schema());
      known.put(attributes.schemaId(), about);
    }
    return about;
  }

  private synchronized Map<String, TableRules> compiled() {
    Map<String, TableRules> known = compiled;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      compiled = known;
    }
    return known;
  }

  /** One message that is newer than what is known of its row. */
  private final class Judgement {
    private final @Nullable RowMemory last;
    private final MessageAttributes attributes;
    private final FlowMessage message;
    private final Change change;
    private final TableRules about;
    private final Instant now;

    /** When it reached the stream: the same whenever it is read again. */
    private final Instant at;

    private final Map<String, Firings> firings;
    private final List<StepResult> results = new ArrayList<>();
    private final List<Output> outputs = new ArrayList<>();

    Judgement(
        @Nullable RowMemory last,
        MessageAttributes attributes,
        FlowMessage message,
        Change change,
        TableRules about,
        Instant now) {
      this.last = last;
      this.attributes = attributes;
      this.message = message;
      this.change = change;
      this.about = about;
      this.now = now;
      this.at = message.origin().equals(Origin.NONE) ? now : message.origin().at();
      this.firings = new HashMap<>(last == null ? Map.of() : last.firings());
    }

    Next<RowMemory> next() throws MessageException {
      RowBefore before = before();
      if (isNews(before)) {
        for (String fault : about.faults()) {
          results.add(new StepResult.SetAside(fault));
        }
        for (CompiledRule rule : about.rules()) {
          judge(rule, before);
        }
        if (results.isEmpty()) {
          results.add(new StepResult.Nothing(QUIET));
        }
      } else {
        results.add(new StepResult.Nothing(REMEMBERED));
      }
      if (!outputs.isEmpty()) {
        results.add(0, new StepResult.Outputs(outputs));
      }
      RowMemory memory = memory();
      return new Next<>(
          memory,
          results.size() == 1 ? results.get(0) : new StepResult.Several(results),
          memory.passing() && (last == null || !last.passing()) ? due(now) : null);
    }

    private @Nullable RowBefore before() throws MessageException {
      RowMemory known = last;
      if (known == null || !known.live()) {
        return null;
      }
      try {
        return RowBefore.of(known, schema(known.schemaId()), about);
      } catch (IllegalArgumentException e) {
        throw new MessageException(
            "%s: what rules remember of a row does not fit its schema".formatted(change.table()));
      }
    }

    private TableSchema schema(String id) throws MessageException {
      return id.equals(attributes.schemaId())
          ? about.schema()
          : messages
              .schema(
                  new MessageAttributes(
                      attributes.uniqueId(),
                      attributes.table(),
                      attributes.type(),
                      attributes.sequence(),
                      id,
                      attributes.source(),
                      attributes.contentHash(),
                      attributes.commitTime()))
              .schema();
    }

    /** Whether something has happened to the row that rules are to judge. */
    private boolean isNews(@Nullable RowBefore before) {
      Row row = change.row();
      if (row == null) {
        return last == null || last.live();
      }
      if (change.type() != ChangeType.SNAPSHOT_ROW) {
        return true;
      }
      return last != null
          && (before == null || (before.knows(about.kept()) && isChanged(last, before, row)));
    }

    /** A row under another schema has another hash, so its columns are asked. */
    private boolean isChanged(RowMemory known, RowBefore before, Row row) {
      return known.schemaId().equals(attributes.schemaId())
          ? known.contentHash() != attributes.contentHash()
          : !before.isSame(row, about.kept());
    }

    /** What the change is to somebody who knows what this step knows (SEMANTICS 6). */
    private ChangeType type() {
      if (change.row() == null || last == null) {
        return change.type();
      }
      return last.live() ? ChangeType.UPDATE : ChangeType.INSERT;
    }

    private void judge(CompiledRule rule, @Nullable RowBefore before) {
      try {
        if (rule.condition().holds(change.row(), before == null ? null : before.row(), type())) {
          fire(rule, before);
        }
      } catch (EvaluationException e) {
        results.add(
            new StepResult.SetAside(
                "rule %s has no value for a row of %s: %s"
                    .formatted(rule.rule().name(), change.table(), e.getMessage())));
      }
    }

    private void fire(CompiledRule rule, @Nullable RowBefore before) {
      long suppressed = 0;
      String name = rule.rule().name();
      Rule.Throttle throttle = rule.rule().throttle();
      if (throttle != null) {
        Firings fired = firings.getOrDefault(name, Firings.NONE);
        if (!fired.admit(throttle, at)) {
          firings.put(name, fired.suppress());
          count(THROTTLED, name);
          return;
        }
        suppressed = fired.suppressed();
        firings.put(name, fired.fired(throttle, at));
      }
      if (at.plus(rule.rule().maxAge()).isBefore(now)) {
        results.add(new StepResult.Nothing(TOO_OLD));
        return;
      }
      count(FIRED, name);
      Notification made = notification(rule, before, suppressed);
      FlowMessage written =
          new FlowMessage(made.attributes(), message.routingKey(), made.payload());
      outputs.add(Output.main(written));
      rule.rule().topics().forEach(topic -> outputs.add(new Output(output(topic), written)));
    }

    /** Of all rules together, and of each. */
    private void count(String what, String name) {
      results.add(new StepResult.Nothing(what));
      results.add(new StepResult.Nothing(what + "." + name));
    }

    private Notification notification(
        CompiledRule rule, @Nullable RowBefore before, long suppressed) {
      Instant committed = change.commitTime();
      Row row = change.row();
      return new Notification(
          Notification.idOf(rule.rule().name(), attributes.uniqueId()),
          rule.rule().name(),
          change.source(),
          change.table(),
          attributes.uniqueId(),
          change.sequence(),
          type(),
          RowObjects.write(about.schema().identity(), change.keyValues()::get),
          row == null ? null : object(row, rule.included().isEmpty() ? all() : rule.included()),
          before == null ? null : object(before.row(), told(rule, before)),
          suppressed,
          committed == null ? change.poll().end() : committed,
          at);
    }

    /** The columns of the row before that are told. */
    private Set<Integer> told(CompiledRule rule, RowBefore before) {
      Set<Integer> told = new TreeSet<>(rule.included().isEmpty() ? rule.kept() : rule.included());
      told.retainAll(before.known());
      Row row = change.row();
      if (row != null && rule.included().isEmpty()) {
        told.removeIf(position -> !before.isChanged(row, position));
      }
      return told;
    }

    private Set<Integer> all() {
      Set<Integer> all = new TreeSet<>();
      for (int i = 0; i < about.schema().columns().size(); i++) {
        all.add(i);
      }
      return all;
    }

    private String object(Row row, Collection<Integer> positions) {
      List<Integer> order = List.copyOf(positions);
      List<Column> columns = order.stream().map(about.schema().columns()::get).toList();
      return RowObjects.write(columns, i -> row.value(order.get(i)));
    }

    private RowMemory memory() {
      Row row = change.row();
      return new RowMemory(
          change.sequence().packed(),
          row != null,
          row == null || isMade(change.table()),
          now,
          attributes.schemaId(),
          attributes.contentHash(),
          row == null
              ? ""
              : RowObjects.write(about.keptColumns(), i -> row.value(about.kept().get(i))),
          firings);
    }
  }

  private static boolean isMade(TableName table) {
    return MADE.contains(table.schema());
  }

  /**
   * Forgets what is deleted, or asks again when nothing has come of it for long enough. A flow that
   * was away when it should have forgotten begins anew: what it has not read yet may be of the key.
   */
  @Override
  public Next<RowMemory> onTimer(RowMemory last, Instant now) {
    StepResult remembered = new StepResult.Nothing(REMEMBERED);
    if (!last.passing()) {
      return new Next<>(last, remembered, null);
    }
    Instant due = due(last.seen());
    if (now.isBefore(due)) {
      return new Next<>(last, remembered, due);
    }
    return now.isAfter(due.plus(LATE))
        ? new Next<>(last.seenAt(now), remembered, due(now))
        : new Next<>(null, new StepResult.Nothing(FORGOTTEN), null);
  }

  private Instant due(Instant seen) {
    return seen.plus(retention).plus(retention);
  }

  @Override
  public StateCodec<RowMemory> codec() {
    return RowMemory.Codec.INSTANCE;
  }

  @Override
  public void release() {
    messages.release();
  }
}
