package dev.renkei.hub.pubsub;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches each request on its way: the client tries again silently, so this tells that it does, at
 * first at once, then each half minute, and when it has succeeded again.
 */
final class Sending implements ClientInterceptor {
  private static final Logger log = LoggerFactory.getLogger(Sending.class);
  private static final Duration TELL_AGAIN = Duration.ofSeconds(30);

  private final String topic;

  // Guarded by this.
  private int failures;
  private long firstNanos;
  private long toldNanos;
  private @Nullable String last;

  Sending(String topic) {
    this.topic = topic;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                ended(status);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private synchronized void ended(Status status) {
    if (status.isOk()) {
      succeeded();
    } else {
      failed(status);
    }
  }

  private void succeeded() {
    if (failures > 0) {
      log.atInfo()
          .addKeyValue("topic", topic)
          .addKeyValue("failures", failures)
          .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstNanos))
          .log("publishing succeeds again");
      failures = 0;
      last = null;
    }
  }

  private void failed(Status status) {
    long now = System.nanoTime();
    if (failures++ == 0) {
      firstNanos = now;
    }
    last =
        Failures.sentence(
            status.getCode(),
            topic,
            HubResources.PUBLISHER,
            status.getCode() + ": " + status.getDescription());
    if (failures == 1 || now - toldNanos > TELL_AGAIN.toNanos()) {
      toldNanos = now;
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("failures", failures)
          .log("a request failed: " + last);
    }
  }

  /** What the last requests have failed for; null where the last one has succeeded. */
  synchronized @Nullable String trouble() {
    return last;
  }
}
