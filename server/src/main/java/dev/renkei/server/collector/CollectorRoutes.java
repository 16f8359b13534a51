package dev.renkei.server.collector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.renkei.core.config.EventsConfig;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the collector answers at each address. */
final class CollectorRoutes {
  private static final Logger log = LoggerFactory.getLogger(CollectorRoutes.class);

  private static final String EVENTS = "/v1/events";
  private static final String JSON = "application/json";
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private final EventsConfig.Collector config;
  private final Gate gate;
  private final Reception reception;
  private final Memory memory;
  private final Tally tally;
  private final BooleanSupplier reachable;
  private final Executor threads;
  private volatile boolean closing;

  /**
   * @param threads that write answers, since those that know them must not be held up
   */
  CollectorRoutes(
      EventsConfig.Collector config,
      Reception reception,
      Tally tally,
      BooleanSupplier reachable,
      Executor threads) {
    this.config = config;
    this.gate = new Gate(config);
    this.reception = reception;
    this.memory = new Memory(config.bufferBytes());
    this.tally = tally;
    this.reachable = reachable;
    this.threads = threads;
  }

  void on(Javalin app) {
    app.options(EVENTS, this::preflight);
    app.post(EVENTS, this::post);
    app.get("/v1/snippet.js", CollectorRoutes::snippet);
    app.get("/health/live", context -> json(context, 200, "{\"live\":true}"));
    app.get("/health/ready", this::ready);
    app.exception(HttpResponseException.class, CollectorRoutes::refuseAsJavalinDoes);
    app.exception(Exception.class, CollectorRoutes::fail);
  }

  /** Refuses what comes from now on. */
  void close() {
    closing = true;
  }

  private void post(Context context) {
    Answer refusal = refusal(context);
    if (refusal != null) {
      answer(context, refusal);
      return;
    }
    Gate.Verdict verdict = gate.judge(caller(context));
    if (verdict instanceof Gate.Outside outside) {
      tally.count(outside.status() == 401 ? "unauthenticated" : "foreign");
      if (outside.status() == 401) {
        context.header("WWW-Authenticate", "Bearer");
      }
      answer(context, Answer.of(Outcome.failed(outside.status(), outside.message())));
      return;
    }
    String client = ((Gate.Welcome) verdict).client();
    context.future(
        () ->
            Body.read(context.req(), config.maxRequestBytes(), memory, config.patience().toMillis())
                .thenComposeAsync(body -> taken(client, body), threads)
                .exceptionally(CollectorRoutes::brokenOff)
                .thenAcceptAsync(answer -> answer(context, answer), threads));
  }

  private CompletableFuture<Answer> taken(String client, byte[] body) {
    return reception
        .take(client, body)
        .whenComplete((answer, failure) -> memory.giveBack(body.length));
  }

  private @Nullable Answer refusal(Context context) {
    if (closing) {
      context.header("Connection", "close");
      return Answer.of(Outcome.unavailable(null, "this collector is about to end"));
    }
    String type = String.valueOf(context.contentType()).toLowerCase(Locale.ROOT).replace(" ", "");
    if (!type.equals(JSON) && !type.equals(JSON + ";charset=utf-8")) {
      tally.count("unreadable");
      return Answer.of(Outcome.failed(415, "send `Content-Type: application/json`, in UTF-8"));
    }
    String encoding = context.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      tally.count("unreadable");
      return Answer.of(Outcome.failed(415, "send it without Content-Encoding"));
    }
    return null;
  }

  private static Gate.Caller caller(Context context) {
    String authorization = context.header("Authorization");
    String key = context.header("X-Api-Key");
    if (key == null
        && authorization != null
        && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      key = authorization.substring(7).trim();
    }
    return new Gate.Caller(
        context.header("Host"),
        context.header("Origin"),
        key == null ? context.queryParam("key") : key,
        context.req().getRemoteAddr());
  }

  private static Answer brokenOff(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof Body.BrokenOffException known) {
      return Answer.of(Outcome.failed(known.status(), String.valueOf(known.getMessage())));
    }
    if (cause instanceof TimeoutException) {
      return Answer.of(Outcome.failed(408, "the request took too long to arrive"));
    }
    if (cause instanceof IOException) { // nobody is there to read it
      return Answer.of(Outcome.failed(400, "the request broke off"));
    }
    log.atError().setCause(cause).log("request failed");
    return Answer.of(Outcome.failed(500, "this failed inside; see the log of the collector"));
  }

  private void answer(Context context, Answer answer) {
    allow(context);
    Long retryAfter = answer.retryAfter();
    if (retryAfter != null) {
      context.header("Retry-After", Long.toString(retryAfter));
    }
    if (answer.status() == 408 || answer.status() == 413) {
      context.header("Connection", "close"); // the rest of the request is not read
    }
    json(context, answer.status(), write(answer.body()));
  }

  private static String write(Object body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written", e);
    }
  }

  /** Lets pages of a listed origin read the answer. */
  private void allow(Context context) {
    String origin = context.header("Origin");
    if (origin != null) {
      context.header("Vary", "Origin");
      if (gate.isKnown(origin)) {
        context.header("Access-Control-Allow-Origin", origin);
        context.header("Access-Control-Expose-Headers", "Retry-After");
      }
    }
  }

  private void preflight(Context context) {
    String origin = context.header("Origin");
    allow(context);
    if (origin == null || !gate.isKnown(origin)) {
      tally.count("foreign");
      json(
          context,
          403,
          write(
              Outcome.failed(
                  403,
                  "pages of this origin may not send events; `collector.cors.origins` lists those that may")));
      return;
    }
    context.header("Access-Control-Allow-Methods", "POST");
    context.header("Access-Control-Allow-Headers", "authorization, content-type, x-api-key");
    context.header("Access-Control-Max-Age", "3600");
    context.status(204);
  }

  private void ready(Context context) {
    boolean ready = !closing && reception.trouble() == null && reachable.getAsBoolean();
    json(context, ready ? 200 : 503, "{\"ready\":" + ready + "}");
  }

  private static void snippet(Context context) throws IOException {
    try (InputStream script = CollectorRoutes.class.getResourceAsStream("snippet.js")) {
      if (script == null) {
        throw new IllegalStateException("the snippet is not in the jar");
      }
      context
          .contentType("text/javascript; charset=utf-8")
          .header("Cache-Control", "public, max-age=3600")
          .result(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static void json(Context context, int status, String body) {
    context.status(status).contentType(JSON).result(body);
  }

  private static void refuseAsJavalinDoes(HttpResponseException e, Context context) {
    String what =
        switch (e.getStatus()) {
          case 404 -> "nothing is here; events go to POST " + EVENTS;
          case 405 -> "not by this method; events go to POST " + EVENTS;
          default -> String.valueOf(e.getMessage());
        };
    json(context, e.getStatus(), write(Outcome.failed(e.getStatus(), what)));
  }

  private static void fail(Exception e, Context context) {
    log.atError().setCause(e).addKeyValue("path", context.path()).log("request failed");
    json(
        context,
        500,
        write(Outcome.failed(500, "this failed inside; see the log of the collector")));
  }
}
