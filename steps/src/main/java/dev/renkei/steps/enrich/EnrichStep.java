package dev.renkei.steps.enrich;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.enrich.EnrichState.Master;
import dev.renkei.steps.enrich.EnrichState.Waiting;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Joins events with the latest row of their master that is known, by sequence; both meet under the
 * master's key. An event whose master is not known waits, and then goes on as its type says. What
 * comes out are rows of {@code events.TYPE_enriched}, keyed by the event: version 1, or 2 where a
 * late master replaces what went on without.
 *
 * <p>The schema of a master of which no row has come yet is not known; until then its keys are
 * taken to be compared exactly.
 */
public final class EnrichStep implements KeyedStep<EnrichState> {
  private static final long serialVersionUID = 1;

  /** Counters. */
  public static final String JOINED = "joined";

  public static final String JOINED_LATE = "joined_late";
  public static final String WITHOUT_MASTER = "without_master";
  public static final String DROPPED = "dropped";
  public static final String WAITING = "waiting";
  public static final String MASTERS = "masters";
  public static final String PASSED_OVER = "passed_over";

  /** What waits for one master: beyond that, events go on as if they had waited. */
  static final long MOST_BYTES = 256 << 10;

  /** How long an event that went on without its master can be joined late. */
  static final Duration LATE = Duration.ofDays(1);

  private final Map<TableName, Joining> byEvents = new HashMap<>();
  private final Set<TableName> masterTables;
  private final TableMessages messages;
  private transient @Nullable Masters masters;
  private transient @Nullable EnrichedTables tables;

  public EnrichStep(List<Joining> joinings, TableMessages messages) {
    joinings.forEach(joining -> byEvents.put(joining.events(), joining));
    this.masterTables =
        joinings.stream()
            .map(joining -> joining.join().master())
            .collect(Collectors.toUnmodifiableSet());
    this.messages = messages;
  }

  /** Of its master for an event, of itself for a master; null for all that is neither. */
  @Override
  public byte @Nullable [] key(FlowMessage message) {
    MessageAttributes attributes;
    try {
      attributes = TableMessages.attributes(message);
      Joining joining = joining(attributes);
      if (joining != null) {
        return eventKey(joining, attributes, message);
      }
      if (master(attributes) && attributes.type() != ChangeType.CONTROL) {
        return bytes(attributes.table(), messages.read(attributes, message).key().folded());
      }
      return null;
    } catch (MessageException e) {
      return message.routingKey(); // it is set aside there
    }
  }

  private byte @Nullable [] eventKey(
      Joining joining, MessageAttributes attributes, FlowMessage message) throws MessageException {
    Object value = joinValue(joining, messages.read(attributes, message));
    SchemaRecord master = value == null ? null : masters().schema(joining.join().master());
    String folded =
        value == null ? null : MasterKeys.folded(value, master == null ? null : master.schema());
    return folded == null
        ? ("!" + attributes.uniqueId()).getBytes(StandardCharsets.UTF_8)
        : bytes(joining.join().master(), folded);
  }

  private static byte[] bytes(TableName master, String folded) {
    return (master + "/" + folded).getBytes(StandardCharsets.UTF_8);
  }

  private @Nullable Joining joining(MessageAttributes attributes) {
    boolean row = attributes.type() != ChangeType.CONTROL && attributes.type() != ChangeType.DELETE;
    return row ? byEvents.get(attributes.table()) : null;
  }

  private boolean master(MessageAttributes attributes) {
    return masterTables.contains(attributes.table());
  }

  private static @Nullable Object joinValue(Joining joining, Change event) {
    Row row = Objects.requireNonNull(event.row());
    var position = row.schema().indexOf(joining.join().on());
    return position.isPresent() ? row.value(position.getAsInt()) : null;
  }

  @Override
  public StepResult onUnkeyed(FlowMessage message) {
    return new StepResult.Nothing(PASSED_OVER);
  }

  @Override
  public Next<EnrichState> onMessage(
      @Nullable EnrichState before, FlowMessage message, Instant now) {
    EnrichState state = before == null ? EnrichState.NOTHING : before;
    try {
      MessageAttributes attributes = TableMessages.attributes(message);
      Joining joining = joining(attributes);
      if (joining != null) {
        return onEvent(state, joining, attributes, message, now);
      }
      return master(attributes) && attributes.type() != ChangeType.CONTROL
          ? onMaster(state, attributes, message, now)
          : new Next<>(before, onUnkeyed(message), null);
    } catch (MessageException e) {
      return new Next<>(before, new StepResult.SetAside(String.valueOf(e.getMessage())), null);
    }
  }

  private Next<EnrichState> onEvent(
      EnrichState state,
      Joining joining,
      MessageAttributes attributes,
      FlowMessage message,
      Instant now)
      throws MessageException {
    Change event = messages.read(attributes, message);
    Master master = state.master();
    if (master != null && master.live()) {
      return next(state, List.of(joined(joining, event, attributes, master, 1, now), told(JOINED)));
    }
    boolean named = joinValue(joining, event) != null;
    Waiting waiting = new Waiting(message, now.plus(joining.join().patience()), false);
    boolean waits =
        named
            && !joining.join().patience().isZero()
            && state.waitingBytes() + message.payload().length <= MOST_BYTES;
    if (waits) {
      List<Waiting> all = new ArrayList<>(state.waiting());
      all.add(waiting);
      return next(new EnrichState(master, all), List.of(told(WAITING)));
    }
    List<StepResult> results = new ArrayList<>();
    List<Waiting> all = new ArrayList<>(state.waiting());
    Waiting left = goOn(waiting, now, results);
    if (left != null && named && state.waitingBytes() + message.payload().length <= MOST_BYTES) {
      all.add(left);
    }
    return next(new EnrichState(master, all), results);
  }

