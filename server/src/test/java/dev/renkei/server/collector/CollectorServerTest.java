package dev.renkei.server.collector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.renkei.core.config.EventsConfig;
import dev.renkei.core.config.EventsConfig.Collector;
import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Rate;
import dev.renkei.core.config.Secret;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.server.event.EventTypes;
import dev.renkei.server.event.Intake;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CollectorServerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String VIEW = "{\"type\":\"view\",\"id\":\"%s\",\"data\":{\"url\":\"/a\"}}";

  @TempDir private Path folder = Path.of("");
  private final HeldHub hub = new HeldHub();
  private final AtomicBoolean reachable = new AtomicBoolean(true);
  private final HttpClient client = HttpClient.newHttpClient();
  private CollectorServer server;

  @SuppressWarnings("NullAway.Init")
  CollectorServerTest() {}

  @BeforeEach
  void start() throws Exception {
    Files.writeString(
        folder.resolve("view.json"),
        """
        {"type": "object", "required": ["url"], "additionalProperties": false,
         "properties": {"url": {"type": "string"}, "n": {"type": "integer"}}}
        """);
    server = start(collector(List.of(), 64 << 20), new Rate(100_000, Duration.ofSeconds(1)));
  }

  private CollectorServer start(Collector collector, Rate rate) throws Exception {
    EventsConfig config =
        new EventsConfig(
            List.of(new EventsConfig.Type("view", folder.resolve("view.json"), null, rate, 2_000)),
            collector);
    Intake intake =
        new Intake(
            config,
            EventTypes.read(config),
            "shop",
            () -> UUID.randomUUID().toString(),
            System::nanoTime);
    return CollectorServer.start(collector, intake, hub, reachable::get);
  }

  private static Collector collector(List<Secret> keys, long buffer) {
    return new Collector(
        new ListenAddress("127.0.0.1", 0),
        keys,
        List.of("https://shop.example"),
        20_000,
        100,
        buffer,
        Duration.ofSeconds(2));
  }

  private void restart(Collector collector, Rate rate) throws Exception {
    server.close();
    server = start(collector, rate);
  }

  @AfterEach
  void stop() {
    hub.release();
    server.close();
  }

  @Test
  void anEventIsAcknowledgedWhenTheHubHasItAndNotBefore() throws Exception {
    hub.hold();

    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request(VIEW.formatted("e1")), HttpResponse.BodyHandlers.ofString());
    await(() -> hub.held() == 1);

    assertThat(answer).isNotDone();
    hub.release();
    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    assertThat(answer.get().body()).isEqualTo("{\"status\":202,\"id\":\"e1\"}");
    EncodedMessage message = hub.messages().get(0);
    assertThat(message.attributes().table()).hasToString("events.view");
    assertThat(message.attributes().uniqueId()).isEqualTo("shop/events.view/1/1/[\"e1\"]");
    assertThat(new String(message.routingKey(), StandardCharsets.UTF_8))
        .isEqualTo("shop/events.view/[\"e1\"]");
  }

  @Test
  void whoGivesNoIdIsToldTheOneThatWasMade() throws Exception {
    JsonNode answer = body(post("{\"type\":\"view\",\"data\":{\"url\":\"/a\"}}"));

    String id = answer.path("id").asText();
    assertThat(id).hasSize(36);
    assertThat(hub.messages().get(0).attributes().uniqueId()).contains(id);
  }

  @Test
  void eachEventOfABatchHasItsOwnResult() throws Exception {
    HttpResponse<String> answer =
        post(
            "[%s,{\"type\":\"view\",\"id\":\"e2\",\"data\":{\"n\":\"x\"}},{\"type\":\"none\",\"id\":\"e3\",\"data\":{}},7]"
                .formatted(VIEW.formatted("e1")));

    assertThat(answer.statusCode()).isEqualTo(207);
    List<String> results = new ArrayList<>();
    body(answer)
        .path("results")
        .forEach(r -> results.add(r.path("id").asText() + " " + r.path("status").asInt()));
    assertThat(results).containsExactly("e1 202", "e2 400", "e3 404", " 400");
    assertThat(hub.messages()).hasSize(1);
    assertThat(
            body(post("{\"events\":[%s,%s]}".formatted(VIEW.formatted("a"), VIEW.formatted("b"))))
                .path("results"))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "{                                                          | 400 | no JSON, or beyond the limits, at line 1",
        "{\"type\":\"view\",\"type\":\"view\",\"data\":{}}          | 400 | no JSON, or beyond the limits, at line 1",
        "{\"type\":\"view\",\"data\":{\"url\":NaN}}                 | 400 | no JSON, or beyond the limits, at line 1",
        "[]                                                         | 400 | a batch without events",
        "{\"events\":7}                                             | 400 | a batch is {\"events\": [...]} or [...]",
        "{\"type\":\"view\"}                                        | 400 | `data` is missing",
        "{\"data\":{}}                                              | 400 | `type` is missing",
        "{\"type\":\"view\",\"x\":1,\"data\":{}}                    | 400 | a field that nobody knows",
        "{\"type\":\"view\",\"id\":\"a b\",\"data\":{\"url\":\"/\"}} | 400 | `id` is a text of 1 to 128 visible",
        "{\"type\":\"view\",\"id\":7,\"data\":{\"url\":\"/\"}}      | 400 | `id` is a text of 1 to 128 visible",
        "{\"type\":\"view\",\"data\":{}}                            | 400 | the event does not fit the schema",
        "{\"type\":\"view\",\"data\":[]}                            | 400 | the event does not fit the schema",
        "{\"type\":\"buy\",\"data\":{}}                             | 404 | no events of this type",
      })
  void whatIsWrongIsSaid(String body, int status, String sentence) throws Exception {
    HttpResponse<String> answer = post(body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(body(answer).path("error").path("message").asText()).startsWith(sentence);
    assertThat(hub.messages()).isEmpty();
  }

  @Test
  void violationsHavePointers() throws Exception {
    JsonNode error =
        body(post("{\"type\":\"view\",\"data\":{\"url\":\"/\",\"n\":\"s3cret\"}}")).path("error");

    assertThat(error.path("violations").get(0).path("pointer").asText()).isEqualTo("/n");
    assertThat(error.toString()).doesNotContain("s3cret");
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    String large = "{\"type\":\"view\",\"id\":\"e1\",\"data\":{\"url\":\"%s\"}}";
    String many = "[" + String.join(",", java.util.Collections.nCopies(101, VIEW)) + "]";

    assertThat(post(large.formatted("x".repeat(2_000))).statusCode()).isEqualTo(413);
    assertThat(post(large.formatted("x".repeat(30_000))).statusCode()).isEqualTo(413);
    assertThat(post(many).statusCode()).isEqualTo(413);
    assertThat(
            client
                .send(
                    builder()
                        .POST(
                            BodyPublishers.ofInputStream(
                                () ->
                                    new java.io.ByteArrayInputStream(
                                        large
                                            .formatted("x".repeat(300_000))
                                            .getBytes(StandardCharsets.UTF_8))))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(413);
    assertThat(hub.messages()).isEmpty();
  }

  @Test
  void onlyJsonIsTaken() throws Exception {
    HttpRequest text =
        HttpRequest.newBuilder(server.url().resolve("/v1/events"))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(VIEW))
            .build();
    HttpRequest packed =
        builder().header("Content-Encoding", "gzip").POST(BodyPublishers.ofString(VIEW)).build();

    assertThat(send(text).statusCode()).isEqualTo(415);
    assertThat(send(packed).statusCode()).isEqualTo(415);
  }

  @Test
  void withKeysOnlyWhoPresentsOneComesIn() throws Exception {
    restart(
        collector(List.of(new Secret("k1"), new Secret("k2")), 64 << 20),
        new Rate(1000, Duration.ofSeconds(1)));

    assertThat(post(VIEW).statusCode()).isEqualTo(401);
    for (HttpRequest.Builder known :
        List.of(
            builder().header("X-Api-Key", "k1"),
            builder().header("Authorization", "Bearer k2"),
            json(server.url().resolve("/v1/events?key=k2").toString()))) {
      assertThat(
              send(known.POST(BodyPublishers.ofString(VIEW.formatted("a"))).build()).statusCode())
          .isEqualTo(202);
    }
    assertThat(
            send(builder().header("X-Api-Key", "k3").POST(BodyPublishers.ofString(VIEW)).build())
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void eachClientHasALimitAndIsToldWhenToComeAgain() throws Exception {
    restart(collector(List.of(), 64 << 20), new Rate(2, Duration.ofMinutes(1)));

    assertThat(post(VIEW.formatted("a")).statusCode()).isEqualTo(202);
    HttpResponse<String> batch =
        post("[%s,%s]".formatted(VIEW.formatted("b"), VIEW.formatted("c")));

    assertThat(batch.statusCode()).isEqualTo(207);
    assertThat(body(batch).path("results").get(1).path("status").asInt()).isEqualTo(429);
    HttpResponse<String> answer = post(VIEW.formatted("d"));
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After").orElse("0"))
        .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 30));
    assertThat(server.counts()).containsEntry("view_limited", 2L).containsEntry("out", 2L);
  }

  @Test
  void pagesOfListedOriginsMaySend() throws Exception {
    String known = raw("OPTIONS", "Origin: https://shop.example\r\n", "");
    String foreign = raw("OPTIONS", "Origin: https://shop.example.evil\r\n", "");

    assertThat(known)
        .startsWith("HTTP/1.1 204")
        .contains("Access-Control-Allow-Origin: https://shop.example\r\n")
        .contains("Access-Control-Allow-Methods: POST")
        .contains("Vary: Origin");
    assertThat(foreign).startsWith("HTTP/1.1 403").doesNotContain("Allow-Origin");
    assertThat(raw("POST", "Origin: https://shop.example\r\n", VIEW.formatted("a")))
        .startsWith("HTTP/1.1 202")
        .contains("Access-Control-Allow-Origin: https://shop.example\r\n");
    assertThat(raw("POST", "Origin: http://127.0.0.1:1\r\n", VIEW)).startsWith("HTTP/1.1 403");
    assertThat(hub.messages()).hasSize(1);
  }

  @Test
  void whileTheHubIsDownClientsAreToldToComeAgain() throws Exception {
    hub.fail(true);

    HttpResponse<String> answer = post(VIEW.formatted("a"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    hub.fail(false);
    assertThat(post(VIEW.formatted("a")).statusCode()).isEqualTo(202);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    reachable.set(false);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aHubThatNeverAnswersIsNotWaitedForForever() throws Exception {
    hub.hold();

    assertThat(post(VIEW.formatted("a")).statusCode()).isEqualTo(503);
  }

  @Test
  void whatIsUnderWayHasABound() throws Exception {
    restart(collector(List.of(), 20_000), new Rate(1000, Duration.ofSeconds(1)));
    hub.hold();
    String padded = VIEW.formatted("a") + " ".repeat(12_000);
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request(padded), HttpResponse.BodyHandlers.ofString());
    await(() -> hub.held() == 1);

    assertThat(post(padded).statusCode()).isEqualTo(503);
    hub.release();
    assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    assertThat(post(padded).statusCode()).isEqualTo(202);
  }

  @Test
  void slowClientsHoldNobodyUpAndAreSentAway() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket("127.0.0.1", server.url().getPort());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
                    .getBytes(StandardCharsets.UTF_8));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(post(VIEW.formatted("e" + i)).statusCode()).isEqualTo(202);
        slow.get(i).getOutputStream().write(' ');
      }
      for (Socket socket : slow) {
        assertThat(readAll(socket)).startsWith("HTTP/1.1 408");
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void theEndAnswersWhatIsUnderWay() throws Exception {
    hub.hold();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request(VIEW.formatted("a")), HttpResponse.BodyHandlers.ofString());
    await(() -> hub.held() == 1);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
    TimeUnit.MILLISECONDS.sleep(200); // it has begun, or begins only now: both must hold
    hub.release();

    assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    closed.get(60, TimeUnit.SECONDS);
  }

  @Test
  void theSnippetIsServed() throws Exception {
    HttpResponse<String> answer = get("/v1/snippet.js");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("function renkeiEvents(options)");
    assertThat(get("/v1/events").statusCode()).isEqualTo(405);
    assertThat(get("/other").statusCode()).isEqualTo(404);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return send(request(body));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(server.url().resolve(path)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String body) {
    return builder().POST(BodyPublishers.ofString(body)).build();
  }

  private HttpRequest.Builder builder() {
    return json(server.url().resolve("/v1/events").toString());
  }

  private static HttpRequest.Builder json(String url) {
    return HttpRequest.newBuilder(java.net.URI.create(url))
        .timeout(Duration.ofSeconds(60))
        .header("Content-Type", "application/json");
  }

  private static JsonNode body(HttpResponse<String> answer) throws IOException {
    return JSON.readTree(answer.body());
  }

  /** With headers that Java's client does not let one set. */
  private String raw(String method, String headers, String body) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.url().getPort())) {
      socket
          .getOutputStream()
          .write(
              "%s /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
                  .formatted(method, body.length(), headers, body)
                  .getBytes(StandardCharsets.UTF_8));
      return readAll(socket);
    }
  }

  private static String readAll(Socket socket) throws IOException {
    socket.setSoTimeout(60_000);
    InputStream input = socket.getInputStream();
    return new String(input.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
