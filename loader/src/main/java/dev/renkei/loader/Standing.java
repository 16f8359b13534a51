package dev.renkei.loader;

import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.schema.TableName;
import dev.renkei.loader.LoaderState.Phase;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the loader stands: one thread changes it, any may ask. */
final class Standing {
  private final Clock clock;
  private volatile LoaderState state;

  Standing(LoaderOptions options) {
    this.clock = options.clock();
    this.state = LoaderState.before(options.name());
  }

  LoaderState state() {
    return state;
  }

  void update(UnaryOperator<Change> by) {
    state = by.apply(new Change(state)).made();
  }

  /** The next state, told by what differs from the one before. */
  final class Change {
    private final LoaderState before;
    private Phase phase;
    private String stream;
    private Map<Integer, Long> positions;
    private Map<Integer, Long> ends;
    private long rows;
    private long batches;
    private long swept;
    private long letters;
    private long retries;
    private @Nullable String error;
    private @Nullable Instant errorAt;
    private @Nullable Instant commit;
    private @Nullable Instant replaying;
    private @Nullable String alert;
    private Map<TableName, LoaderState.Load> loads;
    private LoaderState.@Nullable Unsettled unsettled;

    private Change(LoaderState before) {
      this.before = before;
      phase = before.phase();
      stream = before.stream();
      positions = before.positions();
      ends = before.ends();
      rows = before.rows();
      batches = before.batches();
      swept = before.swept();
      letters = before.deadLetters();
      retries = before.retries();
      error = before.lastError();
      errorAt = before.lastErrorAt();
      commit = before.lastCommit();
      replaying = before.replayingFrom();
      alert = before.alert();
      loads = before.loads();
      unsettled = before.unsettled();
    }

    Change phase(Phase now) {
      phase = now;
      return this;
    }

    Change stream(String id) {
      stream = id;
      return this;
    }

    Change positions(Map<Integer, Long> now) {
      positions = now;
      return this;
    }

    Change ends(Map<Integer, Long> now) {
      ends = now;
      return this;
    }

    /** A batch is in the warehouse. */
    Change loaded(int changes) {
      phase = Phase.LOADING;
      rows += changes;
      batches++;
      commit = clock.instant();
      return this;
    }

    Change swept(SnapshotClosed closed, long count) {
      swept += count;
      return known(
          new LoaderState.Load(
              closed.table(), closed.start(), closed.rows(), count, clock.instant()));
    }

    Change known(LoaderState.Load load) {
      Map<TableName, LoaderState.Load> more = new HashMap<>(loads);
      more.put(load.table(), load);
      loads = more;
      return this;
    }

    Change unsettled(int deliveries, @Nullable Instant oldest) {
      unsettled = new LoaderState.Unsettled(deliveries, oldest);
      return this;
    }

    Change deadLetter() {
      letters++;
      return this;
    }

    Change failed(String sentence) {
      retries++;
      error = sentence;
      errorAt = clock.instant();
      return this;
    }

    Change replayingFrom(@Nullable Instant from) {
      replaying = from;
      return this;
    }

    Change alert(String sentence) {
      alert = sentence;
      return this;
    }

    private LoaderState made() {
      return new LoaderState(
          before.name(),
          phase,
          stream,
          positions,
          ends,
          rows,
          batches,
          swept,
          letters,
          retries,
          error,
          errorAt,
          commit,
          replaying,
          alert,
          loads,
          unsettled);
    }
  }
}
