package dev.renkei.hub.pubsub;

import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.gax.core.InstantiatingExecutorProvider;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.UnsafeByteOperations;
import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.hub.EventPublisher;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events to the topic that trackers publish to, in requests that wait a few milliseconds. What is
 * not there within the patience is failed; Google's client may go on trying for a while.
 */
final class PubSubEvents implements EventPublisher {
  private static final Duration FLUSH = Duration.ofMillis(10);

  /** Google's client takes no less. */
  private static final Duration LEAST_TRYING = Duration.ofSeconds(10);

  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

  private final Publisher publisher;
  private final String topic;
  private final Duration patience;
  private final long bufferBytes;
  private final Restoration restoration;

  /** Of all messages that Google's client has and Pub/Sub may not have. */
  private final AtomicLong bytesUnderWay = new AtomicLong();

  private PubSubEvents(
      Publisher publisher,
      String topic,
      Duration patience,
      long bufferBytes,
      Restoration restoration) {
    this.publisher = publisher;
    this.topic = topic;
    this.patience = patience;
    this.bufferBytes = bufferBytes;
    this.restoration = restoration;
  }

  static PubSubEvents open(
      PubSubAccess access,
      Publish settings,
      String topic,
      Duration patience,
      long bufferBytes,
      Restoration restoration)
      throws HubException {
    Sending sending = new Sending(topic);
    Publish quick =
        new Publish(
            settings.maxMessages(),
            settings.maxRequestBytes(),
            settings.maxMessageBytes(),
            FLUSH,
            settings.threads());
    try {
      return new PubSubEvents(
          Publisher.newBuilder(topic)
              .setChannelProvider(
                  access.channels().setInterceptorProvider(() -> List.of(sending)).build())
              .setCredentialsProvider(access.credentials())
              .setBatchingSettings(PubSubPublisher.batching(quick))
              .setRetrySettings(
                  PubSubPublisher.retrying().toBuilder()
                      .setInitialRpcTimeoutDuration(patience.dividedBy(2))
                      .setMaxRpcTimeoutDuration(patience)
                      .setTotalTimeoutDuration(
                          patience.compareTo(LEAST_TRYING) < 0 ? LEAST_TRYING : patience)
                      .build())
              .setExecutorProvider(
                  InstantiatingExecutorProvider.newBuilder()
                      .setExecutorThreadCount(settings.threads())
                      .build())
              .build(),
          topic,
          patience,
          bufferBytes,
          restoration);
    } catch (IOException | RuntimeException e) {
      throw Failures.of(topic, HubResources.PUBLISHER, e);
    }
  }

  @Override
  public CompletableFuture<Void> publish(EncodedMessage message) {
    PubsubMessage.Builder builder =
        PubsubMessage.newBuilder().setData(UnsafeByteOperations.unsafeWrap(message.payload()));
    HeaderCodec.write(message.attributes(), builder::putAttributes);
    int bytes = message.payload().length;
    if (bytesUnderWay.addAndGet(bytes) > bufferBytes) {
      bytesUnderWay.addAndGet(-bytes);
      return CompletableFuture.failedFuture(
          new HubException(
              "hub, %s: no answer, and %d bytes wait for one".formatted(topic, bufferBytes)));
    }
    CompletableFuture<Void> durable = new CompletableFuture<>();
    // Whoever is told finds the room free: a stage of its own, for those of one stage run in no
    // order.
    CompletableFuture<Void> settled =
        durable.whenComplete((done, failure) -> bytesUnderWay.addAndGet(-bytes));
    try {
      ApiFutures.addCallback(
          publisher.publish(builder.build()), told(durable), MoreExecutors.directExecutor());
    } catch (RuntimeException e) { // it is shut down
      durable.completeExceptionally(Failures.of(topic, HubResources.PUBLISHER, e));
    }
    return inTime(settled);
  }

  private ApiFutureCallback<String> told(CompletableFuture<Void> durable) {
    return new ApiFutureCallback<>() {
      @Override
      public void onSuccess(String id) {
        durable.complete(null);
      }

      @Override
      public void onFailure(Throwable failure) {
        if (Failures.isNotFound(failure)) {
          restoration.ask(topic);
        }
        durable.completeExceptionally(Failures.of(topic, HubResources.PUBLISHER, failure));
      }
    };
  }

  private CompletableFuture<Void> inTime(CompletableFuture<Void> settled) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    settled
        .copy()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                answer.complete(null);
              } else if (failure instanceof TimeoutException) {
                answer.completeExceptionally(
                    new HubException(
                        "hub, %s: no answer within %d ms".formatted(topic, patience.toMillis())));
              } else {
                answer.completeExceptionally(
                    Failures.of(topic, HubResources.PUBLISHER, cause(failure)));
              }
            });
    return answer;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  public void close() {
    publisher.shutdown();
    try {
      boolean unused =
          publisher.awaitTermination(PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
