package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.ServerConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.WarehouseException;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Secret TOKEN = new Secret("open sesame");

  private final AtomicReference<StatusReport> status = new AtomicReference<>(Reports.well());
  private final List<Command> sent = new CopyOnWriteArrayList<>();
  private Commands commands = sent::add;
  private Queries queries = (sql, maxRows) -> one(sql);
  private @Nullable ControlServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void tellsItsStatus() throws Exception {
    StatusReport told = client(start(null), null).status();

    assertThat(told).isEqualTo(status.get());
  }

  @Test
  void answersAQueryInValuesThatLoseNothing() throws Exception {
    List<@Nullable Object> row =
        Arrays.asList(
            null,
            true,
            (byte) 7,
            1L << 53,
            (1L << 53) + 1,
            new BigInteger("170141183460469231731687303715884105727"),
            new BigDecimal("0.0000000000"),
            0.1,
            0.1f,
            Double.NaN,
            "品川\n\uD842\uDFB7");
    List<String> names = Collections.nCopies(row.size(), "c");
    queries = (sql, maxRows) -> new QueryResult(names, names, List.of(row), true);

    QueryAnswer answer = client(start(null), null).query("SELECT ...", "local", 10);

    assertThat(answer.columns()).isEqualTo(names);
    assertThat(answer.types()).isEqualTo(names);
    assertThat(answer.truncated()).isTrue();
    assertThat(answer.millis()).isBetween(0L, 10_000L);
    List<@Nullable Object> read = answer.rows().get(0);
    assertThat(read)
        .containsExactly(
            null,
            true,
            7L,
            9007199254740992L,
            "9007199254740993",
            "170141183460469231731687303715884105727",
            "0.0000000000",
            0.1,
            0.1,
            "NaN",
            "品川\n\uD842\uDFB7");
  }

  @Test
  void sendsTheFirstRowsOfABigResultBeforeItWritesTheLast() throws Exception {
    CountDownLatch firstRowsRead = new CountDownLatch(1);
    List<@Nullable Object> row = List.of(1, "x".repeat(1_000), 2.5);
    List<List<@Nullable Object>> rows =
        new AbstractList<>() {
          @Override
          public List<@Nullable Object> get(int index) {
            if (index == 50_000) {
              await(firstRowsRead);
            }
            return row;
          }

          @Override
          public int size() {
            return ControlServer.MAX_ROWS;
          }
        };
    queries =
        (sql, maxRows) -> new QueryResult(List.of("a", "b", "c"), List.of("", "", ""), rows, false);

    try (Socket socket = connect(start(null).url())) {
      send(
          socket,
          "POST /api/query HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n",
          "{\"sql\":\"x\"}");
      String head = new String(socket.getInputStream().readNBytes(1_000), StandardCharsets.UTF_8);
      firstRowsRead.countDown();
      long rest = socket.getInputStream().transferTo(OutputStream.nullOutputStream());

      assertThat(head).startsWith("HTTP/1.1 200").contains("[[1,\"xxx");
      assertThat(rest).isGreaterThan(100_000_000L);
    }
  }

  @Test
  void bringsAsManyRowsAsItPromises() throws Exception {
    List<List<@Nullable Object>> rows =
        Collections.nCopies(ControlServer.MAX_ROWS, List.of(1, "品川", 2.5));
    queries =
        (sql, maxRows) -> new QueryResult(List.of("a", "b", "c"), List.of("", "", ""), rows, false);

    QueryAnswer answer = client(start(null), null).query("x", null, ControlServer.MAX_ROWS);

    assertThat(answer.rows()).hasSize(100_000).allMatch(List.of(1L, "品川", 2.5)::equals);
  }

  @Test
  void saysWhatIsWrongWithAQuery() throws Exception {
    queries =
        (sql, maxRows) -> {
          throw new WarehouseException("the query failed: no table Ordrs");
        };

    assertThatThrownBy(() -> client(start(null), null).query("SELECT * FROM Ordrs", null, 1))
        .isInstanceOfSatisfying(
            ControlException.Refused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused).hasMessage("the query failed: no table Ordrs");
              assertThat(refused.cure()).contains("SHOW ALL TABLES");
            });
  }

  @Test
  void namesTheWarehousesThatThereAre() throws Exception {
    ControlServer started = start(null);

    assertThatThrownBy(() -> client(started, null).query("SELECT 1", "cloud", 1))
        .isInstanceOfSatisfying(
            ControlException.Refused.class,
            refused -> {
              assertThat(refused).hasMessage("no warehouse is called 'cloud'");
              assertThat(refused.cure()).isEqualTo("There is: local.");
            });
  }

  @Test
  void asksWhichWarehouseWhereThereAreSeveral() throws Exception {
    Queries any = (sql, maxRows) -> one("any");
    ControlServer started =
        ControlServer.start(
            config(0, null),
            new ControlServer.Parts(status::get, Map.of("masked", any, "local", any), commands));

    server = started;

    assertThatThrownBy(() -> client(started, null).query("SELECT 1", null, 1))
        .isInstanceOfSatisfying(
            ControlException.Refused.class,
            refused -> assertThat(refused.cure()).isEqualTo("Name one of: local, masked."));
  }

  @Test
  void refusesMoreRowsThanItCanHold() throws Exception {
    ControlServer started = start(null);

    assertThatThrownBy(() -> client(started, null).query("SELECT 1", null, 100_001))
        .isInstanceOf(ControlException.Refused.class)
        .hasMessage("maxRows is 100001");
  }

  @Test
  void answersStatusWhileQueriesRunAndRefusesOneTooMany() throws Exception {
    CountDownLatch running = new CountDownLatch(Endpoints.MAX_QUERIES);
    CountDownLatch end = new CountDownLatch(1);
    queries =
        (sql, maxRows) -> {
          running.countDown();
          await(end);
          return one("done");
        };
    ControlClient client = client(start(null), null);
    List<CompletableFuture<QueryAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < Endpoints.MAX_QUERIES; i++) {
      answers.add(CompletableFuture.supplyAsync(() -> query(client)));
    }
    await(running);

    assertThat(client.status().name()).isEqualTo("shop");
    assertThatThrownBy(() -> client.query("one more", null, 1))
        .isInstanceOfSatisfying(
            ControlException.Refused.class, refused -> assertThat(refused.status()).isEqualTo(503));
    end.countDown();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.get().rows()).hasSize(1));
  }

  @Test
  void passesRequestsOfOperatorsOn() throws Exception {
    ControlClient client = client(start(null), null);
    Instant from = Instant.parse("2026-01-31T09:30:00Z");

    client.reload(TableName.parse("dbo.Order Details"), "a test");
    client.reload(null, "all of it");
    client.replay("local", from);
    client.replay(null, from);

    assertThat(sent)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("at")
        .containsExactly(
            new Command.ReloadTable(TableName.parse("dbo.Order Details"), "a test", from),
            new Command.ReloadAll("all of it", from),
            new Command.Replay("local", from, from),
            new Command.Replay(null, from, from));
  }

  @Test
  void passesBackWhyARequestIsRefused() throws Exception {
    commands =
        command -> {
          throw new IllegalArgumentException("no table is called dbo.Ordrs");
        };

    assertThatThrownBy(() -> client(start(null), null).reload(TableName.parse("dbo.Ordrs"), "x"))
        .isInstanceOf(ControlException.Refused.class)
        .hasMessage("no table is called dbo.Ordrs");
  }

  @Test
  void saysThatTheHubDoesNotTakeARequest() throws Exception {
    commands =
        command -> {
          throw new HubException("the hub does not answer");
        };

    assertThatThrownBy(() -> client(start(null), null).reload(null, "x"))
        .isInstanceOfSatisfying(
            ControlException.Refused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(503);
              assertThat(refused).hasMessage("the hub does not answer");
            });
  }

  @Test
  void tellsWhatIsWrongWithTheBodyOfARequest() throws Exception {
    ControlServer started = start(null);

    assertThat(post(started, "/api/query", "{\"sql\":\"x\",\"max_rows\":1}"))
        .satisfies(refusal(400, "nobody knows the field 'max_rows'"));
    assertThat(post(started, "/api/query", "{\"sql\":\"x\",\"max_rows\":1}").body())
        .contains("Known are ", "maxRows", "warehouse");
    assertThat(post(started, "/api/query", "")).satisfies(refusal(400, "cannot be read"));
    assertThat(post(started, "/api/query", "{\"sql\":")).satisfies(refusal(400, "cannot be read"));
    assertThat(post(started, "/api/query", "null")).satisfies(refusal(400, "cannot be read"));
    assertThat(post(started, "/api/query", "{}")).satisfies(refusal(400, "sql is missing"));
    assertThat(post(started, "/api/reload", "{}")).satisfies(refusal(400, "which table?"));
    assertThat(post(started, "/api/reload", "{\"table\":\"a.b\",\"all\":true}"))
        .satisfies(refusal(400, "which table?"));
    assertThat(post(started, "/api/reload", "{\"table\":\"Orders\"}"))
        .satisfies(refusal(400, "not of the form schema.table"));
    assertThat(post(started, "/api/replay", "{}")).satisfies(refusal(400, "from when?"));
    assertThat(post(started, "/api/replay", "{\"from\":\"yesterday\"}"))
        .satisfies(refusal(400, "not a time such as"));
  }

  @Test
  void refusesABodyOfMoreThanAMebibyteWhetherItSaysItsLengthOrNot() throws Exception {
    ControlServer started = start(null);
    String long_ = "{\"sql\":\"" + "x".repeat(Requests.MAX_BYTES) + "\"}";

    assertThat(post(started, "/api/query", long_)).satisfies(refusal(413, "1,048,576 bytes"));
    assertThat(
            talk(
                started,
                "POST /api/query HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(long_.length())
                    + "\r\n"
                    + long_
                    + "\r\n0\r\n\r\n"))
        .satisfies(refusal(413, "1,048,576 bytes"));
  }

  @Test
  void refusesInJsonWhatItDoesNotKnow() throws Exception {
    ControlServer started = start(null);

    assertThat(get(started, "/nowhere", "")).satisfies(refusal(404, "nothing is at /nowhere"));
    assertThat(post(started, "/api/status", "{}")).satisfies(refusal(405, "does not take POST"));
    assertThat(get(started, "/%zz", "")).satisfies(refusal(400, ""));
    assertThat(talk(started, "NOT HTTP AT ALL\r\n\r\n")).satisfies(refusal(400, ""));
  }

  @Test
  void saysInJsonThatItFailedInside() throws Exception {
    server =
        ControlServer.start(
            config(0, null),
            new ControlServer.Parts(
                () -> {
                  throw new IllegalStateException("broken");
                },
                Map.of(),
                commands));

    assertThat(get(server, "/api/status", "")).satisfies(refusal(500, "broken"));
    assertThat(get(server, "/health/live", "").status()).isEqualTo(200);
  }

  @Test
  void asksForTheTokenEverywhereButAtHealth() throws Exception {
    ControlServer started = start(TOKEN);

    assertThat(get(started, "/api/status", "")).satisfies(refusal(401, "a token is needed"));
    assertThat(get(started, "/nowhere", "")).satisfies(refusal(401, "a token is needed"));
    assertThat(post(started, "/api/query", "{\"sql\":\"x\"}")).satisfies(refusal(401, "a token"));
    assertThat(get(started, "/api/status", "Authorization: Bearer open sesam\r\n"))
        .satisfies(refusal(401, "this is not the token"));
    assertThat(get(started, "/api/status", "Authorization: Basic open sesame\r\n"))
        .satisfies(refusal(401, "this is not the token"));
    assertThat(get(started, "/health/../api/status", "").status()).isIn(400, 401);
    assertThat(get(started, "/health/live", "").status()).isEqualTo(200);
    assertThat(get(started, "/health/ready", "").status()).isEqualTo(200);
    assertThat(client(started, TOKEN).status().name()).isEqualTo("shop");
    assertThatThrownBy(() -> client(started, new Secret("wrong")).status())
        .isInstanceOf(ControlException.Unauthorised.class)
        .hasMessageContaining("this is not the token. The token is server.token");
  }

  @Test
  void refusesAForeignNameOnLoopbackWithoutAToken() throws Exception {
    ControlServer started = start(null);

    for (String path : List.of("/api/status", "/health/ready")) {
      assertThat(
              talk(
                  started,
                  "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
          .satisfies(refusal(403, "by a name that is not this machine's own"));
    }
    assertThat(talk(started, "GET /api/status HTTP/1.0\r\n\r\n")).satisfies(refusal(403, "name"));
    for (String own : List.of("localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:80")) {
      assertThat(
              talk(
                      started,
                      "GET /api/status HTTP/1.1\r\nHost: " + own + "\r\nConnection: close\r\n\r\n")
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void refusesAPageOfAnotherSite() throws Exception {
    ControlServer started = start(null);

    for (String origin :
        List.of("http://evil.example", "null", "http://localhost:1", "https://localhost")) {
      assertThat(get(started, "/api/status", "Origin: " + origin + "\r\n"))
          .satisfies(refusal(403, "another site"));
    }
    assertThat(get(started, "/api/status", "Origin: http://localhost\r\n").status()).isEqualTo(200);
  }

  @Test
  void isReadyOnlyWhenHubTrackersAndWarehousesAre() throws Exception {
    ControlServer started = start(null);

    assertThat(get(started, "/health/ready", "").body())
        .isEqualTo("{\"ready\":true,\"missing\":[]}");

    status.set(Reports.withoutHub(Reports.tracking(1, Reports.blind("a"))));
    Answer answer = get(started, "/health/ready", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().at("/missing").findValuesAsText("subject"))
        .containsExactly("hub", "tracker a");
    assertThat(answer.body()).contains("db1 does not answer", "correct source.sqlserver.host");

    status.set(
        Reports.report(
            1,
            List.of("load"),
            List.of(),
            List.of(),
            List.of(
                Reports.warehouse(StatusReport.Warehouse.Phase.RETRYING, 0, "disk full", null))));
    assertThat(get(started, "/health/ready", "").body())
        .contains("warehouse local", "retrying: disk full");
  }

  @Test
  void tellsWhoHasThePort() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = other.getLocalPort();

      assertThatThrownBy(() -> ControlServer.start(config(port, null), parts()))
          .isInstanceOf(ServerException.class)
          .hasMessage(
              "127.0.0.1:%d is taken by another program, perhaps another Renkei. Stop that one, or set server.listen to a free port (port 0 takes any)."
                  .formatted(port));

      server = ControlServer.start(config(port, null), parts(), ControlServer.IfTaken.ANY_PORT);
      assertThat(server.url().getPort()).isNotEqualTo(port);
      assertThat(client(server, null).status().pid()).isEqualTo(4711);
    }
  }

  @Test
  void tellsThatAnAddressIsNotOfThisMachine() {
    ServerConfig elsewhere = new ServerConfig(new ListenAddress("192.0.2.1", 0), TOKEN);

    assertThatThrownBy(() -> ControlServer.start(elsewhere, parts()))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("cannot listen on 192.0.2.1:0")
        .hasMessageContaining("Set server.listen to an address of this machine");
  }

  @Test
  void givesAnAddressThatCallersCanUseWhereItListensOnAll() throws Exception {
    server = ControlServer.start(new ServerConfig(new ListenAddress("0.0.0.0", 0), TOKEN), parts());

    assertThat(client(server, TOKEN).status().name()).isEqualTo("shop");
  }

  @Test
  void endsQuicklyThoughAClientKeepsItsConnection() throws Exception {
    ControlServer started = start(null);
    ControlClient client = client(started, null);
    client.status();

    long start = System.nanoTime();
    started.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThatThrownBy(client::status)
        .isInstanceOf(ControlException.NotRunning.class)
        .hasMessage("nothing answers at %s. Start it with `renkei up`.".formatted(started.url()));
  }

  @Test
  void letsAQueryEndBeforeItCloses() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    queries =
        (sql, maxRows) -> {
          running.countDown();
          await(end);
          return one("done");
        };
    ControlServer started = start(null);
    ControlClient client = client(started, null);
    CompletableFuture<QueryAnswer> answer = CompletableFuture.supplyAsync(() -> query(client));
    await(running);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(started::close);
    awaitClosedDoor(started.url());
    end.countDown();

    assertThat(answer.get(10, TimeUnit.SECONDS).rows()).hasSize(1);
    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void givesUpAQueryThatDoesNotEnd() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    queries =
        (sql, maxRows) -> {
          running.countDown();
          await(never);
          return one("never");
        };
    ControlServer started = start(null);
    ControlClient client = client(started, null);
    CompletableFuture<QueryAnswer> answer = CompletableFuture.supplyAsync(() -> query(client));
    await(running);

    long start = System.nanoTime();
    started.close();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertThat(answer).failsWithin(Duration.ofSeconds(10));
    never.countDown();
  }

  @Test
  void tellsSilenceFromRefusal() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      URI url = URI.create("http://127.0.0.1:" + mute.getLocalPort());
      ControlClient client = new ControlClient(url, null, Duration.ofMillis(200));

      assertThatThrownBy(client::status)
          .isInstanceOf(ControlException.NoAnswer.class)
          .hasMessage(url + " has not answered within PT0.2S");
    }
  }

  private ControlServer start(@Nullable Secret token) throws ServerException {
    server = ControlServer.start(config(0, token), parts());
    return server;
  }

  private ControlServer.Parts parts() {
    return new ControlServer.Parts(
        status::get, Map.of("local", (sql, maxRows) -> queries.query(sql, maxRows)), commands);
  }

  private static ServerConfig config(int port, @Nullable Secret token) {
    return new ServerConfig(new ListenAddress("127.0.0.1", port), token);
  }

  private static ControlClient client(ControlServer server, @Nullable Secret token) {
    return new ControlClient(server.url(), token, PATIENCE);
  }

  private static QueryAnswer query(ControlClient client) {
    try {
      return client.query("SELECT 1", null, 1);
    } catch (ControlException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static QueryResult one(Object value) {
    return new QueryResult(List.of("c"), List.of("VARCHAR"), List.of(List.of(value)), false);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitClosedDoor(URI url) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try (Socket socket = connect(url)) {
        assertThat(socket.isConnected()).isTrue();
        Thread.onSpinWait();
      } catch (ConnectException closed) {
        return;
      }
    }
    throw new AssertionError("still open");
  }

  /** An answer as it came over the wire. */
  private record Answer(int status, String body) {
    JsonNode json() throws JsonProcessingException {
      return Json.MAPPER.readTree(body);
    }
  }

  private static org.assertj.core.api.ThrowingConsumer<Answer> refusal(
      int status, String sentence) {
    return answer -> {
      assertThat(answer.status()).isEqualTo(status);
      JsonNode error = answer.json().at("/error");
      assertThat(error.path("message").asText()).isNotEmpty().contains(sentence);
      assertThat(error.has("cure")).isTrue();
    };
  }

  private static Answer get(ControlServer server, String path, String headers) throws IOException {
    return talk(
        server,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n"
            .formatted(path, headers));
  }

  private static Answer post(ControlServer server, String path, String body) throws IOException {
    try (Socket socket = connect(server.url())) {
      send(
          socket,
          "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".formatted(path),
          body);
      return answer(socket);
    }
  }

  private static Answer talk(ControlServer server, String request) throws IOException {
    try (Socket socket = connect(server.url())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return answer(socket);
    }
  }

  private static Socket connect(URI url) throws IOException {
    Socket socket = new Socket(url.getHost(), url.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String head, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    socket
        .getOutputStream()
        .write(
            (head + "Content-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(bytes);
  }

  private static Answer answer(Socket socket) throws IOException {
    String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(end + 4));
  }
}
