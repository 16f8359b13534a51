package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.ServerConfig;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.server.console.Chain;
import dev.renkei.server.console.Installation;
import dev.renkei.server.history.History;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {
  private static final Secret TOKEN = new Secret("open sesame");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder = Path.of("");
  private @Nullable ControlServer server;
  private @Nullable Installation installation;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    if (installation != null) {
      installation.close();
    }
  }

  private URI start(@Nullable Secret token) throws ServerException {
    return start(token, "127.0.0.1");
  }

  private URI start(@Nullable Secret token, String host) throws ServerException {
    Installation all = new Installation(folder, token, Reports::well);
    installation = all;
    Chain chain =
        new Chain(
            new Chain.Source("shop", "db1", "Shop"),
            2,
            "active_active",
            "kafka",
            List.of(new Chain.Flow("dedupe", false)),
            List.of(),
            List.of(new Chain.Warehouse("local", "duckdb", "shop.duckdb", false, true, false)),
            List.of(),
            List.of(),
            null);
    server =
        ControlServer.start(
            new ServerConfig(new ListenAddress(host, 0), token),
            new ControlServer.Parts(
                Reports::well,
                Map.of(
                    "local",
                    (sql, maxRows) ->
                        new QueryResult(List.of("a"), List.of("INTEGER"), List.of(), false)),
                command -> {},
                new History(),
                () -> "",
                Map.of(),
                new ControlServer.Console(chain, all)));
    return server.url();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/console",
        "/console/tables",
        "/console/tables/dbo.%E5%8F%97%E6%B3%A8",
        "/console/trackers",
        "/console/flows",
        "/console/rules",
        "/console/dead-letters",
        "/console/history",
        "/console/alerts",
        "/console/query",
        "/console/processes"
      })
  void servesOnePageWithNothingInlineAndNothingFromElsewhere(String path) throws Exception {
    HttpResponse<String> page = get(start(null).resolve(path));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html;charset=utf-8");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Content-Security-Policy"))
        .contains(
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "http:", "https:", "*", "data:");
    assertThat(page.body())
        .doesNotContain("style=", "{{", "https://", "http://")
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContainPattern("\\son[a-z]+=");
  }

  @Test
  void keepsAssetsForEverUnderTheAddressOfTheirBuild() throws Exception {
    URI url = start(null);
    String page = get(url).body();
    Matcher address = Pattern.compile("(?:src|href)=\"(/console/assets/[^\"]+)\"").matcher(page);

    List<String> assets = address.results().map(found -> found.group(1)).toList();

    assertThat(assets).hasSizeGreaterThanOrEqualTo(4);
    for (String asset : assets) {
      HttpResponse<String> file = get(url.resolve(asset));
      assertThat(file.statusCode()).as(asset).isEqualTo(200);
      assertThat(header(file, "Cache-Control")).contains("immutable", "max-age=31536000");
      assertThat(header(file, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(file, "Content-Type")).isNotEmpty();
    }
    String main = assets.stream().filter(one -> one.endsWith("main.js")).findFirst().orElseThrow();
    assertThat(header(get(url.resolve(main)), "Content-Type"))
        .isEqualTo("text/javascript; charset=utf-8");
    assertThat(get(url.resolve(main.replace("main.js", "preact.js"))).body())
        .contains("export")
        .doesNotContain("sourceMappingURL");
    assertThat(get(url.resolve(main.replaceFirst("assets/.", "assets/-"))).statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/nowhere",
        "/console/tables/a/b",
        "/console/assets/x/main.js",
        "/console/assets/../../../pom.xml",
        "/console/assets/x/..%2f..%2fpom.xml",
        "/console/%2e%2e/%2e%2e/etc/passwd",
        "/index.html"
      })
  void hasNothingAtOtherAddresses(String path) throws Exception {
    URI url = start(null);

    String answer = raw(url, "GET " + path, "localhost:" + url.getPort(), "");

    assertThat(answer).startsWith("HTTP/1.1 4").contains("{\"error\":{\"message\":");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none | en",
        "en | en",
        "ja | ja",
        "ja-JP,ja;q=0.9,en;q=0.8 | ja",
        "fr, en;q=0.5 | en",
        "fr | en",
        "fr, ja;q=0.1 | ja",
        "de;q=, ;;, | en",
        "* | en"
      })
  void speaksTheLanguageThatTheBrowserPrefers(@Nullable String accepted, String language)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(start(null));
    if (accepted != null) {
      request.header("Accept-Language", accepted);
    }

    HttpResponse<String> page = HTTP.send(request.build(), BodyHandlers.ofString());

    assertThat(page.body()).contains("<html lang=\"" + language + "\">");
    assertThat(header(page, "Vary")).isEqualTo("Accept-Language");
  }

  @Test
  void tellsHowTheInstallationIsAndWhatItIsMadeOf() throws Exception {
    URI url = start(null);

    JsonNode overview = json(get(url.resolve("/api/overview")));

    assertThat(overview.at("/chain/source/database").asText()).isEqualTo("Shop");
    assertThat(overview.at("/chain/flows/0/name").asText()).isEqualTo("dedupe");
    assertThat(overview.at("/processes/0/url").asText()).isEqualTo(url.toString());
    assertThat(overview.at("/processes/0/report/name").asText()).isEqualTo("shop");
    assertThat(overview.at("/verdict/health").asText()).isEqualTo("OK");
    assertThat(overview.at("/needsToken").asBoolean(true)).isFalse();
    assertThat(get(url).body()).contains(overview.at("/version").asText("?"));
  }

  @Test
  void showsHowThingsAreWithoutTheTokenOnLoopbackAndNothingElse() throws Exception {
    URI url = start(TOKEN);

    assertThat(get(url).statusCode()).isEqualTo(200);
    JsonNode overview = json(get(url.resolve("/api/overview")));
    assertThat(overview.at("/needsToken").asBoolean()).isTrue();
    assertThat(overview.toString()).doesNotContain(TOKEN.reveal());
    for (String change :
        List.of(
            "/api/reload {\"table\":\"dbo.Orders\"}",
            "/api/replay {\"from\":\"2026-01-31T09:30:00Z\"}",
            "/api/query {\"sql\":\"FROM x\"}")) {
      String[] parts = change.split(" ", 2);
      assertThat(post(url.resolve(parts[0]), parts[1], null).statusCode())
          .as(change)
          .isEqualTo(401);
      assertThat(post(url.resolve(parts[0]), parts[1], "wrong").statusCode()).isEqualTo(401);
      assertThat(post(url.resolve(parts[0]), parts[1], TOKEN.reveal()).statusCode())
          .isBetween(200, 202);
    }
  }

  @Test
  void wantsTheTokenToLookWhereOtherMachinesCanAsk() throws Exception {
    URI url = start(TOKEN, "0.0.0.0");

    assertThat(get(url).statusCode()).isEqualTo(200);
    assertThat(get(url.resolve("/api/overview")).statusCode()).isEqualTo(401);
    HttpRequest withToken =
        HttpRequest.newBuilder(url.resolve("/api/overview"))
            .header("Authorization", "Bearer " + TOKEN.reveal())
            .build();
    assertThat(HTTP.send(withToken, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.0,X-Nothing", "HTTP/1.1,X-Forwarded-For", "HTTP/1.1,Via"})
  void showsNothingWithoutTheTokenToWhoComesByWayOfAProxy(String protocol, String header)
      throws Exception {
    URI url = start(TOKEN);

    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /api/overview %s\r\nHost: 127.0.0.1:%d\r\n%s: 203.0.113.7\r\nConnection: close\r\n\r\n"
                  .formatted(protocol, url.getPort(), header)
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains(" 401 ");
    }
  }

  @Test
  void refusesNamesAndPagesOfOthers() throws Exception {
    for (Secret token : Stream.of(false, true).map(with -> with ? TOKEN : null).toList()) {
      URI url = start(token);
      assertThat(raw(url, "GET /api/overview", "evil.example", "")).startsWith("HTTP/1.1 403");
      assertThat(
              raw(
                  url,
                  "GET /api/overview",
                  "localhost:" + url.getPort(),
                  "Origin: http://evil.example\r\n"))
          .startsWith("HTTP/1.1 403");
      stop();
    }
    URI url = start(null);
    assertThat(raw(url, "GET /", "evil.example", "")).startsWith("HTTP/1.1 403");
  }

  @ParameterizedTest
  @CsvSource({"POST,/api/overview", "DELETE,/", "PUT,/console/query", "POST,/console/tables"})
  void takesNothingButQuestionsThere(String method, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(start(null).resolve(path))
            .method(method, BodyPublishers.ofString("{}"))
            .build();

    assertThat(HTTP.send(request, BodyHandlers.ofString()))
        .returns(405, HttpResponse::statusCode)
        .satisfies(answer -> assertThat(answer.body()).contains("does not take " + method));
  }

  private static HttpResponse<String> get(URI url) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(URI url, String body, @Nullable String token)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.MAPPER.readTree(answer.body());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  /** As no browser would write it. */
  private static String raw(URI url, String line, String host, String more) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket
          .getOutputStream()
          .write(
              "%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
                  .formatted(line, host, more)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
