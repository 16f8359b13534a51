package dev.renkei.hub.pubsub;

import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.rpc.ApiException;
import com.google.api.gax.rpc.UnaryCallSettings;
import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import com.google.cloud.pubsub.v1.TopicAdminClient;
import com.google.cloud.pubsub.v1.TopicAdminSettings;
import com.google.iam.v1.TestIamPermissionsResponse;
import com.google.protobuf.Timestamp;
import com.google.pubsub.v1.CreateSnapshotRequest;
import com.google.pubsub.v1.ExpirationPolicy;
import com.google.pubsub.v1.SeekRequest;
import com.google.pubsub.v1.Snapshot;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import dev.renkei.core.hub.HubException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics and subscriptions: made where they are missing, checked where they are there. */
final class HubResources implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HubResources.class);

  /** Makes topics and subscriptions. */
  static final String EDITOR = "roles/pubsub.editor";

  /** Looks at them. */
  static final String VIEWER = "roles/pubsub.viewer";

  static final String SUBSCRIBER = "roles/pubsub.subscriber";
  static final String PUBLISHER = "roles/pubsub.publisher";

  /** So long a question is tried again. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What subscriptions of every server keep; newer ones keep more. */
  private static final Duration EVERYWHERE = Duration.ofDays(7);

  private final TopicAdminClient topics;
  private final SubscriptionAdminClient subscriptions;

  private HubResources(TopicAdminClient topics, SubscriptionAdminClient subscriptions) {
    this.topics = topics;
    this.subscriptions = subscriptions;
  }

  static HubResources open(PubSubAccess access, String project) throws HubException {
    TopicAdminClient topics = null;
    try {
      TopicAdminSettings.Builder topicSettings =
          TopicAdminSettings.newBuilder()
              .setTransportChannelProvider(access.channels().build())
              .setCredentialsProvider(access.credentials());
      topicSettings.applyToAllUnaryMethods(HubResources::patient);
      SubscriptionAdminSettings.Builder subscriptionSettings =
          SubscriptionAdminSettings.newBuilder()
              .setTransportChannelProvider(access.channels().build())
              .setCredentialsProvider(access.credentials());
      subscriptionSettings.applyToAllUnaryMethods(HubResources::patient);
      topics = TopicAdminClient.create(topicSettings.build());
      return new HubResources(topics, SubscriptionAdminClient.create(subscriptionSettings.build()));
    } catch (IOException | RuntimeException e) {
      if (topics != null) {
        topics.close();
      }
      throw Failures.of("projects/" + project, VIEWER, e);
    } catch (Exception e) {
      throw new IllegalStateException("settings that cannot be applied", e);
    }
  }

  private static Void patient(UnaryCallSettings.Builder<?, ?> call) {
    RetrySettings.Builder settings = call.getRetrySettings().toBuilder();
    call.setRetrySettings(settings.setTotalTimeoutDuration(PATIENCE).build());
    return null;
  }

  /**
   * Makes what is missing of a plan; tells how the rest differs from it.
   *
   * @return the subscriptions that this call has made, and nobody else
   */
  List<Subscription> ensure(PubSubPlan plan) throws HubException {
    List<Subscription> made = new ArrayList<>();
    List<Difference> differences = new ArrayList<>();
    for (PubSubPlan.Topic topic : plan.topics()) {
      Optional<Topic> found = topic(topic.name());
      if (found.isEmpty()) {
        make(topic);
      } else {
        differences.addAll(Difference.of(topic, found.get()));
      }
    }
    for (PubSubPlan.Subscription subscription : plan.subscriptions()) {
      Optional<Subscription> found = subscription(subscription.name());
      if (found.isEmpty()) {
        make(subscription).ifPresent(made::add);
      } else {
        differences.addAll(Difference.of(subscription, found.get()));
      }
    }
    tell(differences);
    return List.copyOf(made);
  }

  /** Warns of what differs, and refuses what cannot work. */
  static void tell(List<Difference> differences) throws HubException {
    List<String> refused = new ArrayList<>();
    for (Difference difference : differences) {
      if (difference.isRefused()) {
        refused.add(difference.sentence());
      } else {
        log.atWarn().log(difference.sentence());
      }
    }
    if (!refused.isEmpty()) {
      throw new HubException(String.join(System.lineSeparator(), refused));
    }
  }

  /** How what is there differs from a plan; what is missing is left out. */
  List<Difference> differences(PubSubPlan plan) throws HubException {
    List<Difference> differences = new ArrayList<>();
    for (PubSubPlan.Topic topic : plan.topics()) {
      topic(topic.name()).ifPresent(found -> differences.addAll(Difference.of(topic, found)));
    }
    for (PubSubPlan.Subscription subscription : plan.subscriptions()) {
      subscription(subscription.name())
          .ifPresent(found -> differences.addAll(Difference.of(subscription, found)));
    }
    return differences;
  }

  /** The whole names of what a plan has and the server has not. */
  List<String> missing(PubSubPlan plan) throws HubException {
    List<String> missing = new ArrayList<>();
    for (PubSubPlan.Topic topic : plan.topics()) {
      if (topic(topic.name()).isEmpty()) {
        missing.add(topic.name());
      }
    }
    for (PubSubPlan.Subscription subscription : plan.subscriptions()) {
      if (subscription(subscription.name()).isEmpty()) {
        missing.add(subscription.name());
      }
    }
    return missing;
  }

  private void make(PubSubPlan.Topic topic) throws HubException {
    try {
      Topic unused =
          topics.createTopic(
              Topic.newBuilder()
                  .setName(topic.name())
                  .setMessageRetentionDuration(seconds(topic.retention()))
                  .putLabels(Difference.INSTALLATION, topic.installation())
                  .putLabels(Difference.STREAM, UUID.randomUUID().toString())
                  .build());
      log.atInfo().addKeyValue("topic", topic.name()).log("topic made");
    } catch (ApiException e) {
      if (Failures.code(e) != io.grpc.Status.Code.ALREADY_EXISTS) { // by another process, just now
        throw Failures.of(topic.name(), EDITOR, e);
      }
    }
  }

  private Optional<Subscription> make(PubSubPlan.Subscription planned) throws HubException {
    Subscription wanted =
        Subscription.newBuilder()
            .setName(planned.name())
            .setTopic(planned.topic())
            .setAckDeadlineSeconds((int) planned.ackDeadline().toSeconds())
            .setRetainAckedMessages(true)
            .setMessageRetentionDuration(seconds(planned.retention()))
            .setExpirationPolicy(ExpirationPolicy.getDefaultInstance()) // never
            .putLabels(Difference.INSTALLATION, planned.installation())
            .putLabels(Difference.STREAM, UUID.randomUUID().toString())
            .build();
    try {
      return make(wanted);
    } catch (ApiException e) {
      if (Failures.code(e) != io.grpc.Status.Code.INVALID_ARGUMENT
          || planned.retention().compareTo(EVERYWHERE) <= 0) {
        throw Failures.of(planned.name(), EDITOR, e);
      }
      try {
        // The topic keeps them for longer, also for this subscription.
        return make(wanted.toBuilder().setMessageRetentionDuration(seconds(EVERYWHERE)).build());
      } catch (ApiException again) {
        throw Failures.of(planned.name(), EDITOR, again);
      }
    }
  }

  private Optional<Subscription> make(Subscription wanted) {
    try {
      Subscription made = subscriptions.createSubscription(wanted);
      log.atInfo().addKeyValue("subscription", wanted.getName()).log("subscription made");
      return Optional.of(made);
    } catch (ApiException e) {
      if (Failures.code(e) != io.grpc.Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      return Optional.empty();
    }
  }

  Optional<Topic> topic(String name) throws HubException {
    try {
      return Optional.of(topics.getTopic(name));
    } catch (ApiException e) {
      if (Failures.isNotFound(e)) {
        return Optional.empty();
      }
      throw Failures.of(name, VIEWER, e);
    }
  }

  Optional<Subscription> subscription(String name) throws HubException {
    try {
      return Optional.of(subscriptions.getSubscription(name));
    } catch (ApiException e) {
      if (Failures.isNotFound(e)) {
        return Optional.empty();
      }
      throw Failures.of(name, VIEWER, e);
    }
  }

  /** Whether this account may publish to a topic, or it cannot be asked for. */
  boolean mayPublish(String topic) throws HubException {
    return may(topic, "pubsub.topics.publish", topics::testIamPermissions);
  }

  /** Whether this account may pull from a subscription, or it cannot be asked for. */
  boolean mayConsume(String subscription) throws HubException {
    return may(subscription, "pubsub.subscriptions.consume", subscriptions::testIamPermissions);
  }

  private interface Rights {
    TestIamPermissionsResponse on(String resource, List<String> permissions);
  }

  private static boolean may(String resource, String permission, Rights rights)
      throws HubException {
    try {
      return rights.on(resource, List.of(permission)).getPermissionsList().contains(permission);
    } catch (ApiException e) {
      if (Failures.code(e) == io.grpc.Status.Code.UNIMPLEMENTED) {
        return true; // an emulator, which knows no rights
      }
      throw Failures.of(resource, VIEWER, e);
    }
  }

  /** Reads again what is held since that time. */
  void seek(String subscription, Instant from) throws HubException {
    Timestamp time =
        Timestamp.newBuilder().setSeconds(from.getEpochSecond()).setNanos(from.getNano()).build();
    seek(SeekRequest.newBuilder().setSubscription(subscription).setTime(time).build());
  }

  /** Goes back to what was not acknowledged when the snapshot was made, and all since. */
  void seekToSnapshot(String subscription, String snapshot) throws HubException {
    seek(SeekRequest.newBuilder().setSubscription(subscription).setSnapshot(snapshot).build());
  }

  private void seek(SeekRequest request) throws HubException {
    try {
      var unused = subscriptions.seek(request);
    } catch (ApiException e) {
      throw Failures.of(request.getSubscription(), SUBSCRIBER, e);
    }
  }

  /**
   * Keeps what is not acknowledged now, for a week at most.
   *
   * @return empty where there is one of that name
   */
  Optional<Snapshot> createSnapshot(String name, String subscription, Map<String, String> labels)
      throws HubException {
    try {
      return Optional.of(
          subscriptions.createSnapshot(
              CreateSnapshotRequest.newBuilder()
                  .setName(name)
                  .setSubscription(subscription)
                  .putAllLabels(labels)
                  .build()));
    } catch (ApiException e) {
      if (Failures.code(e) == io.grpc.Status.Code.ALREADY_EXISTS) {
        return Optional.empty();
      }
      throw Failures.of(name, EDITOR, e);
    }
  }

  /** All of a project. */
  List<Snapshot> snapshots(String project) throws HubException {
    try {
      List<Snapshot> all = new ArrayList<>();
      subscriptions.listSnapshots("projects/" + project).iterateAll().forEach(all::add);
      return List.copyOf(all);
    } catch (ApiException e) {
      throw Failures.of("projects/" + project, VIEWER, e);
    }
  }

  void deleteSnapshot(String name) throws HubException {
    try {
      subscriptions.deleteSnapshot(name);
    } catch (ApiException e) {
      if (!Failures.isNotFound(e)) {
        throw Failures.of(name, EDITOR, e);
      }
    }
  }

  /** Whether anything answers, be it that this account may not ask. */
  boolean isReachable(String topic) {
    try {
      Topic unused = topics.getTopic(topic);
      return true;
    } catch (ApiException e) {
      return Failures.isNotFound(e) || Failures.isDenied(e);
    }
  }

  private static com.google.protobuf.Duration seconds(Duration duration) {
    return com.google.protobuf.Duration.newBuilder().setSeconds(duration.toSeconds()).build();
  }

  @Override
  public void close() {
    topics.close();
    subscriptions.close();
  }
}
