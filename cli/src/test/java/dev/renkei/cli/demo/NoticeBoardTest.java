package dev.renkei.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the demo's receiver believes. The signature is the example of Standard Webhooks itself. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class NoticeBoardTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final String TIMESTAMP = "1614265330";
  private static final String BODY = "{\"test\": 2432232314}";
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private static int call(NoticeBoard board, String id, String body, String signature)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(board.url())
                .header("webhook-id", id)
                .header("webhook-timestamp", TIMESTAMP)
                .header("webhook-signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void takesWhatIsSignedOnceAndNothingElse() throws Exception {
    try (NoticeBoard board = NoticeBoard.open(SECRET)) {
      assertThat(call(board, ID, BODY, "v1,bm90aGluZw== " + SIGNATURE)).isEqualTo(204);
      assertThat(call(board, ID, BODY, SIGNATURE)).isEqualTo(204);
      assertThat(call(board, ID, BODY + " ", SIGNATURE)).isEqualTo(401);
      assertThat(call(board, ID + "x", BODY, SIGNATURE)).isEqualTo(401);
      assertThat(
              call(
                  board,
                  ID,
                  BODY,
                  "v1,"
                      + Base64.getEncoder().encodeToString("no".getBytes(StandardCharsets.UTF_8))))
          .isEqualTo(401);

      assertThat(board.notices()).containsOnlyKeys(ID);
      assertThat(board.refused()).isEqualTo(3);
    }
  }
}
