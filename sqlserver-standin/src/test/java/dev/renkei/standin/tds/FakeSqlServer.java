package dev.renkei.standin.tds;

import dev.renkei.standin.sql.Isolation;
import dev.renkei.standin.sql.Parameter;
import dev.renkei.standin.sql.Response;
import dev.renkei.standin.sql.Response.Command;
import dev.renkei.standin.sql.Response.TransactionEvent;
import dev.renkei.standin.sql.ResultColumn;
import dev.renkei.standin.sql.SqlError;
import dev.renkei.standin.sql.SqlServer;
import dev.renkei.standin.sql.SqlSession;
import dev.renkei.standin.sql.SqlType;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server without a database: it answers texts with what a test has told it, knows the procedures
 * of prepared statements, and writes down what it is asked.
 */
final class FakeSqlServer implements SqlServer {
  static final String USER = "sa";
  static final String PASSWORD = "Secret_1€";

  /** What a text answers. */
  interface Script {
    void run(Session session, List<Parameter> parameters, Response response)
        throws SqlError, IOException;
  }

  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final AtomicInteger sessionNumbers = new AtomicInteger(50);
  private final AtomicInteger transactionNumbers = new AtomicInteger();
  final List<String> log = new CopyOnWriteArrayList<>();
  final List<Session> sessions = new CopyOnWriteArrayList<>();
  final AtomicInteger open = new AtomicInteger();

  FakeSqlServer() {
    on("SELECT @@MAX_PRECISION", result(column("p", SqlType.INT), 38));
  }

  /** Texts compare after trimming; a text that starts so is answered too. */
  FakeSqlServer on(String text, Script script) {
    scripts.put(text, script);
    return this;
  }

  static List<ResultColumn> column(String name, SqlType type) {
    return List.of(new ResultColumn(name, type, true));
  }

  /** A result of one column, one row for each value. */
  static Script result(List<ResultColumn> columns, @Nullable Object... values) {
    return (session, parameters, response) -> {
      response.columns(columns);
      for (Object value : values) {
        response.row(new FakeRow(value));
      }
      response.done(Command.SELECT, (long) values.length);
    };
  }

  static Script rows(List<ResultColumn> columns, List<FakeRow> rows) {
    return (session, parameters, response) -> {
      response.columns(columns);
      for (FakeRow row : rows) {
        response.row(row);
      }
      response.done(Command.SELECT, (long) rows.size());
    };
  }

  static int intOf(Parameter parameter) {
    return parameter.value() instanceof Integer i ? i : 0;
  }

  @Override
  public SqlSession login(Login login) throws SqlError {
    log.add("login " + login);
    if (!login.user().equals(USER) || !login.password().equals(PASSWORD)) {
      throw new SqlError(18456, 1, 14, "Login failed for user '" + login.user() + "'.");
    }
    if (login.database().equals("nowhere")) {
      throw new SqlError(4060, 1, 11, "Cannot open database \"nowhere\" requested by the login.");
    }
    Session session = new Session(login.database().isEmpty() ? "master" : login.database());
    sessions.add(session);
    open.incrementAndGet();
    return session;
  }

  /** One client's session. */
  final class Session implements SqlSession {
    private final int id = sessionNumbers.incrementAndGet();
    private final Map<Integer, String> prepared = new HashMap<>();
    private volatile CountDownLatch cancelled = new CountDownLatch(1);
    private volatile boolean closed;
    private String database;
    private long transaction;
    private int handles;

