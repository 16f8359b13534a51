package dev.renkei.beam.latest;

import dev.renkei.beam.warehouse.SnapshotEvent;
import dev.renkei.bigtable.BigtableException;
import dev.renkei.bigtable.LatestChange;
import dev.renkei.bigtable.LatestTable;
import dev.renkei.bigtable.LatestWriter;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.Addressed;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.message.MessageIds;
import dev.renkei.steps.flow.FlowMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes what messages say, in batches that are durable when their bundle is done. What cannot be
 * read or is refused is set aside with its message; what Bigtable cannot take now comes again with
 * the bundle.
 */
final class WriteFn extends DoFn<FlowMessage, DeadLetter> {
  static final TupleTag<DeadLetter> LETTERS = new TupleTag<>("dead-letters");

  /** What settles snapshots: their closings, and rows that are durable or were set aside. */
  static final TupleTag<KV<String, SnapshotEvent>> EVENTS = new TupleTag<>("snapshots");

  private static final long serialVersionUID = 1;

  private final Counter rows = Metrics.counter(LatestPipeline.FLOW, "rows");
  private final Counter deletes = Metrics.counter(LatestPipeline.FLOW, "deletes");
  private final Counter deadLetters = Metrics.counter(LatestPipeline.FLOW, "dead_letters");

  private final BigtableConfig bigtable;
  private transient @Nullable LatestWriter<Written> writer;
  private transient @Nullable List<Written> bundle;

  /** A message whose change is under way; told apart from its copies. */
  private static final class Written {
    final FlowMessage message;
    final Instant at;
    final BoundedWindow window;

    Written(FlowMessage message, Instant at, BoundedWindow window) {
      this.message = message;
      this.at = at;
      this.window = window;
    }
  }

  WriteFn(BigtableConfig bigtable) {
    this.bigtable = bigtable;
  }

  @Setup
  public void open() throws BigtableException {
    LatestTable.make(bigtable);
    writer = LatestWriter.open(bigtable);
  }

  @StartBundle
  public void begin() throws BigtableException, InterruptedException {
    // What a bundle that failed has left behind.
    writer().flush();
    bundle = new ArrayList<>();
  }

  @ProcessElement
  public void process(
      @Element FlowMessage message,
      @Timestamp Instant at,
      BoundedWindow window,
      MultiOutputReceiver to) {
    try {
      MessageAttributes attributes = HeaderCodec.read(message.attributes()::get);
      if (attributes.type() == ChangeType.CONTROL) {
        control(ControlMessage.decode(attributes, message.payload()), to);
        return;
      }
      LatestChange change = LatestChange.read(attributes, message.routingKey(), message.payload());
      Written written = new Written(message, at, window);
      writer().add(written, change);
      Objects.requireNonNull(bundle).add(written);
      (change.isDelete() ? deletes : rows).inc();
    } catch (MessageException e) {
      deadLetters.inc();
      to.get(LETTERS).output(message.deadLetter(String.valueOf(e.getMessage())));
      SnapshotEvent.rowOf(message).ifPresent(to.get(EVENTS)::output);
    }
  }

  private static void control(Addressed addressed, MultiOutputReceiver to) {
    if (addressed.message() instanceof SnapshotClosed closed) {
      to.get(EVENTS)
          .output(
              KV.of(
                  MessageIds.ofTable(closed.source(), closed.table()),
                  new SnapshotEvent.Closed(closed, addressed.partition())));
    }
  }

  @FinishBundle
  public void flush(FinishBundleContext context) throws BigtableException, InterruptedException {
    Set<Written> refused = new HashSet<>(writer().flush());
    for (Written one : Objects.requireNonNull(bundle)) {
      if (refused.contains(one)) {
        deadLetters.inc();
        context.output(LETTERS, refusal(one.message), one.at, one.window);
      }
      SnapshotEvent.rowOf(one.message)
          .ifPresent(event -> context.output(EVENTS, event, one.at, one.window));
    }
    bundle = null;
  }

  /** What Bigtable says may hold values. */
  private static DeadLetter refusal(FlowMessage message) {
    return message.deadLetter(
        "%s: a row that Bigtable refuses, most likely for its size. Look it up in a warehouse; `renkei dead-letters` has the message."
            .formatted(message.attributes().get(MessageAttributes.TABLE_NAME)));
  }

  private LatestWriter<Written> writer() {
    return Objects.requireNonNull(writer, "not set up");
  }

  @Teardown
  public void close() {
    LatestWriter<Written> opened = writer;
    writer = null;
    if (opened != null) {
      opened.close();
    }
  }
}
