package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.CursorStore;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.loader.Tries.StoppedException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a hub that delivers everything at least once and in any order, and keeps for its reader
 * what that has acknowledged.
 *
 * <p>A delivery is acknowledged when the warehouse, or the dead letters, hold it durably: a crash
 * can only bring it again, which changes nothing (SEMANTICS 10). Nothing is polled while a batch is
 * under way, so what waits in memory is that batch and what the subscription's flow control lets
 * in.
 */
final class AcknowledgedIntake implements Intake {
  private static final Logger log = LoggerFactory.getLogger(AcknowledgedIntake.class);

  /** Messages arrive out of order by about so much. */
  private static final Duration DISORDER = Duration.ofMinutes(10);

  private final AcknowledgedSubscription subscription;
  private final CursorStore cursors;
  private final Warehouse warehouse;
  private final Application application;
  private final LoaderOptions options;
  private final Standing standing;
  private final Tries tries;
  private final SnapshotSweeps sweeps;

  private @Nullable CaughtUp caughtUp;

  /** The batch that is not settled. */
  private final List<Delivery> underWay = new ArrayList<>();

  AcknowledgedIntake(
      AcknowledgedSubscription subscription,
      CursorStore cursors,
      Warehouse warehouse,
      Application application,
      LoaderOptions options,
      Standing standing,
      Tries tries) {
    this.subscription = subscription;
    this.cursors = cursors;
    this.warehouse = warehouse;
    this.application = application;
    this.options = options;
    this.standing = standing;
    this.tries = tries;
    this.sweeps = new SnapshotSweeps(application, options, standing, tries);
  }

  @Override
  public void begin() throws InterruptedException, StoppedException {
    sweeps.open();
    Path folder = options.folder();
    if (folder != null) {
      caughtUp = tries.get("opening the counts", () -> CaughtUp.read(folder));
    }
    meet();
    standing.update(to -> to.phase(Phase.LOADING).unsettled(0, null));
  }

  /**
   * A new subscriber starts with a reload, not with what the hub holds still (SEMANTICS 22); unless
   * that is all there ever was. Whether it is, is asked at each start: once something may have been
   * acknowledged, nobody must be told so any more.
   */
  private void meet() throws InterruptedException, StoppedException {
    String stream = subscription.streamId();
    standing.update(to -> to.stream(stream));
    boolean whole = tries.get("beginning", subscription::takeBeginning);
    Set<String> streams = tries.get("beginning", warehouse::streams);
    if (streams.contains(stream)) {
      return;
    }
    sweeps.forgetAll();
    if (Beginning.isMadeAnew(stream, streams)) {
      reload("the hub's subscription was made anew");
    } else if (whole && streams.isEmpty()) {
      log.atInfo()
          .addKeyValue("loader", options.name())
          .log("the subscription holds everything that was ever published: no reload is needed");
    } else if (tries.get("beginning", this::hasPublishedBefore)) {
      reload("this warehouse is new, and trackers had published before it was there");
    }
    application.keep(Map.of());
  }

