package dev.renkei.beam.dataflow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** Dataflow's interface as far as it is asked: lists jobs, takes jobs and launches of templates. */
final class DataflowFake implements AutoCloseable {
  /** A request, with its body as text. */
  record Asked(String method, String path, String query, String body) {}

  private final HttpServer server;
  private final String jobs;
  private final int status;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /**
   * @param jobs the JSON of the jobs that are active
   * @param status of every answer
   */
  DataflowFake(String jobs, int status) throws IOException {
    this.jobs = jobs;
    this.status = status;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(
        new Asked(
            exchange.getRequestMethod(),
            path,
            String.valueOf(exchange.getRequestURI().getQuery()),
            body(exchange)));
    String answer;
    if (status != 200) {
      answer =
          "{\"error\": {\"code\": %d, \"message\": \"because of the test.\"}}".formatted(status);
    } else if (exchange.getRequestMethod().equals("GET")) {
      answer = "{\"jobs\": [%s]}".formatted(jobs);
    } else if (path.endsWith("flexTemplates:launch")) {
      answer = "{\"job\": {\"id\": \"launched\"}}";
    } else {
      answer = "{\"id\": \"submitted\", \"projectId\": \"shop-jobs\"}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String body(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return new String(
        (packed ? new GZIPInputStream(in) : in).readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
