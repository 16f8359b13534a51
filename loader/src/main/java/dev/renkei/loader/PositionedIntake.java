package dev.renkei.loader;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.loader.Tries.StoppedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a hub in the order of its partitions; the warehouse keeps, in one step with the data, where
 * to read on (SEMANTICS 22).
 */
final class PositionedIntake implements Intake {
  private static final Logger log = LoggerFactory.getLogger(PositionedIntake.class);
  private static final Duration LOOK_AT_ENDS = Duration.ofSeconds(1);

  /** Positions that move without a message, behind what the hub keeps for itself, wait so long. */
  private static final Duration KEEP_IDLE_POSITIONS = Duration.ofMinutes(1);

  private final HubSubscription subscription;
  private final Warehouse warehouse;
  private final Application application;
  private final LoaderOptions options;
  private final Standing standing;
  private final Tries tries;
  private final Closings closings = new Closings();
  private final Map<Integer, Long> positions = new TreeMap<>();
  private @Nullable Rewind rewind;
  private long endsLookedAtNanos;

  /** Since when positions have moved that the warehouse does not hold; null where it holds all. */
  private @Nullable Instant unkeptSince;

  PositionedIntake(
      HubSubscription subscription,
      Warehouse warehouse,
      Application application,
      LoaderOptions options,
      Standing standing,
      Tries tries) {
    this.subscription = subscription;
    this.warehouse = warehouse;
    this.application = application;
    this.options = options;
    this.standing = standing;
    this.tries = tries;
  }

  @Override
  public void begin() throws InterruptedException, StoppedException {
    String stream = subscription.streamId();
    standing.update(to -> to.stream(stream));
    Beginning beginning =
        tries.get(
            "beginning",
            () ->
                Beginning.of(
                    stream,
                    subscription.partitions(),
                    warehouse.positions(stream),
                    warehouse.streams()));
    if (beginning instanceof Beginning.Resume resume) {
      seek(resume.positions(), "the hub no longer holds what comes next");
    } else if (beginning instanceof Beginning.First first) {
      seek(first.positions(), "this warehouse is new and the hub no longer holds its beginning");
    } else if (beginning instanceof Beginning.Recreated recreated) {
      reload("the hub's topic was made anew");
      seek(recreated.positions(), "the hub's topic was made anew");
    }
    standing.update(to -> to.phase(Phase.LOADING).positions(positions));
  }

  private void seek(Map<Integer, Long> wanted, String otherwise)
      throws InterruptedException, StoppedException {
    boolean held =
        tries.get(
            "seeking",
            () -> {
              try {
                subscription.seek(wanted);
                return true;
              } catch (PositionLostException e) {
                log.atError()
                    .addKeyValue("loader", options.name())
                    .log("position lost: " + e.getMessage());
                return false;
              }
            });
    positions.clear();
    if (held) {
      positions.putAll(wanted);
    } else {
      startAtEnd(otherwise);
    }
  }

  /** What lies between is brought by the reload, whose rows come behind the end. */
  private void startAtEnd(String reason) throws InterruptedException, StoppedException {
    closings.clear();
    Map<Integer, Long> ends =
        tries.get(
            "seeking",
            () -> {
              Map<Integer, Long> end = subscription.endOffsets();
              subscription.seek(end);
              return end;
            });
    reload(reason);
    application.keep(ends);
    positions.clear();
    positions.putAll(ends);
  }

  private void reload(String reason) throws InterruptedException, StoppedException {
    application.reload(null, reason + ": all tables are loaded again.");
  }

  @Override
  public void turn() throws InterruptedException, StoppedException {
    List<HubRecord> messages = read();
    if (messages.isEmpty()) {
      giveUpClosings();
      idle();
    } else {
      load(messages);
    }
    lookAtEnds();
    lookAtReplay();
  }

  private List<HubRecord> read() throws InterruptedException, StoppedException {
    try {
      Batch<HubRecord> batch =
          Batch.read(this::poll, record -> record.payload().length, options, tries::isClosing);
      return batch.messages();
    } catch (PositionLostException e) {
      startAtEnd("the hub no longer holds what comes next");
      return List.of();
    }
  }

  private List<HubRecord> poll(Duration atMost)
      throws InterruptedException, StoppedException, PositionLostException {
    return tries.get("reading", () -> subscription.poll(atMost), PositionLostException.class);
  }

