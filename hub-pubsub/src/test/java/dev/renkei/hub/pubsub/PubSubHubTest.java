package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.pubsub.v1.SubscriptionAdminClient;
import com.google.cloud.pubsub.v1.SubscriptionAdminSettings;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.ReplayMarks;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub's ports on Google's emulator. Each test has a topic of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PubSubHubTest {
  private static final String CONSUMER = "local";
  private static final long BUFFER = 16 << 20;

  @TempDir private static Path folder = Path.of("");
  private static PubSubEmulator emulator;

  private HubConfig.PubSub config;

  @BeforeAll
  static void startEmulator() throws Exception {
    emulator = Emulator.start(folder);
  }

  @AfterAll
  static void stopEmulator() {
    if (emulator != null) {
      emulator.close();
    }
  }

  @BeforeEach
  void configure() {
    config = Emulator.config(folder);
  }

  private PubSubHub open() throws Exception {
    return PubSubHub.open(config, emulator.access(), "shop", List.of(CONSUMER));
  }

  private static Set<String> ids(List<Delivery> deliveries) {
    Set<String> ids = new HashSet<>();
    for (Delivery delivery : deliveries) {
      ids.add(java.util.Objects.requireNonNull(delivery.message().attributes()).uniqueId());
    }
    return ids;
  }

  /** Polls until so many different messages are there; nothing is settled. */
  private static List<Delivery> poll(AcknowledgedSubscription reader, int different)
      throws Exception {
    List<Delivery> all = new ArrayList<>();
    Awaits.until(
        Duration.ofMinutes(1),
        () -> {
          all.addAll(reader.poll(Duration.ofMillis(200)));
          return ids(all).size() >= different;
        });
    return all;
  }

  private static void publish(HubPublisher publisher, int from, int count, long version)
      throws Exception {
    HubPublisher.Lane lane = publisher.lane();
    for (int product = from; product < from + count; product++) {
      lane.publish(ShopMessages.update(product, version, product));
    }
    lane.advance(ShopMessages.cursor("tracker-a", version)).get(60, TimeUnit.SECONDS);
  }

  @Test
  void rowsArriveAndTheirCursorIsDurableOnceAllAreAcknowledged() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publish(publisher, 0, 2_500, 5);

      assertThat(hub.cursors().cursors(ShopMessages.SOURCE, ShopMessages.STOCK))
          .containsExactly(ShopMessages.cursor("tracker-a", 5));
      List<Delivery> deliveries = poll(reader, 2_500);
      assertThat(ids(deliveries)).hasSize(2_500);
      assertThat(deliveries)
          .allSatisfy(
              delivery -> {
                assertThat(delivery.message().partition()).isZero();
                assertThat(delivery.message().offset()).isPositive();
                assertThat(delivery.message().payload()).isNotEmpty();
              });
    }
  }

  @Test
  void aCursorThatWaitsDoesNotWaitForItsRequestToBeFilled() throws Exception {
    config =
        Emulator.config(folder, new Publish(1000, 9_800_000, 4_000_000, Duration.ofHours(1), 2));
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER)) {
      publish(publisher, 0, 3, 5);

      assertThat(hub.cursors().cursors(ShopMessages.SOURCE))
          .extracting(Cursor::version)
          .containsExactly(5L);
    }
  }

  @Test
  void aSmallBufferHoldsPublishingBackAndLosesNothing() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", 20_000);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publish(publisher, 0, 1_000, 5);

      assertThat(ids(poll(reader, 1_000))).hasSize(1_000);
    }
  }

  @Test
  void whatIsNotAcknowledgedComesAgain() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER)) {
      publish(publisher, 0, 20, 5);
      try (AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
        List<Delivery> first = poll(reader, 20);
        first.subList(0, 10).forEach(Delivery::acknowledge);
        first.subList(10, 20).forEach(Delivery::release);

        Set<String> again = ids(poll(reader, 10));

        assertThat(again).isSubsetOf(ids(first)).hasSize(10);
      }
    }
  }

  @Test
  void seekingBringsBackWhatWasAcknowledged() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      Instant before = Instant.now().minusSeconds(60);
      publish(publisher, 0, 50, 5);
      List<Delivery> first = poll(reader, 50);
      first.subList(0, 40).forEach(Delivery::acknowledge);

      reader.seek(before);
      first.subList(40, 50).forEach(Delivery::acknowledge);

      assertThat(ids(poll(reader, 50))).isEqualTo(ids(first));
    }
  }

  @Test
  void aMarkBringsBackWhatWasAcknowledgedSince() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      Instant before = Instant.now().minusSeconds(1);
      ReplayMarks.Mark mark = marks(hub).set(CONSUMER, "before-deploy");
      publish(publisher, 0, 20, 5);
      List<Delivery> first = poll(reader, 20);
      first.forEach(Delivery::acknowledge);

      assertThat(reader.markedAt("before-deploy")).contains(mark.setAt());
      reader.seekToMark("before-deploy");

      assertThat(ids(poll(reader, 20))).isEqualTo(ids(first));
      assertThat(mark.setAt()).isBetween(before, Instant.now());
      assertThat(mark.keptUntil()).isAfter(mark.setAt());
    }
  }

  @Test
  void marksAreListedByConsumerAndTakenAway() throws Exception {
    try (PubSubHub hub =
        PubSubHub.open(config, emulator.access(), "shop", List.of(CONSUMER, "local.eu"))) {
      ReplayMarks marks = marks(hub);
      marks.set(CONSUMER, "first");
      marks.set(CONSUMER, "second");
      marks.set("local.eu", "first");

      assertThat(marks.of(CONSUMER))
          .extracting(ReplayMarks.Mark::name)
          .containsExactlyInAnyOrder("first", "second");
      assertThat(marks.of("local.eu")).extracting(ReplayMarks.Mark::name).containsExactly("first");
      assertThatThrownBy(() -> marks.set(CONSUMER, "first"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("there is a mark 'first' of 'local' already");
      marks.delete(CONSUMER, "first");
      marks.delete(CONSUMER, "first");
      assertThat(marks.of(CONSUMER)).extracting(ReplayMarks.Mark::name).containsExactly("second");
      assertThat(marks.of("local.eu")).hasSize(1);
    }
  }

  @Test
  void aNameThatIsNoneIsRefused() throws Exception {
    try (PubSubHub hub = open()) {
      assertThatThrownBy(() -> marks(hub).set(CONSUMER, "before.deploy"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'before.deploy' is no name for a mark");
    }
  }

  private static ReplayMarks marks(PubSubHub hub) {
    return hub.marks().orElseThrow();
  }

  @Test
  void whoeverWasThereBeforeAnythingWasPublishedHoldsTheBeginningOnce() throws Exception {
    try (PubSubHub hub = open();
        PubSubHub of = PubSubHub.join(config, emulator.access(), "shop", List.of(CONSUMER));
        HubPublisher publisher = of.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER);
        AcknowledgedSubscription late = hub.reader("late")) {
      publish(publisher, 0, 1, 5);

      assertThat(reader.takeBeginning()).isTrue();
      assertThat(reader.takeBeginning()).isFalse();
      assertThat(late.takeBeginning()).isFalse();
    }
  }

  @Test
  void aSubscriptionThatWasMadeAnewDoesNotHoldTheBeginning() throws Exception {
    open().close();
    try (SubscriptionAdminClient client =
        SubscriptionAdminClient.create(
            SubscriptionAdminSettings.newBuilder()
                .setTransportChannelProvider(emulator.access().channels().build())
                .setCredentialsProvider(emulator.access().credentials())
                .build())) {
      client.deleteSubscription(PubSubPlan.subscription(config, CONSUMER));
    }
    try (PubSubHub before = PubSubHub.open(config, emulator.access(), "shop", List.of());
        HubPublisher publisher = before.publisher("tracker-a", BUFFER)) {
      publish(publisher, 0, 1, 5);
    }

    try (PubSubHub hub = open();
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      assertThat(reader.takeBeginning()).isFalse();
    }
  }

  @Test
  void aMessageAboveTheLimitIsSetAsideBeforeTheCursorMovesAndTheRestGoesOn() throws Exception {
    config = Emulator.config(folder, new Publish(100, 9_000, 900, Duration.ofMillis(50), 2));
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      HubPublisher.Lane lane = publisher.lane();
      assertThat(lane.publish(ShopMessages.update(1, 5, 1))).isTrue();
      assertThat(lane.publish(ShopMessages.large(2, 5, 1_000))).isFalse();
      assertThat(lane.publish(ShopMessages.large(2, 5, 1_000))).isFalse();
      assertThat(lane.publish(ShopMessages.update(3, 5, 1))).isTrue();
      lane.advance(ShopMessages.cursor("tracker-a", 5)).get(60, TimeUnit.SECONDS);

      List<DeadLetter> letters = hub.deadLetters().newest(10);
      assertThat(letters).hasSize(1);
      assertThat(letters.get(0).reason())
          .contains("dbo.Stock: a message of", "above hub.publish.max_message_bytes (900)");
      assertThat(letters.get(0).attributes()).containsEntry("table_name", "dbo.Stock");
      assertThat(letters.get(0).payload()).hasSizeGreaterThan(1_000);
      assertThat(ids(poll(reader, 2))).hasSize(2);
    }
  }

  @Test
  void aControlMessageIsSentOnce() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      HubPublisher.Lane lane = publisher.lane();
      lane.publish(
          new SnapshotClosed(
              ShopMessages.SOURCE, ShopMessages.STOCK, 1, 1, 3, publisher.partitions(), List.of()));
      lane.advance(ShopMessages.cursor("tracker-a", 5)).get(60, TimeUnit.SECONDS);

      assertThat(poll(reader, 1)).hasSize(1);
    }
  }

  @Test
  void manyLanesPublishSideBySide() throws Exception {
    try (PubSubHub hub = open();
        HubPublisher publisher = hub.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      List<CompletableFuture<Void>> tables = new ArrayList<>();
      for (int lane = 0; lane < 20; lane++) {
        int from = lane * 100;
        tables.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    publish(publisher, from, 100, 5);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
      }
      CompletableFuture.allOf(tables.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

      assertThat(ids(poll(reader, 2_000))).hasSize(2_000);
    }
  }

  @Test
  void whoeverJoinsIsToldWhatIsMissing() {
    assertThatThrownBy(() -> PubSubHub.join(config, emulator.access(), "shop", List.of(CONSUMER)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("missing: " + PubSubPlan.hubTopic(config))
        .hasMessageContaining(PubSubPlan.subscription(config, CONSUMER))
        .hasMessageContaining("Start `renkei up`");
  }

  @Test
  void whoeverJoinsWorksWithWhatIsThere() throws Exception {
    try (PubSubHub hub = open();
        PubSubHub joined = PubSubHub.join(config, emulator.access(), "shop", List.of(CONSUMER));
        HubPublisher publisher = joined.publisher("tracker-a", BUFFER);
        AcknowledgedSubscription reader = joined.reader(CONSUMER);
        AcknowledgedSubscription same = hub.reader(CONSUMER)) {
      assertThat(reader.streamId()).isEqualTo(same.streamId());
      assertThat(joined.isReachable()).isTrue();
      publish(publisher, 0, 1, 5);
    }
  }

  @Test
  void anotherInstallationIsRefused() throws Exception {
    open().close();

    assertThatThrownBy(() -> PubSubHub.open(config, emulator.access(), "other", List.of(CONSUMER)))
        .hasMessageContaining("belongs to the installation 'shop', this one is 'other'");
  }
}
