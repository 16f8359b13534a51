package dev.renkei.notifier;

import dev.renkei.core.config.AlertsConfig;
import dev.renkei.core.config.WebhookSecret;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Where alerts are told: called by POST, signed where there is a secret. */
final class AlertTarget {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final AlertsConfig.Target target;
  private final HttpClient client;
  private final Clock clock;

  AlertTarget(AlertsConfig.Target target, HttpClient client, Clock clock) {
    this.target = target;
    this.client = client;
    this.clock = clock;
  }

  /** Its kind and address, without what lets a caller in. */
  String place() {
    return (target instanceof AlertsConfig.Slack ? "slack " : "webhook ") + target.url().origin();
  }

  byte[] body(AlertMessage message) {
    return target instanceof AlertsConfig.Slack ? message.slack() : message.json();
  }

  Outcome call(AlertMessage message) throws InterruptedException {
    byte[] body = body(message);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.url().uri())
            .header("content-type", "application/json")
            .header("user-agent", "Renkei")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (target instanceof AlertsConfig.Webhook webhook) {
      Instant now = clock.instant();
      List<WebhookSecret> secrets = webhook.secrets();
      request.header("webhook-id", message.id());
      request.header("webhook-timestamp", Long.toString(now.getEpochSecond()));
      if (!secrets.isEmpty()) {
        request.header("webhook-signature", Signature.of(secrets, message.id(), now, body));
      }
    }
    return new HttpCall(client, TIMEOUT, clock).of(request.build());
  }
}
