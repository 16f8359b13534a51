package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.OpenTables.Purpose;
import dev.renkei.beam.warehouse.SnapshotEvent.Alive;
import dev.renkei.beam.warehouse.SnapshotEvent.Closed;
import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.beam.warehouse.TableSnapshots.Complete;
import dev.renkei.beam.warehouse.TableSnapshots.Due;
import dev.renkei.beam.warehouse.TableSnapshots.Waiting;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.snapshot.Settled;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.steps.flow.OpenSchemas;
import dev.renkei.warehouse.bigquery.PipelineTables;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps a table, which is its key, after a snapshot that has arrived whole (SEMANTICS 18): raises
 * the floor, waits until every worker knows it, then deletes what is below. Where rows do not come,
 * nothing is swept, and that is told.
 */
final class SweepFn extends DoFn<KV<String, SnapshotEvent>, Void> {
  private static final long serialVersionUID = 1;
  private static final Duration FORGET_EVERY = Duration.ofDays(1);
  private static final Logger log = LoggerFactory.getLogger(SweepFn.class);

  private final SnapshotReport report = new SnapshotReport(WarehousePipeline.FLOW);

  @StateId("snapshots")
  private final StateSpec<ValueState<TableSnapshots>> snapshotsSpec =
      StateSpecs.value(SerializableCoder.of(TableSnapshots.class));

  @StateId("counts")
  private final StateSpec<MapState<String, Counted>> countsSpec =
      StateSpecs.map(StringUtf8Coder.of(), SerializableCoder.of(Counted.class));

  /** When old deletes were last forgotten. */
  @StateId("forgot")
  private final StateSpec<ValueState<Instant>> forgotSpec =
      StateSpecs.value(SerializableCoder.of(Instant.class));

  @TimerId("due")
  private final TimerSpec dueSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("patience")
  private final TimerSpec patienceSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private final WarehousePlan plan;
  private transient @Nullable OpenTables open;
  private transient @Nullable OpenSchemas schemas;

  SweepFn(WarehousePlan plan) {
    this.plan = plan;
  }

  @Setup
  public void open() throws WarehouseException, HubException, InterruptedException {
    open = OpenTables.of(plan, Purpose.SWEEP);
    schemas = plan.hub().openSchemas();
  }

  private PipelineTables tables() {
    return Objects.requireNonNull(open, "not set up").tables();
  }

  @ProcessElement
  public void process(
      @Element KV<String, SnapshotEvent> element,
      @AlwaysFetched @StateId("snapshots") ValueState<TableSnapshots> state,
      @StateId("counts") MapState<String, Counted> counts,
      @StateId("forgot") ValueState<Instant> forgot,
      @TimerId("due") Timer due,
      @TimerId("patience") Timer patience)
      throws WarehouseException, HubException, InterruptedException {
    Instant now = now(due);
    SnapshotEvent event = element.getValue();
    if (event instanceof Alive alive) {
      forget(alive.table(), forgot, now);
      return;
    }
    TableSnapshots snapshots = read(state);
    ToldCounts told = new ToldCounts(counts);
    if (event instanceof Closed closed) {
      snapshots = snapshots.closed(closed.closing(), closed.partition(), now);
    } else if (event instanceof Counted counted && told.add(counted, snapshots.settled())) {
      snapshots = snapshots.heard(now);
    }
    if (!snapshots.waiting().isEmpty()) {
      snapshots = begin(snapshots, told.rows(), now);
    }
    look(snapshots, now, due, patience);
    state.write(snapshots);
  }

  /** Once a day deletes that are older than the horizon are forgotten (SEMANTICS 11). */
  private void forget(TableName table, ValueState<Instant> forgot, Instant now)
      throws WarehouseException {
    @Nullable Instant last = forgot.read();
    if (last == null) {
      forgot.write(now);
    } else if (!now.isBefore(last.plus(FORGET_EVERY))) {
      tables().forgetDeletes(table);
      forgot.write(now);
    }
  }

