package dev.renkei.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whom rules tell: a service on loopback that checks signatures as its owner would. */
public final class Webhooks implements AutoCloseable {
  public static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final IntUnaryOperator answers;

  /** What has arrived. */
  public record Call(String path, String id, String text, JsonNode body, boolean signed) {}

  /**
   * Starts listening.
   *
   * @param answers the status of a call, by its number from 0
   */
  public Webhooks(IntUnaryOperator answers) throws IOException {
    this.answers = answers;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Those of a path. */
  public List<Call> calls(String path) {
    return calls.stream().filter(call -> call.path().equals(path)).toList();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int number;
      synchronized (this) {
        number = calls.size();
        calls.add(call(exchange, body));
      }
      exchange.sendResponseHeaders(answers.applyAsInt(number), -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Call call(HttpExchange exchange, byte[] body) throws IOException {
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    String at = exchange.getRequestHeaders().getFirst("webhook-timestamp");
    String given = exchange.getRequestHeaders().getFirst("webhook-signature");
    String text = new String(body, StandardCharsets.UTF_8);
    return new Call(
        exchange.getRequestURI().getPath(),
        id,
        text,
        JSON.readTree(body),
        ("v1," + signature(id + "." + at + "." + text)).equals(given));
  }

  private static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
