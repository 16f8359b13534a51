package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Database;
import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.engine.define.Definitions;
import dev.renkei.standin.engine.functions.Functions;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer;
import dev.renkei.standin.sql.SqlSession;
import dev.renkei.standin.tracking.Backups;
import dev.renkei.standin.tracking.ChangeTracking;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The server behind the wire: one H2 instance with its catalog, Change Tracking and sessions.
 * Thread-safe.
 */
public final class Engine implements SqlServer, AutoCloseable {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int FIRST_USER_SESSION = 51;
  private static final String DEFAULT_DATABASE = "master";

  /** The login that may do everything. */
  public static final String ADMINISTRATOR = "sa";

  private final Instance instance;
  private final ChangeTracking tracking;
  private final Backups backups;
  private final Translator translator;
  private final Definitions definitions;
  private final H2Errors errors;
  private final InstantSource clock;
  private final RequestFaults faults;
  private final BatchCache batches = new BatchCache();
  private final LockWaits lockWaits = new LockWaits();
  private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();
  private volatile IntConsumer hangUp = session -> {};
  private final AtomicInteger nextSession = new AtomicInteger(FIRST_USER_SESSION);

  /** Takes over the instance: {@link #close} closes it. */
  public Engine(Instance instance, InstantSource clock, RequestFaults faults) {
    this.instance = instance;
    this.clock = clock;
    this.faults = faults;
    install(instance);
    this.tracking = new ChangeTracking(instance, clock);
    this.backups = new Backups(instance, tracking);
    this.translator = new Translator(instance.catalog(), tracking);
    this.definitions = new Definitions(instance, tracking, translator);
    this.errors = new H2Errors(instance.catalog());
  }

  private static void install(Instance instance) {
    try (Connection connection = instance.connect()) {
      Functions.install(connection, instance.catalog());
    } catch (SQLException e) {
      throw new IllegalStateException("H2 does not take the functions of T-SQL", e);
    }
  }

  // ---- sessions ----

  @Override
  public Session login(Login login) throws SqlError {
    SqlError refused = faults.refusalOfLogin();
    if (refused != null) {
      throw refused;
    }
    if (!catalog().rights().authenticate(login.user(), login.password())) {
      throw new SqlError(18456, 1, 14, "Login failed for user '" + login.user() + "'.");
    }
    String database = login.database().isEmpty() ? DEFAULT_DATABASE : login.database();
    checkOpen(login, database, 4060);
    return open(login, database);
  }

  private Session open(Login login, String database) throws SqlError {
    String name = catalog().database(database).map(Database::name).orElse(database);
    try {
      Session session = new Session(this, nextSession.getAndIncrement(), login, name);
      sessions.put(session.id(), session);
      return session;
    } catch (SQLException e) {
      throw H2Errors.of(e);
    }
  }

  /**
   * Checks that a database exists and that the login may use it.
   *
   * @param missing the number of the error where it does not exist: 911 for USE, 4060 for a login
   */
  void checkOpen(Login login, String database, int missing) throws SqlError {
    boolean exists = catalog().database(database).isPresent();
    boolean mayOpen = exists && catalog().rights().canOpen(login.user(), database);
    if (mayOpen) {
      return;
    }
    if (missing == 4060) {
      throw new SqlError(
          4060,
          1,
          11,
          "Cannot open database \"%s\" requested by the login. The login failed."
              .formatted(database));
    }
    if (exists) {
      throw RightsErrors.noUser(login.user(), database);
    }
    throw new SqlError(
        911,
        1,
        16,
        "Database '%s' does not exist. Make sure that the name is entered correctly."
            .formatted(database));
  }

  String defaultDatabase(Login login) {
    return login.database().isEmpty()
        ? DEFAULT_DATABASE
        : catalog().database(login.database()).map(Database::name).orElse(DEFAULT_DATABASE);
  }

  void left(Session session) {
    sessions.remove(session.id());
  }

  /** The ids of all open sessions. */
  public List<Integer> sessionIds() {
    return sessions.keySet().stream().sorted().toList();
  }

  /** Stops what a session does and ends it; false where there is no such session. */
  public boolean kill(int session) {
    Session victim = sessions.get(session);
    if (victim == null) {
      return false;
    }
    if (victim.kill()) {
      CompletableFuture.delayedExecutor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> hangUp.accept(session));
    } else {
      hangUp.accept(session);
    }
    return true;
  }

  /** Ends all sessions whose current database it is; they may take a moment to be gone. */
  public void killSessionsIn(String database) {
    sessionsIn(database).forEach(s -> kill(s.id()));
  }

  /**
   * Who hangs up on the client of a killed session: at once where it is idle; where a request was
   * running, a little later, should the client not have heard of it.
   */
  public void onKilled(IntConsumer closeConnection) {
    hangUp = closeConnection;
  }

  /**
   * Opens a session of the administrator inside this process.
   *
   * @throws SqlError 911 for a database that does not exist
   */
  public SqlSession administrator(String database) throws SqlError {
    Login login = new Login(ADMINISTRATOR, "", database, "stand-in", "");
    checkOpen(login, database, 911);
    return open(login, database);
  }

  /** The sessions whose current database it is. */
  List<Session> sessionsIn(String database) {
    return sessions().stream().filter(s -> s.database().equalsIgnoreCase(database)).toList();
  }

  List<Session> sessions() {
    return List.copyOf(sessions.values());
  }

  // ---- definitions ----

  Definitions definitions() {
    return definitions;
  }

  /** Removes old changes of a database, as the cleanup of Change Tracking does. */
  void cleanup(String database) throws SqlError {
    tracking.cleanup(database);
  }

  // ---- its parts ----

  public Catalog catalog() {
    return instance.catalog();
  }

  public ChangeTracking tracking() {
    return tracking;
  }

  /**
   * Makes a database play a read-only secondary replica, or a primary again.
   *
   * @throws SqlError 911 for a database that does not exist
   */
  public void setSecondary(String database, boolean secondary) throws SqlError {
    Database now =
        catalog()
            .database(database)
            .orElseThrow(
                () -> new SqlError(911, 1, 16, "Database '" + database + "' does not exist."));
    try {
      catalog()
          .putDatabase(
              new Database(
                  now.id(),
                  now.name(),
                  now.snapshotIsolation(),
                  now.readCommittedSnapshot(),
                  secondary,
                  now.familyGuid(),
                  now.recoveryFork()));
    } catch (SQLException e) {
      throw H2Errors.of(e);
    }
  }

  public Backups backups() {
    return backups;
  }

  Instance instance() {
    return instance;
  }

  Translator translator() {
    return translator;
  }

  H2Errors errors() {
    return errors;
  }

  InstantSource clock() {
    return clock;
  }

  RequestFaults faults() {
    return faults;
  }

  BatchCache batches() {
    return batches;
  }

  LockWaits lockWaits() {
    return lockWaits;
  }

  /** Closes the instance; sessions must be closed before. */
  @Override
  public void close() {
    tracking.close();
    instance.close();
  }
}
