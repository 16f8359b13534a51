package dev.renkei.steps.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.feature.WindowState.Frame;
import dev.renkei.steps.feature.WindowState.Told;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.MadeTable;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The second step of features: what the windows of a key hold, and when it is told. A result is
 * told early, at most as often as is declared, and as final when no row can come any more that
 * counts: when as much time has passed here, since the window's latest change came, as lay between
 * that change's time and the window's end and lateness, and {@link #SETTLING} more. So a replay,
 * whose changes are old, waits for what comes behind them; an idle source closes its windows; and
 * no change of one key closes windows of another.
 *
 * <p>A closed window is remembered for a while. What counts in it and comes only then corrects it.
 */
public final class WindowsStep implements KeyedStep<WindowState> {
  private static final long serialVersionUID = 1;

  /** The output to the topic of features, which feeds Bigtable too. */
  public static final String TOPIC = "topic";

  /** The counter of additions to features that are declared otherwise by now. */
  public static final String OUTDATED = "outdated";

  /** What a change may need from its source to here when nothing is behind. */
  static final Duration SETTLING = Duration.ofSeconds(5);

  /** A timer that comes so late was missed: the flow was away. */
  static final Duration MISSED = Duration.ofSeconds(10);

  private static final int EPOCH = 1;

  private final HashMap<String, Definition> definitions = new HashMap<>();
  private final TableMessages messages;
  private transient @Nullable Map<String, MadeTable> tables;

  public WindowsStep(List<FeatureConfig> features, TableMessages messages) {
    for (FeatureConfig feature : features) {
      Definition definition = Definition.of(feature);
      definitions.put(definition.id(), definition);
    }
    this.messages = messages;
  }

  @Override
  public Set<String> outputs() {
    return Set.of(Output.MAIN, TOPIC);
  }

  @Override
  public Next<WindowState> onMessage(
      @Nullable WindowState before, FlowMessage message, Instant now) {
    Fold fold = Fold.read(message.payload());
    Definition definition = definitions.get(fold.definition());
    if (definition == null) {
      return new Next<>(before, new StepResult.Nothing(OUTDATED), null);
    }
    String schemaId;
    try {
      schemaId = HeaderCodec.read(message.attributes()::get).schemaId();
    } catch (MessageException e) {
      return new Next<>(before, new StepResult.SetAside(String.valueOf(e.getMessage())), null);
    }
    WindowState state = before == null ? WindowState.empty(definition, fold, schemaId) : before;
    state.fold(fold, schemaId, now);
    return tell(state, now);
  }

  @Override
  public Next<WindowState> onTimer(WindowState state, Instant now) {
    if (now.isAfter(state.due().plus(MISSED))) {
      state.cells().forEach(cell -> cell.seeAgain(now));
    }
    return tell(state, now);
  }

  /** Tells what is to be told now, forgets what may be forgotten, and says when to ask again. */
  private Next<WindowState> tell(WindowState state, Instant now) {
    List<Output> outputs = new ArrayList<>();
    List<Frame> frames = state.frames();
    retractVanished(state, frames, now, outputs);
    Instant due = null;
    for (Frame frame : frames) {
      Instant next = tell(state, frame, now, outputs);
      due = next != null && (due == null || next.isBefore(due)) ? next : due;
    }
    if (due == null && now.isBefore(state.keptUntil())) {
      due = state.keptUntil(); // its count goes on where rows come back
    }
    StepResult result =
        outputs.isEmpty() ? new StepResult.Nothing("folded") : new StepResult.Outputs(outputs);
    return due == null
        ? new Next<>(null, result, null)
        : new Next<>(state.again(Instant.ofEpochMilli(due.toEpochMilli())), result, due);
  }

  /** Rows of windows that are there no more, or have no rows. */
  private void retractVanished(
      WindowState state, List<Frame> frames, Instant now, List<Output> outputs) {
    Map<Long, Frame> there = new HashMap<>();
    frames.stream().filter(f -> f.rows() > 0).forEach(f -> there.put(f.start(), f));
    for (Long start : List.copyOf(state.told().keySet())) {
      if (!there.containsKey(start)) {
        state.told().remove(start);
        add(state, deletion(state, start, now), outputs);
      }
    }
  }

  /** One window: when to ask again; null where it is forgotten. */
  private @Nullable Instant tell(
      WindowState state, Frame frame, Instant now, List<Output> outputs) {
    FeatureConfig feature = state.definition().feature();
    Instant closes = closes(feature, frame);
    Instant forgotten = closes.plus(feature.keep());
    boolean isFinal = !now.isBefore(closes);
    if (isFinal && !now.isBefore(forgotten)) {
      state.forget(frame);
      return null;
    }
    Instant next = isFinal ? forgotten : closes;
    if (frame.rows() <= 0) {
      return next;
    }
    Told told = state.told().get(frame.start());
    boolean differs = told == null || told.tick() != frame.tick() || told.end() != frame.end();
    boolean toldFinal = told != null && told.isFinal();
    if (isFinal && (differs || !toldFinal)) {
      tell(state, frame, true, now, outputs);
    } else if (differs) {
      Instant early =
          told == null ? now : Instant.ofEpochMilli(told.atMillis()).plus(feature.early());
      if (now.isBefore(early)) {
        return early.isBefore(next) ? early : next;
      }
      tell(state, frame, false, now, outputs);
    }
    return next;
  }

  private static Instant closes(FeatureConfig feature, Frame frame) {
    return closes(feature, frame.end(), frame.clock(), frame.seen());
  }

  /**
   * When, by the wall clock here, no row can come any more that counts in a window.
   *
   * @param end of the window
   * @param clock the time of its latest change
   * @param seen when that came here
   */
  static Instant closes(FeatureConfig feature, long end, long clock, Instant seen) {
    long still = end + Windowing.micros(feature.lateness()) - clock;
    return seen.plusMillis(Math.max(0, still) / 1_000).plus(SETTLING);
  }

  private void tell(
      WindowState state, Frame frame, boolean isFinal, Instant now, List<Output> outputs) {
    Told before = state.told().get(frame.start());
    state
        .told()
        .put(frame.start(), new Told(frame.end(), frame.tick(), isFinal, now.toEpochMilli()));
    add(state, row(state, frame, before == null, isFinal, now), outputs);
  }

  /** The rows of a key's closed windows, as they are told when they are final. */
  List<FlowMessage> results(WindowState state, Instant now, Instant from) {
    List<FlowMessage> results = new ArrayList<>();
    FeatureConfig feature = state.definition().feature();
    for (Frame frame : state.frames()) {
      Instant over = Windowing.instant(frame.end()).plus(feature.lateness()).plus(SETTLING);
      boolean isWhole = !Windowing.instant(frame.start()).isBefore(from);
      if (frame.rows() > 0 && isWhole && !now.isBefore(over)) {
        Change row = row(state, frame, true, true, now);
        results.add(messages.write(row, table(state).schema()));
      }
    }
    return results;
  }

  private Change row(
      WindowState state, Frame frame, boolean isFirst, boolean isFinal, Instant now) {
    MadeTable table = table(state);
    TableSchema schema = table.schema();
    @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
    int at = 0;
    for (Object key : state.key()) {
      Object fitted = Fitting.to(schema.columns().get(at), key);
      values[at++] = fitted == null ? key : fitted;
    }
    values[at++] = Windowing.instant(frame.start()).atOffset(ZoneOffset.UTC);
    values[at++] = Windowing.instant(frame.end()).atOffset(ZoneOffset.UTC);
    for (Object result : state.results(frame, schema)) {
      values[at++] = result;
    }
    values[at] = isFinal;
    return table.row(
        isFirst ? ChangeType.INSERT : ChangeType.UPDATE,
        new Sequence(EPOCH, 2 * frame.tick() + (isFinal ? 1 : 0), 0),
        values,
        now,
        Windowing.instant(frame.clock()));
  }

  private Change deletion(WindowState state, long start, Instant now) {
    List<Object> key = new ArrayList<>(state.key());
    key.add(Windowing.instant(start).atOffset(ZoneOffset.UTC));
    return table(state).delete(new Sequence(EPOCH, 2 * state.folded(), 0), key, now, now);
  }

  private void add(WindowState state, Change change, List<Output> outputs) {
    FlowMessage message = messages.write(change, table(state).schema());
    Set<Target> to = state.definition().feature().to();
    if (to.contains(Target.WAREHOUSE)) {
      outputs.add(Output.main(message));
    }
    if (to.contains(Target.TOPIC) || to.contains(Target.BIGTABLE)) {
      outputs.add(new Output(TOPIC, message));
    }
  }

  private MadeTable table(WindowState state) {
    Map<String, MadeTable> known = tables;
    if (known == null) {
      known = new ConcurrentHashMap<>();
      tables = known;
    }
    return known.computeIfAbsent(
        state.schemaId(),
        id -> new MadeTable(messages.source(), schema(state.definition().feature(), id)));
  }

  /** Stored by the step before. */
  private TableSchema schema(FeatureConfig feature, String schemaId) {
    MessageAttributes named =
        new MessageAttributes(
            schemaId,
            feature.table(),
            ChangeType.UPDATE,
            Sequence.ZERO,
            schemaId,
            messages.source(),
            0,
            null);
    try {
      return messages.schema(named).schema();
    } catch (MessageException e) {
      throw new IllegalStateException("a schema that the flow has stored", e);
    }
  }

  @Override
  public StateCodec<WindowState> codec() {
    return new WindowStateCodec(definitions);
  }

  @Override
  public void release() {
    messages.release();
  }
}