    private Session(String database) {
      this.database = database;
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public String database() {
      return database;
    }

    boolean isClosed() {
      return closed;
    }

    /** Blocks like a long statement; a cancel ends it. */
    void untilCancelled() throws SqlError {
      try {
        cancelled.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      cancelled = new CountDownLatch(1);
      throw new SqlError(3617, 1, 11, "cancelled inside");
    }

    @Override
    public void batch(String text, Response response) throws SqlError, IOException {
      log.add("batch " + text);
      run(text, List.of(), response);
    }

    private void run(String text, List<Parameter> parameters, Response response)
        throws SqlError, IOException {
      cancelled = new CountDownLatch(1);
      String wanted = text.trim();
      Script script = scripts.get(wanted);
      if (script == null) {
        script =
            scripts.entrySet().stream()
                .filter(e -> wanted.startsWith(e.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(null);
      }
      if (wanted.startsWith("USE ")) {
        String to = wanted.substring(4);
        response.databaseChanged(database, to);
        database = to;
      } else if (script != null) {
        script.run(this, parameters, response);
      } else if (wanted.contains("@@TRANCOUNT > 0") && transaction == 0) {
        response.done(Command.OTHER, null);
      } else if (wanted.contains("begin tran")) {
        begin(null, "", response);
      } else if (wanted.toUpperCase(java.util.Locale.ROOT).contains("COMMIT TRAN")) {
        commit(response);
      } else if (wanted.toUpperCase(java.util.Locale.ROOT).contains("ROLLBACK TRAN")) {
        rollback("", response);
      } else {
        response.done(Command.OTHER, null);
      }
    }

    @Override
    public void call(String procedure, List<Parameter> parameters, Response response)
        throws SqlError, IOException {
      log.add("call " + procedure + " " + parameters);
      switch (procedure) {
        case "sp_executesql" -> {
          run(text(parameters, 0), rest(parameters, 2), response);
          response.returnStatus(0);
        }
        case "sp_prepare", "sp_prepexec" -> {
          int handle = ++handles;
          prepared.put(handle, text(parameters, 2));
          if (procedure.equals("sp_prepexec")) {
            run(text(parameters, 2), rest(parameters, 3), response);
          }
          response.returnStatus(0);
          response.outputValue(new Parameter(parameters.get(0).name(), SqlType.INT, handle, true));
        }
        case "sp_execute" -> {
          Object handle = parameters.get(0).value();
          String text = prepared.get(handle instanceof Integer i ? i : -1);
          if (text == null) {
            throw new SqlError(
                8179, 1, 16, "Could not find prepared statement with handle " + handle + ".");
          }
          run(text, rest(parameters, 1), response);
          response.returnStatus(0);
        }
        case "sp_unprepare" -> {
          prepared.remove((Integer) parameters.get(0).value());
          response.returnStatus(0);
        }
        case "echo" -> {
          for (Parameter parameter : parameters) {
            if (parameter.output()) {
              response.outputValue(parameter);
            }
          }
          response.returnStatus(7);
        }
        default ->
            throw new SqlError(
                2812, 62, 16, "Could not find stored procedure '" + procedure + "'.");
      }
    }

    private static String text(List<Parameter> parameters, int index) {
      return String.valueOf(parameters.get(index).value());
    }

    private static List<Parameter> rest(List<Parameter> parameters, int from) {
      return from >= parameters.size() ? List.of() : parameters.subList(from, parameters.size());
    }

    @Override
    public void begin(@Nullable Isolation isolation, String name, Response response)
        throws IOException {
      log.add("begin " + isolation + " " + name);
      transaction = transactionNumbers.incrementAndGet();
      response.transaction(TransactionEvent.BEGAN, transaction);
      response.done(Command.BEGIN_TRANSACTION, null);
    }

    @Override
    public void commit(Response response) throws SqlError, IOException {
      log.add("commit");
      end(TransactionEvent.COMMITTED, "COMMIT", response);
      response.done(Command.COMMIT, null);
    }

    @Override
    public void rollback(String name, Response response) throws SqlError, IOException {
      log.add("rollback " + name);
      if (name.isEmpty()) {
        end(TransactionEvent.ROLLED_BACK, "ROLLBACK", response);
      }
      response.done(Command.ROLLBACK, null);
    }

    private void end(TransactionEvent event, String what, Response response)
        throws SqlError, IOException {
      if (transaction == 0) {
        throw new SqlError(
            3902,
            1,
            16,
            "The " + what + " TRANSACTION request has no corresponding BEGIN TRANSACTION.");
      }
      response.transaction(event, transaction);
      transaction = 0;
    }

    @Override
    public void save(String name, Response response) throws IOException {
      log.add("save " + name);
      response.done(Command.OTHER, null);
    }

    @Override
    public void reset() {
      log.add("reset");
      transaction = 0;
    }

    @Override
    public void reset(boolean keepTransaction) {
      if (keepTransaction) {
        log.add("reset keeping transaction");
      } else {
        reset();
      }
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }

    @Override
    public void close() {
      closed = true;
      open.decrementAndGet();
      log.add("close " + id);
    }
  }
}
