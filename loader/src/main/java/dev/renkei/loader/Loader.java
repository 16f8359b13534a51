package dev.renkei.loader;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.DeadLetters;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.message.ControlMessage;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageCodec;
import dev.renkei.core.message.MessageException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.LoaderState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a hub's stream into a warehouse until it is closed. What fails is tried again for as long
 * as it takes; a message that cannot be read or applied goes to the dead letters, and the others go
 * on.
 *
 * <p>One thread of its own reads and writes; {@link #state} may be asked from any.
 */
public final class Loader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loader.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(250);
  private static final Duration LOOK_AT_ENDS = Duration.ofSeconds(1);

  /** Positions that move without a message, behind what the hub keeps for itself, wait so long. */
  private static final Duration KEEP_IDLE_POSITIONS = Duration.ofMinutes(1);

  private final HubSubscription subscription;
  private final SchemaStore schemas;
  private final Warehouse warehouse;
  private final DeadLetters deadLetters;
  private final ReloadRequests reloads;
  private final LoaderOptions options;
  private final LoadObserver observer;
  private final Backoff backoff;
  private final Closings closings = new Closings();
  private final Map<String, SchemaRecord> known = new HashMap<>();
  private final Map<String, MessageCodec> codecs = new HashMap<>();
  private final Map<Integer, Long> positions = new TreeMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Queue<Replay> asked = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile LoaderState state;
  private @Nullable Rewind rewind;
  private long endsLookedAtNanos;

  /** Since when positions have moved that the warehouse does not hold; null where it holds all. */
  private @Nullable Instant unkeptSince;

  /**
   * @param subscription owned by the loader, which closes it
   * @param warehouse not closed
   */
  public Loader(
      HubSubscription subscription,
      SchemaStore schemas,
      Warehouse warehouse,
      DeadLetters deadLetters,
      ReloadRequests reloads,
      LoaderOptions options) {
    this(subscription, schemas, warehouse, deadLetters, reloads, options, LoadObserver.NONE);
  }

  /**
   * @param subscription owned by the loader, which closes it
   * @param warehouse not closed
   */
  public Loader(
      HubSubscription subscription,
      SchemaStore schemas,
      Warehouse warehouse,
      DeadLetters deadLetters,
      ReloadRequests reloads,
      LoaderOptions options,
      LoadObserver observer) {
    this.subscription = subscription;
    this.schemas = schemas;
    this.warehouse = warehouse;
    this.deadLetters = deadLetters;
    this.reloads = reloads;
    this.options = options;
    this.observer = observer;
    this.backoff = new Backoff(options.firstWait(), options.longestWait());
    this.thread = new Thread(this::run, "loader-" + options.name());
    this.state =
        new LoaderState(
            options.name(),
            Phase.STARTING,
            "",
            Map.of(),
            Map.of(),
            0,
            0,
            0,
            0,
            0,
            null,
            null,
            null,
            null,
            null,
            Map.of());
  }

  public void start() {
    thread.start();
  }

  public LoaderState state() {
    return state;
  }

  /**
   * Reads the hub again from the first message of that time or later, in every partition. What the
   * warehouse has already counts no second time (SEMANTICS 10), and a time ahead of where the
   * loader stands changes nothing.
   *
   * @return completes when the warehouse holds the earlier positions, so that a crash does not
   *     forget the replay; exceptionally where the loader ends before
   */
  public CompletableFuture<Void> replay(Instant from) {
    Replay replay = new Replay(from, new CompletableFuture<>());
    asked.add(replay);
    if (isEnded()) {
      refuseReplays();
    }
    return replay.durable();
  }

  private record Replay(Instant from, CompletableFuture<Void> durable) {}

  private boolean isEnded() {
    return state.phase() == Phase.STOPPED;
  }

  private void refuseReplays() {
    for (Replay one = asked.poll(); one != null; one = asked.poll()) {
      one.durable()
          .completeExceptionally(
              new IllegalStateException("the loader has ended; ask the next one"));
    }
  }

  /** Ends after the batch under way; what is not durable yet is read again at the next start. */
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      subscription.close();
      update(new Changed().phase(Phase.STOPPED));
      refuseReplays();
      return;
    }
    thread.join();
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    try {
      begin();
      while (!isClosing()) {
        replayWhatIsAsked();
        Batch batch = read();
        if (!batch.isEmpty()) {
          load(batch);
        } else {
          giveUpClosings();
          idle();
        }
        lookAtEnds();
        lookAtReplay();
      }
      keepPositionsOnce();
    } catch (StoppedException e) {
      // What was under way is read again at the next start.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().addKeyValue("loader", options.name()).setCause(e).log("loader failed");
      update(new Changed().alert("the loader has failed: " + e + ". Restart it, and report this."));
    } finally {
      subscription.close();
      update(new Changed().phase(Phase.STOPPED));
      refuseReplays();
    }
  }

  private void begin() throws InterruptedException, StoppedException {
    String stream = subscription.streamId();
    update(new Changed().stream(stream));
    Beginning beginning =
        persistently(
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
    update(new Changed().phase(Phase.LOADING).positions(positions));
  }

  private void seek(Map<Integer, Long> wanted, String otherwise)
      throws InterruptedException, StoppedException {
    boolean held =
        persistently(
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
        persistently(
            "seeking",
            () -> {
              Map<Integer, Long> end = subscription.endOffsets();
              subscription.seek(end);
              return end;
            });
    reload(reason);
    persistently(
        "commit",
        () -> {
          warehouse.apply(List.of(), subscription.streamId(), ends);
          return true;
        });
    positions.clear();
    positions.putAll(ends);
  }

  private void replayWhatIsAsked() throws InterruptedException, StoppedException {
    for (Replay one = asked.peek(); one != null; one = asked.peek()) {
      rewindTo(one.from());
      asked.remove();
      one.durable().complete(null);
    }
  }

  /** The earlier positions are durable before anything behind them is read. */
  private void rewindTo(Instant from) throws InterruptedException, StoppedException {
    // A closing that waits is read again: what its partitions have sent lies behind the target.
    Map<Integer, Long> before = closings.durable(positions);
    Map<Integer, Long> ends = persistently("replay", subscription::endOffsets);
    Map<Integer, Long> target =
        persistently(
            "replay",
            () -> {
              subscription.seekToTime(from);
              return Rewind.target(before, subscription.nextOffsets());
            });
    persistently(
        "commit",
        () -> {
          warehouse.apply(List.of(), subscription.streamId(), target);
          return true;
        });
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
    update(new Changed().positions(positions).replayingFrom(rewind));
  }

  private void lookAtReplay() throws InterruptedException, StoppedException {
    Rewind under = rewind;
    if (under == null || !under.isPassedBy(persistently("replay", subscription::nextOffsets))) {
      return;
    }
    rewind = null;
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("from", under.from())
        .log("replay ends");
    update(new Changed().replayingFrom(null));
  }

  private void reload(String reason) throws InterruptedException, StoppedException {
    String sentence = reason + ": all tables are loaded again.";
    log.atError().addKeyValue("loader", options.name()).log(sentence);
    update(new Changed().alert(sentence));
    persistently(
        "reload request",
        () -> {
          reloads.requestAll(sentence);
          return true;
        });
  }

  /** Messages read together. */
  private static final class Batch {
    final List<HubRecord> records = new ArrayList<>();
    long bytes;

    boolean isEmpty() {
      return records.isEmpty();
    }

    void add(List<HubRecord> some) {
      records.addAll(some);
      for (HubRecord record : some) {
        bytes += record.payload().length;
      }
    }
  }

  private Batch read() throws InterruptedException, StoppedException {
    Batch batch = new Batch();
    poll(batch, IDLE_POLL);
    long first = System.nanoTime();
    long left = options.linger().toNanos();
    while (!batch.isEmpty()
        && batch.records.size() < options.maxRows()
        && batch.bytes < options.maxBytes()
        && left > 0
        && !isClosing()) {
      poll(batch, Duration.ofNanos(left));
      left = options.linger().toNanos() - (System.nanoTime() - first);
    }
    return batch;
  }

  private void poll(Batch batch, Duration atMost) throws InterruptedException, StoppedException {
    try {
      batch.add(
          persistently("reading", () -> subscription.poll(atMost), PositionLostException.class));
    } catch (PositionLostException e) {
      batch.records.clear();
      startAtEnd("the hub no longer holds what comes next");
    }
  }

  private void load(Batch batch) throws InterruptedException, StoppedException {
    List<Change> changes = new ArrayList<>(batch.records.size());
    Map<Change, HubRecord> origins = new IdentityHashMap<>();
    List<Closings.Complete> complete = new ArrayList<>();
    for (HubRecord record : batch.records) {
      try {
        MessageAttributes attributes = record.attributes();
        if (attributes == null) {
          throw new MessageException(unreadable(record));
        }
        if (attributes.type() == ChangeType.CONTROL) {
          complete.addAll(
              closings.add(
                  ControlMessage.decode(attributes, record.payload()),
                  record.partition(),
                  record.offset(),
                  options.clock().instant()));
        } else {
          Change change = decode(attributes, record);
          changes.add(change);
          origins.put(change, record);
        }
      } catch (MessageException e) {
        setAside(record, String.valueOf(e.getMessage()));
      }
      positions.merge(record.partition(), record.offset() + 1, Math::max);
    }
    apply(changes, origins, complete);
    for (int i = 0; i < complete.size(); i++) {
      boolean last = i + 1 == complete.size();
      sweep(complete.get(i), last ? closings.durable(positions) : Map.of());
    }
    update(
        new Changed().phase(Phase.LOADING).positions(positions).loaded(changes.size()).committed());
  }

  /** The sentence of the headers' reader, read again from what it read. */
  private static String unreadable(HubRecord record) {
    try {
      HeaderCodec.read(record.rawAttributes()::get);
    } catch (MessageException e) {
      return String.valueOf(e.getMessage());
    }
    return "the message's attributes cannot be read.";
  }

  private Change decode(MessageAttributes attributes, HubRecord record)
      throws MessageException, InterruptedException, StoppedException {
    SchemaRecord schema = known.get(attributes.schemaId());
    if (schema == null) {
      Optional<SchemaRecord> found =
          persistently("schema", () -> schemas.find(attributes.schemaId()));
      if (found.isEmpty()) {
        throw new MessageException(
            "%s: schema %s is not in the schema store. Load the table again with `renkei reload %s`."
                .formatted(attributes.table(), attributes.schemaId(), attributes.table()));
      }
      schema = found.get();
      if (!schema.schema().table().equals(attributes.table())) {
        throw new MessageException(
            "%s: its schema is that of %s. Look for another writer in the topic."
                .formatted(attributes.table(), schema.schema().table()));
      }
      try {
        prepare(schema);
      } catch (SchemaRefusedException e) {
        throw new MessageException(String.valueOf(e.getMessage()));
      }
    }
    return codecs
        .computeIfAbsent(attributes.source(), MessageCodec::new)
        .decode(attributes, record.payload(), schema.schema());
  }

  private void prepare(SchemaRecord schema)
      throws InterruptedException, StoppedException, SchemaRefusedException {
    if (known.containsKey(schema.schemaId())) {
      return;
    }
    persistently(
        "preparing",
        () -> {
          warehouse.prepare(schema);
          return true;
        },
        SchemaRefusedException.class);
    known.put(schema.schemaId(), schema);
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("table", schema.schema().table())
        .addKeyValue("schemaId", schema.schemaId())
        .log("schema prepared");
  }

  private void apply(
      List<Change> changes, Map<Change, HubRecord> origins, List<Closings.Complete> complete)
      throws InterruptedException, StoppedException {
    // A complete closing lets go of the positions; until its sweep is done they stay.
    Map<Integer, Long> durable = complete.isEmpty() ? closings.durable(positions) : Map.of();
    while (true) {
      try {
        persistently(
            "commit",
            () -> {
              warehouse.apply(changes, subscription.streamId(), durable);
              return true;
            },
            ChangeRefusedException.class);
        unkeptSince = durable.isEmpty() ? unkeptSince : null;
        tell(changes);
        return;
      } catch (ChangeRefusedException e) {
        HubRecord record = origins.get(e.change());
        if (record == null || !changes.removeIf(change -> change == e.change())) {
          throw new IllegalStateException(
              "the warehouse refuses a change that it was not given", e);
        }
        setAside(record, String.valueOf(e.getMessage()));
      }
    }
  }

  private void tell(List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    try {
      observer.committed(changes, options.clock().instant());
    } catch (RuntimeException e) {
      log.atError().addKeyValue("loader", options.name()).setCause(e).log("observer failed");
    }
  }

  private void sweep(Closings.Complete one, Map<Integer, Long> durable)
      throws InterruptedException, StoppedException {
    SnapshotClosed closed = one.closing();
    Optional<SchemaRecord> newest =
        persistently("schema", () -> schemas.of(closed.source(), closed.table())).stream()
            .max(Comparator.comparing(SchemaRecord::firstSeen));
    if (newest.isPresent()) {
      try {
        prepare(newest.get());
      } catch (SchemaRefusedException e) {
        log.atWarn()
            .addKeyValue("loader", options.name())
            .addKeyValue("table", closed.table())
            .log("table refused: " + e.getMessage());
      }
    }
    long swept = persistently("sweep", () -> swept(closed, one.at(), durable));
    log.atInfo()
        .addKeyValue("loader", options.name())
        .addKeyValue("table", closed.table())
        .addKeyValue("snapshot", closed.snapshot())
        .addKeyValue("rows", closed.rows())
        .addKeyValue("swept", swept)
        .log("snapshot loaded");
    update(new Changed().swept(closed, swept));
  }

  /** How many rows had vanished. Of a part that is no range of keys nobody could tell. */
  private long swept(SnapshotClosed closed, Instant at, Map<Integer, Long> durable)
      throws WarehouseException {
    SnapshotClosed.Part part = closed.part();
    if (part != null && part.range() == null) {
      warehouse.apply(List.of(), subscription.streamId(), durable);
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
    return warehouse.sweep(sweep, subscription.streamId(), durable);
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
      persistently(
          "commit",
          () -> {
            warehouse.apply(List.of(), subscription.streamId(), closings.durable(positions));
            return true;
          });
    }
  }

  private void setAside(HubRecord record, String reason)
      throws InterruptedException, StoppedException {
    DeadLetter letter =
        DeadLetter.of(record, subscription.streamId(), reason, options.clock().instant());
    persistently(
        "dead letter",
        () -> {
          deadLetters.put(letter);
          return true;
        });
    log.atWarn()
        .addKeyValue("loader", options.name())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .log("message set aside: " + reason);
    update(new Changed().deadLetter());
  }

  /** Everything read is applied: what lies behind the last message is no message of anybody. */
  private void idle() throws InterruptedException, StoppedException {
    Map<Integer, Long> next = persistently("reading", subscription::nextOffsets);
    if (!next.equals(positions)) {
      positions.putAll(next);
      update(new Changed().positions(positions));
      unkeptSince = unkeptSince == null ? options.clock().instant() : unkeptSince;
    }
    Instant since = unkeptSince;
    if (since != null && since.plus(KEEP_IDLE_POSITIONS).isBefore(options.clock().instant())) {
      persistently("commit", this::keepPositions);
    }
  }

  /** Else an idle hub would some day no longer hold what comes next. */
  private boolean keepPositions() throws WarehouseException {
    warehouse.apply(List.of(), subscription.streamId(), closings.durable(positions));
    unkeptSince = null;
    return true;
  }

  private void keepPositionsOnce() {
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

  private void lookAtEnds() {
    if (System.nanoTime() - endsLookedAtNanos < LOOK_AT_ENDS.toNanos()) {
      return;
    }
    endsLookedAtNanos = System.nanoTime();
    try {
      update(new Changed().ends(subscription.endOffsets()));
    } catch (HubException e) {
      log.atDebug().addKeyValue("loader", options.name()).log("ends not known: " + e.getMessage());
    }
  }

  /** Something that hub or warehouse may fail to do. */
  private interface Attempt<T> {
    T run() throws HubException, WarehouseException, InterruptedException;
  }

  private <T> T persistently(String what, Attempt<T> attempt)
      throws InterruptedException, StoppedException {
    return persistently(what, attempt, NeverThrown.class);
  }

  /** Tries until it is done or the loader is closed; lets only one kind of failure out. */
  private <T, E extends Exception> T persistently(String what, Attempt<T> attempt, Class<E> letOut)
      throws InterruptedException, StoppedException, E {
    for (int failures = 1; ; failures++) {
      try {
        T done = attempt.run();
        if (failures > 1) {
          log.atInfo()
              .addKeyValue("loader", options.name())
              .addKeyValue("action", what)
              .addKeyValue("tries", failures)
              .log("succeeded after failures");
          update(new Changed().phase(Phase.LOADING));
        }
        return done;
      } catch (HubException | WarehouseException e) {
        if (letOut.isInstance(e)) {
          throw letOut.cast(e);
        }
        failed(what, e, failures);
      }
    }
  }

  private void failed(String what, Exception e, int failures)
      throws InterruptedException, StoppedException {
    Duration wait = backoff.after(failures);
    log.atWarn()
        .addKeyValue("loader", options.name())
        .addKeyValue("action", what)
        .addKeyValue("failures", failures)
        .addKeyValue("waitMillis", wait.toMillis())
        .log("failed and is tried again: " + e.getMessage());
    update(new Changed().phase(Phase.RETRYING).failed(String.valueOf(e.getMessage())));
    if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new StoppedException();
    }
  }

  /** The loader is closed while something is tried again. */
  private static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1;

    StoppedException() {
      super(null, null, false, false);
    }
  }

  /** For attempts of which every failure is tried again. */
  private static final class NeverThrown extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Only the loader's thread changes the state. */
  private void update(Changed changed) {
    state = changed.made();
  }

  /** The next state, told by what differs from the one before. */
  private final class Changed {
    private final LoaderState before = state;
    private Phase phase = before.phase();
    private String stream = before.stream();
    private Map<Integer, Long> next = before.positions();
    private Map<Integer, Long> ends = before.ends();
    private long rows = before.rows();
    private long batches = before.batches();
    private long swept = before.swept();
    private long letters = before.deadLetters();
    private long retries = before.retries();
    private @Nullable String error = before.lastError();
    private @Nullable Instant errorAt = before.lastErrorAt();
    private @Nullable Instant commit = before.lastCommit();
    private @Nullable Instant replaying = before.replayingFrom();
    private @Nullable String alert = before.alert();
    private Map<TableName, LoaderState.Load> loads = before.loads();

    Changed phase(Phase now) {
      phase = now;
      return this;
    }

    Changed stream(String id) {
      stream = id;
      return this;
    }

    Changed positions(Map<Integer, Long> now) {
      next = now;
      return this;
    }

    Changed ends(Map<Integer, Long> now) {
      ends = now;
      return this;
    }

    Changed loaded(int changes) {
      rows += changes;
      batches++;
      return this;
    }

    Changed swept(SnapshotClosed closed, long count) {
      swept += count;
      Map<TableName, LoaderState.Load> more = new HashMap<>(loads);
      more.put(
          closed.table(),
          new LoaderState.Load(
              closed.table(), closed.start(), closed.rows(), count, options.clock().instant()));
      loads = more;
      return this;
    }

    Changed deadLetter() {
      letters++;
      return this;
    }

    Changed failed(String sentence) {
      retries++;
      error = sentence;
      errorAt = options.clock().instant();
      return this;
    }

    Changed committed() {
      commit = options.clock().instant();
      return this;
    }

    Changed replayingFrom(@Nullable Rewind under) {
      replaying = under == null ? null : under.from();
      return this;
    }

    Changed alert(String sentence) {
      alert = sentence;
      return this;
    }

    LoaderState made() {
      return new LoaderState(
          before.name(),
          phase,
          stream,
          next,
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
          loads);
    }
  }
}
