package dev.renkei.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.AlertsConfig;
import dev.renkei.core.config.WebhookSecret;
import dev.renkei.core.config.WebhookUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertDeskTest {
  private static final WebhookSecret SECRET =
      WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  private static final Backoff SHORT =
      new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), () -> 0);

  private final Receiver receiver;

  AlertDeskTest() throws Exception {
    receiver = new Receiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void eachTargetGetsItsOwnWordsAndAWebhookIsSigned() throws Exception {
    try (AlertDesk desk = new AlertDesk(List.of(slack(), webhook()), SHORT)) {
      desk.tell(message("1"));
      await(() -> receiver.calls().size() == 2);
    }

    Receiver.Call slack = call("/services/s1ackT0ken");
    assertThat(slack.body()).isEqualTo("{\"text\":\"1\"}");
    assertThat(slack.signature()).isNull();
    Receiver.Call hook = call("/alert?key=h1dden");
    assertThat(hook.body()).isEqualTo("{\"id\":\"1\"}");
    assertThat(hook.id()).isEqualTo("1");
    assertThat(hook.signature())
        .isEqualTo(
            Signature.of(
                List.of(SECRET),
                "1",
                Instant.ofEpochSecond(Long.parseLong(hook.timestamp())),
                hook.body().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatDoesNotArriveIsSentAgainUnderItsIdAndInOrder() throws Exception {
    receiver.answers(503, Receiver.BREAK, 429, 200, 500, 200);
    try (AlertDesk desk = new AlertDesk(List.of(webhook()), SHORT)) {
      desk.tell(message("1"));
      desk.tell(message("2"));
      await(() -> receiver.calls().size() >= 6);
    }

    assertThat(receiver.calls())
        .extracting(Receiver.Call::id)
        .containsExactly("1", "1", "1", "1", "2", "2");
  }

  @Test
  void whoRefusesIsNotAskedAgain() throws Exception {
    receiver.answers(404, 200);
    try (AlertDesk desk = new AlertDesk(List.of(webhook()), SHORT)) {
      desk.tell(message("1"));
      desk.tell(message("2"));
      await(() -> receiver.calls().size() >= 2);
    }

    assertThat(receiver.calls()).extracting(Receiver.Call::id).containsExactly("1", "2");
  }

  @Test
  void aTestTellsWhatWasSentAndAnswered() throws Exception {
    receiver.answers(200, 403);
    List<AlertDesk.Answer> answers = AlertDesk.tryOnce(List.of(slack(), webhook()), message("t"));

    assertThat(answers)
        .containsExactly(
            new AlertDesk.Answer(
                "slack http://127.0.0.1:" + receiver.port(), "{\"text\":\"t\"}", true, "took it"),
            new AlertDesk.Answer(
                "webhook http://127.0.0.1:" + receiver.port(),
                "{\"id\":\"t\"}",
                false,
                "answered 403"));
    assertThat(answers.toString()).doesNotContain("s1ackT0ken", "h1dden");
  }

  private Receiver.Call call(String path) {
    return receiver.calls().stream().filter(c -> c.path().equals(path)).findFirst().orElseThrow();
  }

  private AlertsConfig.Target slack() {
    return new AlertsConfig.Slack(url("/services/s1ackT0ken"));
  }

  private AlertsConfig.Target webhook() {
    return new AlertsConfig.Webhook(url("/alert?key=h1dden"), List.of(SECRET), false);
  }

  private WebhookUrl url(String path) {
    return WebhookUrl.parse("http://127.0.0.1:" + receiver.port() + path);
  }

  private static AlertMessage message(String id) {
    return new AlertMessage(
        id,
        "{\"id\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8),
        "{\"text\":\"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 6_000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
