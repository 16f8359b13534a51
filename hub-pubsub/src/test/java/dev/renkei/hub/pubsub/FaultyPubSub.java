package dev.renkei.hub.pubsub;

import com.google.iam.v1.TestIamPermissionsRequest;
import com.google.iam.v1.TestIamPermissionsResponse;
import com.google.protobuf.Empty;
import com.google.protobuf.util.Timestamps;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.GetSubscriptionRequest;
import com.google.pubsub.v1.GetTopicRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.PublishRequest;
import com.google.pubsub.v1.PublishResponse;
import com.google.pubsub.v1.PublisherGrpc;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * As much of Pub/Sub's protocol as a publisher and a subscriber use, for one topic and one
 * subscription, with the faults that the emulator does not have.
 */
final class FaultyPubSub implements AutoCloseable {
  private final Server server;
  private final Random random = new Random(7);

  private final AtomicInteger publishes = new AtomicInteger();
  private final Set<String> lacking = ConcurrentHashMap.newKeySet();
  private volatile Status looks = Status.OK;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  // Guarded by this.
  private final Map<String, Topic> topics = new LinkedHashMap<>();
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final List<PubsubMessage> held = new ArrayList<>();
  private final Map<String, PubsubMessage> out = new LinkedHashMap<>();
  private final List<StreamObserver<StreamingPullResponse>> streams = new ArrayList<>();
  private Status refusal = Status.OK;
  private int refusing;
  private int losing;
  private int deliveries;
  private int copies = 1;

