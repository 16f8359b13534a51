package dev.renkei.standin;

import dev.renkei.standin.catalog.Instance;
import dev.renkei.standin.engine.Engine;
import dev.renkei.standin.engine.RequestFaults;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlSession;
import dev.renkei.standin.tds.TdsOptions;
import dev.renkei.standin.tds.TdsServer;
import dev.renkei.standin.tracking.LateCommits;
import dev.renkei.standin.tsql.Scripts;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A SQL Server with Change Tracking that is none: TDS in front, H2 behind, for development, tests
 * and the demo.
 *
 * <pre>{@code
 * try (StandIn server = StandIn.builder().database("Shop").start()) {
 *   server.execute("""
 *       USE Shop
 *       GO
 *       ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
 *       CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))
 *       ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING
 *       """);
 *   try (Connection connection = DriverManager.getConnection(server.jdbcUrl("Shop"))) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Thread-safe. What it does not know it refuses with error 50001, naming the construct.
 */
public final class StandIn implements AutoCloseable {
  /** RESTORE's error where somebody uses the database. */
  private static final int IN_USE = 3101;

  private static final int RESTORE_TRIES = 100;

  private final Builder settings;
  private final String password;
  private final InetAddress address;
  private final RequestFaults requestFaults = new RequestFaults();
  private final Faults faults;
  private @Nullable Engine engine;
  private @Nullable TdsServer wire;
  private int port;

  private StandIn(Builder settings) throws IOException {
    this.settings = settings;
    this.port = settings.port;
    this.address = InetAddress.getByName(settings.host);
    this.password = settings.password == null ? newPassword() : settings.password;
    this.faults = new Faults(requestFaults, this::engine, this::wire);
  }

  /** Begins to describe a stand-in; every setting has a default. */
  public static Builder builder() {
    return new Builder();
  }

  // ---- where it is ----

  /** The port that it listens on, the same after {@link #stop} and {@link #start}. */
  public synchronized int port() {
    return port;
  }

  public String host() {
    return settings.host;
  }

  /** The administrator's login. */
  public String user() {
    return settings.user;
  }

  /** The administrator's password, as given or as generated. */
  public String password() {
    return password;
  }

  /** The URL for mssql-jdbc, with user and password, unencrypted; database {@code master}. */
  public String jdbcUrl() {
    return jdbcUrl("master");
  }

  /** The URL for mssql-jdbc, with user and password, unencrypted. */
  public String jdbcUrl(String database) {
    return "jdbc:sqlserver://%s:%d;databaseName={%s};user=%s;password={%s};encrypt=false"
        .formatted(
            settings.host,
            port(),
            database.replace("}", "}}"),
            user(),
            password.replace("}", "}}"));
  }

  /** The URL for jTDS, with user and password; database {@code master}. */
  public String jtdsUrl() {
    return jtdsUrl("master");
  }

  /** The URL for jTDS, with user and password. */
  public String jtdsUrl(String database) {
    return "jdbc:jtds:sqlserver://%s:%d/%s;user=%s;password=%s"
        .formatted(settings.host, port(), database, user(), password);
  }

  // ---- life ----

  /**
   * Starts again after {@link #stop}, on the same port and with the data kept.
   *
   * @throws IOException where the port is taken, or the directory is in use by another process
   */
  public synchronized void start() throws IOException {
    if (wire != null) {
      return;
    }
    boolean first = engine == null;
    Engine ready = engine == null ? open() : engine;
    try {
      TdsServer listening =
          new TdsServer(
              ready,
              address,
              port,
              TdsOptions.defaults()
                  .withEncryption(
                      settings.tls
                          ? TdsOptions.Encryption.OFFERED
                          : TdsOptions.Encryption.REFUSED));
      ready.onKilled(listening::dropConnection);
      port = listening.port();
      wire = listening;
      engine = ready;
    } catch (IOException e) {
      if (first) {
        ready.close();
      }
      throw e;
    }
  }

  private Engine open() throws IOException {
    try {
      Engine opened = new Engine(Instance.open(settings.directory), settings.clock, requestFaults);
      try {
        opened.catalog().rights().putLogin(settings.user, password);
        for (String database : settings.databases) {
          create(opened, database);
        }
        return opened;
      } catch (SQLException | SqlError e) {
        opened.close();
        throw e;
      }
    } catch (SQLException | SqlError e) {
      throw new IOException(
          "The stand-in cannot open %s: %s"
              .formatted(settings.directory == null ? "its memory" : settings.directory, reason(e)),
          e);
    }
  }

  private static String reason(Exception e) {
    boolean taken =
        e instanceof SQLException sql && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
    return taken
        ? "another process uses it. Stop that one first, or give this one a directory of its own."
        : String.valueOf(e.getMessage());
  }

  private static void create(Engine engine, String database) throws SqlError, SQLException {
    if (engine.catalog().database(database).isPresent()) {
      return;
    }
    String quoted = "[" + database.replace("]", "]]") + "]";
    try (SqlSession session = engine.administrator("master")) {
      run(session, "CREATE DATABASE " + quoted);
      run(session, "ALTER DATABASE " + quoted + " SET ALLOW_SNAPSHOT_ISOLATION ON");
    }
  }

  /**
   * Stops at once, as a power cut does to clients: connections are cut, open transactions rolled
   * back. The data is kept, in memory too, for {@link #start}.
   */
  public synchronized void stop() {
    TdsServer listening = wire;
    wire = null;
    if (listening != null) {
      listening.close();
    }
    if (settings.directory != null && engine != null) {
      engine.close();
      engine = null;
    }
  }

  /** Stops for good; what was in memory is gone. */
  @Override
  public synchronized void close() {
    stop();
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }

  // ---- levers ----

  /**
   * Runs a script of T-SQL, batch after batch as GO separates them, as the administrator and
   * without the wire. Results are thrown away.
   *
   * @throws SQLException with the number and text of the first error; what ran before it stays
   */
  public void execute(String script) throws SQLException {
    try (SqlSession session = engine().administrator("master")) {
      for (String batch : Scripts.batches(script)) {
        run(session, batch);
      }
    } catch (SqlError e) {
      throw asSqlException(e);
    }
  }

  private static void run(SqlSession session, String batch) throws SqlError, SQLException {
    FirstError response = new FirstError();
    try {
      session.batch(batch, response);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written anywhere", e);
    }
    SqlError error = response.error();
    if (error != null) {
      throw asSqlException(error);
    }
  }

  private static SQLException asSqlException(SqlError e) {
    return new SQLException(e.getMessage(), "S" + e.number(), e.number(), e);
  }

  public Faults faults() {
    return faults;
  }

  /**
   * Shows the text of every request of a client, before it does anything, until the order is
   * closed: what {@link Faults} searches with its patterns.
   *
   * @param watcher called by the threads of all sessions
   */
  public Faults.Order onRequest(Consumer<String> watcher) {
    return requestFaults.watch(watcher)::run;
  }

  /** Runs the cleanup of Change Tracking in a database now, by the stand-in's clock. */
  public void cleanup(String database) throws SQLException {
    try {
      engine().tracking().cleanup(database);
    } catch (SqlError e) {
      throw asSqlException(e);
    }
  }

  /** Commits that become visible late. */
  public LateCommits lateCommits() {
    return engine().tracking().lateCommits();
  }

  /** Copies a database as it is now; the name of the device is free. */
  public void backup(String database, String device) throws SQLException {
    execute("BACKUP DATABASE %s TO DISK = %s".formatted(name(database), text(device)));
  }

  /**
   * Takes a database back to its copy, as {@code RESTORE DATABASE .. WITH REPLACE}: rows, object
   * ids and versions of Change Tracking go back, the recovery fork is new. Its sessions are ended.
   */
  public void restore(String database, String device) throws SQLException {
    for (int tries = 1; ; tries++) {
      engine().killSessionsIn(database);
      try {
        execute(
            "RESTORE DATABASE %s FROM DISK = %s WITH REPLACE"
                .formatted(name(database), text(device)));
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != IN_USE || tries == RESTORE_TRIES) {
          throw e; // else somebody was quick to come back
        }
      }
    }
  }

  private static String name(String database) {
    return "[" + database.replace("]", "]]") + "]";
  }

  private static String text(String value) {
    return "N'" + value.replace("'", "''") + "'";
  }

  /**
   * Makes a database play a readable secondary replica, or a primary again: writes are refused with
   * 3906, Change Tracking's functions with 22117.
   */
  public void secondary(String database, boolean secondary) throws SQLException {
    try {
      engine().setSecondary(database, secondary);
    } catch (SqlError e) {
      throw asSqlException(e);
    }
  }

  /** The numbers of the open sessions, as in {@code @@SPID}. */
  public List<Integer> sessions() {
    return engine().sessionIds();
  }

  /** Ends all sessions, as KILL does. */
  public void killSessions() {
    Engine running = engine();
    running.sessionIds().forEach(running::kill);
  }

  private synchronized Engine engine() {
    if (engine == null) {
      throw new IllegalStateException("the stand-in is stopped");
    }
    return engine;
  }

  private synchronized TdsServer wire() {
    if (wire == null) {
      throw new IllegalStateException("the stand-in is stopped");
    }
    return wire;
  }

  private static String newPassword() {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "_1a";
  }

  /** Describes a stand-in. */
  public static final class Builder {
    private int port;
    private String host = "127.0.0.1";
    private @Nullable Path directory;
    private String user = Engine.ADMINISTRATOR;
    private @Nullable String password;
    private final Set<String> databases = new LinkedHashSet<>();
    private InstantSource clock = InstantSource.system();
    private boolean tls = true;

    private Builder() {}

    /** The port to listen on; 0, the default, takes a free one. */
    public Builder port(int wanted) {
      if (wanted < 0 || wanted > 65_535) {
        throw new IllegalArgumentException("port " + wanted);
      }
      port = wanted;
      return this;
    }

    /** The address to listen on; default 127.0.0.1. */
    public Builder host(String name) {
      host = Objects.requireNonNull(name);
      return this;
    }

    /** Keeps everything in memory, as is the default. */
    public Builder inMemory() {
      directory = null;
      return this;
    }

    /** Keeps everything in a directory, which is made where it is missing. */
    public Builder directory(Path path) {
      directory = Objects.requireNonNull(path);
      return this;
    }

    /** The administrator's login; default {@code sa}, the only one that may do everything. */
    public Builder user(String name) {
      if (!name.equalsIgnoreCase(Engine.ADMINISTRATOR)) {
        throw new IllegalArgumentException(
            "the administrator is sa; make other logins by CREATE LOGIN, not " + name);
      }
      user = name;
      return this;
    }

    /** The administrator's password; by default a new one is generated. */
    public Builder password(String secret) {
      password = Objects.requireNonNull(secret);
      return this;
    }

    /**
     * A database to be there after the start, with snapshot isolation allowed; it is made where it
     * is missing. May be called several times.
     */
    public Builder database(String name) {
      databases.add(name);
      return this;
    }

    /** The clock that {@code GETDATE()}, commit times and cleanup go by; default the system's. */
    public Builder clock(InstantSource source) {
      clock = Objects.requireNonNull(source);
      return this;
    }

    /** Whether clients may encrypt; default yes, with a certificate signed by itself. */
    public Builder tls(boolean offered) {
      tls = offered;
      return this;
    }

    /**
     * Starts it.
     *
     * @throws IOException where the port is taken, or the directory is in use by another process
     */
    public StandIn start() throws IOException {
      StandIn standIn = new StandIn(copy());
      standIn.start();
      return standIn;
    }

    private Builder copy() {
      Builder copy = new Builder();
      copy.port = port;
      copy.host = host;
      copy.directory = directory;
      copy.user = user;
      copy.password = password;
      copy.databases.addAll(databases);
      copy.clock = clock;
      copy.tls = tls;
      return copy;
    }
  }
}
