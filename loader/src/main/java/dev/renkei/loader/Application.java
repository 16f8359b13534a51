package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubReader;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.Tries.StoppedException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what stands in messages into the warehouse, and sets aside what cannot be brought there.
 * Everything is durable when its call returns. Belongs to the loader's thread.
 */
final class Application {
  private static final Logger log = LoggerFactory.getLogger(Application.class);

  /** More polls of one batch are not named. */
  private static final int MOST_TRACES = 20;

  private final HubReader reader;
  private final Warehouse warehouse;
  private final DeadLetters deadLetters;
  private final ReloadRequests reloads;
  private final LoaderOptions options;
  private final LoadObserver observer;
  private final Standing standing;
  private final Tries tries;
  private final Decoding decoding;
  private final Arrivals arrivals = new Arrivals(System::nanoTime);

  /**
   * @param reader tells the identity of what is read
   */
  Application(
      HubReader reader,
      HubPorts hub,
      Warehouse warehouse,
      LoaderOptions options,
      LoadObserver observer,
      Standing standing,
      Tries tries) {
    this.reader = reader;
    this.warehouse = warehouse;
    this.deadLetters = hub.deadLetters();
    this.reloads = hub.reloads();
    this.options = options;
    this.observer = observer;
    this.standing = standing;
    this.tries = tries;
    this.decoding = new Decoding(hub.schemas(), warehouse, tries, options.name());
  }

  Arrivals arrivals() {
    return arrivals;
  }

  private String stream() {
    return reader.streamId();
  }

  /** What stands in messages, in their order; those that cannot be read are set aside. */
  Content read(List<HubRecord> records) throws InterruptedException, StoppedException {
    Content content = new Content(records.size());
    for (HubRecord record : records) {
      try {
        read(record, content);
      } catch (MessageException e) {
        content.aside().add(record);
        setAside(record, String.valueOf(e.getMessage()));
      }
    }
    return content;
  }

  private void read(HubRecord record, Content into)
      throws MessageException, InterruptedException, StoppedException {
    MessageAttributes attributes = Decoding.attributes(record);
    if (attributes.type() == ChangeType.CONTROL) {
      into.controls()
          .add(new Content.Control(ControlMessage.decode(attributes, record.payload()), record));
    } else {
      into.add(decoding.change(attributes, record.payload()), record);
    }
  }

  /** Applies changes; those that the warehouse refuses are set aside. */
  void apply(Content content, Map<Integer, Long> positions)
      throws InterruptedException, StoppedException {
    while (true) {
      try {
        tries.run(
            "commit",
            () -> warehouse.apply(content.changes(), stream(), positions),
            ChangeRefusedException.class);
        tell(content);
        return;
      } catch (ChangeRefusedException e) {
        HubRecord record = content.remove(e.change());
        content.aside().add(record);
        setAside(record, String.valueOf(e.getMessage()));
      }
    }
  }

  private void tell(Content content) {
    if (content.changes().isEmpty()) {
      return;
    }
    Instant now = options.clock().instant();
    trace(content.changes());
    arrivals.committed(content.changes(), now, standing.state().replayingFrom() != null);
    try {
      observer.committed(content.changes(), now);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("loader", options.name()).setCause(e).log("observer failed");
    }
  }

  /** The polls whose changes are visible now. */
  private void trace(List<Change> changes) {
    if (log.isDebugEnabled()) {
      log.atDebug()
          .addKeyValue("loader", options.name())
          .addKeyValue("rows", changes.size())
          .addKeyValue(
              "traces",
              changes.stream()
                  .map(change -> change.poll().trace())
                  .filter(Objects::nonNull)
                  .distinct()
                  .limit(MOST_TRACES)
                  .toList())
          .log("batch committed");
    }
  }

  private void setAside(HubRecord record, String reason)
      throws InterruptedException, StoppedException {
    DeadLetter letter = DeadLetter.of(record, stream(), reason, options.clock().instant());
    tries.run("dead letter", () -> deadLetters.put(letter));
    log.atWarn()
        .addKeyValue("loader", options.name())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("trace", record.rawAttributes().get(MessageAttributes.TRACE))
        .log("message set aside: " + reason);
    standing.update(Standing.Change::deadLetter);
  }

  /** Makes the warehouse know the stream, and positions in it, without a change. */
  void keep(Map<Integer, Long> positions) throws InterruptedException, StoppedException {
    tries.run("commit", () -> warehouse.apply(List.of(), stream(), positions));
  }

  /**
   * The end of a snapshot: what has vanished at the source is deleted.
   *
   * @param at when its rows were known to be there
   * @return how many rows
   */
  long sweep(SnapshotClosed closed, Instant at, Map<Integer, Long> positions)
      throws InterruptedException, StoppedException {
    decoding.prepareNewest(closed.source(), closed.table());
    long swept = tries.get("sweep", () -> swept(closed, at, positions));
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("table", closed.table())
        .addKeyValue("snapshot", closed.snapshot())
        .addKeyValue("rows", closed.rows())
        .addKeyValue("swept", swept)
        .log("snapshot loaded");
    standing.update(to -> to.swept(closed, swept));
    return swept;
  }

  /** How many rows had vanished. Of a part that is no range of keys nobody could tell. */
  private long swept(SnapshotClosed closed, Instant at, Map<Integer, Long> positions)
      throws WarehouseException {
    SnapshotClosed.Part part = closed.part();
    if (part != null && part.range() == null) {
      warehouse.apply(List.of(), stream(), positions);
      return 0;
    }
    Sweep sweep =
        new Sweep(
            closed.source(),
            closed.table(),
            closed.snapshot(),
            closed.start(),
            at,
            part == null ? null : part.range());
    return warehouse.sweep(sweep, stream(), positions);
  }

  /** Asks to load again what the warehouse had taken, and has lost since. */
  void reloadWhatIsIncomplete() throws InterruptedException, StoppedException {
    for (TableName table : tries.get("beginning", warehouse::incomplete)) {
      reload(
          table,
          "%s: rows of its snapshot were lost with the files in which they waited, before they were in the change log: the table is loaded again."
              .formatted(table));
      tries.run("beginning", () -> warehouse.reloadIsAsked(table));
    }
  }

  /**
   * Asks for a reload, and says so.
   *
   * @param table null for all tables
   * @param sentence what has happened, and what comes of it
   */
  void reload(@Nullable TableName table, String sentence)
      throws InterruptedException, StoppedException {
    log.atError().addKeyValue("loader", options.name()).log(sentence);
    standing.update(to -> to.alert(sentence));
    tries.run("reload request", () -> reloads.request(table, sentence));
  }
}
