package dev.renkei.steps.feature;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.config.FeatureConfig.Target;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.StepResult;
import dev.renkei.steps.flow.TableMessages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A feature computed once more from the changes of its table in the order of their sequences, as a
 * log holds them, by the steps that compute it live. Its clock is that of the changes: windows
 * close and rows are forgotten as they were live, so no more is in memory than what was open at one
 * time. What comes out has the versions that it has live. Belongs to one thread.
 */
public final class OrderedRecomputation {
  /**
   * How far changes may lie apart from the order of their times: rows of a snapshot have the time
   * at which they were read, behind changes of higher versions.
   */
  static final Duration DISORDER = Duration.ofHours(1);

  /** Nobody waits for early results. */
  private static final Duration NEVER_EARLY = Duration.ofDays(36_500);

  private static final String DELETE = String.valueOf(ChangeType.DELETE.letter());

  private final ContributionsStep contributions;
  private final KeyedMemory<Contributed> rows;
  private final KeyedMemory<WindowState> windows;
  private final Consumer<FlowMessage> to;
  private Instant clock = Instant.EPOCH;
  private long setAside;
  private String problem = "";

  /**
   * A computation that has read nothing.
   *
   * @param to is handed the final rows of windows as they close, and the deletes of windows that
   *     have lost their rows; once more where a late change has corrected them
   */
  public OrderedRecomputation(
      FeatureConfig feature, TableMessages messages, Consumer<FlowMessage> to) {
    List<FeatureConfig> alone = List.of(patient(feature));
    this.contributions = new ContributionsStep(alone, messages);
    this.rows = new KeyedMemory<>(contributions);
    this.windows = new KeyedMemory<>(new WindowsStep(alone, messages));
    this.to = to;
  }

  /** The same numbers, told once. */
  private static FeatureConfig patient(FeatureConfig feature) {
    Duration keep = feature.keep().compareTo(DISORDER) < 0 ? DISORDER : feature.keep();
    return new FeatureConfig(
        feature.name(),
        feature.from(),
        feature.keys(),
        feature.where(),
        feature.time(),
        feature.timezone(),
        feature.window(),
        feature.lateness(),
        feature.values(),
        Set.of(Target.WAREHOUSE),
        NEVER_EARLY,
        keep);
  }

  /**
   * The columns of a row that decide about the feature; the others may be NULL.
   *
   * @throws FeatureException where the feature does not go with such rows
   */
  public static Set<String> columns(FeatureConfig feature, TableSchema schema)
      throws FeatureException {
    return CompiledFeature.compile(feature, schema).columns();
  }

  /** The next change: of a row, one of a higher sequence than before. */
  public void take(Change change) {
    Instant at = ContributionsStep.changedAt(change);
    if (at.isAfter(clock)) {
      pass(at);
    }
    byte[] key = MessageIds.routingKey(change.source(), change.table(), change.key());
    hand(rows.take(key, row -> contributions.onLogged(row, change, clock)), this::fold);
  }

  private void fold(FlowMessage added) {
    byte[] window = added.routingKey();
    if (window != null) {
      hand(windows.take(window, added, clock), this::tell);
    }
  }

  /** Closes what is closed by then; call it when the log is read to its end. */
  public void pass(Instant until) {
    clock = until;
    windows.pass(until, result -> hand(result, this::tell));
    rows.pass(until, result -> {});
  }

  private void hand(StepResult result, Consumer<FlowMessage> next) {
    if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> hand(one, next));
    } else if (result instanceof StepResult.SetAside aside) {
      setAside++;
      problem = problem.isEmpty() ? aside.reason() : problem;
    } else {
      Recomputation.outputs(result, next);
    }
  }

  private void tell(FlowMessage row) {
    long version = Long.parseLong(row.attributes().get(MessageAttributes.VERSION));
    if (version % 2 == 1 || DELETE.equals(row.attributes().get(MessageAttributes.TYPE))) {
      to.accept(row);
    }
  }

  /** How many rows went to dead letters live, for which an expression has no value. */
  public long setAside() {
    return setAside;
  }

  /** Why the first of them did; empty where there are none. */
  public String problem() {
    return problem;
  }

  /** How many rows and windows are in memory now. */
  public long remembered() {
    return (long) rows.size() + windows.size();
  }
}
