package dev.renkei.server;

import dev.renkei.core.config.Shown;
import dev.renkei.core.hub.Command;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.server.Refusal.RefusedException;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered at each address. */
final class Endpoints {
  private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private static final int DEFAULT_ROWS = 1_000;

  private final Doorkeeper doorkeeper;
  private final ControlServer.Parts parts;
  private final Shown shown;

  /** So many queries at once that status and health still find a thread. */
  private final Semaphore querying = new Semaphore(MAX_QUERIES);

  static final int MAX_QUERIES = 4;

  Endpoints(Doorkeeper doorkeeper, ControlServer.Parts parts, Shown shown) {
    this.doorkeeper = doorkeeper;
    this.parts = parts;
    this.shown = shown;
  }

  void on(Javalin app) {
    app.before(this::admit);
    app.get("/api/status", this::status);
    app.get(ConfigurationAnswer.PATH, this::configuration);
    app.get(HistoryEndpoint.PATH, new HistoryEndpoint(parts.history(), parts.status())::answer);
    app.get("/metrics", this::metrics);
    app.post("/api/query", this::query);
    app.post("/api/reload", this::reload);
    app.post("/api/replay", this::replay);
    new RestEndpoints(parts.rests()).on(app);
    new LetterEndpoints(parts.letters()).on(app);
    app.post("/api/verify", this::verify);
    app.get("/api/verify/{run}", this::verified);
    app.get(Doorkeeper.LIVE, context -> json(context, 200, "{\"live\":true}"));
    app.get(Doorkeeper.READY, this::ready);
    app.exception(RefusedException.class, (e, context) -> refuse(context, e.refusal()));
    app.exception(HttpResponseException.class, Endpoints::refuseAsJavalinDoes);
    app.exception(Exception.class, Endpoints::fail);
  }

  private void admit(Context context) {
    Optional<Refusal> refusal =
        doorkeeper.refuses(Doorkeeper.Caller.of(context.req(), context.path()));
    if (refusal.isPresent()) {
      throw refusal.get().asException();
    }
  }

  private void status(Context context) {
    json(context, 200, parts.status().get().toJson());
  }

  private void metrics(Context context) {
    var unused = parts.status().get(); // no older than a second
    context.contentType(PROMETHEUS).result(parts.metrics().get());
  }

  private void configuration(Context context) {
    json(context, 200, Json.write(new ConfigurationAnswer(shown.byKey())));
  }

  private void ready(Context context) {
    Readiness readiness = Readiness.of(parts.status().get());
    json(context, readiness.ready() ? 200 : 503, Json.write(readiness));
  }

  private void query(Context context) throws IOException {
    Requests.Query request = Requests.read(context.req().getInputStream(), Requests.Query.class);
    String sql = request.sql();
    if (sql == null || sql.isBlank()) {
      throw new Refusal(400, "sql is missing", "Send {\"sql\": \"SELECT ...\"}.").asException();
    }
    Queries warehouse = warehouse(request.warehouse());
    int maxRows = maxRows(request.maxRows());
    if (!querying.tryAcquire()) {
      throw new Refusal(
              503, MAX_QUERIES + " queries run already", "Ask again when one of them has ended.")
          .asException();
    }
    try {
      long start = System.nanoTime();
      QueryResult result = ask(warehouse, sql, maxRows);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      context.contentType("application/json");
      QueryWriter.write(result, millis, context.outputStream());
    } finally {
      querying.release();
    }
  }

  private static QueryResult ask(Queries warehouse, String sql, int maxRows) {
    try {
      return warehouse.query(sql, maxRows);
    } catch (WarehouseException e) {
      throw new Refusal(
              400,
              String.valueOf(e.getMessage()),
              "Correct the query; SHOW ALL TABLES names the tables and their columns.")
          .asException();
    }
  }

  private Queries warehouse(@Nullable String name) {
    if (parts.queries().isEmpty()) {
      throw new Refusal(
              400,
              "this process has no warehouse",
              "Ask the one that loads (`renkei up` or `renkei load`).")
          .asException();
    }
    String names = String.join(", ", new TreeSet<>(parts.queries().keySet()));
    if (name == null && parts.queries().size() > 1) {
      throw new Refusal(400, "which warehouse?", "Name one of: " + names + ".").asException();
    }
    Queries found =
        name == null ? parts.queries().values().iterator().next() : parts.queries().get(name);
    if (found == null) {
      throw new Refusal(
              400, "no warehouse is called '%s'".formatted(name), "There is: " + names + ".")
          .asException();
    }
    return found;
  }

