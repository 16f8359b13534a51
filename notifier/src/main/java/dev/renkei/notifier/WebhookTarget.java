package dev.renkei.notifier;

import dev.renkei.core.config.RuleConfig.Webhook;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

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
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request(notification), HttpResponse.BodyHandlers.discarding());
    try {
      // Not the request's own timeout, which ends where an answer only begins.
      HttpResponse<Void> response = answer.get(webhook.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return Outcome.of(
          response.statusCode(),
          response.headers().firstValue("retry-after").orElse(null),
          clock.instant());
    } catch (TimeoutException e) {
      return again("did not answer within " + text(webhook.timeout()));
    } catch (ExecutionException e) {
      return again(reason(e.getCause()));
    } finally {
      answer.cancel(true);
    }
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

  private static Outcome again(String what) {
    return new Outcome.Again(what, Duration.ZERO);
  }

  /** By kind alone: a message of the library may hold an address. */
  private String reason(@Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return "did not answer within " + text(webhook.timeout());
    }
    if (cause instanceof ConnectException) {
      return "cannot be reached";
    }
    if (cause instanceof SSLException) {
      return "has no certificate that is trusted here, or breaks off TLS";
    }
    return cause instanceof IOException ? "broke off the connection" : "could not be called";
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
