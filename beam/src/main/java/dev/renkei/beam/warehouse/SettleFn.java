package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Closed;
import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.beam.warehouse.TableSnapshots.Complete;
import dev.renkei.beam.warehouse.TableSnapshots.Waiting;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps a table, which is its key, as soon as a snapshot has arrived whole: where floors hold for
 * rows that come later too, nobody has to be told before. Where rows do not come, nothing is swept,
 * and that is told.
 */
final class SettleFn extends DoFn<KV<String, SnapshotEvent>, Void> {
  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(SettleFn.class);

  private final Counter sweeps;
  private final Counter swept;
  private final Counter givenUp;

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
    this.sweeps = Metrics.counter(flow, "sweeps");
    this.swept = Metrics.counter(flow, "swept_rows");
    this.givenUp = Metrics.counter(flow, "snapshots_given_up");
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
    SnapshotEvent event = element.getValue();
    if (event instanceof Closed closed) {
      snapshots = snapshots.closed(closed.closing(), closed.partition(), now);
    } else if (event instanceof Counted counted && remember(counted, snapshots, counts)) {
      snapshots = snapshots.heard(now);
    }
    if (!snapshots.waiting().isEmpty()) {
      for (Complete complete : snapshots.complete(new CountedRows(told(counts)))) {
        snapshots = settle(snapshots, complete.waiting(), sweep(complete, now), counts);
      }
    }
    wait(snapshots, now, timer);
    state.write(snapshots);
  }

  /** Whether there are more of them than was known. */
  private static boolean remember(
      Counted counted, TableSnapshots snapshots, MapState<String, Counted> counts) {
    for (Settled settled : snapshots.settled()) {
      if (settled.covers(new Lot(settled.table(), counted.stamp(), counted.chunk()))) {
        return false;
      }
    }
    String lot =
        "%s/%d/%d"
            .formatted(counted.stamp().hex(), counted.chunk().number(), counted.chunk().attempt());
    @Nullable Counted before = counts.get(lot).read();
    if (before != null && before.rows() >= counted.rows()) {
      return false;
    }
    counts.put(lot, counted);
    return true;
  }

  private static List<Counted> told(MapState<String, Counted> counts) {
    List<Counted> told = new ArrayList<>();
    Iterable<Map.Entry<String, Counted>> entries = Objects.requireNonNull(counts.entries().read());
    entries.forEach(entry -> told.add(entry.getValue()));
    return told;
  }

  private Settled sweep(Complete complete, Instant now) throws Exception {
    SnapshotClosed closing = complete.waiting().closing();
    long rows = Objects.requireNonNull(open, "not set up").sweep(closing);
    sweeps.inc();
    swept.inc(rows);
    log.atInfo()
        .addKeyValue("table", closing.table())
        .addKeyValue("snapshot", closing.snapshot())
        .addKeyValue("rows", closing.rows())
        .addKeyValue("swept", rows)
        .log("snapshot loaded");
    return Settled.swept(closing, complete.last(), rows, now);
  }

  private static TableSnapshots settle(
      TableSnapshots snapshots, Waiting one, Settled settled, MapState<String, Counted> counts) {
    List<String> done = new ArrayList<>();
    Iterable<Map.Entry<String, Counted>> entries = Objects.requireNonNull(counts.entries().read());
    for (Map.Entry<String, Counted> entry : entries) {
      Counted counted = entry.getValue();
      if (settled.covers(new Lot(settled.table(), counted.stamp(), counted.chunk()))) {
        done.add(entry.getKey());
      }
    }
    done.forEach(counts::remove);
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
      givenUp.inc();
      log.atError()
          .addKeyValue("table", closing.table())
          .addKeyValue("snapshot", closing.snapshot())
          .log(
              "%s: rows of its snapshot have not arrived within %s, so rows that vanished at the source stay. Load it again with `renkei reload %s`."
                  .formatted(closing.table(), patience, closing.table()));
      snapshots = settle(snapshots, one, Settled.givenUp(closing, now), counts);
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
