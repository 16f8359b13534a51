package dev.renkei.sqlserver;

import dev.renkei.core.change.RowFilterException;
import dev.renkei.core.change.Where;
import dev.renkei.core.config.SourceConfig.Isolation;
import dev.renkei.core.hub.ClaimStore.Claim;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.Reading;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Epochs.Epoch;
import dev.renkei.sqlserver.Question.Asked;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.TableTracker.Next;
import dev.renkei.sqlserver.TrackerState.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of one database: reads the catalog now and then, asks one question for all due tables,
 * and hands those with changes to {@code parallel_tables} readers. It never waits for a table.
 */
final class Poller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration LOOK_AT_OTHERS = Duration.ofSeconds(1);

  /** How long a tracker may go on with an epoch that another one has left. */
  private static final Duration LOOK_AT_EPOCHS = Duration.ofSeconds(2);

  private static final Duration LONGEST_NAP = Duration.ofMillis(500);

  /**
   * How often columns are read that should not have changed: what an administrator can change
   * without SQL Server's noting the time.
   */
  private static final Duration COLUMNS_EVERY = Duration.ofMinutes(1);

  /** A table that has read for so long gives way when others wait. */
  private static final Duration SHARE = Duration.ofSeconds(2);

  private final Context context;
  private final OwnTables own;
  private final Map<TableName, TableTracker> tables = new ConcurrentSkipListMap<>();
  private final Set<TableName> snapshotting = new HashSet<>();
  private final Map<TableName, Instant> claimedByOthers = new HashMap<>();
  private final Set<TableName> unreadable = new HashSet<>();
  private final Queue<Reload> reloads = new ConcurrentLinkedQueue<>();
  private final Semaphore bell = new Semaphore(0);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final ThreadPoolExecutor readers;
  private final ThreadPoolExecutor snapshots;
  private final Pace pace;
  private final VersionHistory versions;
  private final Map<Group, Question> questions = new HashMap<>();
  private Instant catalogDue = Instant.EPOCH;
  private Instant columnsDue = Instant.EPOCH;
  private int failures;
  private @Nullable Instant failingSince;
  private volatile @Nullable Problem problem;
  private volatile boolean snapshotIsolation;
  private Instant epochDue = Instant.EPOCH;
  private volatile @Nullable Long currentVersion;
  private volatile @Nullable Duration retention;

  Poller(Context context) {
    this.context = context;
    this.own = new OwnTables(context.publisher().assignment(), context.source());
    String name = context.options().name();
    this.pace = new Pace(context.options().source().maxRowsPerSecond(), closing);
    this.thread = new Thread(this::run, "renkei-poller-" + name);
    this.readers = pool("renkei-reader-" + name, context.options().parallelTables());
    this.snapshots = pool("renkei-snapshot-" + name, context.options().parallelTables());
    this.versions = new VersionHistory(context.options().source().lateCommitGrace());
  }

  private static ThreadPoolExecutor pool(String name, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> new Thread(task, name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  void start() {
    own.onNews(this::wake);
    thread.start();
  }

  @Nullable Problem problem() {
    return problem;
  }

  /** The database's version as of the last look; null before the first. */
  @Nullable Long currentVersion() {
    return currentVersion;
  }

  /** How long the database keeps changes; null before it was asked. */
  @Nullable Duration retention() {
    return retention;
  }

  Collection<TableTracker> tables() {
    return tables.values();
  }

  /**
   * A wish to load again, which waits for the catalog.
   *
   * @param table null for all
   * @param part the rows that are meant; null for all
   */
  private record Reload(
      @Nullable TableName table, @Nullable Where part, CompletableFuture<Boolean> answer) {}

  CompletableFuture<Boolean> reload(@Nullable TableName table, @Nullable Where part) {
    Reload reload = new Reload(table, part, new CompletableFuture<>());
    reloads.add(reload);
    if (isClosing()) {
      refuseReloads();
    }
    wake();
    return reload.answer();
  }

  private void refuseReloads() {
    for (Reload reload = reloads.poll(); reload != null; reload = reloads.poll()) {
      reload.answer().completeExceptionally(TableTracker.closed());
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  // ---- the loop ----

  private void run() {
    while (!isClosing()) {
      Duration nap;
      Optional<HubException> dead = context.publisher().failure();
      if (dead.isPresent()) {
        publisherDied(dead.get());
        return;
      }
      try {
        if (rests()) {
          rest();
        } else {
          var unused =
              context
                  .connections()
                  .use(context.options().tables().defaults().lockTimeout(), this::turn);
        }
        failures = 0;
        problem = null;
        failingSince = null;
        own.reached();
        nap = rests() ? LONGEST_NAP : untilNextDue();
      } catch (InterruptedException e) {
        return;
      } catch (SQLException | HubException | RuntimeException e) {
        nap = failed(e);
      }
      try {
        if (bell.tryAcquire(Math.max(1, nap.toMillis()), TimeUnit.MILLISECONDS)) {
          bell.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** What would be read could not be published: whoever opened the publisher opens another one. */
  private void publisherDied(HubException why) {
    String message = String.valueOf(why.getMessage());
    problem =
        new Problem(
            message,
            "the tracker is opened again with a new publisher; see that no other process runs under its name",
            context.now());
    log.atError()
        .addKeyValue("source", context.source())
        .addKeyValue("reason", message)
        .log("tracker stopped, its publisher has failed for good");
  }

  private Duration failed(Exception failure) {
    if (isClosing()) {
      return Duration.ZERO;
    }
    failures++;
    Instant since = failingSince == null ? context.now() : failingSince;
    failingSince = since;
    own.missed(Duration.between(since, context.now()));
    FailureKind kind = FailureKind.of(failure);
    Duration delay = kind.delay(failures, ThreadLocalRandom.current().nextDouble());
    String message = String.valueOf(failure.getMessage());
    problem = new Problem(message, kind.cure(), context.now());
    log.atWarn()
        .addKeyValue("source", context.source())
        .addKeyValue("retry", failures)
        .addKeyValue("delayMillis", delay.toMillis())
        .addKeyValue("kind", kind)
        .addKeyValue("reason", message)
        .log("poll failed");
    return delay;
  }

  private Duration untilNextDue() {
    Instant now = context.now();
    Instant next = catalogDue;
    for (TableTracker table : tables.values()) {
      if (table.due().isBefore(next) && table.turn.availablePermits() > 0) {
        next = table.due();
      }
    }
    Duration nap = Duration.between(now, next);
    return nap.isNegative()
        ? Duration.ofMillis(1)
        : nap.compareTo(LONGEST_NAP) > 0 ? LONGEST_NAP : nap;
  }

  private void wake() {
    bell.release();
  }

  private boolean turn(Connection connection)
      throws SQLException, HubException, InterruptedException {
    Instant now = context.now();
    takeNews(now);
    if (!epochDue.isAfter(now)) {
      context.epochs().look();
      epochDue = now.plus(LOOK_AT_EPOCHS);
    }
    boolean stale = tables.values().stream().anyMatch(t -> t.catalogStale() && t.mayTry(now));
    if (stale || context.epochs().isSuspected() || !reloads.isEmpty() || !catalogDue.isAfter(now)) {
      refresh(connection);
      catalogDue = context.now().plus(context.options().catalogEvery());
    }
    poll(connection);
    keepCursors();
    startSnapshots();
    return true;
  }

  private void takeNews(Instant now) {
    if (own.hasNews()) {
      leaveOthers();
      catalogDue = now; // what has come begins at once
    }
  }

  /** Whether an operator lets the whole source rest. */
  private boolean rests() {
    return context.resting().pause(Part.SOURCE).isPresent();
  }

  private void rest() {
    takeNews(context.now());
    keepCursors();
  }

  /** Without a look at the source, so that others do not take this tracker for gone. */
  private void keepCursors() {
    Instant now = context.now();
    Epoch epoch = context.epochs().adopted();
    for (TableTracker table : tables.values()) {
      if (epoch != null && table.owesCursor(now) && table.turn.tryAcquire()) {
        readers.execute(() -> work(table, Next.CURSOR, epoch, now));
      }
    }
  }

  /** Forgets what is another tracker's now; the publisher refuses its rows already. */
  private void leaveOthers() {
    for (TableTracker table : tables.values()) {
      if (!own.keeps(table.name())) {
        tables.remove(table.name());
        table.leave();
      }
    }
  }

  // ---- the catalog ----

  private void refresh(Connection connection)
      throws SQLException, HubException, InterruptedException {
    boolean unsettled = context.epochs().isSuspected();
    // Cursors first: another tracker may move them beyond what is the current version now.
    Collection<Cursor> cursors =
        unsettled ? context.cursors().cursors(context.source()) : List.of();
    SqlServerCatalog.Database database = SqlServerCatalog.database(connection);
    Isolation isolation = context.options().source().isolation();
    if (isolation == Isolation.SNAPSHOT && !database.snapshotIsolation()) {
      throw new SQLException(
          "`isolation: snapshot`, but the database does not allow it: ALTER DATABASE %s SET ALLOW_SNAPSHOT_ISOLATION ON"
              .formatted(Names.quoted(database.name())),
          "42000",
          3952);
    }
    Long current = database.currentVersion();
    if (current == null) {
      throw new SQLException(
          "Change Tracking is off for database " + database.name() + ", or not to be seen",
          "42000",
          22105);
    }
    currentVersion = current;
    Integer minutes = database.retentionMinutes();
    retention = minutes == null ? null : Duration.ofMinutes(minutes);
    snapshotIsolation = isolation != Isolation.READ_COMMITTED && database.snapshotIsolation();
    if (unsettled && context.epochs().settle(database.recoveryFork(), current, cursors)) {
      context.commitTimes().forget();
      tables.values().forEach(TableTracker::epochChanged);
    }
    var configured = context.options().tables();
    boolean allColumns = !columnsDue.isAfter(context.now());
    Map<TableName, SourceTable> found =
        SqlServerCatalog.tables(
            connection,
            configured::matches,
            name -> configured.settings(name).excludeColumns(),
            this::unreadable,
            name -> allColumns ? null : known(name));
    if (allColumns) {
      columnsDue = context.now().plus(COLUMNS_EVERY);
    }
    for (SourceTable table : found.values()) {
      TableTracker known = tables.get(table.name());
      if (known == null) {
        if (!own.take(table.name())) {
          continue;
        }
        known = new TableTracker(context, table, configured.settings(table.name()), this::wake);
        tables.put(table.name(), known);
      }
      known.refreshed(table);
    }
    for (TableTracker table : tables.values()) {
      SourceTable seen = found.get(table.name());
      if (seen == null) {
        if (table.mayTry(context.now())) {
          table.cannotBegin(
              FailureKind.SCHEMA_CHANGED, table.name() + ": no such table, or not to be seen");
        }
      } else if (isJudged(table, seen)) {
        begin(table, seen, current);
        reread(table);
      }
    }
    reload(found.keySet());
    fulfilWishesOfOthers();
  }

  private void reread(TableTracker table) throws HubException, InterruptedException {
    Reading before = table.outdatedReading();
    if (before != null) {
      table.rereads(
          context.cursors().cursors(context.source(), table.name()),
          context.schemas().find(before.schemaId()).orElse(null),
          context.schemas().of(context.source(), table.name()));
    }
  }

  /**
   * Whether the row filter knows rows of this schema; without it none may pass, and none be lost.
   */
  private boolean isJudged(TableTracker table, SourceTable seen) {
    try {
      context.filter().prepare(seen.schema());
      return true;
    } catch (RowFilterException e) {
      table.catalogIsStale();
      if (table.mayTry(context.now())) {
        table.cannotBegin(FailureKind.FILTER, String.valueOf(e.getMessage()));
      }
      return false;
    }
  }

  private @Nullable SourceTable known(TableName name) {
    TableTracker table = tables.get(name);
    return table == null || table.catalogStale() ? null : table.source();
  }

  /** Hands wishes on, now that the catalog is known; one that fails here is tried again. */
  private void reload(Set<TableName> present) throws HubException, InterruptedException {
    for (Reload asked = reloads.peek(); asked != null; asked = reloads.peek()) {
      List<CompletableFuture<Boolean>> wishes = new ArrayList<>();
      for (TableTracker table : tables.values()) {
        boolean meant = asked.table() == null || table.name().equals(asked.table());
        if (meant && present.contains(table.name())) {
          int done =
              StartingPoint.lastDone(context.cursors().cursors(context.source(), table.name()));
          Where part = asked.part();
          wishes.add(part == null ? table.reload(done) : table.reload(part, done));
        }
      }
      for (TableName name : present) {
        boolean meant = asked.table() == null || name.equals(asked.table());
        if (meant && !own.isMine(name) && asked.part() == null) {
          own.wished(name, StartingPoint.lastGeneration(cursors(name)), context.now());
          wishes.add(CompletableFuture.completedFuture(true)); // its own tracker hears it, too
        }
      }
      reloads.remove();
      answer(asked.answer(), wishes);
    }
  }

  private void fulfilWishesOfOthers() throws HubException, InterruptedException {
    for (TableTracker table : tables.values()) {
      if (own.hasWish(table.name())) {
        Collection<Cursor> cursors = cursors(table.name());
        if (own.owes(table.name(), StartingPoint.lastGeneration(cursors), context.now())) {
          var unused = table.reload(StartingPoint.lastDone(cursors));
        }
      }
    }
  }

  private Collection<Cursor> cursors(TableName table) throws HubException, InterruptedException {
    return context.cursors().cursors(context.source(), table);
  }

  private static void answer(
      CompletableFuture<Boolean> answer, List<CompletableFuture<Boolean>> wishes) {
    var unused =
        CompletableFuture.allOf(wishes.toArray(CompletableFuture[]::new))
            .whenComplete(
                (nothing, failure) -> {
                  if (failure == null) {
                    answer.complete(wishes.stream().anyMatch(CompletableFuture::join));
                  } else {
                    answer.completeExceptionally(TableTracker.closed());
                  }
                });
  }

  private void unreadable(TableName table, String why) {
    if (unreadable.add(table)) {
      log.atError().addKeyValue("table", table).addKeyValue("reason", why).log("table left out");
    }
  }

  private void begin(TableTracker table, SourceTable seen, long current)
      throws HubException, InterruptedException {
    Instant now = context.now();
    Epoch epoch = context.epochs().adopted();
    if (epoch == null) {
      throw new IllegalStateException("no epoch is adopted");
    }
    if (!seen.hasKey()) {
      if (table.settings().reloadEvery() == null) {
        cannotBegin(
            table,
            FailureKind.TRACKING_OFF,
            "it has no primary key: add one and switch Change Tracking on, or set `reload_every`");
      } else {
        table.beginWithoutKey(
            epoch, context.cursors().cursors(context.source(), table.name()), now);
      }
      return;
    }
    if (table.hasBegun()) {
      return;
    }
    Tracking tracking = seen.tracking();
    if (tracking == null) {
      cannotBegin(
          table,
          FailureKind.TRACKING_OFF,
          "Change Tracking is off: ALTER TABLE %s ENABLE CHANGE_TRACKING"
              .formatted(Names.quoted(table.name())));
    } else if (tracking.minValid() == null) {
      cannotBegin(table, FailureKind.PERMISSION, Validity.NOT_SEEN.sentence());
    } else if (!table.turn.tryAcquire()) {
      table.catalogIsStale(); // a read of its earlier history is still under way
    } else {
      try {
        if (table.mayTry(now)) {
          table.begin(
              epoch, context.cursors().cursors(context.source(), table.name()), tracking, current);
        }
      } finally {
        table.turn.release();
      }
    }
  }

  private void cannotBegin(TableTracker table, FailureKind kind, String why) {
    if (table.mayTry(context.now())) {
      table.cannotBegin(kind, table.name() + ": " + why);
    }
  }

  // ---- the question ----

  /** Tables that are asked for together, due or not, so that their question stays the same. */
  private record Group(Duration interval, int number) {}

  private void poll(Connection connection) throws SQLException {
    Instant now = context.now();
    Map<Group, List<TableTracker>> groups = groups(now);
    questions.keySet().retainAll(groups.keySet());
    Set<TableTracker> held = new HashSet<>();
    try {
      for (Map.Entry<Group, List<TableTracker>> entry : groups.entrySet()) {
        List<TableTracker> group = entry.getValue();
        if (group.stream().anyMatch(t -> t.isDue(now) && t.turn.availablePermits() > 0)) {
          // Those nearly due come along: so tables of one interval come to be due together.
          group.stream().filter(t -> t.isNearlyDue(now) && t.turn.tryAcquire()).forEach(held::add);
          Question question = questions.computeIfAbsent(entry.getKey(), g -> new Question());
          ask(connection, question, group, now, held);
        }
      }
    } finally {
      held.forEach(table -> table.turn.release());
    }
  }

  private Map<Group, List<TableTracker>> groups(Instant now) {
    Map<Duration, Integer> counts = new HashMap<>();
    Map<Group, List<TableTracker>> groups = new HashMap<>();
    for (TableTracker table : tables.values()) {
      if (table.isAskable(now)) {
        Duration interval = table.settings().interval();
        int number = counts.merge(interval, 1, Integer::sum) - 1;
        groups
            .computeIfAbsent(
                new Group(interval, number / Question.MOST_TABLES), g -> new ArrayList<>())
            .add(table);
      }
    }
    return groups;
  }

  /**
   * Asks for those tables of a group that are due.
   *
   * @param held tables whose turn is still this loop's to give back: the due ones
   */
  private void ask(
      Connection connection,
      Question question,
      List<TableTracker> group,
      Instant now,
      Set<TableTracker> held)
      throws SQLException {
    List<TableTracker> due = group.stream().filter(held::contains).toList();
    if (due.isEmpty()) {
      return;
    }
    List<Asked> asked = new ArrayList<>(group.size());
    for (TableTracker table : group) {
      asked.add(table.asked(held.contains(table)));
    }
    Question.Answer answer;
    try {
      answer = question.ask(connection, asked);
    } catch (SQLException e) {
      if (FailureKind.of(e) == FailureKind.CONNECTION) {
        throw e;
      }
      if (group.size() == 1) {
        due.get(0).failed(e);
        return;
      }
      // One table spoils the question for all: halves are asked alone, this once.
      askAlone(connection, due.subList(0, due.size() / 2), now, held);
      askAlone(connection, due.subList(due.size() / 2, due.size()), now, held);
      return;
    }
    versions.note(answer.current(), System.nanoTime());
    currentVersion = answer.current();
    if (!answer.changed().isEmpty()) {
      context.commitTimes().read(connection, answer.current(), now);
    }
    answered(due, answer, now, held);
  }

  private void askAlone(
      Connection connection, List<TableTracker> due, Instant now, Set<TableTracker> held)
      throws SQLException {
    try (Question once = new Question()) {
      ask(connection, once, due, now, held);
    }
  }

  private void answered(
      List<TableTracker> due, Question.Answer answer, Instant now, Set<TableTracker> held) {
    Epoch epoch = context.epochs().adopted();
    if (!context.epochs().holds(answer.fork(), answer.current()) || epoch == null) {
      return;
    }
    for (TableTracker table : due) {
      Question.Known known = answer.tables().get(table.source().shape().objectId());
      boolean changed = answer.changed().contains(table.name());
      Next next = table.answered(known, changed, answer.current(), now);
      if (next != Next.NOTHING) {
        held.remove(table);
        readers.execute(() -> work(table, next, epoch, now));
      }
    }
  }

  /** One table's poll, on a reader's thread. Whoever ends it gives back the turn. */
  private void work(TableTracker table, Next next, Epoch epoch, Instant asked) {
    try {
      if (next == Next.CURSOR) {
        table.writeCursor(asked);
        return;
      }
      var unused =
          context
              .connections()
              .use(
                  table.settings().lockTimeout(),
                  connection -> {
                    table.poll(
                        connection,
                        snapshotIsolation,
                        epoch,
                        asked,
                        since -> !table.rests() && mayGoOn(since));
                    return true;
                  });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      table.turn.release();
    } catch (SQLException | HubException | RuntimeException e) {
      if (!isClosing()) {
        table.failed(e);
      }
      table.turn.release();
      wake();
    }
  }

  private boolean mayGoOn(Duration since) {
    return since.compareTo(context.options().source().maxTransaction()) < 0
        && (readers.getQueue().isEmpty() || since.compareTo(SHARE) < 0);
  }

  // ---- snapshots ----

  private void startSnapshots() throws HubException, InterruptedException {
    Instant now = context.now();
    for (TableTracker table : tables.values()) {
      int generation = table.snapshots().toClaim();
      if (generation > 0 && claimedByOthers.getOrDefault(table.name(), Instant.MIN).isAfter(now)) {
        continue;
      }
      synchronized (snapshotting) {
        if (generation == 0
            || snapshotting.contains(table.name())
            || !table.mayTry(context.now().plus(table.settings().interval()))
            || snapshots.getActiveCount() + snapshots.getQueue().size()
                >= snapshots.getMaximumPoolSize()) {
          continue;
        }
      }
      if (isMine(table, generation)) {
        synchronized (snapshotting) {
          snapshotting.add(table.name());
        }
        snapshots.execute(() -> takeSnapshot(table, generation));
      } else {
        claimedByOthers.put(table.name(), now.plus(LOOK_AT_OTHERS));
      }
    }
  }

  /** Claims a snapshot; where another tracker has it, looks whether that one is done or silent. */
  private boolean isMine(TableTracker table, int generation)
      throws HubException, InterruptedException {
    String me = context.options().name();
    Claim claim =
        context
            .claims()
            .claim(
                subject(table.name(), table.epoch(), generation),
                me,
                Integer.toString(table.source().shape().objectId()));
    if (claim.claimant().equals(me)) {
      return true;
    }
    Collection<Cursor> cursors = context.cursors().cursors(context.source(), table.name());
    int done =
        cursors.stream()
            .filter(
                c ->
                    c.epoch() == table.epoch() && c.objectId() == table.source().shape().objectId())
            .mapToInt(Cursor::snapshotDone)
            .max()
            .orElse(0);
    if (done >= generation) {
      table.snapshots().seen(done, cursors);
      return false;
    }
    if (StartingPoint.isPartDone(cursors, generation)) {
      if (table.snapshots().isPartWanted()) {
        table.snapshots().partSeen(generation, cursors);
      } else {
        table.snapshots().wantNext();
      }
      return false;
    }
    Instant now = context.now();
    // Whoever had claimed the snapshot of a table that is this tracker's alone has lost it.
    Duration patience = own.areExclusive() ? Duration.ZERO : context.options().takeOverAfter();
    Instant silentSince =
        cursors.stream()
            .filter(c -> c.tracker().equals(claim.claimant()))
            .map(Cursor::at)
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    if (table.snapshots().wantedFor(now).compareTo(patience) > 0
        && silentSince.plus(patience).isBefore(now)) {
      table.snapshots().wantNext();
    }
    return false;
  }

  /** Snapshots are claimed by table, epoch and generation. */
  private String subject(TableName table, int epoch, int generation) {
    String prefix = context.source() + "/" + table;
    return epoch == Epochs.FIRST
        ? "%s/snapshot/%d".formatted(prefix, generation)
        : "%s/epoch/%d/snapshot/%d".formatted(prefix, epoch, generation);
  }

  private void takeSnapshot(TableTracker table, int generation) {
    try {
      new SnapshotReader(context, table, generation, pace, versions, closing)
          .run(snapshotIsolation);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | HubException | RuntimeException e) {
      if (!isClosing()) {
        table.snapshots().failed(generation, e);
      }
    } finally {
      synchronized (snapshotting) {
        snapshotting.remove(table.name());
      }
      wake();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    wake();
    readers.shutdownNow();
    snapshots.shutdownNow();
    thread.interrupt();
    context.connections().close();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
      if (!readers.awaitTermination(10, TimeUnit.SECONDS)
          || !snapshots.awaitTermination(10, TimeUnit.SECONDS)) {
        log.atWarn().addKeyValue("source", context.source()).log("a read does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    tables.values().forEach(TableTracker::refuseWishes);
    refuseReloads();
  }
}
