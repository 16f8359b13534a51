package dev.renkei.hub.pubsub;

import com.google.api.core.ApiFuture;
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
import java.util.concurrent.TimeUnit;

/** Events to the topic that trackers publish to, in requests that wait a few milliseconds. */
final class PubSubEvents implements EventPublisher {
  private static final Duration FLUSH = Duration.ofMillis(10);
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);

  private final Publisher publisher;
  private final String topic;
  private final Restoration restoration;

  private PubSubEvents(Publisher publisher, String topic, Restoration restoration) {
    this.publisher = publisher;
    this.topic = topic;
    this.restoration = restoration;
  }

  static PubSubEvents open(
      PubSubAccess access,
      Publish settings,
      String topic,
      Duration patience,
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
                      .setTotalTimeoutDuration(patience)
                      .build())
              .setExecutorProvider(
                  InstantiatingExecutorProvider.newBuilder()
                      .setExecutorThreadCount(settings.threads())
                      .build())
              .build(),
          topic,
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
    CompletableFuture<Void> durable = new CompletableFuture<>();
    ApiFuture<String> sent;
    try {
      sent = publisher.publish(builder.build());
    } catch (RuntimeException e) { // it is shut down
      return CompletableFuture.failedFuture(Failures.of(topic, HubResources.PUBLISHER, e));
    }
    ApiFutures.addCallback(
        sent,
        new ApiFutureCallback<>() {
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
        },
        MoreExecutors.directExecutor());
    return durable;
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
