package dev.renkei.hub.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription.PositionLostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An emulator that is killed forgets everything: topics, subscriptions and messages. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RestartedEmulatorTest {
  private static final String CONSUMER = "local";

  @TempDir private Path folder = Path.of("");

  /** As a tracker does: from its cursor on, by a new lane, until it is durable. */
  private static List<String> publishAgainAndAgain(HubPublisher publisher, long version)
      throws Exception {
    List<String> told = new ArrayList<>();
    Awaits.until(
        Duration.ofMinutes(2),
        () -> {
          try {
            HubPublisher.Lane lane = publisher.lane();
            for (int product = 0; product < 100; product++) {
              lane.publish(ShopMessages.update(product, version, product));
            }
            lane.advance(ShopMessages.cursor("tracker-a", version)).get(90, TimeUnit.SECONDS);
            return true;
          } catch (ExecutionException e) {
            told.add(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
            return false;
          } catch (HubException e) {
            told.add(String.valueOf(e.getMessage()));
            return false;
          }
        });
    return told;
  }

  @Test
  void whatIsGoneIsToldAndMadeAnewAndTheReaderIsToldOnceAndReadsOn() throws Exception {
    int port = PubSubEmulator.freePort();
    HubConfig.PubSub config = Emulator.config(folder);
    PubSubEmulator first = Emulator.start(folder.resolve("first"), port);
    try (PubSubHub hub = PubSubHub.open(config, first.access(), "shop", List.of(CONSUMER));
        HubPublisher publisher = hub.publisher("tracker-a", 16 << 20);
        AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      publishAgainAndAgain(publisher, 1);
      String stream = reader.streamId();

      first.close();
      try (PubSubEmulator second = Emulator.start(folder.resolve("second"), port)) {
        List<String> told = publishAgainAndAgain(publisher, 2);

        assertThat(told)
            .anySatisfy(
                sentence ->
                    assertThat(sentence)
                        .contains(hub.topic(), "what it held is gone, and the tables are loaded"));
        assertThat(hub.cursors().cursors(ShopMessages.SOURCE))
            .extracting(Cursor::version)
            .containsExactly(2L);
        Awaits.until(Duration.ofMinutes(1), () -> isToldOf(reader));
        assertThat(reader.streamId()).isNotEqualTo(stream);
        publishAgainAndAgain(publisher, 3);
        Awaits.until(Duration.ofMinutes(1), () -> has(reader, 3));
        assertThat(second.address()).endsWith(":" + port);
      }
    }
  }

  private static boolean isToldOf(AcknowledgedSubscription reader) throws Exception {
    try {
      reader.poll(Duration.ofMillis(100));
      return false;
    } catch (PositionLostException e) {
      assertThat(e)
          .hasMessageContaining("was made anew")
          .hasMessageContaining("Load the tables again");
      return true;
    } catch (HubException e) {
      return false; // on the way there
    }
  }

  private static boolean has(AcknowledgedSubscription reader, long version) throws Exception {
    Set<Long> versions = new HashSet<>();
    for (Delivery delivery : reader.poll(Duration.ofMillis(200))) {
      versions.add(Objects.requireNonNull(delivery.message().attributes()).sequence().version());
      delivery.acknowledge();
    }
    return versions.contains(version);
  }
}
