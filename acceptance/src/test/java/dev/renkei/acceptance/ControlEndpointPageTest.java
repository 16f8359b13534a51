package dev.renkei.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.renkei.acceptance.Installation.Ended;
import dev.renkei.server.RunFiles;
import dev.renkei.standin.StandIn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every address that {@code docs/control-endpoint.md} names, asked of a running installation: with
 * the token, without it, and with rubbish. What it says and leaves behind is searched for secrets.
 */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ControlEndpointPageTest {
  private static final Pattern ADDRESS =
      Pattern.compile("(?m)^\\| .*?`(GET|POST) (/[a-z0-9/-]*+)(?!\\{)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PASSWORD = "Pa55-of-the-login-Zq7";
  private static final String TOKEN = "token-of-the-endpoint-Xw9";
  private static final String WEB_KEY = "key-of-a-sender-of-events-Kp3";
  private static final String SLACK = "https://127.0.0.1:1/services/T0/B0/slack-secret-Lm4";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  /** What is asked, by address. */
  private record Address(String method, String path) {
    /**
     * Open to everybody: to monitors that have no token, to browsers before somebody has given it,
     * and, on loopback, to whoever looks how things are.
     */
    boolean isOpen() {
      return path.startsWith("/health/")
          || Set.of("/", "/console/", "/api/overview", "/api/history").contains(path);
    }
  }

  private static List<Address> addresses() throws IOException {
    String page = Files.readString(Project.root().resolve("docs/control-endpoint.md"));
    return ADDRESS.matcher(page).results().map(ControlEndpointPageTest::address).toList();
  }

  private static Address address(MatchResult found) {
    return new Address(found.group(1), found.group(2));
  }

  @Test
  void thePageNamesAddresses() throws Exception {
    assertThat(addresses())
        .contains(new Address("GET", "/api/status"), new Address("POST", "/api/reload"));
  }

  @Test
  void everyAddressAnswersWhoMayAskAndNoSecretIsSeenAnywhere() throws Exception {
    try (StandIn shop = shop();
        Installation renkei = installation(shop)) {
      Planted secrets = secrets();
      renkei.up();
      URI url = RunFiles.living(renkei.configuration().dataDir()).get(0).url();
      awaitReady(renkei, url);
      Map<String, String> said = new TreeMap<>();

      for (Address address : addresses()) {
        URI asked = url.resolve(address.path());
        if (!address.isOpen()) {
          assertThat(ask(address.method(), asked, null, "{}"))
              .as("%s without the token", address)
              .returns(401, HttpResponse::statusCode);
        }
        if (address.method().equals("GET")) {
          HttpResponse<String> answer = ask("GET", asked, TOKEN, "");
          assertThat(answer.statusCode()).as("%s: %s", address, answer.body()).isEqualTo(200);
          said.put(address.toString(), answer.body());
        } else {
          refusesRubbish(address, asked, said);
        }
      }
      for (String path : List.of("/api", "/api/statuss", "/v0/events", "/api/../../etc/passwd")) {
        assertThat(ask("GET", url.resolve(path), TOKEN, "").statusCode()).as(path).isIn(400, 404);
      }
      for (List<String> command :
          List.of(
              List.of("status"),
              List.of("status", "--json"),
              List.of("check"),
              List.of("up", "--dry-run"),
              List.of("alerts", "list"),
              List.of("alerts", "test"),
              List.of("dead-letters", "list"),
              List.of("query", "FROM dbo.Customers"))) {
        Ended ended = renkei.run(command.toArray(String[]::new));
        said.put(command.toString(), ended.output() + ended.errors());
      }
      shop.close(); // the errors of a source that has gone are told too
      awaitTrouble(url);
      renkei.until(
          () ->
              renkei.logged("alert fires").isEmpty()
                  ? Optional.of("no alert fires")
                  : Optional.empty());
      said.put("status without a source", ask("GET", url.resolve("/api/status"), TOKEN, "").body());
      said.put("log", renkei.log());
      assertThat(renkei.stop().code()).isZero();

      said.forEach(
          (what, text) ->
              assertThat(secrets.in(text.getBytes(StandardCharsets.UTF_8))).as(what).isEmpty());
      assertThat(filesWith(secrets)).isEmpty();
    }
  }

  private void refusesRubbish(Address address, URI asked, Map<String, String> said)
      throws Exception {
    for (String rubbish :
        List.of("", "not JSON", "[]", "{\"nobody\":\"knows\"}", "{\"a\":", "\"x\"", "null")) {
      HttpResponse<String> answer = ask(address.method(), asked, TOKEN, rubbish);
      assertThat(answer.statusCode())
          .as("%s with %s: %s", address, rubbish, answer.body())
          .isBetween(400, 499);
      JsonNode error = JSON.readTree(answer.body()).path("error");
      assertThat(error.path("message").asText()).as("%s with %s", address, rubbish).isNotEmpty();
      said.merge(address.toString(), answer.body(), String::concat);
    }
    String long2MiB = "{\"nobody\":\"" + "x".repeat(2 << 20) + "\"}";
    assertThat(ask(address.method(), asked, TOKEN, long2MiB).statusCode())
        .as("%s with 2 MiB", address)
        .isIn(400, 413);
  }

  private HttpResponse<String> ask(String method, URI url, @Nullable String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private void awaitReady(Installation renkei, URI url) throws Exception {
    Waiting.until(
        Installation.PATIENCE,
        () -> {
          HttpResponse<String> answer = ask("GET", url.resolve("/health/ready"), null, "");
          return answer.statusCode() == 200
              ? Optional.empty()
              : Optional.of(answer.body() + renkei.lastLog());
        });
  }

  private void awaitTrouble(URI url) throws Exception {
    Waiting.until(
        Installation.PATIENCE,
        () ->
            ask("GET", url.resolve("/health/ready"), null, "").statusCode() == 503
                ? Optional.empty()
                : Optional.of("the source is away, and nobody says so"));
  }

  /** Those that are not the secrets' own. */
  private List<String> filesWith(Planted secrets) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(folder.resolve("secrets")))
          .filter(file -> !secrets.in(bytes(file)).isEmpty())
          .map(Path::toString)
          .toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0]; // gone since
    }
  }

  private Planted secrets() throws IOException {
    Planted planted = new Planted();
    for (String secret : List.of(PASSWORD, TOKEN, WEB_KEY, SLACK, Webhooks.SECRET)) {
      planted.text(secret);
    }
    JsonNode keyset = JSON.readTree(Files.readString(folder.resolve("secrets/keyset.json")));
    keyset.findValuesAsText("value").forEach(planted::text);
    return planted;
  }

  private static StandIn shop() throws Exception {
    StandIn shop = StandIn.builder().inMemory().database("Shop").password(PASSWORD).start();
    shop.execute(
        """
        ALTER DATABASE Shop SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS)
        ALTER DATABASE Shop SET ALLOW_SNAPSHOT_ISOLATION ON
        GO
        USE Shop
        GO
        CREATE TABLE dbo.Customers (CustomerID int NOT NULL PRIMARY KEY, Email varchar(50))
        ALTER TABLE dbo.Customers ENABLE CHANGE_TRACKING
        INSERT INTO dbo.Customers VALUES (1, 'hanako@shop.example')
        """);
    return shop;
  }

  private Installation installation(StandIn shop) throws Exception {
    Path apart = Files.createDirectory(folder.resolve("secrets"));
    Installation renkei =
        Installation.of(folder, shop, "Shop", "  include: [\"dbo.*\"]", shop.user(), PASSWORD);
    Files.writeString(apart.resolve("token"), TOKEN);
    assertThat(renkei.runAsIs(List.of("keys", "create", apart.resolve("keyset.json").toString())))
        .returns(0, Ended::code);
    Files.writeString(folder.resolve("view.json"), "{\"type\": \"object\"}");
    renkei.set("WEB_KEY", WEB_KEY);
    renkei.set("SLACK_URL", SLACK);
    renkei.set("NOTIFY_SECRET", Webhooks.SECRET);
    Files.writeString(
        renkei.file(),
        Files.readString(renkei.file())
                .replace(
                    "server: {listen: \"127.0.0.1:0\"}",
                    "server: {listen: \"127.0.0.1:0\", token: \"${file:secrets/token}\"}")
                .replace(
                    "{local:",
                    "{masked: {type: duckdb, path: ./data/masked.duckdb, from: masked}, local:")
            + """
            privacy: {keyset: "${file:secrets/keyset.json}", columns: {"**.Email": {method: hash}}}
            events: {view: {schema: view.json}}
            collector: {listen: "127.0.0.1:0", api_keys: ["${WEB_KEY}"]}
            alerts: {to: [{slack: "${SLACK_URL}"}]}
            rules:
              told: {from: dbo.Customers, when: "row.CustomerID > 0", to: {webhook: "http://127.0.0.1:1/told", secret: "${NOTIFY_SECRET}"}}
            """);
    return renkei;
  }
}
