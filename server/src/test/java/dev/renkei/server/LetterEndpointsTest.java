package dev.renkei.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.ListenAddress;
import dev.renkei.core.config.Secret;
import dev.renkei.core.config.ServerConfig;
import dev.renkei.core.config.TablePattern;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.server.history.History;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterEndpointsTest {
  private final List<LetterFilter> asked = new ArrayList<>();
  private boolean down;
  private @Nullable ControlServer server;

  /** One letter, and what is asked of it. */
  private final class OneLetter implements OpenLetters {
    @Override
    public List<Listed> newest(int atMost, LetterFilter which) throws HubException {
      refuseWhileDown();
      asked.add(which);
      return List.of(
          new Listed(
              "17",
              Instant.parse("2026-01-31T09:30:00Z"),
              "renkei.hub/x",
              2,
              41,
              "no such column",
              Map.of("table_name", "dbo.Stock"),
              atMost));
    }

    @Override
    public Optional<DeadLetter> find(String id) {
      return Optional.empty();
    }

    @Override
    public SentBack sendBack(LetterFilter which, long atMost, LongConsumer progress)
        throws HubException {
      refuseWhileDown();
      asked.add(which);
      return new SentBack(3, 1, List.of("9: it is gone"), true);
    }

    private void refuseWhileDown() throws HubException {
      if (down) {
        throw new HubException("no broker answers");
      }
    }
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) throws Exception {
    if (server == null) {
      server =
          ControlServer.start(
              new ServerConfig(new ListenAddress("127.0.0.1", 0), new Secret("open sesame")),
              new ControlServer.Parts(
                  Reports::well,
                  Map.of(),
                  command -> {},
                  new History(),
                  () -> "",
                  Map.of("hub", new OneLetter(), "masked", new OneLetter()),
                  null));
    }
    return HttpRequest.newBuilder(server.url().resolve(path))
        .header("Authorization", "Bearer open sesame");
  }

  @Test
  void listsWithoutContents() throws Exception {
    HttpResponse<String> answer =
        send(request("/api/dead-letters?limit=7&table=dbo.St*&reason=column"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"letters\":[{\"id\":\"17\",\"at\":\"2026-01-31T09:30:00Z\",\"stream\":\"renkei.hub/x\",\"partition\":2,\"offset\":41,"
                + "\"reason\":\"no such column\",\"attributes\":{\"table_name\":\"dbo.Stock\"},\"bytes\":7}]}");
    assertThat(asked)
        .containsExactly(new LetterFilter(null, new TablePattern("dbo.St*"), "column"));
  }

  @Test
  void sendsBackWhatIsNamedAndTellsWhatBecameOfIt() throws Exception {
    HttpResponse<String> answer =
        send(
            request("/api/dead-letters/retry")
                .POST(BodyPublishers.ofString("{\"side\": \"masked\", \"id\": \"17\"}")));

    assertThat(answer.body())
        .isEqualTo("{\"sent\":3,\"refused\":1,\"reasons\":[\"9: it is gone\"],\"more\":true}");
    assertThat(asked).containsExactly(LetterFilter.id("17"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 400 | which letters?",
        "{\"all\": true, \"id\": \"1\"} | 400 | which letters?",
        "{\"all\": true, \"side\": \"dark\"} | 400 | There is: hub, masked.",
        "{\"table\": \"Stock\"} | 400 | not of the form schema.table",
        "{\"ids\": [1]} | 400 | nobody knows the field 'ids'",
      })
  void refusesWhatIsNotClear(String body, int status, String sentence) throws Exception {
    HttpResponse<String> answer =
        send(request("/api/dead-letters/retry").POST(BodyPublishers.ofString(body)));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(sentence);
    assertThat(asked).isEmpty();
  }

  @Test
  void nobodySendsBackWithoutTheTokenOrWhileTheHubIsDown() throws Exception {
    HttpRequest.Builder all =
        request("/api/dead-letters/retry").POST(BodyPublishers.ofString("{\"all\": true}"));
    down = true;
    assertThat(send(all).statusCode()).isEqualTo(503);
    assertThat(send(request("/api/dead-letters?limit=0")).statusCode()).isEqualTo(400);
    down = false;
    assertThat(send(all.setHeader("Authorization", "Bearer guess")).statusCode()).isEqualTo(401);
    assertThat(asked).isEmpty();
  }
}
