package dev.renkei.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.Shown;
import dev.renkei.core.schema.TableName;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Talks to the control endpoint of one process. Safe for several threads. */
public final class ControlClient {
  private static final int MAX_REFUSAL_BYTES = 1 << 20;

  private final HttpClient http;
  private final URI base;
  private final @Nullable Secret token;
  private final Duration patience;

  /**
   * A client; connects when asked something.
   *
   * @param base for example {@code http://127.0.0.1:8080}
   * @param token null where the server wants none
   * @param patience how long connecting and an answer may take; queries may take longer
   */
  public ControlClient(URI base, @Nullable Secret token, Duration patience) {
    this.base = base;
    this.token = token;
    this.patience = patience;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
  }

  public StatusReport status() throws ControlException, InterruptedException {
    return answer(request("/api/status").timeout(patience).GET(), StatusReport.class);
  }

  /** With what the process runs, without secrets. */
  public Shown configuration() throws ControlException, InterruptedException {
    ConfigurationAnswer answer =
        answer(
            request(ConfigurationAnswer.PATH).timeout(patience).GET(), ConfigurationAnswer.class);
    return new Shown(answer.keys());
  }

  /**
   * Asks a warehouse, and waits as long as that takes.
   *
   * @param warehouse null where the process has only one
   * @param maxRows at most {@link ControlServer#MAX_ROWS}
   */
  public QueryAnswer query(String sql, @Nullable String warehouse, int maxRows)
      throws ControlException, InterruptedException {
    return answer(
        post("/api/query", new Requests.Query(sql, warehouse, maxRows)), QueryAnswer.class);
  }

  /**
   * Asks for a table to be loaded again; returns when that is durable, not when it is done.
   *
   * @param table null for every table
   */
  public void reload(@Nullable TableName table, String reason)
      throws ControlException, InterruptedException {
    String name = table == null ? null : table.toString();
    Boolean all = table == null ? true : null;
    answer(
        post("/api/reload", new Requests.Reload(name, null, all, reason)).timeout(patience),
        JsonNode.class);
  }

  /**
   * Asks for the hub to be read again from a time on; returns when that is durable, not when it is
   * done.
   *
   * @param warehouse null for every warehouse
   */
  public void replay(@Nullable String warehouse, Instant from)
      throws ControlException, InterruptedException {
    answer(
        post("/api/replay", new Requests.Replay(warehouse, from)).timeout(patience),
        JsonNode.class);
  }

  /**
   * Asks for tables to be compared with their source; returns when that is begun, or waits for its
   * turn.
   *
   * @param tables empty for all
   * @param warehouse null for all of the process
   */
  public VerifyRun verify(List<String> tables, @Nullable String warehouse, boolean repair)
      throws ControlException, InterruptedException {
    return answer(
        post("/api/verify", new Requests.Verify(tables, warehouse, repair)).timeout(patience),
        VerifyRun.class);
  }

  /** How far a comparison is. */
  public VerifyRun verified(long run) throws ControlException, InterruptedException {
    return answer(request("/api/verify/" + run).timeout(patience).GET(), VerifyRun.class);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token.reveal());
    }
    return request;
  }

  private HttpRequest.Builder post(String path, Object body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(Json.write(body)));
  }

  private <T> T answer(HttpRequest.Builder request, Class<T> type)
      throws ControlException, InterruptedException {
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() >= 300) {
          throw refusal(response.statusCode(), body);
        }
        return Json.MAPPER.readValue(body, type);
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new ControlException.NotRunning(
          "nothing answers at %s. Start it with `renkei up`.".formatted(base), e);
    } catch (HttpTimeoutException e) {
      throw new ControlException.NoAnswer(
          "%s has not answered within %s".formatted(base, patience), e);
    } catch (JsonProcessingException e) {
      throw new ControlException.NoAnswer(
          "%s answers what this version does not understand: %s"
              .formatted(base, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ControlException.NoAnswer("%s broke off: %s".formatted(base, e), e);
    }
  }

  private ControlException refusal(int status, InputStream body) throws IOException {
    String text = new String(body.readNBytes(MAX_REFUSAL_BYTES), StandardCharsets.UTF_8);
    Refusal.Detail detail = detail(text, status);
    if (status == 401) {
      return new ControlException.Unauthorised(
          "%s: %s. The token is server.token of the configuration."
              .formatted(base, detail.message()));
    }
    return new ControlException.Refused(status, detail.message(), detail.cure());
  }

  private Refusal.Detail detail(String text, int status) {
    try {
      Refusal.Body body = Json.MAPPER.readValue(text, Refusal.Body.class);
      if (body != null && body.error() != null) {
        return body.error();
      }
    } catch (JsonProcessingException e) {
      // Not one of ours; the status says what is known.
    }
    return new Refusal.Detail("%s answers with status %d".formatted(base, status), null);
  }
}
