package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Command;
import dev.renkei.core.hub.CommandLog.Follower;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of one data directory share the broker that one of them runs. */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SharedBrokerTest {
  private static final HubConfig.Kafka CONFIG =
      new HubConfig.Kafka(List.of(), "renkei.", 2, Duration.ofDays(7), Map.of());
  private static final Command COMMAND =
      new Command.ReloadAll("asked", Instant.parse("2026-01-01T12:00:00Z"));

  @TempDir private Path folder = Path.of("");

  /** The process that runs the broker. */
  static final class Host {
    private Host() {}

    public static void main(String[] folder) throws Exception {
      try (KafkaHub hub = KafkaHub.open(CONFIG, Path.of(folder[0]))) {
        hub.commands().send(COMMAND);
        System.out.println("host " + hub.isHost());
        Thread.currentThread().join();
      }
    }
  }

  @Test
  void othersUseTheBrokerOfTheProcessThatRunsItAndRunItWhenThatOneIsGone() throws Exception {
    try (ChildProcess host = ChildProcess.start(Host.class, List.of(), folder.toString())) {
      host.awaitLine("host true");

      assertThatThrownBy(() -> KafkaHub.open(CONFIG, folder))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("another process runs the embedded broker here");
      try (KafkaHub hub = KafkaHub.openOrJoin(CONFIG, folder);
          KafkaHub other = KafkaHub.join(CONFIG, folder);
          HubPublisher publisher = hub.publisher("tracker-a", 16 << 20);
          Follower reader = other.commands().follow("tracker-a")) {
        assertThat(hub.isHost()).isFalse();
        assertThat(other.isHost()).isFalse();
        publisher.lane().advance(ShopMessages.cursor("tracker-a", 5)).get(20, TimeUnit.SECONDS);
        Awaits.until(() -> !other.cursors().cursors(ShopMessages.SOURCE).isEmpty());
        Awaits.until(() -> reader.poll(Duration.ofMillis(200)).equals(List.of(COMMAND)));
      }
      host.kill();

      try (KafkaHub hub = KafkaHub.openOrJoin(CONFIG, folder)) {
        assertThat(hub.isHost()).isTrue();
        Awaits.until(() -> !hub.cursors().cursors(ShopMessages.SOURCE).isEmpty());
      }
    }
  }

  @Test
  void aProcessThatComesWhileAnotherStartsTheBrokerWaitsForIt() throws Exception {
    try (ChildProcess host = ChildProcess.start(Host.class, List.of(), folder.toString())) {
      Awaits.until(() -> Files.exists(folder.resolve("kafka").resolve("renkei.lock")));

      // Whichever has the lock runs it; the other one uses it.
      try (KafkaHub hub = KafkaHub.openOrJoin(CONFIG, folder)) {
        assertThat(hub.isReachable()).isTrue();
        Awaits.until(() -> hub.isHost() != host.isAlive());
      }
    }
  }

  @Test
  void withoutABrokerItSaysWhatToStart() throws Exception {
    assertThatThrownBy(() -> KafkaHub.join(CONFIG, folder))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no broker runs for this data_dir; start `renkei up`");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void thePortOfABrokerThatEndedIsNotTakenForIt() throws Exception {
    KafkaHub.open(CONFIG, folder).close();
    Path data = folder.resolve("kafka");
    try (EmbeddedBroker stranger = EmbeddedBroker.start(folder.resolve("another"))) {
      Files.writeString(data.resolve("port"), stranger.bootstrapServers().split(":", -1)[1]);
      assertThat(RunningBroker.find(data)).isEmpty();
    }
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(data.resolve("port"), Integer.toString(silent.getLocalPort()));
      assertThat(RunningBroker.find(data)).isEmpty();
    }
  }

  @Test
  void topicsThatNobodyHasMadeAreNamed() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
      assertThatThrownBy(() -> KafkaHub.join(CONFIG, folder))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("renkei.commands, renkei.cursors")
          .hasMessageContaining("Start `renkei up`");
      assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void aRefusedSecondOneDoesNotTakeTheLockFromTheFirst() throws Exception {
    try (KafkaHub hub = KafkaHub.open(CONFIG, folder)) {
      assertThatThrownBy(() -> KafkaHub.open(CONFIG, folder)).isInstanceOf(HubException.class);
      try (ChildProcess other = ChildProcess.start(Host.class, List.of(), folder.toString())) {
        Awaits.until(() -> !other.isAlive());
      }
      assertThat(hub.isReachable()).isTrue();
    }
  }
}
