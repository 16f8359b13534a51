package dev.renkei.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is notified: a web server that takes signed notices and keeps each once. It knows
 * nothing of Renkei but the Standard Webhooks specification.
 */
final class NoticeBoard implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "whsec_";

  private final HttpServer server;
  private final ExecutorService workers = Executors.newFixedThreadPool(2, NoticeBoard::thread);
  private final byte[] key;
  private final Map<String, JsonNode> notices = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private volatile @Nullable JsonNode newest;

  private NoticeBoard(HttpServer server, String secret) {
    this.server = server;
    this.key =
        Base64.getDecoder()
            .decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "demo-notices");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Listens on a free port of this machine.
   *
   * @param secret {@code whsec_} and the key in base64
   */
  static NoticeBoard open(String secret) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    NoticeBoard board = new NoticeBoard(server, secret);
    server.createContext("/", board::take);
    server.setExecutor(board.workers);
    server.start();
    return board;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/one-left");
  }

  /** What was told, by the notices' ids. */
  Map<String, JsonNode> notices() {
    return Map.copyOf(notices);
  }

  /** Calls without a right signature. */
  long refused() {
    return refused.sum();
  }

  /** The last notice that came; null before the first. */
  @Nullable JsonNode newest() {
    return newest;
  }

  private void take(HttpExchange call) throws IOException {
    try (call) {
      byte[] body = call.getRequestBody().readAllBytes();
      String id = header(call, "webhook-id");
      if (isSigned(
          id, header(call, "webhook-timestamp"), body, header(call, "webhook-signature"))) {
        JsonNode notice = JSON.readTree(body);
        notices.put(id, notice);
        newest = notice;
        call.sendResponseHeaders(204, -1);
      } else {
        refused.increment();
        call.sendResponseHeaders(401, -1);
      }
    }
  }

  private static String header(HttpExchange call, String name) {
    String value = call.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private boolean isSigned(String id, String timestamp, byte[] body, String signatures) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      byte[] wanted =
          ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)))
              .getBytes(StandardCharsets.UTF_8);
      for (String signature : signatures.split(" ")) {
        if (MessageDigest.isEqual(wanted, signature.getBytes(StandardCharsets.UTF_8))) {
          return true;
        }
      }
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