  private boolean hasPublishedBefore() throws HubException, InterruptedException {
    for (String source : options.sources()) {
      if (!cursors.cursors(source).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void reload(String reason) throws InterruptedException, StoppedException {
    application.reload(null, reason + ": all tables are loaded again.");
  }

  @Override
  public void turn() throws InterruptedException, StoppedException {
    read();
    reloadIfAwayForTooLong();
    if (underWay.isEmpty()) {
      standing.update(to -> to.unsettled(sweeps.deliveries(), null).replayingFrom(null));
      reached(options.clock().instant());
    } else {
      Instant oldest = Instant.ofEpochMilli(oldestMillis());
      load();
      reached(oldest);
    }
    sweeps.giveUpWhatNeverComes();
  }

  /** What was not acknowledged in time is gone, and nobody else tells. */
  private void reloadIfAwayForTooLong() throws InterruptedException, StoppedException {
    CaughtUp since = caughtUp;
    Duration retention = options.retention();
    Instant now = options.clock().instant();
    if (since == null || retention == null || !since.isTooLongAgo(now, retention)) {
      return;
    }
    reload(
        "nothing was dealt with for %d hours, and the hub keeps messages for %d: some may be gone"
            .formatted(since.age(now).toHours(), retention.toHours()));
    reached(now);
  }

  private void reached(Instant time) throws InterruptedException, StoppedException {
    CaughtUp kept = caughtUp;
    if (kept != null) {
      tries.run("keeping the time", () -> kept.reached(time));
    }
  }

  private void read() throws InterruptedException, StoppedException {
    try {
      Batch.read(this::poll, one -> one.message().payload().length, options, tries::isClosing);
    } catch (PositionLostException e) {
      log.atError().addKeyValue("loader", options.name()).log("hub lost: " + e.getMessage());
      letGo();
      meet();
    }
  }

  private List<Delivery> poll(Duration atMost)
      throws InterruptedException, StoppedException, PositionLostException {
    List<Delivery> some =
        tries.get("reading", () -> subscription.poll(atMost), PositionLostException.class);
    underWay.addAll(some);
    return some;
  }

  private void letGo() {
    underWay.forEach(Delivery::release);
    underWay.clear();
    sweeps.letGo();
  }

  private void load() throws InterruptedException, StoppedException {
    long oldestMillis = oldestMillis();
    tellUnsettled(Instant.ofEpochMilli(oldestMillis));
    Instant began = options.clock().instant();
    Map<HubRecord, Delivery> deliveries = new IdentityHashMap<>();
    underWay.forEach(delivery -> deliveries.put(delivery.message(), delivery));
    Content content = application.read(List.copyOf(deliveries.keySet()));
    // The log takes a change only if it is higher than the key's last: so it takes as many as it
    // can.
    content.changes().sort(Comparator.comparing(Change::sequence));
    application.apply(content, Map.of());
    sweeps.count(content, oldestMillis, Duration.between(began, options.clock().instant()));
    for (Content.Control control : content.controls()) {
      Delivery delivery = deliveries.remove(control.record());
      sweeps.close(control.message().message(), java.util.Objects.requireNonNull(delivery));
    }
    deliveries.values().forEach(Delivery::acknowledge);
    underWay.clear();
    standing.update(to -> to.loaded(content.changes().size()));
    sweeps.sweepWhatIsComplete();
    tellUnsettled(Instant.ofEpochMilli(oldestMillis));
  }

  private long oldestMillis() {
    return underWay.stream().mapToLong(one -> one.message().timestampMillis()).min().orElse(0);
  }

  private void tellUnsettled(Instant oldest) {
    int count = underWay.size() + sweeps.deliveries();
    standing.update(to -> to.unsettled(count, oldest));
  }

  /**
   * What is behind the loader stays behind it: a hub may take what was published before the time
   * that is sought as acknowledged, so that time is never ahead of what has not arrived yet.
   */
  @Override
  public void replay(Instant from) throws InterruptedException, StoppedException {
    LoaderState.Unsettled unsettled = standing.state().unsettled();
    Instant oldest = unsettled == null ? null : unsettled.oldest();
    Instant safe = oldest == null ? options.clock().instant() : oldest;
    Instant target = from.isBefore(safe.minus(DISORDER)) ? from : safe.minus(DISORDER);
    tries.run("replay", () -> subscription.seek(target));
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("from", target)
        .log("replay begins");
    standing.update(to -> to.replayingFrom(from));
  }

  /**
   * Where a replay from further back is under way, that begins anew instead: the mark would take
   * what it has not brought yet as acknowledged.
   */
  @Override
  public void replay(String mark) throws InterruptedException, StoppedException {
    Instant under = standing.state().replayingFrom();
    Optional<Instant> set = tries.get("replay", () -> seek(mark, under));
    if (set.isEmpty()) {
      String sentence =
          "there is no mark '%s' of '%s' (any more): nothing is replayed. `renkei replay --marks` lists them; `renkei replay --from TIME` needs none."
              .formatted(mark, options.name());
      log.atError().addKeyValue("loader", options.name()).log(sentence);
      standing.update(to -> to.alert(sentence));
    } else if (isFurtherBack(under, set.get())) {
      replay(java.util.Objects.requireNonNull(under));
    } else {
      log.atInfo()
          .addKeyValue("loader", options.name())
          .addKeyValue("mark", mark)
          .addKeyValue("setAt", set.get())
          .log("replay begins");
      standing.update(to -> to.replayingFrom(set.get()));
    }
  }

  /** When the mark was set; goes there, unless a replay under way covers it. */
  private Optional<Instant> seek(String mark, @Nullable Instant under)
      throws HubException, InterruptedException {
    Optional<Instant> set = subscription.markedAt(mark);
    if (set.isPresent() && !isFurtherBack(under, set.get())) {
      subscription.seekToMark(mark);
    }
    return set;
  }

  private static boolean isFurtherBack(@Nullable Instant replay, Instant mark) {
    return replay != null && replay.isBefore(mark);
  }

  @Override
  public void end() {}

  @Override
  public void close() {
    letGo();
    sweeps.close();
    subscription.close();
  }
}
