package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.MessageAttributes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SEMANTICS 9: per key, the hub carries a strictly rising subset of the versions, always with the
 * latest.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DedupeFlowTest {
  private static final HubConfig.Kafka CONFIG =
      new HubConfig.Kafka(List.of(), "renkei.", 2, Duration.ofDays(7), Map.of());

  @TempDir private Path folder = Path.of("");

  @Test
  void whatTwoTrackersReadArrivesOnceAndWhatCannotBeReadIsSetAside() throws Exception {
    try (KafkaHub hub = KafkaHub.open(CONFIG, folder);
        DedupeFlow flow =
            hub.dedupe(new DedupeFlow.Options(folder.resolve("flow"), "test", 1, Map.of()));
        HubPublisher a = hub.publisher("a", 16 << 20);
        HubPublisher b = hub.publisher("b", 16 << 20)) {
      flow.start();
      HubPublisher.Lane first = a.lane();
      HubPublisher.Lane second = b.lane();
      for (int product = 0; product < 200; product++) {
        first.publish(ShopMessages.update(product, 10 + product, 1));
      }
      first.advance(ShopMessages.cursor("a", 300)).get(20, TimeUnit.SECONDS);
      for (int product = 0; product < 200; product++) {
        second.publish(ShopMessages.update(product, 10 + product, 1));
      }
      second.publish(ShopMessages.update(3, 1000, 9));
      second.publish(ShopMessages.snapshotRow(3, 1, 9));
      second.publish(
          new SnapshotClosed(
              ShopMessages.SOURCE, ShopMessages.STOCK, 1, 1, 1, b.partitions(), List.of()));
      second.advance(ShopMessages.cursor("b", 1000)).get(20, TimeUnit.SECONDS);
      first.publish(ShopMessages.update(3, 999, 8));
      first.advance(ShopMessages.cursor("a", 1000)).get(20, TimeUnit.SECONDS);
      garbage(hub);

      List<HubRecord> arrived = read(hub, 200 + 1 + 1 + 2);

      assertThat(arrived).hasSize(204);
      assertThat(
              arrived.stream()
                  .filter(r -> isUpdate(r) && key(r).equals(key(arrived, 3)))
                  .map(DedupeFlowTest::version))
          .containsExactly(13L, 1000L);
      assertThat(flow.counts().duplicates()).isEqualTo(200);
      assertThat(flow.counts().superseded()).isEqualTo(1);
      assertThat(hub.deadLetters().newest(10))
          .singleElement()
          .satisfies(letter -> assertThat(letter.reason()).contains("has no attribute"));
    }
  }

  @Test
  void aFilterLetsOnlyTheNamedTablesThrough() throws Exception {
    try (KafkaHub hub = KafkaHub.open(CONFIG, folder);
        DedupeFlow flow =
            hub.dedupe(
                new DedupeFlow.Options(
                    folder.resolve("flow"),
                    "test",
                    1,
                    Map.of(MessageAttributes.TABLE_NAME, Set.of("dbo.Customers"))));
        HubPublisher publisher = hub.publisher("a", 16 << 20)) {
      flow.start();
      HubPublisher.Lane lane = publisher.lane();
      lane.publish(ShopMessages.update(1, 1, 1));
      lane.advance(ShopMessages.cursor("a", 1)).get(20, TimeUnit.SECONDS);

      assertThat(read(hub, 1)).isEmpty();
      assertThat(flow.counts().filtered()).isEqualTo(1);
    }
  }

  private static void garbage(KafkaHub hub) throws Exception {
    KafkaSettings settings = new KafkaSettings(hub.bootstrapServers(), Map.of());
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer())) {
      producer.send(new ProducerRecord<>(hub.rawTopic(), new byte[] {1}, new byte[] {2})).get();
    }
  }

  private static List<HubRecord> read(KafkaHub hub, int expected) throws Exception {
    List<HubRecord> all = new ArrayList<>();
    try (HubSubscription subscription = hub.subscription(hub.hubTopic())) {
      long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      for (int quiet = 0; quiet < 10 && System.nanoTime() < patient; ) {
        List<HubRecord> some = subscription.poll(Duration.ofMillis(200));
        quiet =
            all.size() + some.size() >= expected && some.isEmpty()
                ? quiet + 4
                : some.isEmpty() ? quiet + 1 : 0;
        all.addAll(some);
      }
    }
    return all;
  }

  private static boolean isUpdate(HubRecord record) {
    return Objects.requireNonNull(record.attributes()).type() == ChangeType.UPDATE;
  }

  private static long version(HubRecord record) {
    return Objects.requireNonNull(record.attributes()).sequence().version();
  }

  private static String key(HubRecord record) {
    return new String(
        Objects.requireNonNull(record.routingKey()), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String key(List<HubRecord> records, int product) {
    return records.stream()
        .filter(r -> r.routingKey() != null)
        .map(DedupeFlowTest::key)
        .filter(key -> key.endsWith("[\"" + product + "\"]"))
        .findFirst()
        .orElseThrow();
  }
}