  private void load(List<HubRecord> messages) throws InterruptedException, StoppedException {
    Content content = application.read(messages);
    List<Closings.Complete> complete = new ArrayList<>();
    for (Content.Control control : content.controls()) {
      HubRecord record = control.record();
      complete.addAll(
          closings.add(
              control.message(), record.partition(), record.offset(), options.clock().instant()));
    }
    for (HubRecord record : messages) {
      positions.merge(record.partition(), record.offset() + 1, Math::max);
    }
    apply(content, complete.isEmpty());
    for (int i = 0; i < complete.size(); i++) {
      boolean last = i + 1 == complete.size();
      Closings.Complete one = complete.get(i);
      application.sweep(one.closing(), one.at(), last ? closings.durable(positions) : Map.of());
    }
    standing.update(to -> to.positions(positions).loaded(content.changes().size()));
  }

  /** A complete closing lets go of the positions; until its sweep is done they stay. */
  private void apply(Content content, boolean withPositions)
      throws InterruptedException, StoppedException {
    Map<Integer, Long> durable = withPositions ? closings.durable(positions) : Map.of();
    application.apply(content, durable);
    unkeptSince = durable.isEmpty() ? unkeptSince : null;
  }

  private void giveUpClosings() throws InterruptedException, StoppedException {
    List<SnapshotClosed> givenUp =
        closings.giveUpBefore(options.clock().instant().minus(options.closingPatience()));
    for (SnapshotClosed closed : givenUp) {
      log.atWarn()
          .addKeyValue("loader", options.name())
          .addKeyValue("table", closed.table())
          .addKeyValue("snapshot", closed.snapshot())
          .log(
              "snapshot's closing is missing in a partition: rows that vanished stay until the next reload");
    }
    if (!givenUp.isEmpty()) {
      application.keep(closings.durable(positions));
    }
  }

  /** Everything read is applied: what lies behind the last message is no message of anybody. */
  private void idle() throws InterruptedException, StoppedException {
    Map<Integer, Long> next = tries.get("reading", subscription::nextOffsets);
    if (!next.equals(positions)) {
      positions.putAll(next);
      standing.update(to -> to.positions(positions));
      unkeptSince = unkeptSince == null ? options.clock().instant() : unkeptSince;
    }
    Instant since = unkeptSince;
    if (since != null && since.plus(KEEP_IDLE_POSITIONS).isBefore(options.clock().instant())) {
      tries.run("commit", this::keepPositions);
    }
  }

  /** Else an idle hub would some day no longer hold what comes next. */
  private void keepPositions() throws WarehouseException {
    warehouse.apply(List.of(), subscription.streamId(), closings.durable(positions));
    unkeptSince = null;
  }

  private void lookAtEnds() {
    if (System.nanoTime() - endsLookedAtNanos < LOOK_AT_ENDS.toNanos()) {
      return;
    }
    endsLookedAtNanos = System.nanoTime();
    try {
      Map<Integer, Long> ends = subscription.endOffsets();
      standing.update(to -> to.ends(ends));
    } catch (HubException e) {
      log.atDebug().addKeyValue("loader", options.name()).log("ends not known: " + e.getMessage());
    }
  }

  /** The earlier positions are durable before anything behind them is read. */
  @Override
  public void replay(Instant from) throws InterruptedException, StoppedException {
    // A closing that waits is read again: what its partitions have sent lies behind the target.
    Map<Integer, Long> before = closings.durable(positions);
    Map<Integer, Long> ends = tries.get("replay", subscription::endOffsets);
    Map<Integer, Long> target =
        tries.get(
            "replay",
            () -> {
              subscription.seekToTime(from);
              return Rewind.target(before, subscription.nextOffsets());
            });
    application.keep(target);
    closings.clear();
    seek(target, "the hub no longer holds what comes next");
    Rewind under = rewind;
    Instant earliest = under != null && under.from().isBefore(from) ? under.from() : from;
    rewind = new Rewind(earliest, ends);
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("from", from)
        .addKeyValue("positions", positions)
        .log("replay begins");
    standing.update(to -> to.positions(positions).replayingFrom(earliest));
  }

  @Override
  public void replay(String mark) {
    throw new IllegalStateException("marks are for hubs that keep what was acknowledged: " + mark);
  }

  private void lookAtReplay() throws InterruptedException, StoppedException {
    Rewind under = rewind;
    if (under == null || !under.isPassedBy(tries.get("replay", subscription::nextOffsets))) {
      return;
    }
    rewind = null;
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("from", under.from())
        .log("replay ends");
    standing.update(to -> to.replayingFrom(null));
  }

  @Override
  public void end() {
    try {
      if (unkeptSince != null) {
        keepPositions();
      }
    } catch (WarehouseException e) {
      log.atDebug()
          .addKeyValue("loader", options.name())
          .log("positions not kept: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    subscription.close();
  }
}
