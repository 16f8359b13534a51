package dev.renkei.beam.warehouse;

import dev.renkei.beam.warehouse.SnapshotEvent.Arrived;
import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import java.time.Instant;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.state.SetState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts the distinct rows of one attempt at one chunk, which is its key, and tells the count once
 * a second while it grows. Forgets them a week after the last: a row that comes later still can
 * only begin a lower count, which counts for nothing.
 */
final class CountRowsFn extends DoFn<KV<String, KV<String, Arrived>>, KV<String, SnapshotEvent>> {
  private static final long serialVersionUID = 1;
  private static final Duration TOLD_EVERY = Duration.standardSeconds(1);
  private static final Duration KEPT = Duration.standardDays(7);

  @StateId("hashes")
  private final StateSpec<SetState<Long>> hashesSpec = StateSpecs.set(VarLongCoder.of());

  @StateId("rows")
  private final StateSpec<ValueState<Long>> rowsSpec = StateSpecs.value(VarLongCoder.of());

  /** The first row, which stands for all, and when it came. */
  @StateId("first")
  private final StateSpec<ValueState<First>> firstSpec =
      StateSpecs.value(SerializableCoder.of(First.class));

  @TimerId("tell")
  private final TimerSpec tellSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  @TimerId("forget")
  private final TimerSpec forgetSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

  private record First(String table, Arrived row, Instant at) implements java.io.Serializable {
    private static final long serialVersionUID = 1;
  }

  @ProcessElement
  public void process(
      @Element KV<String, KV<String, Arrived>> row,
      @StateId("hashes") SetState<Long> hashes,
      @StateId("rows") ValueState<Long> rows,
      @StateId("first") ValueState<First> first,
      @TimerId("tell") Timer tell,
      @TimerId("forget") Timer forget) {
    Arrived arrived = row.getValue().getValue();
    if (!Boolean.TRUE.equals(hashes.addIfAbsent(arrived.hash()).read())) {
      return;
    }
    @Nullable Long before = rows.read();
    rows.write(before == null ? 1 : before + 1);
    if (before == null) {
      Instant now = Instant.ofEpochMilli(tell.getCurrentRelativeTime().getMillis());
      first.write(new First(row.getValue().getKey(), arrived, now));
    }
    tell.align(TOLD_EVERY).setRelative();
    forget.withNoOutputTimestamp().offset(KEPT).setRelative();
  }

  @OnTimer("tell")
  public void tell(
      @StateId("rows") ValueState<Long> rows,
      @StateId("first") ValueState<First> first,
      OutputReceiver<KV<String, SnapshotEvent>> to) {
    @Nullable Long counted = rows.read();
    @Nullable First one = first.read();
    if (counted != null && one != null) {
      to.output(
          KV.of(one.table(), new Counted(one.row().stamp(), one.row().chunk(), counted, one.at())));
    }
  }

  /** The pipeline is drained, or its input has ended. */
  @OnWindowExpiration
  public void end(
      @StateId("rows") ValueState<Long> rows,
      @StateId("first") ValueState<First> first,
      OutputReceiver<KV<String, SnapshotEvent>> to) {
    tell(rows, first, to);
  }

  @OnTimer("forget")
  public void forget(
      @StateId("hashes") SetState<Long> hashes,
      @StateId("rows") ValueState<Long> rows,
      @StateId("first") ValueState<First> first) {
    hashes.clear();
    rows.clear();
    first.clear();
  }
}
