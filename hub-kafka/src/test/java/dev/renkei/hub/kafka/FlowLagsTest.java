package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.HubPublisher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On an embedded broker, with a clock that the test moves. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FlowLagsTest {
  private static final HubConfig.Kafka CONFIG =
      new HubConfig.Kafka(List.of(), "renkei.", 2, Duration.ofDays(7), Map.of());
  private static final String FLOW = "dedupe";

  @TempDir private Path folder = Path.of("");

  private KafkaHub hub;
  private KafkaSettings settings;
  private Admin admin;
  private FlowLags lags;
  private HubPublisher publisher;
  private HubPublisher.Lane lane;
  private long nanos;
  private long version;

  @BeforeEach
  void open() throws Exception {
    hub = KafkaHub.open(CONFIG, folder);
    settings = new KafkaSettings(hub.bootstrapServers(), Map.of());
    admin = Admin.create(settings.common());
    lags =
        new FlowLags(
            settings,
            admin,
            Map.of(FLOW, List.of("renkei.dedupe"), "mask", List.of("renkei.mask")),
            () -> nanos);
    publisher = hub.publisher("a", 16 << 20);
    lane = publisher.lane();
  }

  @AfterEach
  void close() {
    publisher.close();
    admin.close();
    hub.close();
  }

  private DedupeFlow start() throws Exception {
    DedupeFlow flow =
        hub.dedupe(new DedupeFlow.Options(folder.resolve("flow"), "test", 1, Map.of()));
    flow.start();
    flow.awaitRunning(Duration.ofSeconds(60));
    return flow;
  }

  private void publish(int rows) throws Exception {
    version++;
    for (int product = 0; product < rows; product++) {
      lane.publish(ShopMessages.update(product, version, 1));
    }
    lane.advance(ShopMessages.cursor("a", version)).get(60, TimeUnit.SECONDS);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private FlowLags.Lag look() throws Exception {
    return lags.look(Set.of()).getOrDefault(FLOW, new FlowLags.Lag(-1, Duration.ZERO));
  }

  private void awaitTaken() throws Exception {
    Awaits.until(
        Duration.ofMinutes(1),
        () -> {
          pass(Duration.ofSeconds(5));
          return look().messages() == 0;
        });
  }

  /** A commit is final a moment before readers see it. */
  private void awaitWaiting(long messages) throws Exception {
    Awaits.until(() -> look().messages() >= messages);
  }

  @Test
  void aFlowThatRunsNowhereStandsOnceSomethingWaitsForItAndGoesOnWhenItRuns() throws Exception {
    assertThat(lags.look(Set.of())).isEmpty();
    try (DedupeFlow flow = start()) {
      publish(50);
      awaitTaken();
      assertThat(flow.counts().in()).isEqualTo(50);
    }
    pass(Duration.ofHours(1));
    assertThat(look().standing()).isZero();

    publish(30);

    awaitWaiting(30);
    assertThat(look().standing()).isZero();
    pass(Duration.ofSeconds(30));
    assertThat(look().standing()).isEqualTo(Duration.ofSeconds(30));
    publish(1);
    pass(Duration.ofSeconds(30));
    assertThat(look().standing()).isEqualTo(Duration.ofSeconds(60));
    assertThat(lags.look(Set.of(FLOW)).get(FLOW))
        .isEqualTo(new FlowLags.Lag(look().messages(), Duration.ZERO));
    pass(Duration.ofSeconds(5));
    assertThat(look().standing()).as("just resumed").isZero();

    try (DedupeFlow again = start()) {
      awaitTaken();
      assertThat(look().standing()).isZero();
      assertThat(again.counts().in()).isEqualTo(31);
    }
    assertThat(lags.look(Set.of())).containsOnlyKeys(FLOW);
  }

  @Test
  void whatWasNeverCommittedIsNotWaitedFor() throws Exception {
    try (DedupeFlow flow = start()) {
      publish(50);
      awaitTaken();
      assertThat(flow.counts().in()).isEqualTo(50);
    }
    abort();

    awaitWaiting(1);
    pass(Duration.ofMinutes(1));
    assertThat(look()).isEqualTo(new FlowLags.Lag(0, Duration.ZERO));
    pass(Duration.ofHours(1));
    assertThat(look()).isEqualTo(new FlowLags.Lag(0, Duration.ZERO));

    publish(10);

    awaitWaiting(10);
    assertThat(look().standing()).isZero();
    pass(Duration.ofSeconds(20));
    assertThat(look().standing()).isEqualTo(Duration.ofSeconds(20));
  }

  private void abort() throws Exception {
    Map<String, Object> own = new HashMap<>(settings.producer());
    own.put("transactional.id", "aborted");
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(own)) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int partition = 0; partition < CONFIG.partitions(); partition++) {
        producer
            .send(new ProducerRecord<>(hub.rawTopic(), partition, new byte[] {1}, new byte[] {2}))
            .get();
      }
      producer.abortTransaction();
    }
  }
}
