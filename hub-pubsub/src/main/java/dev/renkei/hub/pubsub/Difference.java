package dev.renkei.hub.pubsub;

import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How something that is there differs from what was planned. Nothing is altered: the sentence says
 * how an operator does it.
 *
 * @param isRefused whether messages would be lost or never come
 */
record Difference(String sentence, boolean isRefused) {
  /** Which installation a topic or subscription belongs to. */
  static final String INSTALLATION = "renkei_installation";

  /** Another one whenever a topic or subscription is made. */
  static final String STREAM = "renkei_stream";

  /** What Pub/Sub calls the topic of a subscription whose topic is gone. */
  static final String DELETED_TOPIC = "_deleted-topic_";

  private static Difference refused(String sentence, Object... facts) {
    return new Difference(sentence.formatted(facts), true);
  }

  private static Difference told(String sentence, Object... facts) {
    return new Difference(sentence.formatted(facts), false);
  }

  static List<Difference> of(PubSubPlan.Topic planned, Topic found) {
    List<Difference> differences = new ArrayList<>();
    Duration retention = duration(found.getMessageRetentionDuration());
    if (retention.compareTo(planned.retention()) < 0) {
      differences.add(
          told(
              "%s keeps messages for %s, hub.retention says %s: a new subscription can be given no older ones. `gcloud pubsub topics update %s --message-retention-duration=%ds` alters it.",
              found.getName(),
              PubSubPlan.text(retention),
              PubSubPlan.text(planned.retention()),
              found.getName(),
              planned.retention().toSeconds()));
    }
    String installation = found.getLabelsOrDefault(INSTALLATION, planned.installation());
    if (!installation.equals(planned.installation())) {
      differences.add(
          refused(
              "%s belongs to the installation '%s', this one is '%s'. Give each its own hub.topic_prefix, or relabel it with `gcloud pubsub topics update %s --update-labels=%s=%s`.",
              found.getName(),
              installation,
              planned.installation(),
              found.getName(),
              INSTALLATION,
              planned.installation()));
    }
    return differences;
  }

  static List<Difference> of(PubSubPlan.Subscription planned, Subscription found) {
    List<Difference> differences = new ArrayList<>();
    String name = found.getName();
    if (found.getTopic().equals(DELETED_TOPIC)) {
      return List.of(deletedTopic(name));
    }
    if (!found.getTopic().equals(planned.topic())) {
      differences.add(
          refused(
              "%s reads %s, not %s. Choose another hub.topic_prefix, or delete it with `gcloud pubsub subscriptions delete %s`.",
              name, found.getTopic(), planned.topic(), name));
    }
    if (!isPulled(found)) {
      differences.add(
          refused(
              "%s delivers elsewhere (push, BigQuery, Cloud Storage, or detached), so that nothing could be pulled from it. Delete it with `gcloud pubsub subscriptions delete %s`.",
              name, name));
    }
    if (!found.getFilter().isEmpty()) {
      differences.add(
          refused(
              "%s has a filter, so that messages would be left out. Delete it with `gcloud pubsub subscriptions delete %s`.",
              name, name));
    }
    if (found.hasDeadLetterPolicy()) {
      differences.add(
          refused(
              "%s moves messages to a topic of its own after %d deliveries, so that they would be left out. `gcloud pubsub subscriptions update %s --clear-dead-letter-policy` ends that.",
              name, found.getDeadLetterPolicy().getMaxDeliveryAttempts(), name));
    }
    differences.addAll(weaker(planned, found));
    return differences;
  }

  static Difference deletedTopic(String subscription) {
    return refused(
        "%s is of a topic that was deleted: nothing will come. Delete it with `gcloud pubsub subscriptions delete %s` and start `renkei up`, which makes it anew; the tables are loaded again then.",
        subscription, subscription);
  }

  private static boolean isPulled(Subscription found) {
    return found.getPushConfig().getPushEndpoint().isEmpty()
        && !found.hasBigqueryConfig()
        && !found.hasCloudStorageConfig()
        && !found.getDetached();
  }

  private static List<Difference> weaker(PubSubPlan.Subscription planned, Subscription found) {
    List<Difference> differences = new ArrayList<>();
    String name = found.getName();
    if (!found.getRetainAckedMessages()) {
      differences.add(
          told(
              "%s does not retain acknowledged messages: a replay gets what the topic retains. `gcloud pubsub subscriptions update %s --retain-acked-messages` alters it.",
              name, name));
    }
    Duration retention = duration(found.getMessageRetentionDuration());
    if (retention.compareTo(planned.retention()) < 0) {
      differences.add(
          told(
              "%s keeps messages for %s, hub.retention says %s: whoever is away for longer loads the tables again. `gcloud pubsub subscriptions update %s --message-retention-duration=%ds` alters it.",
              name,
              PubSubPlan.text(retention),
              PubSubPlan.text(planned.retention()),
              name,
              planned.retention().toSeconds()));
    }
    if (found.getExpirationPolicy().hasTtl()) {
      differences.add(
          told(
              "%s expires after %s without a reader. `gcloud pubsub subscriptions update %s --expiration-period=never` alters it.",
              name, PubSubPlan.text(duration(found.getExpirationPolicy().getTtl())), name));
    }
    if (found.getAckDeadlineSeconds() < planned.ackDeadline().toSeconds()) {
      differences.add(
          told(
              "%s has an ack deadline of %d s, %d s were planned: a reader that pauses gets messages twice. `gcloud pubsub subscriptions update %s --ack-deadline=%d` alters it.",
              name,
              found.getAckDeadlineSeconds(),
              planned.ackDeadline().toSeconds(),
              name,
              planned.ackDeadline().toSeconds()));
    }
    if (!found.containsLabels(STREAM)) {
      differences.add(
          told(
              "%s has no label %s: that it was made anew would not be noticed. `gcloud pubsub subscriptions update %s --update-labels=%s=%s` gives it one.",
              name,
              STREAM,
              name,
              STREAM,
              java.util
                  .UUID
                  .nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                  .toString()
                  .toLowerCase(Locale.ROOT)));
    }
    return differences;
  }

  private static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds());
  }
}
