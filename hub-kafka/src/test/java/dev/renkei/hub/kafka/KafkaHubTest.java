package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import dev.renkei.core.hub.LetterFilter;
import dev.renkei.core.hub.OpenLetters;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hub's ports on a real broker. Each test has topics of its own. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaHubTest {
  @TempDir private static Path folder = Path.of("");
  private static EmbeddedBroker broker;
  private static int hubs;

  @BeforeAll
  static void startBroker() throws HubException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static HubConfig.Kafka config(String prefix, int partitions) {
    return new HubConfig.Kafka(
        List.of(broker.bootstrapServers()), prefix, partitions, Duration.ofDays(7), Map.of());
  }

  private static KafkaHub newHub() throws Exception {
    return KafkaHub.open(config("test" + hubs++ + ".", 3), folder);
  }

  private static List<HubRecord> readAll(KafkaHub hub, String topic) throws Exception {
    try (HubSubscription subscription = hub.subscription(topic)) {
      return read(subscription);
    }
  }

  private static List<HubRecord> read(HubSubscription subscription) throws Exception {
    List<HubRecord> all = new ArrayList<>();
    for (int quiet = 0; quiet < 3; ) {
      List<HubRecord> some = subscription.poll(Duration.ofMillis(200));
      quiet = some.isEmpty() ? quiet + 1 : 0;
      all.addAll(some);
    }
    return all;
  }

  @Test
  void aLargeTableStreamsOnWithoutACursor() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = publisher.lane();
      int rows = KafkaPublisher.MAX_ROWS * 2 + 1;
      for (int product = 0; product < rows; product++) {
        lane.publish(ShopMessages.update(product, 5, 1));
      }

      assertThat(readAll(hub, hub.rawTopic())).hasSize(rows);
      assertThat(hub.cursors().cursors(ShopMessages.SOURCE)).isEmpty();
    }
  }

  @Test
  void whatWasDroppedBeforeAFlowTookItIsCounted() throws Exception {
    try (KafkaHub hub = newHub();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = publisher.lane();
      for (int product = 0; product < 30; product++) {
        lane.publish(ShopMessages.update(product, 5, 1));
      }
      lane.advance(ShopMessages.cursor("tracker-a", 5)).get(20, TimeUnit.SECONDS);
      String group = hub.rawTopic().replace("raw", "flow");
      TopicPartition first = new TopicPartition(hub.rawTopic(), 0);
      admin.alterConsumerGroupOffsets(group, Map.of(first, new OffsetAndMetadata(2))).all().get();
      assertThat(hub.dropped(hub.rawTopic(), "flow")).isZero();

      admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(2))).all().get();
      assertThat(hub.dropped(hub.rawTopic(), "flow")).isZero();
      admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(5))).all().get();

      assertThat(hub.dropped(hub.rawTopic(), "flow")).isEqualTo(3);
      assertThat(hub.dropped(hub.rawTopic(), "never-read")).isEqualTo(5);
    }
  }

  @Test
  void aSecondProcessOfTheSameNameFencesTheFirst() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher first = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = first.lane();
      lane.publish(ShopMessages.update(1, 5, 1));
      try (HubPublisher second = hub.publisher("tracker-a", 16 << 20)) {
        HubPublisher.Lane other = second.lane();
        other.publish(ShopMessages.update(2, 6, 1));
        other.advance(ShopMessages.cursor("tracker-a", 6)).get(20, TimeUnit.SECONDS);

        assertThatThrownBy(
                () -> {
                  lane.publish(ShopMessages.update(1, 7, 1));
                  lane.advance(ShopMessages.cursor("tracker-a", 7)).get(20, TimeUnit.SECONDS);
                })
            .hasMessageContaining("another process publishes under the same tracker name");
        Awaits.until(() -> !first.isAlive());
        assertThat(first.failure())
            .hasValueSatisfying(
                why -> assertThat(why).hasMessageContaining("give each tracker a name of its own"));
        assertThat(second.isAlive()).isTrue();
        Awaits.until(() -> !hub.cursors().cursors(ShopMessages.SOURCE).isEmpty());
        assertThat(hub.cursors().cursors(ShopMessages.SOURCE))
            .extracting(Cursor::version)
            .containsExactly(6L);
      }
    }
  }

  @Test
  void messagesOfOneKeyStayInOrderAndAControlMessageReachesEveryPartition() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = publisher.lane();
      for (int version = 1; version <= 50; version++) {
        lane.publish(ShopMessages.update(7, version, version));
      }
      lane.publish(
          new SnapshotClosed(
              ShopMessages.SOURCE, ShopMessages.STOCK, 1, 1, 3, publisher.partitions(), List.of()));
      lane.advance(ShopMessages.cursor("tracker-a", 50)).get(20, TimeUnit.SECONDS);

      List<HubRecord> records = readAll(hub, hub.rawTopic());

      assertThat(
              records.stream()
                  .filter(r -> r.routingKey() != null)
                  .map(HubRecord::partition)
                  .distinct())
          .hasSize(1);
      assertThat(
              records.stream()
                  .filter(r -> r.routingKey() != null)
                  .map(r -> java.util.Objects.requireNonNull(r.attributes()).sequence().version()))
          .isSorted();
      assertThat(records.stream().filter(r -> r.routingKey() == null).map(HubRecord::partition))
          .containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  @Test
  void aReaderGoesOnWhereItsOwnOffsetsSay() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = publisher.lane();
      for (int product = 0; product < 30; product++) {
        lane.publish(ShopMessages.update(product, 1, 1));
      }
      lane.advance(ShopMessages.cursor("tracker-a", 1)).get(20, TimeUnit.SECONDS);
      try (HubSubscription subscription = hub.subscription(hub.rawTopic())) {
        List<HubRecord> all = read(subscription);
        HubRecord middle = all.get(all.size() / 2);

        subscription.seek(Map.of(middle.partition(), middle.offset()));

        assertThat(read(subscription))
            .filteredOn(r -> r.partition() == middle.partition())
            .first()
            .extracting(HubRecord::offset)
            .isEqualTo(middle.offset());
        assertThatThrownBy(() -> subscription.seek(Map.of(0, 1_000_000L)))
            .isInstanceOf(PositionLostException.class)
            .hasMessageContaining("1000000");
      }
    }
  }

  @Test
  void topicsThatAreNotAsConfiguredAreNamedWithTheirCure() throws Exception {
    String prefix = "wrong" + hubs++ + ".";
    KafkaHub.open(config(prefix, 2), folder).close();

    assertThatThrownBy(() -> KafkaHub.open(config(prefix, 4), folder))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(prefix + "raw has 2 partitions, the configuration says 4")
        .hasMessageContaining(prefix + "hub has 2 partitions")
        .hasMessageContaining("set hub.partitions");
  }

  @Test
  void aSecondBrokerOnTheSameDirectoryIsRefused() {
    assertThatThrownBy(() -> EmbeddedBroker.start(folder.resolve("kafka")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("data_dir");
  }

  @Test
  void ofALetterThatIsAPlaceAloneTheMessageItselfIsSentBackWhileTheHubHoldsIt() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
      HubPublisher.Lane lane = publisher.lane();
      lane.publish(ShopMessages.update(1, 5, 1));
      lane.advance(ShopMessages.cursor("tracker-a", 5)).get(20, TimeUnit.SECONDS);
      HubRecord there = readAll(hub, hub.rawTopic()).get(0);
      try (MaskedSide side = hub.masked()) {
        side.deadLetters().put(place(hub, there.partition(), there.offset()));
        side.deadLetters().put(place(hub, there.partition(), 4711));

        OpenLetters.SentBack result = side.openLetters().sendBack(LetterFilter.ALL, 10, sent -> {});

        assertThat(result).returns(1L, OpenLetters.SentBack::sent);
        assertThat(result.reasons())
            .singleElement()
            .satisfies(reason -> assertThat(reason).contains("holds it no more"));
        assertThat(hub.openLetters().newest(5, LetterFilter.ALL)).isEmpty();
      }
      List<HubRecord> twice = readAll(hub, hub.rawTopic());
      assertThat(twice).hasSize(2);
      assertThat(twice.get(1))
          .usingRecursiveComparison()
          .ignoringFields("offset", "timestampMillis")
          .isEqualTo(twice.get(0));
    }
  }

  private static DeadLetter place(KafkaHub hub, int partition, long offset) {
    return new DeadLetter(
        hub.rawTopic(),
        partition,
        offset,
        "it cannot be masked",
        Map.of(),
        null,
        new byte[0],
        Instant.EPOCH);
  }
}
