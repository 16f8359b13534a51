package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Closed;
import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.beam.warehouse.TableSnapshots.Complete;
import dev.renkei.beam.warehouse.TableSnapshots.Waiting;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.jspecify.annotations.Nullable;

/**
 * Sweeps a table, which is its key, as soon as a snapshot has arrived whole: where floors hold for
 * rows that come later too, nobody has to be told before. Where rows do not come, nothing is swept,
 * and that is told.
 */
final class SettleFn extends DoFn<KV<String, SnapshotEvent>, Void> {
  private static final long serialVersionUID = 1;

  private final SnapshotReport report;

  @StateId("snapshots")
  private final StateSpec<ValueState<TableSnapshots>> snapshotsSpec =
      StateSpecs.value(SerializableCoder.of(TableSnapshots.class));

  @StateId("counts")
  private final StateSpec<MapState<String, Counted>> countsSpec =
      StateSpecs.map(StringUtf8Coder.of(), SerializableCoder.of(Counted.class));

  @TimerId("patience")
  private final TimerSpec patienceSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final SnapshotSweeper sweeper;
  private final Duration patience;
  private transient SnapshotSweeper.@Nullable Open open;

  SettleFn(String flow, SnapshotSweeper sweeper, Duration patience) {
    this.report = new SnapshotReport(flow);
    this.sweeper = sweeper;
    this.patience = patience;
  }

  @Setup
  public void open() throws Exception {
    open = sweeper.open();
  }

  @ProcessElement
  public void process(
      @Element KV<String, SnapshotEvent> element,
      @AlwaysFetched @StateId("snapshots") ValueState<TableSnapshots> state,
      @StateId("counts") MapState<String, Counted> counts,
      @TimerId("patience") Timer timer)
      throws Exception {
    Instant now = now(timer);
    TableSnapshots snapshots = read(state);
    ToldCounts told = new ToldCounts(counts);
    SnapshotEvent event = element.getValue();
    if (event instanceof Closed closed) {
      snapshots = snapshots.closed(closed.closing(), closed.partition(), now);
    } else if (event instanceof Counted counted && told.add(counted, snapshots.settled())) {
      snapshots = snapshots.heard(now);
    }
    if (!snapshots.waiting().isEmpty()) {
      for (Complete complete : snapshots.complete(told.rows())) {
        snapshots = settle(snapshots, complete.waiting(), sweep(complete, now), told);
      }
    }
    wait(snapshots, now, timer);
    state.write(snapshots);
  }

  private Settled sweep(Complete complete, Instant now) throws Exception {
    SnapshotClosed closing = complete.waiting().closing();
    long rows = Objects.requireNonNull(open, "not set up").sweep(closing);
    report.swept(closing, rows);
    return Settled.swept(closing, complete.last(), rows, now);
  }

  private static TableSnapshots settle(
      TableSnapshots snapshots, Waiting one, Settled settled, ToldCounts counts) {
    counts.forget(settled);
    return snapshots.settled(one, settled);
  }

  @OnTimer("patience")
  public void giveUpWhatNeverComes(
      @StateId("snapshots") ValueState<TableSnapshots> state,
      @StateId("counts") MapState<String, Counted> counts,
      @TimerId("patience") Timer timer) {
    Instant now = now(timer);
    TableSnapshots snapshots = read(state);
    for (Waiting one : snapshots.quietBefore(now.minus(patience))) {
      SnapshotClosed closing = one.closing();
      report.givenUp(closing, patience);
      snapshots = settle(snapshots, one, Settled.givenUp(closing, now), new ToldCounts(counts));
    }
    wait(snapshots, now, timer);
    state.write(snapshots);
  }

  private void wait(TableSnapshots snapshots, Instant now, Timer timer) {
    snapshots
        .nextGivingUp(patience)
        .ifPresent(
            at ->
                timer
                    .withNoOutputTimestamp()
                    .offset(
                        org.joda.time.Duration.millis(
                            Math.max(0, Duration.between(now, at).toMillis())))
                    .setRelative());
  }

  private static TableSnapshots read(ValueState<TableSnapshots> state) {
    @Nullable TableSnapshots known = state.read();
    return known == null ? TableSnapshots.NONE : known;
  }

  /** As the runner has it, which a test may turn. */
  private static Instant now(Timer timer) {
    return Instant.ofEpochMilli(timer.getCurrentRelativeTime().getMillis());
  }

  @Teardown
  public void close() {
    SnapshotSweeper.Open opened = open;
    open = null;
    if (opened != null) {
      opened.close();
    }
  }
}
