package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog.Follower;
import dev.renkei.core.hub.HubException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a real broker: to every reader, in order, until the reader is done with them. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KafkaCommandsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Command FIRST = new Command.ReloadTable(ShopMessages.STOCK, "asked", NOON);
  private static final Command SECOND = new Command.ReloadAll("topic made anew", NOON);
  private static final Command THIRD = new Command.Replay("local", NOON, NOON.plusSeconds(1));

  @TempDir private static Path folder = Path.of("");
  private static EmbeddedBroker broker;
  private static int hubs;

  private String prefix = "";
  private KafkaHub hub;

  @BeforeAll
  static void startBroker() throws HubException {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() throws Exception {
    prefix = "commands" + hubs++ + ".";
    hub =
        KafkaHub.open(
            new HubConfig.Kafka(
                List.of(broker.bootstrapServers()), prefix, 1, Duration.ofDays(7), Map.of()),
            folder);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static List<Command> poll(Follower follower, int expected) throws Exception {
    List<Command> commands = new ArrayList<>();
    Awaits.until(
        () -> {
          commands.addAll(follower.poll(Duration.ofMillis(200)));
          return commands.size() >= expected;
        });
    commands.addAll(follower.poll(Duration.ofMillis(200)));
    return commands;
  }

  private void sendRaw(byte[] value, Instant at) throws Exception {
    KafkaSettings settings = new KafkaSettings(hub.bootstrapServers(), Map.of());
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings.producer())) {
      producer
          .send(new ProducerRecord<>(prefix + "commands", 0, at.toEpochMilli(), null, value))
          .get();
    }
  }

  @Test
  void aReaderThatStartsAgainGetsWhatItWasNotDoneWith() throws Exception {
    hub.commands().send(FIRST);
    try (Follower reader = hub.commands().follow("tracker-a")) {
      assertThat(poll(reader, 1)).containsExactly(FIRST);
      reader.done();
      hub.commands().send(SECOND);
      assertThat(poll(reader, 1)).containsExactly(SECOND);
    }

    try (Follower again = hub.commands().follow("tracker-a")) {
      assertThat(poll(again, 1)).containsExactly(SECOND);
      again.done();
      hub.commands().send(THIRD);
    }

    try (Follower last = hub.commands().follow("tracker-a")) {
      assertThat(poll(last, 1)).containsExactly(THIRD);
    }
  }

  @Test
  void whatCannotBeReadIsPassedOverAndNotTriedAgain() throws Exception {
    sendRaw(new byte[] {1, 2, 3}, Instant.now());
    sendRaw(
        "{\"command\":\"pause\",\"at\":\"2026-01-01T00:00:00Z\"}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8),
        Instant.now());
    hub.commands().send(FIRST);

    try (Follower reader = hub.commands().follow("tracker-a")) {
      assertThat(poll(reader, 1)).containsExactly(FIRST);
    }
  }

  @Test
  void whatIsOlderThanTheRetentionIsHeldNoLonger() throws Exception {
    sendRaw(dev.renkei.core.hub.CommandCodec.write(FIRST), Instant.now().minus(Duration.ofDays(8)));
    hub.commands().send(SECOND);

    try (Follower reader = hub.commands().follow("tracker-a")) {
      assertThat(poll(reader, 1)).containsExactly(SECOND);
    }
  }

  @Test
  void withoutACommandItWaitsNoLongerThanAsked() throws Exception {
    try (Follower reader = hub.commands().follow("tracker-a")) {
      assertThat(reader.poll(Duration.ofMillis(100))).isEmpty();
      reader.done();
    }
  }
}
