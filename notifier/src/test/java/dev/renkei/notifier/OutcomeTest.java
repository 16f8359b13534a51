package dev.renkei.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.WebhookSecret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided without calling anybody. */
class OutcomeTest {
  private static final Instant NOW = Instant.parse("2024-05-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "200 | - | Done[]",
        "204 | - | Done[]",
        "202 | 60 | Done[]",
        "301 | - | Refused[what=answered 301, a redirect, which is not followed]",
        "307 | - | Refused[what=answered 307, a redirect, which is not followed]",
        "400 | - | Refused[what=answered 400]",
        "404 | 60 | Refused[what=answered 404]",
        "410 | - | Refused[what=answered 410]",
        "408 | - | Again[what=answered 408, notBefore=PT0S]",
        "425 | - | Again[what=answered 425, notBefore=PT0S]",
        "429 | 7 | Again[what=answered 429, notBefore=PT7S]",
        "429 | soon | Again[what=answered 429, notBefore=PT0S]",
        "429 | -5 | Again[what=answered 429, notBefore=PT0S]",
        "503 | Wed, 1 May 2024 12:01:30 GMT | Again[what=answered 503, notBefore=PT1M30S]",
        "503 | Wed, 1 May 2024 11:00:00 GMT | Again[what=answered 503, notBefore=PT0S]",
        "503 | 86400 | Again[what=answered 503, notBefore=PT10M]",
        "500 | - | Again[what=answered 500, notBefore=PT0S]",
      })
  void anAnswerMeans(int status, @Nullable String retryAfter, String outcome) {
    assertThat(Outcome.of(status, retryAfter, NOW)).hasToString(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, PT1S",
    "2, 0, 0, PT2S",
    "4, 0, 0, PT8S",
    "8, 0, 0, PT2M",
    "100, 0, 0, PT2M",
    "1, 1, 0, PT0.5S",
    "4, 0.5, 0, PT6S",
    "1, 0, 30, PT30S",
    "10, 0, 30, PT2M",
  })
  void waitsGrowWithChanceAndKeepToWhatTheReceiverAsks(
      int repetition, double random, int notBeforeSeconds, Duration wait) {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2), () -> random);

    assertThat(backoff.before(repetition, Duration.ofSeconds(notBeforeSeconds))).isEqualTo(wait);
  }

  /** The example of the libraries of Standard Webhooks. */
  @Test
  void signsAsTheStandardSays() {
    WebhookSecret secret = WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    WebhookSecret other = WebhookSecret.parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    Instant at = Instant.ofEpochSecond(1614265330);

    String signature =
        Signature.of(List.of(secret, other), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);

    assertThat(signature)
        .startsWith("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,")
        .hasSize(2 * "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".length() + 1);
  }
}