  private Next<EnrichState> onMaster(
      EnrichState state, MessageAttributes attributes, FlowMessage message, Instant now)
      throws MessageException {
    Master known = state.master();
    long sequence = attributes.sequence().packed();
    if (known != null && Long.compareUnsigned(sequence, known.sequence()) <= 0) {
      return next(state, List.of(told(PASSED_OVER)));
    }
    boolean live = attributes.type() != ChangeType.DELETE;
    Master master =
        new Master(
            live,
            sequence,
            new FlowMessage(message.attributes(), null, live ? message.payload() : new byte[0]));
    List<StepResult> results = new ArrayList<>();
    results.add(told(MASTERS));
    if (!live) {
      return next(new EnrichState(master, state.waiting()), results);
    }
    for (Waiting one : state.waiting()) {
      results.addAll(joinedLate(one, master, now));
    }
    return next(new EnrichState(master, List.of()), results);
  }

  private List<StepResult> joinedLate(Waiting one, Master master, Instant now) {
    try {
      MessageAttributes attributes = TableMessages.attributes(one.event());
      Joining joining = Objects.requireNonNull(joining(attributes));
      Change event = messages.read(attributes, one.event());
      return List.of(
          joined(joining, event, attributes, master, one.emitted() ? 2 : 1, now),
          told(one.emitted() ? JOINED_LATE : JOINED));
    } catch (MessageException e) {
      return List.of(new StepResult.Buried(one.event(), String.valueOf(e.getMessage())));
    }
  }

  @Override
  public Next<EnrichState> onTimer(EnrichState state, Instant now) {
    List<Waiting> left = new ArrayList<>();
    List<StepResult> results = new ArrayList<>();
    for (Waiting one : state.waiting()) {
      if (one.due().isAfter(now)) {
        left.add(one);
      } else if (!one.emitted()) {
        Waiting kept = goOn(one, now, results);
        if (kept != null) {
          left.add(kept);
        }
      }
    }
    return next(new EnrichState(state.master(), left), results);
  }

  /** What becomes of an event without master; what is kept of it, null for nothing. */
  private @Nullable Waiting goOn(Waiting one, Instant now, List<StepResult> results) {
    try {
      MessageAttributes attributes = TableMessages.attributes(one.event());
      Joining joining = joining(attributes);
      if (joining == null) { // of another configuration
        results.add(told(PASSED_OVER));
        return null;
      }
      switch (joining.join().then()) {
        case DROP -> results.add(told(DROPPED));
        case DEAD_LETTER ->
            results.add(
                new StepResult.Buried(
                    one.event(),
                    "%s: its master in %s has not come within %s"
                        .formatted(
                            joining.events(), joining.join().master(), joining.join().patience())));
        case EMIT -> {
          Change event = messages.read(attributes, one.event());
          results.add(joined(joining, event, attributes, null, 1, now));
          results.add(told(WITHOUT_MASTER));
          return joining.join().lateMaster() == LateMaster.UPDATE
              ? new Waiting(one.event(), now.plus(LATE), true)
              : null;
        }
      }
    } catch (MessageException e) {
      results.add(new StepResult.Buried(one.event(), String.valueOf(e.getMessage())));
    }
    return null;
  }

  private StepResult joined(
      Joining joining,
      Change event,
      MessageAttributes attributes,
      @Nullable Master master,
      int version,
      Instant now)
      throws MessageException {
    SchemaRecord eventSchema = messages.schema(attributes);
    SchemaRecord masterSchema;
    Row row = null;
    if (master == null) {
      masterSchema = masters().schema(joining.join().master());
    } else {
      MessageAttributes of = TableMessages.attributes(master.message());
      masterSchema = messages.schema(of);
      row = messages.read(of, master.message()).row();
    }
    EnrichedTables.Enriched table = tables().of(joining, eventSchema, masterSchema);
    Change change = table.row(version, event, row, now);
    return new StepResult.Outputs(
        List.of(Output.main(messages.write(change, table.table().schema()))));
  }

  private static StepResult told(String counter) {
    return new StepResult.Nothing(counter);
  }

  private static Next<EnrichState> next(EnrichState state, List<StepResult> results) {
    boolean empty = state.master() == null && state.waiting().isEmpty();
    return new Next<>(
        empty ? null : state, new StepResult.Several(results), empty ? null : state.nextDue());
  }

  @Override
  public StateCodec<EnrichState> codec() {
    return EnrichState.Codec.INSTANCE;
  }

  @Override
  public void release() {
    messages.release();
  }

  /**
   * Whether the events of a type can be joined with the master as it is now; a sentence where not.
   *
   * @param events the table of the events
   */
  public static Optional<String> misfit(Joining joining, TableSchema events, TableSchema master) {
    var position = events.indexOf(joining.join().on());
    if (position.isEmpty()) {
      return Optional.of("%s has no `%s`".formatted(joining.events(), joining.join().on()));
    }
    for (String column : joining.join().columns()) {
      if (master.indexOf(column).isEmpty()) {
        return Optional.of("%s has no column %s".formatted(master.table(), column));
      }
    }
    return MasterKeys.misfit(events.columns().get(position.getAsInt()), master);
  }

  /** The table of joined events, of schemas that fit each other ({@link #misfit}). */
  public static TableSchema table(Joining joining, TableSchema events, TableSchema master) {
    return EnrichedTables.make("", joining, events, master).table().schema();
  }

  private synchronized Masters masters() {
    Masters known = masters;
    if (known == null) {
      known = new Masters(messages);
      masters = known;
    }
    return known;
  }

  private synchronized EnrichedTables tables() {
    EnrichedTables known = tables;
    if (known == null) {
      known = new EnrichedTables(messages.source());
      tables = known;
    }
    return known;
  }
}
