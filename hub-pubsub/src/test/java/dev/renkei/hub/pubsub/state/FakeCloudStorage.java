package dev.renkei.hub.pubsub.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * As much of Cloud Storage's JSON API as its client uses here, in memory: upload, read, list and
 * delete, all with generation matches, for one bucket.
 */
public final class FakeCloudStorage implements AutoCloseable {
  public static final String BUCKET = "renkei-state";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  // Guarded by this.
  private final TreeMap<String, Held> objects = new TreeMap<>();
  private long generations = 1_000;
  private int failing;
  private int failsWith;
  private int losing;
  private int requests;

  private record Held(byte[] content, long generation) {}

  private record Answer(int code, byte[] body) {}

  public FakeCloudStorage() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next requests are answered by that code, and change nothing. */
  synchronized void failNext(int count, int code) {
    failing = count;
    failsWith = code;
  }

  /** The next uploads are done, and answered by 503. */
  synchronized void loseAnswersOfNext(int count) {
    losing = count;
  }

  synchronized int requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
        body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
      }
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      Answer answer =
          answer(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              parameters(exchange.getRequestURI().getRawQuery()),
              type == null ? "" : type,
              body);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          answer.code(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private static Map<String, String> parameters(@Nullable String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String one : query == null ? new String[0] : query.split("&")) {
      String[] parts = one.split("=", 2);
      parameters.put(
          parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private synchronized Answer answer(
      String method, String path, Map<String, String> parameters, String type, byte[] body)
      throws IOException {
    requests++;
    if (failing > 0) {
      failing--;
      return error(failsWith, "injected");
    }
    if (!path.contains("/b/" + BUCKET + "/o")) {
      return error(404, "The specified bucket does not exist.");
    }
    if (path.startsWith("/upload/")) {
      Answer done = upload(parameters, type, body);
      if (losing > 0 && done.code() == 200) {
        losing--;
        return error(503, "the answer was lost");
      }
      return done;
    }
    String[] parts = path.split("/o/", 2);
    if (parts.length < 2) {
      return list(parameters);
    }
    String name = URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
    Held held = objects.get(name);
    String wanted = parameters.get("generation");
    if (held == null || (wanted != null && Long.parseLong(wanted) != held.generation())) {
      return error(404, "No such object");
    }
    if (method.equals("DELETE")) {
      objects.remove(name);
      return new Answer(204, new byte[0]);
    }
    return "media".equals(parameters.get("alt"))
        ? new Answer(200, held.content())
        : new Answer(200, JSON.writeValueAsBytes(describe(name, held)));
  }

  private Answer upload(Map<String, String> parameters, String type, byte[] body)
      throws IOException {
    String boundary = "--" + type.replaceAll(".*boundary=\"?([^\";]+)\"?.*", "$1");
    String[] parts = new String(body, StandardCharsets.ISO_8859_1).split(Pattern.quote(boundary));
    JsonNode about = JSON.readTree(parts[1].substring(parts[1].indexOf("\r\n\r\n") + 4));
    String content = parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4);
    String name = about.path("name").asText();
    Held before = objects.get(name);
    String match = parameters.get("ifGenerationMatch");
    if (match != null && Long.parseLong(match) != (before == null ? 0 : before.generation())) {
      return error(412, "At least one of the pre-conditions you specified did not hold.");
    }
    Held held =
        new Held(
            content.substring(0, content.length() - 2).getBytes(StandardCharsets.ISO_8859_1),
            ++generations);
    objects.put(name, held);
    return new Answer(200, JSON.writeValueAsBytes(describe(name, held)));
  }

  private Answer list(Map<String, String> parameters) throws IOException {
    String prefix = parameters.getOrDefault("prefix", "");
    int most = Integer.parseInt(parameters.getOrDefault("maxResults", "1000"));
    String after = parameters.getOrDefault("pageToken", "");
    List<Map.Entry<String, Held>> found =
        objects.tailMap(after, false).entrySet().stream()
            .filter(object -> object.getKey().startsWith(prefix))
            .toList();
    ObjectNode page = JSON.createObjectNode();
    page.put("kind", "storage#objects");
    var items = page.putArray("items");
    found.stream().limit(most).forEach(o -> items.add(describe(o.getKey(), o.getValue())));
    if (found.size() > most) {
      page.put("nextPageToken", found.get(most - 1).getKey());
    }
    return new Answer(200, JSON.writeValueAsBytes(page));
  }

  private static ObjectNode describe(String name, Held held) {
    ObjectNode object = JSON.createObjectNode();
    object.put("kind", "storage#object").put("bucket", BUCKET).put("name", name);
    object.put("generation", Long.toString(held.generation())).put("metageneration", "1");
    object.put("size", Integer.toString(held.content().length));
    return object;
  }

  private static Answer error(int code, String message) throws IOException {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("code", code).put("message", message);
    return new Answer(code, JSON.writeValueAsBytes(error));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
