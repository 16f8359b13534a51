package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubPublisher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The embedded broker, killed while transactions are open. */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KilledBrokerTest {
  private static final int PARTITIONS = 4;
  private static final HubConfig.Kafka CONFIG =
      new HubConfig.Kafka(List.of(), "renkei.", PARTITIONS, Duration.ofDays(7), Map.of());
  private static final String OPEN = "open";

  @TempDir private Path folder = Path.of("");

  /** A process whose broker holds a transaction that nobody will end. */
  static final class Host {
    private Host() {}

    public static void main(String[] arguments) throws Exception {
      try (KafkaHub hub = KafkaHub.open(CONFIG, Path.of(arguments[0]))) {
        Map<String, Object> settings =
            new KafkaSettings(hub.bootstrapServers(), Map.of()).producer();
        settings.put("transactional.id", "of-nobody-who-comes-back");
        settings.put("transaction.timeout.ms", arguments[1]);
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
        producer.initTransactions();
        producer.beginTransaction();
        for (int partition = 0; partition < PARTITIONS; partition++) {
          var unused = producer.send(new ProducerRecord<>(hub.rawTopic(), partition, null, null));
        }
        producer.flush();
        System.out.println(OPEN);
        Thread.currentThread().join();
      }
    }
  }

  @Test
  void whatAKilledProcessLeftOpenIsEndedInEveryPartition() throws Exception {
    // It runs out while the next broker starts: then its markers were once forgotten.
    for (String timeoutMillis : List.of("500", "2000", "4000")) {
      try (ChildProcess host =
          ChildProcess.start(Host.class, List.of(), folder.toString(), timeoutMillis)) {
        host.awaitLine(OPEN);
        host.kill();
      }

      try (KafkaHub hub = KafkaHub.open(CONFIG, folder);
          HubPublisher publisher = hub.publisher("tracker-a", 16 << 20)) {
        publisher.lane().advance(ShopMessages.cursor("tracker-a", 5)).get(20, TimeUnit.SECONDS);
        Awaits.until(() -> committedEnds(hub).equals(ends(hub)));
        assertThat(ends(hub).values()).allMatch(end -> end > 0);
      }
    }
  }

  @Test
  void theNextBrokerDoesNotWaitForTheSessionOfTheKilledOne() throws Exception {
    try (ChildProcess host =
        ChildProcess.start(Host.class, List.of(), folder.toString(), "10000")) {
      host.awaitLine(OPEN);
      host.kill();
    }

    try (KafkaHub hub = KafkaHub.open(CONFIG, folder)) {
      assertThat(hub.isReachable()).isTrue();
      assertThat(hub.cursors().cursors(ShopMessages.SOURCE)).isEmpty();
    }
  }

  private static Map<TopicPartition, Long> committedEnds(KafkaHub hub) throws Exception {
    return ends(hub, IsolationLevel.READ_COMMITTED);
  }

  private static Map<TopicPartition, Long> ends(KafkaHub hub) throws Exception {
    return ends(hub, IsolationLevel.READ_UNCOMMITTED);
  }

  private static Map<TopicPartition, Long> ends(KafkaHub hub, IsolationLevel level)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      asked.put(new TopicPartition(hub.rawTopic(), partition), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", hub.bootstrapServers()))) {
      admin
          .listOffsets(asked, new ListOffsetsOptions(level))
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
    }
    return ends;
  }
}
