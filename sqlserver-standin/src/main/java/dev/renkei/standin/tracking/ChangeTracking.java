package dev.renkei.standin.tracking;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.tracking.TrackingStore.Settings;
import dev.renkei.standin.tracking.TrackingStore.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.engine.SessionLocal;
import org.jspecify.annotations.Nullable;

/**
 * Change Tracking of a whole stand-in: what is tracked, CHANGETABLE as H2 SQL, validity, cleanup.
 *
 * <p>Every SQL fragment answers from the snapshot of the H2 statement or transaction that runs it.
 * A fragment contains each piece of SQL given to it exactly once and in the order given, so that
 * bindings of placeholders keep their order. Thread-safe. Definitions change by one thread at a
 * time, outside of any user's transaction.
 */
public final class ChangeTracking implements AutoCloseable {
  /** How often the background cleanup runs, in real time. */
  public static final Duration CLEANUP_PERIOD = Duration.ofMinutes(30);

  private static final Set<String> SYSTEM = Set.of("master", "tempdb", "model", "msdb");

  /** All instances of this JVM: H2 makes triggers by name and tells them only its session. */
  private static final Map<SessionLocal, TrackedTransaction> SESSIONS = new ConcurrentHashMap<>();

  private final Catalog catalog;
  private final InstantSource clock;
  private final TrackingStore store;
  private final Map<String, Versions> databases = new ConcurrentHashMap<>();
  private final AtomicLong xdes = new AtomicLong();
  private final LateCommits lateCommits = new LateCommits();
  private final ScheduledExecutorService timer;

