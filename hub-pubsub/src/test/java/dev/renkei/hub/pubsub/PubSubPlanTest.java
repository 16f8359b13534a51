package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Duration;
import com.google.pubsub.v1.BigQueryConfig;
import com.google.pubsub.v1.DeadLetterPolicy;
import com.google.pubsub.v1.ExpirationPolicy;
import com.google.pubsub.v1.PushConfig;
import com.google.pubsub.v1.Subscription;
import com.google.pubsub.v1.Topic;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.config.HubConfig.PubSub.State;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What would be made, and how what is there differs from it. */
class PubSubPlanTest {
  private static final int WEEK = 7 * 86_400;
  private static final HubConfig.PubSub CONFIG =
      new HubConfig.PubSub(
          "shop-project",
          "renkei.",
          java.time.Duration.ofDays(7),
          new State.Bucket("shop-state", "renkei/"),
          Publish.DEFAULT);
  private static final PubSubPlan PLAN = PubSubPlan.of(CONFIG, "Shop 1", List.of("local", "bq"));

  @Test
  void everythingThatWouldBeMadeIsALine() {
    assertThat(PLAN.lines())
        .containsExactly(
            "topic projects/shop-project/topics/renkei.hub: message retention 7 d, label renkei_installation=shop_1",
            "subscription projects/shop-project/subscriptions/renkei.hub.bq of projects/shop-project/topics/renkei.hub: acknowledged messages retained, message retention 7 d, ack deadline 60 s, never expires, labels renkei_installation=shop_1, renkei_stream=<new number>",
            "subscription projects/shop-project/subscriptions/renkei.hub.local of projects/shop-project/topics/renkei.hub: acknowledged messages retained, message retention 7 d, ack deadline 60 s, never expires, labels renkei_installation=shop_1, renkei_stream=<new number>",
            "state gs://shop-state/renkei/: cursors, claims, schemas, dead letters and commands, as objects");
  }

  @Test
  void streamsBesideTheHubHaveTopicsAndConsumersOfTheirOwn() {
    PubSubPlan plan =
        PubSubPlan.of(
            CONFIG, "Shop 1", List.of("bq", "notifications/", "notifications/last.log", "low/"));

    assertThat(plan.topics())
        .extracting(PubSubPlan.Topic::name)
        .containsExactly(
            "projects/shop-project/topics/renkei.hub",
            "projects/shop-project/topics/renkei.low",
            "projects/shop-project/topics/renkei.notifications");
    assertThat(plan.subscriptions())
        .extracting(PubSubPlan.Subscription::name, PubSubPlan.Subscription::topic)
        .containsExactly(
            tuple(
                "projects/shop-project/subscriptions/renkei.hub.bq",
                "projects/shop-project/topics/renkei.hub"),
            tuple(
                "projects/shop-project/subscriptions/renkei.notifications.last.log",
                "projects/shop-project/topics/renkei.notifications"));
  }

  @Test
  void whereAPipelineRemovesDuplicatesTrackersHaveATopicOfTheirOwn() {
    PubSubPlan plan = PubSubPlan.of(CONFIG.withRaw(), "Shop 1", List.of("bq"));

    assertThat(plan.topics())
        .extracting(PubSubPlan.Topic::name)
        .containsExactly(
            "projects/shop-project/topics/renkei.hub", "projects/shop-project/topics/renkei.raw");
    assertThat(plan.subscriptions())
        .extracting(PubSubPlan.Subscription::name, PubSubPlan.Subscription::topic)
        .containsExactly(
            tuple(
                "projects/shop-project/subscriptions/renkei.raw.dedupe",
                "projects/shop-project/topics/renkei.raw"),
            tuple(
                "projects/shop-project/subscriptions/renkei.hub.bq",
                "projects/shop-project/topics/renkei.hub"));
    assertThat(PubSubPlan.publishedTopic(CONFIG.withRaw())).endsWith("/renkei.raw");
    assertThat(PubSubPlan.publishedTopic(CONFIG)).endsWith("/renkei.hub");
  }

  @Test
  void aNameThatPubSubRefusesIsRefusedBefore() {
    assertThatThrownBy(() -> PubSubPlan.of(CONFIG, "shop", List.of("in the cellar")))
        .hasMessageContaining("'renkei.hub.in the cellar' is no name for Pub/Sub");
  }

  private static Subscription.Builder asPlanned() {
    PubSubPlan.Subscription planned = PLAN.subscriptions().get(0);
    return Subscription.newBuilder()
        .setName(planned.name())
        .setTopic(planned.topic())
        .setAckDeadlineSeconds(60)
        .setRetainAckedMessages(true)
        .setMessageRetentionDuration(Duration.newBuilder().setSeconds(WEEK))
        .setExpirationPolicy(ExpirationPolicy.getDefaultInstance())
        .putLabels("renkei_stream", "1");
  }

  @Test
  void whatIsAsPlannedDiffersInNothing() {
    assertThat(Difference.of(PLAN.subscriptions().get(0), asPlanned().build())).isEmpty();
    assertThat(
            Difference.of(
                PLAN.topics().get(0),
                Topic.newBuilder()
                    .setName(PLAN.topics().get(0).name())
                    .setMessageRetentionDuration(Duration.newBuilder().setSeconds(WEEK))
                    .putLabels("renkei_installation", "shop_1")
                    .build()))
        .isEmpty();
  }

  static Stream<Arguments> differences() {
    return Stream.of(
        difference(true, "is of a topic that was deleted", s -> s.setTopic("_deleted-topic_")),
        difference(
            true, "reads projects/p/topics/other", s -> s.setTopic("projects/p/topics/other")),
        difference(
            true,
            "delivers elsewhere",
            s -> s.setPushConfig(PushConfig.newBuilder().setPushEndpoint("https://x"))),
        difference(
            true,
            "delivers elsewhere",
            s -> s.setBigqueryConfig(BigQueryConfig.getDefaultInstance())),
        difference(true, "delivers elsewhere", s -> s.setDetached(true)),
        difference(true, "has a filter", s -> s.setFilter("attributes:x")),
        difference(
            true,
            "--clear-dead-letter-policy",
            s -> s.setDeadLetterPolicy(DeadLetterPolicy.newBuilder().setMaxDeliveryAttempts(5))),
        difference(
            false, "does not retain acknowledged messages", s -> s.setRetainAckedMessages(false)),
        difference(
            false,
            "keeps messages for 1 d, hub.retention says 7 d",
            s -> s.setMessageRetentionDuration(Duration.newBuilder().setSeconds(86_400))),
        difference(
            false,
            "expires after 31 d without a reader",
            s ->
                s.setExpirationPolicy(
                    ExpirationPolicy.newBuilder()
                        .setTtl(Duration.newBuilder().setSeconds(31 * 86_400)))),
        difference(false, "has an ack deadline of 10 s", s -> s.setAckDeadlineSeconds(10)),
        difference(false, "has no label renkei_stream", s -> s.clearLabels()));
  }

  private static Arguments difference(
      boolean refused, String sentence, UnaryOperator<Subscription.Builder> change) {
    return Arguments.of(sentence, refused, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void eachDifferenceIsOneSentence(
      String sentence, boolean refused, UnaryOperator<Subscription.Builder> change) {
    List<Difference> differences =
        Difference.of(PLAN.subscriptions().get(0), change.apply(asPlanned()).build());

    assertThat(differences).hasSize(1);
    assertThat(differences.get(0).sentence())
        .contains(sentence, "projects/shop-project/subscriptions/renkei.hub.bq", "gcloud pubsub");
    assertThat(differences.get(0).isRefused()).isEqualTo(refused);
  }
}
