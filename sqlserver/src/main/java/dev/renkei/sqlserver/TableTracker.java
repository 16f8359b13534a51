package dev.renkei.sqlserver;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.change.Where;
import dev.renkei.core.config.TableSettings;
import dev.renkei.core.config.TableSettings.OnHistoryLost;
import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.Reading;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.SchemaStore.SchemaRecord;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.sqlserver.ChangeReader.NetChange;
import dev.renkei.sqlserver.ChangeReader.Outcome;
import dev.renkei.sqlserver.ChangeReader.Resume;
import dev.renkei.sqlserver.Epochs.Epoch;
import dev.renkei.sqlserver.Rereading.Reason;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.TrackerState.Phase;
import dev.renkei.sqlserver.TrackerState.Problem;
import dev.renkei.sqlserver.Validity.Identity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One table: where it stands, and what one poll of it does. A poll, and the end of a snapshot,
 * holds the {@link #turn}; what others look at is guarded by this object.
 */
final class TableTracker {
  private static final Logger log = LoggerFactory.getLogger(TableTracker.class);

  /** Held by whoever reads the table or moves its cursor. */
  final Semaphore turn = new Semaphore(1);

  private final Context context;
  private final TableName name;
  private final Part part;
  private final TableSettings settings;
  private final Runnable wake;
  private final Duration half;

  private SourceTable source;
  private boolean begun;
  private boolean catalogStale;
  private @Nullable Identity identity;

  /** Of everything that is published since the table has begun. */
  private int epoch;

  /** In memory: everything up to here has been handed to the lane. */
  private long read;

  /** Where the cursor began: a snapshot that begins below would miss what lies between. */
  private long beganAt;

  private @Nullable Resume resume;

  /** Nothing at or below this version is this tracker's to publish. */
  private long floor;

  private final Loads loads = new Loads();
  private final TableSnapshots snapshots;

  /** Why the history was lost, until the table has begun anew. */
  private @Nullable Validity lost;

  /** Whether Change Tracking was seen switched off since the table began. */
  private boolean wasOff;

  /** Why the table was loaded again last without anybody's wish. */
  private @Nullable Problem lastReload;

  /** What the rows in the hub were read as; a snapshot under way or wanted counts. */
  private @Nullable Reading reading;

  /**
   * The schema of {@link #reading} where this tracker has seen it: no row may have published it.
   */
  private @Nullable TableSchema readSchema;

  /** The hash of {@code where}; empty without one. */
  private final String filter;

  private final String config;

  /** As the hub has acknowledged it. */
  private @Nullable Long durable;

  /** The last cursor that the hub has acknowledged. */
  private @Nullable Cursor written;

  private @Nullable Publication publication;
  private Instant due;
  private Instant cursorWritten = Instant.EPOCH;
  private Instant overlapRead = Instant.EPOCH;
  private Instant whole;
  private boolean stopped;
  private boolean left;
  private @Nullable Problem problem;
  private int retries;
  private long retriesTotal;
  private long rows;
  private long skipped;

  /** What was read lately; null where nothing is read again. */
  private @Nullable SeenChanges seen;

  private long lateFound;

  TableTracker(Context context, SourceTable source, TableSettings settings, Runnable wake) {
    this.context = context;
    this.source = source;
    this.name = source.name();
    this.part = Part.of(name);
    this.settings = settings;
    this.wake = wake;
    this.half = settings.interval().dividedBy(2);
    this.snapshots = new TableSnapshots(context, this, loads, wake);
    String where = settings.where();
    this.filter = Rereading.hash(where == null ? "" : where);
    this.config = Rereading.hash(String.join("\n", settings.excludeColumns()).concat(filter));
    this.due = context.now();
    this.whole = context.now();
  }

  TableName name() {
    return name;
  }

  TableSettings settings() {
    return settings;
  }

  TableSnapshots snapshots() {
    return snapshots;
  }

  synchronized SourceTable source() {
    return source;
  }

  /** Takes what the catalog shows now. */
  synchronized void refreshed(SourceTable now) {
    source = now;
    catalogStale = false;
  }

  synchronized boolean catalogStale() {
    return catalogStale;
  }

  synchronized void catalogIsStale() {
    catalogStale = true;
  }

  /** Whether it is due. */
  synchronized boolean isDue(Instant now) {
    return canBeAsked() && !due.isAfter(now);
  }

  /** Whether it is due so soon that it comes along when others of its interval are asked for. */
  synchronized boolean isNearlyDue(Instant now) {
    return canBeAsked() && !due.isAfter(now.plus(half));
  }

  /** Whether it may be named in a question: it is due, or nothing is wrong with it. */
  synchronized boolean isAskable(Instant now) {
    return canBeAsked() && (retries == 0 || !due.isAfter(now));
  }

  private boolean canBeAsked() {
    return begun && !stopped && !catalogStale && source.hasKey() && !rests();
  }

  synchronized Instant due() {
    return begun && !stopped && source.hasKey() && !rests() ? due : Instant.MAX;
  }

  /** Whether an operator lets it rest. */
  boolean rests() {
    return pause().isPresent();
  }

  private Optional<Pause> pause() {
    return context.resting().pause(Part.SOURCE).or(() -> context.resting().pause(part));
  }

  synchronized @Nullable Identity identity() {
    return identity;
  }

  /** The version that its cursor began with. */
  synchronized long beganAt() {
    return beganAt;
  }

  /** Whether its changes are read, or tried to be. */
  synchronized boolean isFollowed() {
    return begun && !stopped;
  }

  synchronized int epoch() {
    return epoch;
  }

  synchronized boolean hasBegun() {
    return begun;
  }

  /** A hold-up before the table begins, too: whoever begins it asks. */
  synchronized boolean mayTry(Instant now) {
    return !stopped && !due.isAfter(now);
  }

  // ---- where it begins ----

  /** Begins at the best cursor of any tracker, or behind a snapshot (SEMANTICS 13). */
  synchronized void begin(
      Epoch epochNow, Collection<Cursor> cursors, Tracking tracking, long current) {
    Identity now = new Identity(source.shape().objectId(), tracking.begin());
    StartingPoint start =
        StartingPoint.of(
            context.options().name(),
            epochNow.number(),
            cursors,
            now,
            tracking,
            current,
            settings.start(),
            layout());
    begun = true;
    identity = now;
    epoch = epochNow.number();
    publication = null;
    durable = null;
    resume = null;
    read = start.version();
    beganAt = read;
    seen = context.options().source().lateCommitOverlap() > 0 ? new SeenChanges(read) : null;
    loads.setDone(start.snapshotDone());
    loads.recall(context.options().name(), cursors);
    log.atInfo()
        .addKeyValue("table", name)
        .addKeyValue("version", read)
        .addKeyValue("snapshot", start.snapshot())
        .log("table joins");
    Validity loss = start.lost();
    boolean fresh = cursors.isEmpty() || loss != null;
    floor = fresh ? read : 0;
    if (fresh) {
      overlapRead = context.now();
    }
    if (loss != null) {
      lose(told(loss), start.snapshot());
    } else {
      takeUp(start, cursors);
    }
    loads.fulfilWishesBy(loads.wanted());
    lost = null;
    wasOff = false;
    reads(fresh ? readingNow() : readingOf(cursors, now, tracking));
  }

  private void reads(Reading now) {
    reading = now;
    readSchema = now.schemaId().equals(source.schemaId()) ? source.schema() : null;
  }

  private Reading readingNow() {
    return Rereading.of(source, filter);
  }

  /** What tells whether rows read before and after a restart belong together. */
  synchronized String layout() {
    Reading now = readingNow();
    return "%s/%d/%d/%s/%s"
        .formatted(
            now.schemaId(),
            source.shape().modified(),
            now.maxColumnId(),
            Rereading.hash(now.columnIds().toString()),
            now.filter());
  }

  /** As the cursors have it: somebody's who is up to date, else its own, else anybody's. */
  private Reading readingOf(Collection<Cursor> cursors, Identity id, @Nullable Tracking tracking) {
    Reading now = readingNow();
    Reading known = null;
    for (Cursor cursor : Rereading.valid(cursors, epoch, id, tracking)) {
      Reading other = cursor.reading();
      if (now.equals(other)) {
        return now;
      }
      if (other != null && (known == null || cursor.tracker().equals(context.options().name()))) {
        known = other;
      }
    }
    return known == null ? now : known;
  }

  // ---- what its rows were read as ----

  /** What rows were read as where that may not be what they are now; else null. */
  synchronized @Nullable Reading outdatedReading() {
    Reading before = reading;
    return begun && !stopped && before != null && !before.equals(readingNow()) ? before : null;
  }

  /**
   * Loads the table again in the background where its rows are out of date though no change has
   * touched them (SEMANTICS 19, 21).
   *
   * @param cursors of all trackers
   * @param published the schema of {@link #outdatedReading}; null where it is not to be found
   * @param all schemas that the table has had
   */
  synchronized void rereads(
      Collection<Cursor> cursors, @Nullable SchemaRecord published, Collection<SchemaRecord> all) {
    Reading before = outdatedReading();
    Identity id = identity;
    if (before == null || id == null) {
      return;
    }
    Reading now = readingNow();
    TableSchema schema = published == null ? readSchema : published.schema();
    Set<String> used =
        schema == null
            ? Set.of()
            : Rereading.used(schema, new Sequence(epoch, read, Sequence.MAX_SNAPSHOT), all);
    Reason reason = Rereading.reason(before, schema, used, source, now.filter()).orElse(null);
    String me = context.options().name();
    if (reason == null) {
      reads(now);
      return;
    }
    Instant alive = context.now().minus(context.options().takeOverAfter());
    if (reason.configured() && Rereading.isAnotherConfigurationLive(cursors, me, config, alive)) {
      return; // it would go on publishing rows as before
    }
    reads(now);
    if (settings.start() == Start.LATEST && loads.lastGeneration() == 0) {
      log.atWarn()
          .addKeyValue("table", name)
          .addKeyValue("reason", reason.sentence())
          .log("rows that were read before are out of date; `renkei reload` loads the table");
      return;
    }
    List<Cursor> valid = Rereading.valid(cursors, epoch, id, source.tracking());
    int theirs = Rereading.takenByAnother(valid, me, now);
    loads.breakOff(context.now());
    want(
        theirs > 0
            ? theirs
            : Math.max(loads.lastGeneration(), StartingPoint.lastGeneration(cursors)) + 1);
    reloads(reason.sentence(), "nothing is to be done");
    wake.run();
  }

  private void reloads(String why, String advice) {
    lastReload = new Problem("%s: loaded again: %s.".formatted(name, why), advice, context.now());
    log.atWarn()
        .addKeyValue("table", name)
        .addKeyValue("reason", why)
        .addKeyValue("snapshot", loads.wanted())
        .log("table is loaded again");
  }

  /** What the poll saw that noticed it says more than what is left to see. */
  private Validity told(Validity loss) {
    Validity seen = lost == null ? loss : lost;
    return seen == Validity.RESET && wasOff ? Validity.SWITCHED : seen;
  }

  /** Goes on with a snapshot that was under way, unless another one is wanted since. */
  private void takeUp(StartingPoint start, Collection<Cursor> cursors) {
    int last = StartingPoint.lastGeneration(cursors);
    int generation = loads.asked() ? Math.max(start.snapshot(), last + 1) : start.snapshot();
    Cursor.SnapshotProgress begun = start.begun();
    if (begun == null || begun.generation() != generation) {
      loads.breakOff(context.now());
    }
    loads.want(
        generation,
        StartingPoint.part(context.options().name(), cursors, generation),
        context.now());
  }

  private void want(int snapshot) {
    loads.want(snapshot, context.now());
  }

  /** The history between is gone: load again, or stop. */
  private void lose(Validity validity, int nextSnapshot) {
    loads.breakOff(context.now());
    resume = null;
    log.atWarn()
        .addKeyValue("table", name)
        .addKeyValue("reason", validity.sentence())
        .addKeyValue("then", settings.onHistoryLost())
        .log("history lost");
    if (settings.onHistoryLost() == OnHistoryLost.STOP && !loads.asked()) {
      stop(
          "%s: cannot continue: %s.".formatted(name, validity.sentence()),
          "load it again with `renkei reload %s`; %s".formatted(name, validity.advice()));
    } else {
      want(nextSnapshot);
      reloads(validity.sentence(), validity.advice());
    }
  }

  /** Waits for an operator. */
  synchronized void stop(String message, String cure) {
    stopped = true;
    problem = new Problem(message, cure, context.now());
    loads.wishesDenied();
    log.atError().addKeyValue("table", name).addKeyValue("reason", message).log("table stopped");
  }

  /**
   * Loads the table again at an operator's wish.
   *
   * @param doneAnywhere the last snapshot that any tracker completed: an earlier number is of no
   *     use
   * @return true when a durable cursor, of this tracker or of the one that has taken the snapshot,
   *     holds the wish; false where the table cannot be tracked
   */
  CompletableFuture<Boolean> reload(int doneAnywhere) {
    CompletableFuture<Boolean> held;
    synchronized (this) {
      held = loads.wish();
      if (stopped) {
        stopped = false;
        problem = null;
        begun = false;
        catalogStale = true;
        due = context.now();
      } else if (begun) {
        int next = Math.max(loads.lastGeneration(), doneAnywhere) + 1;
        loads.breakOff(context.now());
        want(next);
        loads.fulfilWishesBy(next);
      }
    }
    wake.run();
    return held;
  }

  /**
   * Loads a part of the table again; where another load is wanted or under way that is for later.
   *
   * @return as of {@link #reload(int)}
   */
  CompletableFuture<Boolean> reload(Where part, int doneAnywhere) {
    CompletableFuture<Boolean> held;
    synchronized (this) {
      String refused = refusal(part);
      if (refused != null) {
        log.atWarn()
            .addKeyValue("table", name)
            .addKeyValue("where", part.text())
            .addKeyValue("reason", refused)
            .log("part not loaded");
        return CompletableFuture.completedFuture(false);
      }
      int next = Math.max(loads.lastGeneration(), doneAnywhere) + 1;
      held = loads.wish();
      loads.want(next, part.text(), context.now());
      loads.fulfilWishesBy(next);
    }
    wake.run();
    return held;
  }

  private @Nullable String refusal(Where part) {
    if (!begun || stopped || !source.hasKey()) {
      return "the table is stopped, has not begun, or has no key: load it whole";
    }
    if (loads.wanted() > 0) {
      return "the table is being loaded: ask again when that is through";
    }
    try {
      var unused = part.typed(source.schema());
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** The tracker is closed. */
  synchronized void refuseWishes() {
    loads.refuseWishes(closed());
  }

  /** Another tracker has the table now: what is under way here comes to nothing. */
  synchronized void leave() {
    left = true;
    loads.breakOff(context.now());
    throwAwayLane();
    loads.refuseWishes(new HubException(name + ": another tracker has this table now"));
    log.atInfo().addKeyValue("table", name).addKeyValue("version", durable).log("table leaves");
  }

  static HubException closed() {
    return new HubException("the tracker is closed; ask again when it runs");
  }

  // ---- a poll ----

  /** How it is named in a question. */
  synchronized Question.Asked asked(boolean isDue) {
    return new Question.Asked(name, source.shape().objectId(), isDue ? read : Question.NOT_DUE);
  }

  /** Whether the last versions are to be read again now (SEMANTICS 14). */
  private boolean overlapDue(Instant now) {
    return resume == null
        && context.options().source().lateCommitOverlap() > 0
        && !overlapRead.plus(context.options().overlapEvery()).isAfter(now);
  }

  /** What is to be done with a table that was asked for. */
  enum Next {
    READ,
    /** Only its cursor is made durable. */
    CURSOR,
    NOTHING
  }

  /**
   * Takes the answer of a poll's question for this table.
   *
   * @param known null where the table is gone
   */
  synchronized Next answered(
      Question.@Nullable Known known, boolean changed, long current, Instant asked) {
    if (known == null || !known.shape().equals(source.shape())) {
      catalogStale = true;
      due = asked;
      return Next.NOTHING;
    }
    Identity id = identity;
    if (id == null) {
      return Next.NOTHING;
    }
    Validity validity = Validity.of(id, read, known.shape().objectId(), known.tracking(), current);
    if (validity != Validity.HOLDS || changed || resume != null || overlapDue(asked)) {
      return Next.READ;
    }
    boolean moved = current > read;
    read = current;
    succeeded(asked);
    boolean old = !cursorWritten.plus(context.options().idleCursorEvery()).isAfter(asked);
    boolean behind = durable == null || durable < read || loads.progress() != null;
    boolean told = !(moved || behind || isOutdated());
    if (durable == null || loads.hasWishes() || (old && !told) || isSilent(asked)) {
      return Next.CURSOR;
    }
    return Next.NOTHING;
  }

  /**
   * Whether others would soon take this tracker for gone. By the clock, so that idle tables speak
   * up together and their cursors travel together.
   */
  private boolean isSilent(Instant asked) {
    long every = Math.max(1, context.options().takeOverAfter().toMillis() / 2);
    return asked.toEpochMilli() / every > cursorWritten.toEpochMilli() / every;
  }

  /** Whether the cursor that the hub has says something else of snapshots than is so. */
  private boolean isOutdated() {
    return written == null
        || written.snapshotDone() != loads.done()
        || (written.snapshot() == null) != (loads.forCursor(read) == null)
        || !Objects.equals(written.reading(), reading);
  }

  private void succeeded(Instant asked) {
    whole = asked;
    due = asked.plus(settings.interval());
    retries = 0;
    if (!stopped) {
      problem = null;
    }
  }

  /** Makes the cursor durable; gives the turn back when it is. */
  void writeCursor(Instant asked) throws HubException, InterruptedException {
    Publication lane = lane();
    hand(lane, cursor(position()), asked, !rests());
  }

  /** Whether a table that rests has a wish to be held, or would soon be taken for gone. */
  synchronized boolean owesCursor(Instant now) {
    return rests()
        && begun
        && !stopped
        && source.hasKey()
        && identity != null
        && (loads.hasWishes() || isSilent(now));
  }

  private synchronized long position() {
    return read;
  }

  private synchronized Publication lane() {
    Publication lane = publication;
    if (lane == null) {
      lane = new Publication(context, epoch);
      publication = lane;
    }
    lane.begin();
    return lane;
  }

  /** For a snapshot that begins: not above what is known to be read. */
  synchronized Cursor cursorAtMostRead() {
    return cursor(durable == null ? read : Math.min(durable, read));
  }

  /** For a snapshot that goes on: what it says of changes is as the hub knows it. */
  synchronized Cursor cursorAsDurable() {
    return cursor(durable == null ? read : durable);
  }

  private synchronized Cursor cursor(long version) {
    Identity id = identity;
    if (id == null) {
      throw new IllegalStateException(name + " has not begun");
    }
    return new Cursor(
        context.options().name(),
        context.source(),
        name,
        epoch,
        version,
        id.objectId(),
        id.beginVersion(),
        loads.done(),
        loads.forCursor(read),
        reading,
        config,
        loads.last(),
        context.now());
  }

  /**
   * Reads the table once and publishes what it finds. The turn is given back when the hub has
   * acknowledged it, or by whoever catches what is thrown here.
   *
   * @param stillFair false when others wait and this table has had its share
   */
  void poll(
      Connection connection, boolean snapshot, Epoch agreed, Instant asked, StillFair stillFair)
      throws SQLException, HubException, InterruptedException {
    SourceTable table = source();
    Identity id;
    long after;
    Resume from;
    long cursorAt;
    boolean overlap;
    synchronized (this) {
      id = identity;
      from = resume;
      cursorAt = read;
      overlap = overlapDue(asked);
      after =
          overlap ? Math.max(floor, read - context.options().source().lateCommitOverlap()) : read;
    }
    if (id == null) {
      throw new IllegalStateException(name + " has not begun");
    }
    ChangeReader reader = new ChangeReader(table, snapshot);
    if (overlap) {
      ChangeReader.Header header = ChangeReader.header(connection, name).orElse(null);
      Tracking tracking = header == null ? null : header.tracking();
      Long minValid = tracking == null ? null : tracking.minValid();
      after = minValid == null ? cursorAt : Math.min(cursorAt, Math.max(after, minValid));
    }
    Publication lane = lane();
    Streaming sink = new Streaming(table, lane, cursorAt, asked, stillFair);
    Outcome outcome;
    try {
      outcome = reader.read(connection, id, after, from, agreed, sink);
    } finally {
      foundLate(sink.late, sink.firstLate);
    }
    if (outcome instanceof Outcome.Whole read) {
      synchronized (this) {
        this.read = Math.max(read.bound(), cursorAt);
        resume = null;
        if (overlap) {
          overlapRead = asked;
        }
      }
      hand(lane, cursor(position()), asked, true);
    } else if (outcome instanceof Outcome.Ended ended) {
      synchronized (this) {
        resume = ended.resume();
        read = Math.max(read, ended.resume().version() - 1);
        due = asked;
      }
      hand(lane, cursor(position()), asked, false);
    } else if (outcome instanceof Outcome.OtherShape) {
      throwAwayLane(); // what it has published is read again under the new schema
      synchronized (this) {
        catalogStale = true;
        due = asked;
      }
      turn.release();
      wake.run();
    } else if (outcome instanceof Outcome.Refused refused) {
      if (overlap && holds(id, cursorAt, refused.header())) {
        againAt(asked); // cleanup has passed what was to be read again, and not the cursor
      } else {
        refuse(refused);
      }
      turn.release();
      wake.run();
    } else {
      context.epochs().suspect();
      throwAwayLane();
      failed(FailureKind.TRANSIENT, "%s: %s".formatted(name, Validity.RESTORED.sentence()));
      turn.release();
      wake.run();
    }
  }

  private static boolean holds(Identity id, long cursor, ChangeReader.Header header) {
    return Validity.of(id, cursor, header.shape().objectId(), header.tracking(), header.current())
        == Validity.HOLDS;
  }

  private synchronized void againAt(Instant time) {
    due = time;
  }

  /** Changes that had become visible behind the cursor only (SEMANTICS 14). */
  private void foundLate(long changes, long first) {
    if (changes == 0) {
      return;
    }
    synchronized (this) {
      lateFound += changes;
    }
    log.atWarn()
        .addKeyValue("table", name)
        .addKeyValue("version", first)
        .addKeyValue("changes", changes)
        .log("changes came late, and were found by reading the last versions again");
  }

  /** Whether a read may go on. */
  interface StillFair {
    boolean mayGoOn(Duration since);
  }

  /** Publishes changes as they come; moves the cursor behind versions that are whole. */
  private final class Streaming implements ChangeReader.Sink {
    private final SourceTable table;
    private final Publication lane;
    private final Instant started;
    private final long startedNanos = System.nanoTime();
    private final StillFair stillFair;
    private final @Nullable SeenChanges memory;
    private final long cursorBefore;
    private long late;
    private long firstLate = Long.MAX_VALUE;
    private long cursorAt;
    private int sinceCursor;
    private long version = -1;

    Streaming(
        SourceTable table, Publication lane, long cursorAt, Instant started, StillFair stillFair) {
      this.table = table;
      this.lane = lane;
      this.cursorAt = cursorAt;
      this.cursorBefore = cursorAt;
      this.memory = seen;
      this.started = started;
      this.stillFair = stillFair;
    }

    @Override
    public boolean take(NetChange change) throws HubException, InterruptedException {
      if (change.version() != version) {
        if (sinceCursor >= settings.batchSize() && change.version() - 1 > cursorAt) {
          cursorAt = change.version() - 1;
          sinceCursor = 0;
          Cursor reached = cursor(cursorAt);
          var unused = lane.advance(reached).thenRun(() -> acknowledged(reached));
        }
        version = change.version();
      }
      if (memory != null && memory.take(change.version(), change.key(), cursorBefore)) {
        late++;
        firstLate = Math.min(firstLate, change.version());
      }
      if (change.operation() != 'D' && change.values() == null) {
        count(0, 1);
      } else {
        lane.publish(table, change, started, settings.interval());
        count(1, 0);
      }
      sinceCursor++;
      return (sinceCursor & 0xFF) != 0
          || stillFair.mayGoOn(Duration.ofNanos(System.nanoTime() - startedNanos));
    }
  }

  private synchronized void count(int published, int gone) {
    rows += published;
    skipped += gone;
  }

  /** The hub holds a cursor. */
  void acknowledged(Cursor cursor) {
    Cursor.SnapshotProgress wanted = cursor.snapshot();
    int held = Math.max(cursor.snapshotDone(), wanted == null ? 0 : wanted.generation());
    synchronized (this) {
      durable = durable == null ? cursor.version() : Math.max(durable, cursor.version());
      written = cursor;
      loads.wishesHeld(held);
    }
  }

  /** Hands a cursor over; the turn ends when it is durable. */
  private void hand(Publication lane, Cursor cursor, Instant asked, boolean whole)
      throws HubException, InterruptedException {
    CompletableFuture<Void> done = lane.advance(cursor);
    var unused =
        done.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                acknowledged(cursor);
                synchronized (this) {
                  cursorWritten = context.now();
                  if (whole) {
                    succeeded(asked);
                  }
                }
              } else {
                failed(failure instanceof Exception e ? e : new HubException("lost", failure));
              }
              turn.release();
              wake.run();
            });
  }

  private void refuse(Outcome.Refused refused) {
    Validity validity = refused.validity();
    synchronized (this) {
      if (validity == Validity.WENT_BACK) {
        context.epochs().suspect();
        throwAwayLane();
        failed(FailureKind.TRANSIENT, "%s: %s".formatted(name, validity.sentence()));
      } else if (validity.historyLost()) {
        beginsAnew(validity);
      } else {
        FailureKind kind =
            validity == Validity.TRACKING_OFF ? FailureKind.TRACKING_OFF : FailureKind.PERMISSION;
        failed(kind, "%s: %s".formatted(name, validity.sentence()));
      }
    }
  }

  /** It begins anew, perhaps at the cursor of another tracker that has done so already. */
  private void beginsAnew(Validity why) {
    begun = false;
    catalogStale = true;
    publication = null;
    resume = null;
    durable = null;
    lost = why;
    loads.breakOff(context.now());
    loads.wantNone();
    loads.askWishesAgain();
    due = context.now();
  }

  /**
   * Versions name other changes than before (SEMANTICS 2). A read that is under way goes on under
   * the epoch that it began with; its cursor is of no use to anybody any more.
   */
  synchronized void epochChanged() {
    if (begun && source.hasKey() && !stopped) {
      beginsAnew(Validity.RESTORED);
    } else if (begun && !stopped) {
      begun = false;
      catalogStale = true;
      loads.breakOff(context.now());
      loads.wantNone();
    }
  }

  // ---- failures ----

  private synchronized void throwAwayLane() {
    publication = null;
    if (durable != null) {
      read = durable;
    }
    resume = null;
  }

  /** Goes back to the durable cursor, and says when to try again. */
  void failed(Exception failure) {
    FailureKind kind = FailureKind.of(failure);
    throwAwayLane();
    failed(kind, String.valueOf(failure.getMessage()));
  }

  private synchronized void failed(FailureKind kind, String message) {
    if (left) {
      return;
    }
    retries++;
    retriesTotal++;
    if (kind == FailureKind.SCHEMA_CHANGED || kind == FailureKind.FILTER) {
      catalogStale = true;
    }
    wasOff |= kind == FailureKind.TRACKING_OFF;
    Duration delay = kind.delay(retries, ThreadLocalRandom.current().nextDouble());
    due = context.now().plus(delay);
    problem = new Problem(message, kind.cure(), context.now());
    var event = retries == settings.retryMaxTimes() ? log.atError() : log.atWarn();
    event
        .addKeyValue("table", name)
        .addKeyValue("retry", retries)
        .addKeyValue("retryMaxTimes", settings.retryMaxTimes())
        .addKeyValue("delayMillis", delay.toMillis())
        .addKeyValue("kind", kind)
        .addKeyValue("reason", message)
        .log("read failed");
  }

  /** Rows that a snapshot has published. */
  void counted(int published) {
    count(published, 0);
  }

  /** A snapshot failed for now. */
  synchronized void snapshotInterrupted(FailureKind kind) {
    catalogStale |= kind == FailureKind.SCHEMA_CHANGED;
    retriesTotal++;
  }

  // ---- what it shows ----

  synchronized TrackerState.Table state() {
    Cursor.SnapshotProgress progress = loads.progress();
    int failing = Math.max(retries, loads.failures());
    Pause pause = stopped ? null : pause().orElse(null);
    Phase phase =
        stopped
            ? Phase.STOPPED
            : pause != null
                ? Phase.PAUSED
                : failing >= settings.retryMaxTimes()
                    ? Phase.ALERT
                    : failing > 0
                        ? Phase.RETRYING
                        : progress != null
                            ? Phase.SNAPSHOT
                            : begun ? Phase.TRACKING : Phase.STARTING;
    return new TrackerState.Table(
        name,
        phase,
        durable,
        Duration.between(whole, context.now()).toMillis(),
        pause != null
            ? new Problem(pause.sentence(), pause.cure(), pause.since())
            : problem == null ? loads.problem() : problem,
        failing,
        retriesTotal,
        rows,
        skipped,
        lateFound,
        progress == null ? 0 : progress.generation(),
        loads.rows(),
        loads.done(),
        lastReload,
        loads.state(context.now()),
        loads.lastWhole(),
        loads.lastPart());
  }

  // ---- tables without a key, and tables that cannot begin ----

  /** Not readable for now: said and tried again. */
  synchronized void cannotBegin(FailureKind kind, String message) {
    failed(kind, message);
    loads.wishesDenied();
  }

  /** A table without a key: wanted as a whole whenever its time has come. */
  synchronized void beginWithoutKey(Epoch epochNow, Collection<Cursor> cursors, Instant now) {
    Duration every = settings.reloadEvery();
    if (every == null) {
      return;
    }
    epoch = epochNow.number();
    int last = StartingPoint.lastGeneration(cursors);
    Instant loaded = Instant.EPOCH;
    for (Cursor cursor : cursors) {
      if (cursor.epoch() == epoch
          && cursor.snapshotDone() > 0
          && cursor.snapshot() == null
          && cursor.snapshotDone() == last
          && cursor.at().isAfter(loaded)) {
        loaded = cursor.at();
      }
    }
    Identity id = new Identity(source.shape().objectId(), 0);
    if (!begun) {
      reads(readingOf(cursors, id, null));
    }
    identity = id;
    begun = true;
    loads.setDone(Math.max(loads.done(), last));
    if (loads.progress() == null) {
      loads.recall(context.options().name(), cursors);
      loads.breakOff(context.now()); // a table without a key is read in one go
    }
    boolean dueAgain = loads.asked() || !loaded.plus(every).isAfter(now);
    if (loads.progress() == null && dueAgain && loads.wanted() <= last) {
      want(last + 1);
    }
    if (loads.asked()) {
      loads.fulfilWishesBy(Math.max(loads.wanted(), last));
    }
  }
}