  /**
   * Opens Change Tracking over the instance, with what is already tracked there.
   *
   * @param clock gives commits their time and tells the cleanup what is old
   */
  public ChangeTracking(Instance instance, InstantSource clock) {
    this.catalog = instance.catalog();
    this.clock = clock;
    this.store = new TrackingStore(instance);
    try {
      store.run(
          c -> {
            TrackingStore.execute(
                c,
                "CREATE ALIAS IF NOT EXISTS %s DETERMINISTIC FOR '%s.changeColumns'"
                    .formatted(ColumnMask.FUNCTION, ColumnMask.class.getName()));
            for (Database database : catalog.databases()) {
              open(c, database.name());
            }
            return true;
          });
    } catch (SqlError e) {
      throw new IllegalStateException("Change Tracking cannot read what it kept", e);
    }
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "standin-change-tracking-cleanup");
              thread.setDaemon(true);
              return thread;
            });
    long period = CLEANUP_PERIOD.toMinutes();
    var unused = timer.scheduleWithFixedDelay(this::cleanupAll, period, period, TimeUnit.MINUTES);
  }

  // ---- databases ----

  /**
   * {@code ALTER DATABASE db SET CHANGE_TRACKING = ON}.
   *
   * @param retention at least one minute
   * @throws SqlError 5088 where it is on, 5090 for a system database, 5092 for a wrong retention
   */
  public synchronized void enableDatabase(String db, Duration retention, boolean autoCleanup)
      throws SqlError {
    Settings settings = Settings.of(retention, autoCleanup);
    if (SYSTEM.contains(fold(db))) {
      throw TrackingErrors.systemDatabase(db);
    }
    Versions versions = database(db);
    if (versions.isEnabled()) {
      throw TrackingErrors.databaseAlreadyTracked(versions.database());
    }
    store.run(c -> putSettings(c, versions, Optional.of(settings)));
    versions.setEnabled(true);
  }

  /**
   * {@code SET CHANGE_TRACKING (..)}: what is empty stays as it is.
   *
   * @throws SqlError 5089 where it is off, 5092 for a wrong retention
   */
  public synchronized void alterDatabase(
      String db, Optional<Duration> retention, Optional<Boolean> autoCleanup) throws SqlError {
    Versions versions = database(db);
    Settings before =
        store
            .run(c -> TrackingStore.settings(c, versions.database()))
            .orElseThrow(() -> TrackingErrors.databaseDisabled(versions.database(), 2));
    Settings after =
        Settings.of(retention.orElse(before.duration()), autoCleanup.orElse(before.autoCleanup()));
    store.run(c -> putSettings(c, versions, Optional.of(after)));
  }

  /**
   * {@code SET CHANGE_TRACKING = OFF}. Versions go on from where they were when it is switched on
   * again.
   *
   * @throws SqlError 5089 where it is off, 22115 while a table is tracked
   */
  public synchronized void disableDatabase(String db) throws SqlError {
    Versions versions = database(db);
    if (!versions.isEnabled()) {
      throw TrackingErrors.databaseDisabled(versions.database(), 1);
    }
    if (!versions.tables().isEmpty()) {
      throw TrackingErrors.tablesStillTracked(versions.database());
    }
    store.run(c -> putSettings(c, versions, Optional.empty()));
    versions.setEnabled(false);
  }

  private static boolean putSettings(
      Connection connection, Versions versions, Optional<Settings> settings) throws SQLException {
    TrackingStore.putSettings(connection, versions.database(), settings);
    return true;
  }

  /** Whether Change Tracking is on for the database. */
  public boolean isEnabled(String db) {
    Versions versions = databases.get(fold(db));
    return versions != null && versions.isEnabled();
  }

  /** To be called before the schemas of a database are dropped. */
  public synchronized void databaseDropped(String db) {
    Versions versions = databases.remove(fold(db));
    if (versions != null) {
      versions.close();
    }
  }

  /** To be called after the schemas of a database were renamed in H2, and in the catalog. */
  public synchronized void databaseRenamed(String from, String to) throws SqlError {
    databaseDropped(from);
    reopen(to);
  }

  /** Reads again what is tracked in a database, such as after a restore. */
  synchronized void reopen(String db) throws SqlError {
    databaseDropped(db);
    database(db);
  }

  // ---- tables ----

  /**
   * {@code ALTER TABLE t ENABLE CHANGE_TRACKING}. Waits for transactions that have changed the
   * table.
   *
   * @throws SqlError 1718 where it is off for the database, 4996 where it is on for the table, 4997
   *     where it has no primary key
   */
  public synchronized void enableTable(Table table, boolean trackColumns) throws SqlError {
    Versions versions = database(table.database());
    if (!versions.isEnabled()) {
      throw TrackingErrors.databaseNotTracked(table.database(), table.name());
    }
    if (versions.table(table.objectId()) != null) {
      throw TrackingErrors.tableAlreadyTracked(table.name());
    }
    if (table.primaryKey() == null) {
      throw TrackingErrors.noPrimaryKey(table.name());
    }
    store.run(
        c -> {
          store.drop(c, versions.database(), table.objectId());
          store.create(c, table);
          versions.put(store.open(c, table, trackColumns));
          try {
            store.createTrigger(c, table);
            begin(c, versions, table.objectId(), trackColumns);
          } catch (SQLException e) {
            versions.remove(table.objectId());
            throw e;
          }
          return true;
        });
  }

  /** The table's changes count from the current version on. */
  private static void begin(
      Connection connection, Versions versions, int objectId, boolean trackColumns)
      throws SQLException {
    long version =
        TrackingStore.number(
                connection,
                "SELECT MAX(commit_ts) FROM " + TrackingStore.commits(versions.database()))
            .orElse(0);
    TrackingStore.putState(
        connection, versions.database(), new State(objectId, trackColumns, version, 0, version));
  }

  /** {@code ALTER TABLE t DISABLE CHANGE_TRACKING}: 4998 where it is off. */
  public synchronized void disableTable(Table table) throws SqlError {
    Versions versions = database(table.database());
    if (versions.table(table.objectId()) == null) {
      throw TrackingErrors.cannotDisableTable(table.name());
    }
    store.run(
        c -> {
          store.dropTrigger(c, table);
          return forget(c, versions, table.objectId());
        });
  }

  private boolean forget(Connection connection, Versions versions, int objectId)
      throws SQLException {
    versions.remove(objectId);
    TrackingStore.removeState(connection, versions.database(), objectId);
    store.drop(connection, versions.database(), objectId);
    return true;
  }

  /** To be called after DROP TABLE; does nothing for a table that was not tracked. */
  public synchronized void dropped(Table table) throws SqlError {
    Versions versions = database(table.database());
    if (versions.table(table.objectId()) != null) {
      store.run(c -> forget(c, versions, table.objectId()));
    }
  }

  /**
   * To be called after TRUNCATE TABLE; does nothing for a table that is not tracked. Its changes
   * are gone and tracking begins again, in one step for readers, at a version of its own: a cursor
   * that knew everything up to now is too old, too.
   *
   * @see <a
   *     href="https://learn.microsoft.com/sql/relational-databases/track-changes/manage-change-tracking-sql-server">
   *     how applications notice</a>
   */
  public synchronized void truncated(Table table) throws SqlError {
    Versions versions = database(table.database());
    SideTable side = versions.table(table.objectId());
    if (side == null) {
      return;
    }
    versions.commitLock().lock();
    try {
      long version = versions.next();
      store.run(
          c -> {
            String db = versions.database();
            TrackingStore.addCommit(c, db, version, nextXdes(), now());
            TrackingStore.execute(c, "DELETE FROM " + SideTable.commitsName(db, table.objectId()));
            TrackingStore.execute(c, "DELETE FROM " + SideTable.changesName(db, table.objectId()));
            TrackingStore.putState(
                c, db, new State(table.objectId(), side.trackColumns(), version, 0, version));
            return true;
          });
      versions.given(version);
    } finally {
      versions.commitLock().unlock();
    }
  }

  /**
   * To be called after ALTER TABLE or a rename, with the old definition and the new; does nothing
   * for a table that is not tracked. What was tracked stays.
   */
  public synchronized void altered(Table before, Table after) throws SqlError {
    Versions versions = database(before.database());
    SideTable side = versions.table(before.objectId());
    if (side == null) {
      return;
    }
    side.redefine(after);
    if (TrackedColumns.keyColumnIds(before).equals(TrackedColumns.keyColumnIds(after))) {
      store.run(
          c -> {
            if (store.alterKeys(c, after)) {
              versions.put(store.open(c, after, side.trackColumns()));
            }
            return true;
          });
    } else {
      throw new IllegalStateException("the key of a tracked table cannot change: " + after.name());
    }
  }

  public boolean isTracked(Table table) {
    return tracked(table).isPresent();
  }

  private Optional<SideTable> tracked(Table table) {
    Versions versions = databases.get(fold(table.database()));
    return Optional.ofNullable(versions).map(v -> v.table(table.objectId()));
  }

  /** What {@code sys.change_tracking_tables} says now; empty where the table is not tracked. */
  public Optional<TrackedTable> trackedTable(Table table) {
    Optional<SideTable> side = tracked(table);
    if (side.isEmpty()) {
      return Optional.empty();
    }
    try {
      return store.run(c -> TrackingStore.states(c, side.get().database())).stream()
          .filter(s -> s.objectId() == table.objectId())
          .map(s -> new TrackedTable(table, s.trackColumns(), s.minValid(), s.begin(), s.cleanup()))
          .findFirst();
    } catch (SqlError e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- SQL ----

  /**
   * {@code CHANGETABLE(CHANGES t, since)} as a derived table in parentheses, without an alias.
   *
   * <p>Columns: SYS_CHANGE_VERSION, SYS_CHANGE_CREATION_VERSION (BIGINT), SYS_CHANGE_OPERATION
   * (CHAR(1)), SYS_CHANGE_COLUMNS (VARBINARY(4100)), SYS_CHANGE_CONTEXT (VARBINARY(128)), then the
   * key columns by their names, in key order. SYS_CHANGE_* columns that are not used are left out.
   *
   * @param sinceSql a value of BIGINT; NULL asks for everything
   * @param usedColumns names in lower case
   * @throws SqlError 22105 where the table is not tracked
   */
  public String changesSql(Table table, String sinceSql, Set<String> usedColumns) throws SqlError {
    return ChangeTable.changes(existing(table), table, sinceSql, usedColumns);
  }

  /**
   * A condition in H2 SQL: whether {@code CHANGETABLE(CHANGES t, since)} has any row; microseconds.
   *
   * @throws SqlError 22105 where the table is not tracked
   */
  public String existsSql(Table table, String sinceSql) throws SqlError {
    return ChangeTable.exists(existing(table), sinceSql);
  }

  /**
   * {@code CHANGETABLE(VERSION t, (keys), (values))} as a derived table in parentheses, without an
   * alias; the values are constants or placeholders. A row for each row of the table with that key
   * (at most one), of SYS_CHANGE_VERSION, SYS_CHANGE_CONTEXT, then the key columns in key order.
   * The version is NULL where no change is retained and where the reader itself has an uncommitted
   * one.
   *
   * @throws SqlError 22105 where the table is not tracked; 22103, 22110, 22111 or 22112 where the
   *     keys or values do not fit
   */
  public String rowVersionSql(Table table, List<String> keys, List<String> valuesSql)
      throws SqlError {
    return ChangeTable.rowVersion(existing(table), table, keys, valuesSql);
  }

  /**
   * {@code CHANGETABLE(VERSION ..)} of every row of a table, shaped as {@link #rowVersionSql}. For
   * values that name columns of the query around, which H2 does not see from inside a derived
   * table: join this (or select from it) where its key columns equal the values; H2 then looks up
   * only those keys.
   *
   * @throws SqlError 22105 where the table is not tracked
   */
  public String rowVersionsSql(Table table) throws SqlError {
    return ChangeTable.rowVersions(existing(table), table);
  }

  /**
   * Checks the lists of {@code CHANGETABLE(VERSION ..)}.
   *
   * @throws SqlError 22103, 22110, 22111 or 22112
   */
  public static void checkRowVersion(Table table, List<String> keys, int values) throws SqlError {
    ChangeTable.checkKeys(table, keys, values);
  }

  private SideTable existing(Table table) throws SqlError {
    return tracked(table).orElseThrow(() -> TrackingErrors.tableNotTracked(table.name()));
  }

  /** A scalar of BIGINT in H2 SQL: the version of the last commit, NULL where tracking is off. */
  public String currentVersionSql(String db) {
    String exact = exact(db);
    return "(CASE WHEN EXISTS(SELECT 1 FROM %s) THEN COALESCE((SELECT MAX(commit_ts) FROM %s), 0) END)"
        .formatted(TrackingStore.databases(exact), TrackingStore.commits(exact));
  }

  /** A scalar of BIGINT in H2 SQL: NULL where the table is not tracked or the id is not known. */
  public String minValidVersionSql(String db, String objectIdSql) {
    return minValidVersionSql(db, objectIdSql, "TRUE");
  }

  /**
   * The same where a further condition on {@code object_id} decides who may know it.
   *
   * @param condition SQL over the column object_id; NULL comes where it does not hold
   */
  public String minValidVersionSql(String db, String objectIdSql, String condition) {
    return "(SELECT min_valid_version FROM %s WHERE object_id = (%s) AND %s)"
        .formatted(TrackingStore.tables(exact(db)), objectIdSql, condition);
  }

  private String exact(String db) {
    return catalog.database(db).map(Database::name).orElse(db);
  }

  /**
   * {@code CHANGE_TRACKING_IS_COLUMN_IN_MASK}: what SYS_CHANGE_COLUMNS says about a column; NULL
   * says that all changed.
   *
   * @throws SqlError 22101 for bytes that are no mask
   */
  public static boolean isColumnInMask(int columnId, byte @Nullable [] mask) throws SqlError {
    return ColumnMask.contains(columnId, mask);
  }

  // ---- sessions ----

  /**
   * The tracked transactions of a session, whose writes all go through this H2 connection. What is
   * written over a connection without this is not tracked.
   */
  public TrackedTransaction transaction(Connection h2) {
    try {
      TrackedTransaction transaction = new TrackedTransaction(this, h2);
      SESSIONS.put(transaction.h2Session(), transaction);
      return transaction;
    } catch (SQLException e) {
      throw new IllegalStateException("not a connection of H2", e);
    }
  }

  void closed(TrackedTransaction transaction) {
    SESSIONS.remove(transaction.h2Session(), transaction);
  }

  static @Nullable TrackedTransaction transactionOf(SessionLocal session) {
    return SESSIONS.get(session);
  }

  public LateCommits lateCommits() {
    return lateCommits;
  }

  long nextXdes() {
    return xdes.incrementAndGet();
  }

  /** In UTC, rounded as SQL Server's datetime: to 0, 3 or 7 ms. */
  LocalDateTime now() {
    LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    long ticks = Math.round(now.get(ChronoField.MICRO_OF_SECOND) * 3 / 10_000.0);
    return now.truncatedTo(ChronoUnit.SECONDS)
        .plus(Math.round(ticks * 10 / 3.0), ChronoUnit.MILLIS);
  }

  /** The versions that a side table's changes get; null where it is not tracked any more. */
  @Nullable Versions versions(SideTable side) {
    return side.isOpen() ? databases.get(fold(side.database())) : null;
  }

  /** The side table of a trigger; null where its table is not tracked (any more). */
  @Nullable SideTable sideTable(String h2Schema, int objectId) {
    for (Versions versions : databases.values()) {
      SideTable side = versions.table(objectId);
      if (side != null && h2Schema.equals(versions.database() + "." + side.definition().schema())) {
        return side;
      }
    }
    return null;
  }

  // ---- cleanup ----

  /** Removes what is older than the retention, by the instance's clock. */
  public void cleanup(String db) throws SqlError {
    Versions versions = database(db);
    Optional<Settings> settings = store.run(c -> TrackingStore.settings(c, versions.database()));
    if (settings.isPresent()) {
      new Cleanup(store, versions).upTo(clock.instant().minus(settings.get().duration()));
    }
  }

  private void cleanupAll() {
    for (Versions versions : databases.values()) {
      try {
        Optional<Settings> settings =
            store.run(c -> TrackingStore.settings(c, versions.database()));
        if (settings.isPresent() && settings.get().autoCleanup()) {
          cleanup(versions.database());
        }
      } catch (SqlError e) {
        // The next round tries again; what stays is only too much.
      }
    }
  }

  private Versions database(String db) throws SqlError {
    Versions versions = databases.get(fold(db));
    if (versions != null) {
      return versions;
    }
    return store.run(c -> open(c, exact(db)));
  }

  private synchronized Versions open(Connection connection, String db) throws SQLException {
    Versions known = databases.get(fold(db));
    if (known != null) {
      return known;
    }
    String commits = TrackingStore.commits(db);
    long last = TrackingStore.number(connection, "SELECT MAX(commit_ts) FROM " + commits).orElse(0);
    long highest =
        TrackingStore.number(connection, "SELECT MAX(xdes_id) FROM " + commits).orElse(0);
    xdes.accumulateAndGet(highest, Math::max);
    Versions versions =
        new Versions(
            db,
            store.commitTable(connection, db),
            last,
            TrackingStore.settings(connection, db).isPresent());
    for (State state : TrackingStore.states(connection, db)) {
      Optional<Table> table =
          catalog.tables(db).stream().filter(t -> t.objectId() == state.objectId()).findFirst();
      if (table.isPresent()) {
        versions.put(store.open(connection, table.get(), state.trackColumns()));
      }
    }
    databases.put(fold(db), versions);
    return versions;
  }

  private static String fold(String db) {
    return db.toLowerCase(Locale.ROOT);
  }

  /** Releases commits held back and stops the background cleanup. */
  @Override
  public void close() {
    lateCommits.close();
    timer.shutdownNow();
    SESSIONS.values().removeIf(t -> t.tracking() == this);
  }
}
