package dev.renkei.bench.hub;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutures;
import com.google.api.gax.batching.BatchingSettings;
import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.batching.FlowController.LimitExceededBehavior;
import com.google.api.gax.core.InstantiatingExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.message.HeaderCodec;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Google's client in a loop, with the settings that Renkei gives to its own. */
final class BarePubSub {
  private static final int INBOUND_BYTES = 20 << 20;

  private final String emulator;

  /**
   * Over an emulator.
   *
   * @param emulator host and port
   */
  BarePubSub(String emulator) {
    this.emulator = emulator;
  }

  private InstantiatingGrpcChannelProvider channels() {
    return TopicAdminSettings.defaultGrpcTransportProviderBuilder()
        .setMaxInboundMessageSize(INBOUND_BYTES)
        .setEndpoint(emulator)
        .setChannelConfigurator(ManagedChannelBuilder::usePlaintext)
        .build();
  }

  /** A message as such a loop has it. */
  static PubsubMessage message(EncodedMessage message) {
    PubsubMessage.Builder builder =
        PubsubMessage.newBuilder().setData(ByteString.copyFrom(message.payload()));
    HeaderCodec.write(message.attributes(), builder::putAttributes);
    return builder.build();
  }

  /** Publishes so many, over and over the same ones, and waits for all answers. */
  void publish(String topic, List<PubsubMessage> messages, int count, long bufferBytes)
      throws Exception {
    Publisher publisher = publisher(topic, bufferBytes);
    try {
      List<ApiFuture<String>> answers = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        answers.add(publisher.publish(messages.get(i % messages.size())));
      }
      publisher.publishAllOutstanding();
      List<String> unused = ApiFutures.allAsList(answers).get();
    } finally {
      publisher.shutdown();
    }
  }

  private Publisher publisher(String topic, long bufferBytes) throws IOException {
    Publish settings = Publish.DEFAULT;
    return Publisher.newBuilder(topic)
        .setChannelProvider(channels())
        .setCredentialsProvider(NoCredentialsProvider.create())
        .setBatchingSettings(
            BatchingSettings.newBuilder()
                .setElementCountThreshold((long) settings.maxMessages())
                .setRequestByteThreshold((long) settings.maxRequestBytes())
                .setDelayThresholdDuration(settings.flush())
                .setFlowControlSettings(
                    FlowControlSettings.newBuilder()
                        .setLimitExceededBehavior(LimitExceededBehavior.Block)
                        .setMaxOutstandingElementCount(1_000_000L)
                        .setMaxOutstandingRequestBytes(bufferBytes)
                        .build())
                .build())
        .setExecutorProvider(
            InstantiatingExecutorProvider.newBuilder()
                .setExecutorThreadCount(settings.threads())
                .build())
        .build();
  }

  /** Reads and acknowledges so many. */
  void drain(String subscription, int count) throws Exception {
    CountDownLatch left = new CountDownLatch(count);
    Subscriber subscriber =
        Subscriber.newBuilder(
                subscription,
                (MessageReceiver)
                    (message, reply) -> {
                      reply.ack();
                      left.countDown();
                    })
            .setChannelProvider(channels())
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setFlowControlSettings(
                FlowControlSettings.newBuilder()
                    .setMaxOutstandingElementCount(20_000L)
                    .setMaxOutstandingRequestBytes(32L << 20)
                    .build())
            .setParallelPullCount(4)
            .setMaxAckExtensionPeriodDuration(Duration.ofHours(1))
            .build();
    subscriber.startAsync().awaitRunning();
    try {
      if (!left.await(10, TimeUnit.MINUTES)) {
        throw new IllegalStateException(left.getCount() + " messages did not come");
      }
    } finally {
      subscriber.stopAsync().awaitTerminated(1, TimeUnit.MINUTES);
    }
  }
}