  FaultyPubSub() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .maxInboundMessageSize(20 << 20)
            .addService(new Topics())
            .addService(new Subscriptions())
            .addService(rights())
            .build()
            .start();
  }

  /** Google's client has no server's side of this service. */
  private ServerServiceDefinition rights() {
    MethodDescriptor<TestIamPermissionsRequest, TestIamPermissionsResponse> asking =
        MethodDescriptor.<TestIamPermissionsRequest, TestIamPermissionsResponse>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("google.iam.v1.IAMPolicy/TestIamPermissions")
            .setRequestMarshaller(
                ProtoUtils.marshaller(TestIamPermissionsRequest.getDefaultInstance()))
            .setResponseMarshaller(
                ProtoUtils.marshaller(TestIamPermissionsResponse.getDefaultInstance()))
            .build();
    return ServerServiceDefinition.builder("google.iam.v1.IAMPolicy")
        .addMethod(
            asking,
            ServerCalls.asyncUnaryCall(
                (request, to) ->
                    answer(
                        to,
                        TestIamPermissionsResponse.newBuilder()
                            .addAllPermissions(
                                request.getPermissionsList().stream()
                                    .filter(one -> !lacking.contains(one))
                                    .toList())
                            .build())))
        .build();
  }

  /** Whoever asks has these rights no longer. */
  void takeAway(String... permissions) {
    lacking.addAll(List.of(permissions));
  }

  /** Topics and subscriptions may not be looked at, or cannot, from now on. */
  void refuseLooks(Status with) {
    looks = with;
  }

  PubSubAccess access() {
    return PubSubAccess.endpoint("127.0.0.1:" + server.getPort());
  }

  /** The next requests to publish are refused. */
  synchronized void refuse(int requests, Status with) {
    refusing = requests;
    refusal = with;
  }

  /** The next requests to publish are done, and answered that the service is away. */
  synchronized void loseAnswers(int requests) {
    losing = requests;
  }

  /** Every message is delivered so many times. */
  synchronized void deliverTimes(int times) {
    copies = times;
  }

  /** Requests to publish wait from now on, until the gate is opened. */
  void closeGate() {
    gate = new CountDownLatch(1);
  }

  void openGate() {
    gate.countDown();
  }

  /** How many requests to publish have come, those that wait or are refused included. */
  int publishes() {
    return publishes.get();
  }

  synchronized List<PubsubMessage> held() {
    return List.copyOf(held);
  }

  /** Ends all streams of the subscription. */
  void breakStreams(Status with) {
    List<StreamObserver<StreamingPullResponse>> broken;
    synchronized (this) {
      broken = List.copyOf(streams);
      streams.clear();
    }
    broken.forEach(stream -> stream.onError(with.asRuntimeException()));
  }

  private synchronized @Nullable Status publish(PublishRequest request, List<String> ids) {
    if (refusing > 0) {
      refusing--;
      return refusal;
    }
    List<PubsubMessage> arrived = new ArrayList<>();
    for (PubsubMessage message : request.getMessagesList()) {
      String id = Integer.toString(held.size() + 1);
      ids.add(id);
      PubsubMessage numbered =
          message.toBuilder()
              .setMessageId(id)
              .setPublishTime(Timestamps.fromMillis(System.currentTimeMillis()))
              .build();
      held.add(numbered);
      arrived.add(numbered);
    }
    deliver(arrived);
    if (losing > 0) {
      losing--;
      return Status.UNAVAILABLE.withDescription("the answer was lost");
    }
    return null;
  }

  /** In any order, and as often as told. */
  private synchronized void deliver(List<PubsubMessage> messages) {
    if (streams.isEmpty()) {
      messages.forEach(message -> out.put("waiting:" + message.getMessageId(), message));
      return;
    }
    List<ReceivedMessage> shuffled = new ArrayList<>();
    for (PubsubMessage message : messages) {
      for (int copy = 0; copy < copies; copy++) {
        String ackId = "a" + ++deliveries;
        out.put(ackId, message);
        shuffled.add(ReceivedMessage.newBuilder().setAckId(ackId).setMessage(message).build());
      }
    }
    Collections.shuffle(shuffled, random);
    streams
        .get(streams.size() - 1) // one before it may have ended without our knowing yet
        .onNext(StreamingPullResponse.newBuilder().addAllReceivedMessages(shuffled).build());
  }

  private synchronized void deliverWhatIsOut() {
    List<PubsubMessage> again = List.copyOf(out.values());
    out.clear();
    if (!again.isEmpty()) {
      deliver(again);
    }
  }

  /** How many deliveries are neither acknowledged nor given back. */
  synchronized int unsettled() {
    return out.size();
  }

  private static <T> void answer(StreamObserver<T> to, T with) {
    to.onNext(with);
    to.onCompleted();
  }

  private final class Topics extends PublisherGrpc.PublisherImplBase {
    @Override
    public void getTopic(GetTopicRequest request, StreamObserver<Topic> to) {
      if (!looks.isOk()) {
        to.onError(looks.asRuntimeException());
        return;
      }
      Topic topic;
      synchronized (FaultyPubSub.this) {
        topic = topics.get(request.getTopic());
      }
      if (topic == null) {
        to.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        answer(to, topic);
      }
    }

    @Override
    public void createTopic(Topic topic, StreamObserver<Topic> to) {
      synchronized (FaultyPubSub.this) {
        topics.put(topic.getName(), topic);
      }
      answer(to, topic);
    }

    @Override
    public void publish(PublishRequest request, StreamObserver<PublishResponse> to) {
      publishes.incrementAndGet();
      try {
        gate.await();
      } catch (InterruptedException e) {
        to.onError(Status.CANCELLED.asRuntimeException());
        return;
      }
      List<String> ids = new ArrayList<>();
      Status refused = FaultyPubSub.this.publish(request, ids);
      if (refused == null) {
        answer(to, PublishResponse.newBuilder().addAllMessageIds(ids).build());
      } else {
        to.onError(refused.asRuntimeException());
      }
    }
  }

  private final class Subscriptions extends SubscriberGrpc.SubscriberImplBase {
    @Override
    public void getSubscription(GetSubscriptionRequest request, StreamObserver<Subscription> to) {
      if (!looks.isOk()) {
        to.onError(looks.asRuntimeException());
        return;
      }
      Subscription subscription;
      synchronized (FaultyPubSub.this) {
        subscription = subscriptions.get(request.getSubscription());
      }
      if (subscription == null) {
        to.onError(Status.NOT_FOUND.asRuntimeException());
      } else {
        answer(to, subscription);
      }
    }

    @Override
    public void createSubscription(Subscription subscription, StreamObserver<Subscription> to) {
      synchronized (FaultyPubSub.this) {
        subscriptions.put(subscription.getName(), subscription);
      }
      answer(to, subscription);
    }

    @Override
    public void acknowledge(AcknowledgeRequest request, StreamObserver<Empty> to) {
      synchronized (FaultyPubSub.this) {
        request.getAckIdsList().forEach(out::remove);
      }
      answer(to, Empty.getDefaultInstance());
    }

    @Override
    public void modifyAckDeadline(ModifyAckDeadlineRequest request, StreamObserver<Empty> to) {
      if (request.getAckDeadlineSeconds() == 0) {
        synchronized (FaultyPubSub.this) {
          List<PubsubMessage> again = new ArrayList<>();
          for (String ackId : request.getAckIdsList()) {
            PubsubMessage message = out.remove(ackId);
            if (message != null) {
              again.add(message);
            }
          }
          if (!again.isEmpty()) {
            deliver(again);
          }
        }
      }
      answer(to, Empty.getDefaultInstance());
    }

    @Override
    public StreamObserver<StreamingPullRequest> streamingPull(
        StreamObserver<StreamingPullResponse> to) {
      synchronized (FaultyPubSub.this) {
        streams.add(to);
      }
      deliverWhatIsOut();
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamingPullRequest request) {}

        @Override
        public void onError(Throwable failure) {
          gone();
        }

        @Override
        public void onCompleted() {
          gone();
        }

        private void gone() {
          synchronized (FaultyPubSub.this) {
            streams.remove(to);
          }
        }
      };
    }
  }

  @Override
  public void close() {
    openGate();
    server.shutdownNow();
  }
}
