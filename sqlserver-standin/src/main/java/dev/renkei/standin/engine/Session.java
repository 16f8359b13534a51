package dev.renkei.standin.engine;

import dev.renkei.standin.catalog.Catalog;
import dev.renkei.standin.catalog.Rights;
import dev.renkei.standin.catalog.Table;
import dev.renkei.standin.engine.translate.Access;
import dev.renkei.standin.engine.translate.Translator;
import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer.Login;
import dev.renkei.standin.sql.SqlSession;
import dev.renkei.standin.sql.SqlType;
import dev.renkei.standin.tracking.TrackedTransaction;
import dev.renkei.standin.tsql.ast.ObjectName;
import dev.renkei.standin.tsql.ast.Statement;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.value.Value;
import org.jspecify.annotations.Nullable;

/** A session of the engine: its state, and the requests of its client. */
final class Session implements SqlSession {
  private static final int DEEPEST_NESTING = 32;

  private final Engine engine;
  private final int id;
  private final Login login;
  private final Cancellation cancellation = new Cancellation();
  private final H2Session h2;
  private final TrackedTransaction tracked;
  private final Transactions transactions;
  private final ServerVariables serverVariables = new ServerVariables(this);
  private final Procedures procedures = new Procedures(this);
  private final AtomicBoolean closed = new AtomicBoolean();
  private SessionSettings settings = new SessionSettings();
  private volatile String database;
  private @Nullable Integer identityInsert;
  private int nestLevel;
  private int tableVariables;
  private boolean batchAborted;

  Session(Engine engine, int id, Login login, String database) throws SQLException {
    this.engine = engine;
    this.id = id;
    this.login = login;
    this.database = database;
    this.h2 = new H2Session(engine.instance(), cancellation, engine.lockWaits());
    this.tracked = engine.tracking().transaction(h2.connection());
    this.transactions = new Transactions(h2, engine.catalog(), tracked);
  }

  // ---- requests ----

