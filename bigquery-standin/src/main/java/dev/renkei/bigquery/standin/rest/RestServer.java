package dev.renkei.bigquery.standin.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.renkei.bigquery.standin.store.ApiException;
import dev.renkei.bigquery.standin.store.Store;
import dev.renkei.bigquery.standin.store.TableName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The HTTP server on loopback. */
public final class RestServer implements AutoCloseable {
  private static final String BASE = "/bigquery/v2/projects/";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Datasets datasets;
  private final Tables tables;
  private final Routines routines;
  private final Jobs jobs;
  private final Uploads uploads;
  private final Gate gate;

  static {
    // Without it an answer waits 40 ms for the other side's delayed acknowledgement.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  /** What tests make befall calls; told method and path. */
  public interface Gate {
    /** Before anything else; may throw {@link ApiException} in the call's place. */
    void before(String call);

    /** Whether the answer is lost, of a call that has been carried out. */
    boolean losesAnswer(String call);

    /** Before a load job adds its rows; may throw {@link ApiException}, with which it then ends. */
    void beforeLoad();

    /** Whether load jobs run, and do nothing, as yet. */
    boolean holdsLoads();

    /** What is wrong with a row of a load job; empty if nothing. */
    String judge(TableName table, Map<String, Object> row);

    boolean judgesRows();
  }

  /**
   * @param port 0 for any
   */
  public RestServer(Store store, String location, int port, Gate gate) throws IOException {
    this.gate = gate;
    Runner runner = new Runner(store);
    datasets = new Datasets(store, location);
    tables = new Tables(store, runner);
    routines = new Routines(store, runner);
    jobs = new Jobs(store, runner, location, gate);
    uploads = new Uploads(jobs);
    // The JDK's server reads it once; without it each answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "bigquery-standin-rest");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply;
      try {
        reply = answered(exchange);
      } catch (ApiException e) {
        reply = Reply.error(e);
      } catch (RuntimeException e) {
        reply = Reply.error(new ApiException(500, "internalError", String.valueOf(e)));
      }
      if (gate.losesAnswer(method(exchange) + " " + exchange.getRequestURI().getRawPath())) {
        return;
      }
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] body = reply.body();
      exchange.sendResponseHeaders(reply.code(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /**
   * @param code HTTP's
   */
  record Reply(int code, Map<String, String> headers, byte[] body) {
    private static final Map<String, String> JSON =
        Map.of("Content-Type", "application/json; charset=UTF-8");

    static Reply json(ObjectNode body) {
      return new Reply(200, JSON, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Reply error(ApiException e) {
      ObjectNode body = Store.JSON.createObjectNode();
      ObjectNode error = body.putObject("error").put("code", e.code()).put("message", e.sentence());
      error
          .putArray("errors")
          .addObject()
          .put("domain", "global")
          .put("reason", e.reason())
          .put("message", e.sentence());
      return new Reply(e.code(), JSON, body.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private Reply answered(HttpExchange exchange) throws IOException {
    byte[] body = body(exchange);
    String method = method(exchange);
    String path = exchange.getRequestURI().getRawPath();
    gate.before(method + " " + path);
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    if (path.startsWith("/upload/") || path.startsWith("/resumable/")) {
      return uploads.answer(
          exchange, method, path.substring(path.indexOf(BASE) + BASE.length()), query, body, url());
    }
    if (!path.startsWith(BASE)) {
      throw ApiException.notFound(path);
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(BASE.length()).split("/")) {
      segments.add(URLDecoder.decode(segment, StandardCharsets.UTF_8));
    }
    @Nullable String match = exchange.getRequestHeaders().getFirst("If-Match");
    return route(new Call(method.toUpperCase(Locale.ROOT), segments, query, json(body), match));
  }

  private static String method(HttpExchange exchange) {
    @Nullable String override = exchange.getRequestHeaders().getFirst("X-HTTP-Method-Override");
    return override == null ? exchange.getRequestMethod() : override;
  }

  private Reply route(Call call) {
    String resource = call.path().size() > 1 ? call.path().get(1) : "";
    String inner = call.path().size() > 3 ? call.path().get(3) : "";
    switch (resource) {
      case "datasets":
        if (call.path().size() == 6 && call.path().get(2).equals(Jobs.RESULTS)) {
          return Reply.json(jobs.data(call));
        }
        return Reply.json(
            inner.equals("tables")
                ? tables.answer(call)
                : inner.equals("routines") ? routines.answer(call) : datasets.answer(call));
      case "jobs":
        return Reply.json(jobs.answer(call));
      case "queries":
        return Reply.json(jobs.queries(call));
      default:
        throw call.unknown();
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    byte[] raw = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
        return in.readAllBytes();
      }
    }
    return raw;
  }

  static ObjectNode json(byte[] body) {
    if (body.length == 0) {
      return Store.JSON.createObjectNode();
    }
    try {
      JsonNode json = Store.JSON.readTree(new String(body, StandardCharsets.UTF_8));
      if (json instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ApiException(400, "parseError", "Parse Error");
    }
    throw new ApiException(400, "parseError", "Parse Error");
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return query;
  }
}
