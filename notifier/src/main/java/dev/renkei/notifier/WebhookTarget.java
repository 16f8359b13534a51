package dev.renkei.notifier;

import dev.renkei.core.config.RuleConfig.Webhook;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Instant;

/**
 * A service that is called by POST, signed. Redirects are not followed, certificates are checked,
 * and nothing of an answer is kept but its status.
 */
final class WebhookTarget implements Target {
  private final HttpClient client;
  private final Webhook webhook;
  private final Clock clock;

  WebhookTarget(HttpClient client, Webhook webhook, Clock clock) {
    this.client = client;
    this.webhook = webhook;
    this.clock = clock;
  }

  @Override
  public String place() {
    return webhook.url().origin();
  }

  @Override
  public int retries() {
    return webhook.retries();
  }

  @Override
  public Outcome call(HubRecord notification) throws InterruptedException {
    return new HttpCall(client, webhook.timeout(), clock).of(request(notification));
  }

  private HttpRequest request(HubRecord notification) {
    String id = notification.rawAttributes().getOrDefault(MessageAttributes.UNIQUE_ID, "");
    Instant now = clock.instant();
    byte[] body = notification.payload();
    return HttpRequest.newBuilder(webhook.url().uri())
        .header("content-type", "application/json")
        .header("user-agent", "Renkei")
        .header("webhook-id", id)
        .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
        .header("webhook-signature", Signature.of(webhook.secrets(), id, now, body))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }
}