  private static int maxRows(@Nullable Integer asked) {
    int maxRows = asked == null ? DEFAULT_ROWS : asked;
    if (maxRows < 1 || maxRows > ControlServer.MAX_ROWS) {
      throw new Refusal(
              400,
              "maxRows is %d".formatted(maxRows),
              "Ask for 1 to %d; let the query count, or ask part by part."
                  .formatted(ControlServer.MAX_ROWS))
          .asException();
    }
    return maxRows;
  }

  private void reload(Context context) throws IOException {
    Requests.Reload request = Requests.read(context.req().getInputStream(), Requests.Reload.class);
    boolean all = Boolean.TRUE.equals(request.all());
    String table = request.table();
    String where = request.where();
    if (all == (table != null) || (all && where != null)) {
      throw new Refusal(
              400, "which table?", "Send {\"table\": \"schema.table\"} or {\"all\": true}.")
          .asException();
    }
    String reason = request.reason() == null ? "asked for" : request.reason();
    send(
        context,
        () ->
            table == null
                ? new Command.ReloadAll(reason, Instant.now())
                : new Command.ReloadTable(TableName.parse(table), where, reason, Instant.now()));
  }

  private void replay(Context context) throws IOException {
    Requests.Replay request = Requests.read(context.req().getInputStream(), Requests.Replay.class);
    Instant from = request.from();
    if (from == null) {
      throw new Refusal(400, "from when?", "Send {\"from\": \"2026-01-31T09:30:00Z\"}.")
          .asException();
    }
    send(context, () -> new Command.Replay(request.warehouse(), from, Instant.now()));
  }

  private void verify(Context context) throws IOException {
    Requests.Verify request = Requests.read(context.req().getInputStream(), Requests.Verify.class);
    List<String> tables = request.tables();
    try {
      VerifyRun run =
          parts
              .verifications()
              .begin(
                  tables == null ? List.of() : tables,
                  request.warehouse(),
                  Boolean.TRUE.equals(request.repair()));
      json(context, 202, run.toJson());
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()), null).asException();
    } catch (ServerException e) {
      throw new Refusal(503, String.valueOf(e.getMessage()), "Try again later.").asException();
    } catch (InterruptedException e) {
      throw AskedHub.ending();
    }
  }

  private void verified(Context context) {
    String number = context.pathParam("run");
    VerifyRun run =
        number.matches("[0-9]{1,18}")
            ? parts.verifications().run(Long.parseLong(number)).orElse(null)
            : null;
    if (run == null) {
      throw new Refusal(
              404,
              "no comparison has the number " + number,
              "The process remembers its last ones; `renkei status` shows results of before.")
          .asException();
    }
    json(context, 200, run.toJson());
  }

  private void send(Context context, Supplier<Command> command) {
    try {
      boolean unused =
          AskedHub.ask(
              () -> {
                parts.commands().send(command.get());
                return true;
              });
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()), null).asException();
    }
    json(context, 202, "{\"accepted\":true}");
  }

  private static void json(Context context, int status, String body) {
    context.status(status).contentType("application/json").result(body);
  }

  private static void refuse(Context context, Refusal refusal) {
    if (refusal.status() == 401) {
      context.header("WWW-Authenticate", "Bearer");
    }
    json(context, refusal.status(), refusal.json());
  }

  private static void refuseAsJavalinDoes(HttpResponseException e, Context context) {
    String what =
        switch (e.getStatus()) {
          case 404 -> "nothing is at " + context.path();
          case 405 -> "%s does not take %s".formatted(context.path(), context.method());
          default -> String.valueOf(e.getMessage());
        };
    refuse(context, new Refusal(e.getStatus(), what, null));
  }

  private static void fail(Exception e, Context context) {
    if (context.res().isCommitted()) {
      log.atDebug().setCause(e).addKeyValue("path", context.path()).log("answer broken off");
      return;
    }
    log.atError().setCause(e).addKeyValue("path", context.path()).log("request failed");
    refuse(context, new Refusal(500, "this failed inside: " + e, "See the log of this process."));
  }
}
