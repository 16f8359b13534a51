package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes share the flow; each is killed in turn while a writer writes, and the other goes on
 * with what it did. More kills with {@code -Drenkei.kills=10}.
 */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DedupeTakeoverTest {
  private static final int KILLS = Math.min(Integer.getInteger("renkei.kills", 2), 10);

  @TempDir private Path folder = Path.of("");

  private final Map<String, List<Long>> arrived = new HashMap<>();
  private final Set<Integer> ended = new TreeSet<>();

  /** When something came last, by partition. */
  private final Map<Integer, Long> lastNanos = new HashMap<>();

  @Test
  void nothingIsLostOrDoubledWhenEitherProcessIsKilledAndTheOtherGoesOnWithinSeconds()
      throws Exception {
    List<ChildProcess> flows = new ArrayList<>();
    try (KafkaHub hub = KafkaHub.open(KilledFlow.config(List.of()), folder);
        HubSubscription unique = hub.subscription(hub.hubTopic())) {
      RepeatingWriter writer = new RepeatingWriter(hub, new Random(7));
      writer.start();
      try {
        flows.add(startFlow(hub));
        flows.add(startFlow(hub));
        for (int kill = 0; kill < KILLS; kill++) {
          awaitAllPartitions(unique);
          flows.remove(0).kill();
          long killed = System.nanoTime();
          awaitAllPartitions(unique);
          Duration took = Duration.ofNanos(System.nanoTime() - killed);
          System.out.printf(
              "DedupeTakeoverTest: all partitions go on %d ms after the kill%n", took.toMillis());
          assertThat(took).isLessThan(Duration.ofSeconds(60));
          flows.add(startFlow(hub));
        }
        flows.remove(0).kill();
        writer.finish();
        Awaits.until(
            Duration.ofMinutes(3),
            () -> {
              read(unique);
              return ended.size() == KilledFlow.PARTITIONS;
            });
      } finally {
        for (ChildProcess flow : flows) {
          flow.close();
        }
      }
      List<String> wrong =
          writer.expected().keySet().stream()
              .filter(key -> !Objects.equals(arrived.get(key), writer.expected().get(key)))
              .sorted()
              .toList();
      System.out.printf(
          "DedupeTakeoverTest: %d keys, %d repeated, %d wrong%n",
          writer.keys(), writer.repeated(), wrong.size());
      assertThat(wrong).isEmpty();
      assertThat(arrived).hasSameSizeAs(writer.expected());
    }
  }

  private ChildProcess startFlow(KafkaHub hub) throws Exception {
    ChildProcess flow =
        ChildProcess.start(
            KilledFlow.class,
            List.of(),
            hub.bootstrapServers(),
            folder.resolve("flows").toString());
    flow.awaitLine(KilledFlow.RUNNING);
    return flow;
  }

  /** Waits until something that was written from now on has come in every partition. */
  private void awaitAllPartitions(HubSubscription unique) throws Exception {
    read(unique); // what waits already does not count
    long from = System.nanoTime();
    Awaits.until(
        Duration.ofMinutes(2),
        () -> {
          read(unique);
          return lastNanos.size() == KilledFlow.PARTITIONS
              && lastNanos.values().stream().allMatch(when -> when > from);
        });
  }

  private void read(HubSubscription unique) throws Exception {
    for (List<HubRecord> some = unique.poll(Duration.ofMillis(100));
        !some.isEmpty();
        some = unique.poll(Duration.ZERO)) {
      for (HubRecord record : some) {
        MessageAttributes attributes = Objects.requireNonNull(record.attributes());
        if (attributes.type() == ChangeType.CONTROL) {
          ended.add(record.partition());
        } else {
          lastNanos.put(record.partition(), System.nanoTime());
          arrived
              .computeIfAbsent(
                  new String(Objects.requireNonNull(record.routingKey()), StandardCharsets.UTF_8),
                  key -> new ArrayList<>(2))
              .add(attributes.sequence().version());
        }
      }
    }
  }
}