  @Override
  public int id() {
    return id;
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public void batch(String text, Response response) throws SqlError, IOException {
    request(
        text,
        response,
        () ->
            run(engine.batches().get(database, login.user(), "", text), new Variables(), response));
  }

  @Override
  public void call(String procedure, List<Parameter> parameters, Response response)
      throws SqlError, IOException {
    request(
        procedures.textOf(procedure, parameters),
        response,
        () -> procedures.call(procedure, parameters, response));
  }

  @Override
  public void begin(@Nullable Isolation isolation, String name, Response response)
      throws SqlError, IOException {
    request(
        "BEGIN TRANSACTION",
        response,
        () -> {
          if (isolation != null) {
            settings.setIsolation(isolation);
          }
          transactions.begin(name, settings.isolation(), response);
        });
  }

  @Override
  public void commit(Response response) throws SqlError, IOException {
    request("COMMIT TRANSACTION", response, () -> transactions.commit(response));
  }

  @Override
  public void rollback(String name, Response response) throws SqlError, IOException {
    request("ROLLBACK TRANSACTION", response, () -> transactions.rollback(name, response));
  }

  @Override
  public void save(String name, Response response) throws SqlError, IOException {
    request("SAVE TRANSACTION", response, () -> transactions.save(name));
  }

  private interface Work {
    void run() throws SqlError, IOException, StatementCancelled;
  }

  private void request(String text, Response response, Work work) throws SqlError, IOException {
    try {
      cancellation.begin();
      engine.faults().beforeRequest(text, cancellation);
      work.run();
    } catch (StatementCancelled e) {
      if (e.killed()) {
        transactions.abandon();
        throw killed();
      }
      if (settings.xactAbort()) {
        transactions.rolledBackWith(response);
      }
    } catch (SqlError e) {
      serverVariables.setError(e.number());
      throw e;
    } catch (IOException e) {
      if (settings.xactAbort()) {
        transactions.abandon();
      }
      throw e;
    } finally {
      nestLevel = 0;
      batchAborted = false;
      cancellation.end();
    }
  }

  private static SqlError killed() {
    return new SqlError(
        596, 1, 21, "Cannot continue the execution because the session is in the kill state.");
  }

  /** Runs a batch inside a request. */
  void run(Batch batch, Variables variables, Response response)
      throws IOException, StatementCancelled {
    new BatchRun(this, batch, variables, response).run();
  }

  /** Runs a batch as the body of a procedure, which is a scope of its own. */
  void runNested(Batch batch, Variables variables, Response response)
      throws SqlError, IOException, StatementCancelled {
    if (nestLevel >= DEEPEST_NESTING) {
      throw new SqlError(
          217,
          1,
          16,
          "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).");
    }
    String outerDatabase = database;
    SessionSettings outerSettings = settings;
    settings = settings.copy();
    BigDecimal outerIdentity = serverVariables.enterScope();
    nestLevel++;
    try {
      run(batch, variables, response);
    } finally {
      nestLevel--;
      settings = outerSettings;
      h2.setLockTimeout(settings.lockTimeoutMillis());
      serverVariables.leaveScope(outerIdentity);
      if (!database.equals(outerDatabase)) {
        changeDatabase(outerDatabase, response);
      }
    }
  }

  @Override
  public void reset() {
    transactions.abandon();
    procedures.forgetPrepared();
    settings = new SessionSettings();
    h2.setLockTimeout(settings.lockTimeoutMillis());
    identityInsert = null;
    serverVariables.reset();
    database = engine.defaultDatabase(login);
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  /**
   * Ends the session by force, from another thread: a running request ends with error 596.
   *
   * @return whether a request was running
   */
  boolean kill() {
    return cancellation.kill();
  }

  boolean isKilled() {
    return cancellation.isKilled();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    engine.left(this);
    transactions.abandon();
    tracked.close();
    try {
      h2.close();
    } catch (SQLException e) {
      throw new IllegalStateException("H2 did not let go of session " + id, e);
    }
  }

  // ---- what statements ask of the session ----

  void set(List<String> names, List<String> values) throws SqlError {
    for (String name : names) {
      settings.set(name, values);
    }
    h2.setLockTimeout(settings.lockTimeoutMillis());
  }

  void setIdentityInsert(Statement.SetIdentityInsert set) throws SqlError {
    Table table = table(set.table());
    if (!set.on()) {
      identityInsert = null;
    } else if (identityInsert == null || identityInsert == table.objectId()) {
      identityInsert = table.objectId();
    } else {
      throw new SqlError(
          8107,
          1,
          16,
          "IDENTITY_INSERT is already ON for table '%s'. Cannot perform SET operation for table '%s'."
              .formatted(
                  catalog().table(identityInsert).map(Session::fullName).orElse("?"),
                  table.name()));
    }
  }

  @Nullable Integer identityInsert() {
    return identityInsert;
  }

  private static String fullName(Table table) {
    return table.database() + "." + table.schema() + "." + table.name();
  }

  /** The table or view that a statement names. */
  Optional<Table> find(ObjectName name) {
    return catalog()
        .table(
            name.database().isEmpty() ? database : name.database(),
            name.schema().isEmpty() ? "dbo" : name.schema(),
            name.name());
  }

  /** As {@link #find}; 1088 where there is none. */
  Table table(ObjectName name) throws SqlError {
    return find(name)
        .orElseThrow(
            () ->
                new SqlError(
                    1088,
                    11,
                    16,
                    "Cannot find the object \"%s\" because it does not exist or you do not have permissions."
                        .formatted(name)));
  }

  /** An error has ended not only a procedure, but the batch that called it. */
  void abortBatch() {
    batchAborted = true;
  }

  boolean isBatchAborted() {
    return batchAborted;
  }

  /** Tells the table variables of this session apart. */
  int nextTableVariable() {
    return ++tableVariables;
  }

  void use(String name, Response response) throws SqlError, IOException {
    engine.checkOpen(login, name, 911);
    changeDatabase(name, response);
  }

  private void changeDatabase(String name, Response response) throws IOException {
    String from = database;
    database = catalog().database(name).map(d -> d.name()).orElse(name);
    response.databaseChanged(from, database);
    response.info(5701, 2, 0, "Changed database context to '" + database + "'.", 1);
  }

  void beginImplicitly(Response response) throws IOException {
    if (settings.implicitTransactions() && !transactions.isOpen()) {
      transactions.begin("", settings.isolation(), response);
    }
  }

  /**
   * Refuses what the login has no right to: 229 for a table, 230 for a column, 916 for a database
   * in which it has no user.
   */
  void checkRight(Access access) throws SqlError {
    Table table = access.table();
    Rights rights = catalog().rights();
    if (rights.allowed(login.user(), table.database(), access.permission(), table)) {
      return;
    }
    if (!rights.canOpen(login.user(), table.database())) {
      throw RightsErrors.noUser(login.user(), table.database());
    }
    if (access.whole()) {
      throw RightsErrors.denied(access.permission(), table);
    }
    Set<String> allowed = rights.allowedColumns(login.user(), access.permission(), table);
    if (allowed.isEmpty()) {
      throw RightsErrors.denied(access.permission(), table);
    }
    for (Table.Column column : table.columns()) {
      if (access.columns().contains(column.name().toLowerCase(Locale.ROOT))
          && !allowed.contains(column.name())) {
        throw RightsErrors.denied(access.permission(), table, column.name());
      }
    }
  }

  void setRowCount(long count) {
    serverVariables.setRowCount(count);
  }

  /** The count that the client is told. */
  @Nullable Long count(long rows) {
    return settings.noCount() ? null : rows;
  }

  /** A value as another type; conversions are H2's, by the translator's rules. */
  @Nullable Object convert(@Nullable Object value, SqlType from, SqlType to)
      throws SqlError, StatementCancelled {
    if (value == null || from.equals(to)) {
      return value;
    }
    if (from.kind() == to.kind() && from.length() <= to.length() && from.scale() == to.scale()) {
      return value;
    }
    String sql = "SELECT " + translator().cast("?1", from, to);
    boolean done = false;
    transactions.enter(settings.isolation(), false, List.of());
    try {
      Value converted = h2.scalar(sql, List.of(H2Values.toH2(value, from)));
      transactions.leave();
      done = true;
      return converted == null ? null : H2Values.fromH2(converted, to);
    } catch (SQLException e) {
      throw errors().of(e, null);
    } finally {
      if (!done) {
        transactions.leaveFailed();
      }
    }
  }

  // ---- its parts ----

  SessionSettings settings() {
    return settings;
  }

  Transactions transactions() {
    return transactions;
  }

  ServerVariables serverVariables() {
    return serverVariables;
  }

  Procedures procedures() {
    return procedures;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  H2Session h2() {
    return h2;
  }

  Engine engine() {
    return engine;
  }

  Catalog catalog() {
    return engine.catalog();
  }

  Translator translator() {
    return engine.translator();
  }

  H2Errors errors() {
    return engine.errors();
  }

  String login() {
    return login.user();
  }

  String host() {
    return login.host();
  }

  String application() {
    return login.application();
  }

  int nestLevel() {
    return nestLevel;
  }

  Instant now() {
    return engine.clock().instant();
  }
}