  /** Tells the workers of what has arrived whole. */
  private TableSnapshots begin(TableSnapshots before, CountedRows rows, Instant now)
      throws WarehouseException, HubException, InterruptedException {
    TableSnapshots after = before;
    for (Complete complete : before.complete(rows)) {
      SnapshotClosed closing = complete.waiting().closing();
      prepareNewest(closing);
      if (closing.part() == null) {
        tables().raiseFloor(closing.table(), closing.start());
      }
      after =
          after.due(
              complete.waiting(),
              new Due(
                  now.plus(plan.sweepDelay()), now, complete.last(), rows.firstOf(closing, now)));
    }
    return after;
  }

  /** So that a table without rows appears too. */
  private void prepareNewest(SnapshotClosed closing)
      throws WarehouseException, HubException, InterruptedException {
    Optional<SchemaRecord> newest =
        Objects.requireNonNull(schemas).store().of(closing.source(), closing.table()).stream()
            .max(Comparator.comparing(SchemaRecord::firstSeen));
    if (newest.isEmpty()) {
      return;
    }
    try {
      tables().prepare(newest.get());
    } catch (SchemaRefusedException e) {
      log.atWarn().addKeyValue("table", closing.table()).log("table refused: " + e.getMessage());
    }
  }

  @OnTimer("due")
  public void sweepWhatIsDue(
      @StateId("snapshots") ValueState<TableSnapshots> state,
      @StateId("counts") MapState<String, Counted> counts,
      @TimerId("due") Timer due,
      @TimerId("patience") Timer patience)
      throws WarehouseException {
    Instant now = now(due);
    TableSnapshots snapshots = read(state);
    snapshots = swept(snapshots, snapshots.dueBy(now), new ToldCounts(counts));
    look(snapshots, now, due, patience);
    state.write(snapshots);
  }

  /** The pipeline is drained, or its input has ended: no row comes behind a sweep any more. */
  @OnWindowExpiration
  public void end(
      @StateId("snapshots") ValueState<TableSnapshots> state,
      @StateId("counts") MapState<String, Counted> counts)
      throws WarehouseException {
    TableSnapshots snapshots = read(state);
    swept(snapshots, snapshots.dueBy(Instant.MAX), new ToldCounts(counts));
  }

  private TableSnapshots swept(TableSnapshots before, List<Waiting> due, ToldCounts counts)
      throws WarehouseException {
    TableSnapshots after = before;
    for (Waiting one : due) {
      after = settle(after, one, sweep(one), counts);
    }
    return after;
  }

  private Settled sweep(Waiting one) throws WarehouseException {
    SnapshotClosed closing = one.closing();
    Due due = Objects.requireNonNull(one.due());
    SnapshotClosed.Part part = closing.part();
    long rows = 0;
    // Of a part that is no range of keys nobody could tell what has vanished.
    if (part == null || part.range() != null) {
      rows =
          tables()
              .sweep(
                  new Sweep(
                      closing.source(),
                      closing.table(),
                      closing.snapshot(),
                      closing.start(),
                      due.arrived(),
                      part == null ? null : part.range()),
                  due.since());
    }
    report.swept(closing, rows);
    return Settled.swept(closing, due.last(), rows, due.arrived());
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
      @TimerId("due") Timer due,
      @TimerId("patience") Timer patience) {
    Instant now = now(patience);
    TableSnapshots snapshots = read(state);
    for (Waiting one : snapshots.quietBefore(now.minus(plan.closingPatience()))) {
      SnapshotClosed closing = one.closing();
      report.givenUp(closing, plan.closingPatience());
      snapshots = settle(snapshots, one, Settled.givenUp(closing, now), new ToldCounts(counts));
    }
    look(snapshots, now, due, patience);
    state.write(snapshots);
  }

  private void look(TableSnapshots snapshots, Instant now, Timer due, Timer patience) {
    snapshots.nextDue().ifPresent(at -> due.offset(joda(Duration.between(now, at))).setRelative());
    snapshots
        .nextGivingUp(plan.closingPatience())
        .ifPresent(
            at ->
                patience
                    .withNoOutputTimestamp()
                    .offset(joda(Duration.between(now, at)))
                    .setRelative());
  }

  private static org.joda.time.Duration joda(Duration duration) {
    return org.joda.time.Duration.millis(Math.max(0, duration.toMillis()));
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
    OpenTables tables = open;
    open = null;
    if (tables != null) {
      tables.release();
    }
    OpenSchemas store = schemas;
    schemas = null;
    if (store != null) {
      store.close();
    }
  }
}
