package dev.renkei.notifier;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One call over HTTP. Redirects are not followed, certificates are checked, and nothing of an
 * answer is kept but its status.
 */
record HttpCall(HttpClient client, Duration timeout, Clock clock) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  Outcome of(HttpRequest request) throws InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      // Not the request's own timeout, which ends where an answer only begins.
      HttpResponse<Void> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return Outcome.of(
          response.statusCode(),
          response.headers().firstValue("retry-after").orElse(null),
          clock.instant());
    } catch (TimeoutException e) {
      return again("did not answer within " + text(timeout));
    } catch (ExecutionException e) {
      return again(reason(e.getCause()));
    } finally {
      answer.cancel(true);
    }
  }

  private static Outcome again(String what) {
    return new Outcome.Again(what, Duration.ZERO);
  }

  /** By kind alone: a message of the library may hold an address. */
  private String reason(@Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return "did not answer within " + text(timeout);
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
