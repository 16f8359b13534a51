package dev.renkei.loader;

import com.carrotsearch.hppc.LongArrayList;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageIds;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Lot.Table;
import dev.renkei.core.snapshot.RowHash;
import dev.renkei.core.snapshot.Settled;
import dev.renkei.loader.Tries.StoppedException;
import dev.renkei.loader.WaitingClosings.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps after a snapshot whose messages come in any order: when its closing has come, and as many
 * distinct rows of the attempts that count as it names are durable (SEMANTICS 18). Rows that were
 * set aside count too; nobody waits for them.
 *
 * <p>Where the rows never come together, since the count was lost with its folder, nothing is
 * swept: the table is loaded again, once. Belongs to the loader's thread.
 */
final class SnapshotSweeps {
  private static final Logger log = LoggerFactory.getLogger(SnapshotSweeps.class);

  private final Application application;
  private final LoaderOptions options;
  private final Standing standing;
  private final Tries tries;
  private final Path folder;
  private final SnapshotRows rows = new SnapshotRows();
  private final WaitingClosings waiting = new WaitingClosings();
  private @Nullable SnapshotJournal journal;

  SnapshotSweeps(Application application, LoaderOptions options, Standing standing, Tries tries) {
    Path given = options.folder();
    if (given == null) {
      throw new IllegalArgumentException(
          "loader '%s': an unordered hub needs a folder for the counts of rows"
              .formatted(options.name()));
    }
    this.folder = given;
    this.application = application;
    this.options = options;
    this.standing = standing;
    this.tries = tries;
  }

  /** Goes on with what was counted before. */
  void open() throws InterruptedException, StoppedException {
    journal = tries.get("opening the counts", () -> SnapshotJournal.open(folder, rows));
    for (Settled settled : rows.settled()) {
      if (!settled.part() && !settled.givenUp()) {
        standing.update(to -> to.known(load(settled)));
      }
    }
  }

  private static LoaderState.Load load(Settled settled) {
    return new LoaderState.Load(
        settled.table().name(), settled.start(), settled.rows(), settled.swept(), settled.at());
  }

  /** The warehouse is another than the one that was counted for. */
  void forgetAll() throws InterruptedException, StoppedException {
    rows.clear();
    tries.run("counting", () -> journal().rewrite(rows));
  }

  private SnapshotJournal journal() {
    return java.util.Objects.requireNonNull(journal, "not opened");
  }

  /**
   * Counts what has become durable. Durable when it returns.
   *
   * @param oldestMillis when the oldest of these messages was published
   * @param took how long nothing could be read meanwhile
   */
  void count(Content content, long oldestMillis, Duration took)
      throws InterruptedException, StoppedException {
    Map<Lot, LongArrayList> counted = new HashMap<>();
    for (Map.Entry<Change, HubRecord> one : content.origins().entrySet()) {
      Chunk chunk = one.getKey().chunk();
      if (chunk != null) {
        count(one.getValue(), chunk, counted);
      }
    }
    for (HubRecord record : content.aside()) {
      Optional<Chunk> chunk = chunkOf(record);
      if (chunk.isPresent()) {
        count(record, chunk.get(), counted);
      }
    }
    if (!counted.isEmpty()) {
      tries.run("counting", () -> journal().append(counted));
    }
    Set<Table> tables = new HashSet<>();
    counted.keySet().forEach(lot -> tables.add(lot.table()));
    waiting.paused(took);
    waiting.heard(tables, oldestMillis, options.clock().instant());
  }

  private void count(HubRecord record, Chunk chunk, Map<Lot, LongArrayList> counted) {
    MessageAttributes attributes = record.attributes();
    if (attributes == null) {
      return;
    }
    Table table = new Table(attributes.source(), attributes.table());
    Lot lot = new Lot(table, attributes.sequence(), chunk);
    long hash = RowHash.of(attributes.uniqueId());
    if (rows.arrived(lot, hash)) {
      counted.computeIfAbsent(lot, l -> new LongArrayList()).add(hash);
    }
  }

  /** Of a row that may be unreadable: as its id tells. */
  private static Optional<Chunk> chunkOf(HubRecord record) {
    MessageAttributes attributes = record.attributes();
    if (attributes == null || attributes.type() != ChangeType.SNAPSHOT_ROW) {
      return Optional.empty();
    }
    return MessageIds.chunkOf(
        attributes.uniqueId(), attributes.source(), attributes.table(), attributes.sequence());
  }

  /** Takes a closing, and with it the charge of settling its delivery. */
  void close(ControlMessage message, Delivery delivery) {
    if (!(message instanceof SnapshotClosed closed) || rows.isSettled(closed)) {
      delivery.acknowledge();
      return;
    }
    waiting.add(closed, delivery, options.clock().instant()).forEach(Delivery::acknowledge);
  }

  void sweepWhatIsComplete() throws InterruptedException, StoppedException {
    for (Waiting one : waiting.all()) {
      Optional<Sequence> last = rows.complete(one.closing());
      if (last.isPresent()) {
        sweep(one, last.get());
      }
    }
  }

  private void sweep(Waiting one, Sequence last) throws InterruptedException, StoppedException {
    Instant now = options.clock().instant();
    long swept = application.sweep(one.closing(), now, Map.of());
    settle(one, Settled.swept(one.closing(), last, swept, now));
  }

  private void settle(Waiting one, Settled settled) throws InterruptedException, StoppedException {
    rows.settle(settled);
    tries.run("counting", () -> journal().settled(settled, rows));
    one.deliveries().forEach(Delivery::acknowledge);
    waiting.remove(one);
  }

  void giveUpWhatNeverComes() throws InterruptedException, StoppedException {
    if (waiting.isEmpty()) {
      return;
    }
    Instant now = options.clock().instant();
    for (Waiting one : waiting.quietBefore(now.minus(options.closingPatience()))) {
      giveUp(one);
      settle(one, Settled.givenUp(one.closing(), now));
    }
  }

  private void giveUp(Waiting one) throws InterruptedException, StoppedException {
    SnapshotClosed closed = one.closing();
    String what =
        "%s: rows of its snapshot have not arrived within %s, so rows that vanished at the source stay"
            .formatted(closed.table(), options.closingPatience());
    if (closed.part() != null) {
      tell(what + ". Repeat `renkei reload %s --where`.".formatted(closed.table()));
    } else if (rows.wasGivenUp(one.table())) {
      tell(
          what
              + ", and it was loaded again for that already. See the dead letters, then `renkei reload %s`."
                  .formatted(closed.table()));
    } else {
      application.reload(closed.table(), what + ": the table is loaded again.");
    }
  }

  private void tell(String sentence) {
    log.atError().addKeyValue("loader", options.name()).log(sentence);
    standing.update(to -> to.alert(sentence));
  }

  /** How many deliveries wait for rows. */
  int deliveries() {
    return waiting.deliveries();
  }

  /** Closings that wait come again, where the hub has them still. */
  void letGo() {
    for (Waiting one : waiting.all()) {
      one.deliveries().forEach(Delivery::release);
      waiting.remove(one);
    }
  }

  void close() {
    SnapshotJournal open = journal;
    if (open == null) {
      return;
    }
    try {
      open.close();
    } catch (IOException e) {
      log.atDebug().addKeyValue("folder", folder).setCause(e).log("counts not closed");
    }
  }
}
