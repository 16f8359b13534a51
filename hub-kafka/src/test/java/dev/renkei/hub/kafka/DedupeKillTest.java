package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.message.MessageAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The flow killed again and again while it works: at random moments, and directly after RocksDB has
 * written a file, when what is in it may be of a transaction that was never committed
 * (KAFKA-20685). More kills with {@code -Drenkei.kills=30}, others with {@code -Drenkei.seed}.
 */
@Tag("long")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DedupeKillTest {
  private static final int KILLS = Integer.getInteger("renkei.kills", 4);
  private static final List<String> SMALL_MEMTABLES =
      List.of("-D" + BoundedRocksDb.WRITE_BUFFER_PROPERTY + "=" + (256 << 10));

  @TempDir private Path folder = Path.of("");

  @Test
  void nothingIsLostAndNothingComesTwiceWhenTheFlowIsKilledAtAnyMoment() throws Exception {
    long seed = Long.getLong("renkei.seed", System.nanoTime());
    System.out.printf("DedupeKillTest: %d kills, -Drenkei.seed=%d%n", KILLS, seed);
    Random random = new Random(seed);
    try (KafkaHub hub = KafkaHub.open(KilledFlow.config(List.of()), folder)) {
      RepeatingWriter writer = new RepeatingWriter(hub, new Random(seed));
      writer.start();
      int afterFlush = 0;
      for (int kill = 0; kill < KILLS; kill++) {
        try (ChildProcess flow = startFlow(hub)) {
          if (kill % 2 == 0) {
            awaitNewFile();
            afterFlush++;
          } else {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(2_500)));
          }
          assertThat(flow.isAlive()).isTrue();
          flow.kill();
          assertThat(files(".checkpoint")).as("kill %d, seed %d", kill, seed).isEmpty();
        }
      }
      Map<String, List<Long>> arrived;
      try (ChildProcess flow = startFlow(hub)) {
        writer.finish();
        arrived = readToTheLast(hub);
        assertThat(flow.isAlive()).isTrue();
        assertThat(files(".checkpoint")).isEmpty();
      }
      System.out.printf(
          "DedupeKillTest: %d kills (%d after a flush), %d keys, %d repeated, %d arrived%n",
          KILLS,
          afterFlush,
          writer.keys(),
          writer.repeated(),
          arrived.values().stream().mapToInt(List::size).sum());
      assertSame(arrived, writer.expected(), seed);
    }
  }

  private static void assertSame(
      Map<String, List<Long>> arrived, Map<String, List<Long>> expected, long seed) {
    List<String> wrong =
        expected.keySet().stream()
            .filter(key -> !Objects.equals(arrived.get(key), expected.get(key)))
            .sorted()
            .toList();
    assertThat(wrong.stream().limit(10))
        .as(
            "seed %d: %d keys whose versions are not as published, for example %s",
            seed,
            wrong.size(),
            wrong.stream()
                .limit(3)
                .map(key -> arrived.get(key) + " instead of " + expected.get(key))
                .toList())
        .isEmpty();
    assertThat(arrived).hasSameSizeAs(expected);
  }

  private Path state() {
    return folder.resolve("flow");
  }

  private ChildProcess startFlow(KafkaHub hub) throws Exception {
    ChildProcess flow =
        ChildProcess.start(
            KilledFlow.class, SMALL_MEMTABLES, hub.bootstrapServers(), state().toString());
    flow.awaitLine(KilledFlow.RUNNING);
    return flow;
  }

  /** Returns at once when a file appears that RocksDB has written. */
  private void awaitNewFile() {
    Set<Path> before = files(".sst");
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (before.containsAll(files(".sst"))) {
      assertThat(System.nanoTime()).as("RocksDB writes no file").isLessThan(patient);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Files may come and go while they are listed. */
  private Set<Path> files(String ending) {
    while (true) {
      try (Stream<Path> all = Files.walk(state())) {
        return all.filter(file -> file.getFileName().toString().endsWith(ending))
            .collect(Collectors.toCollection(TreeSet::new));
      } catch (NoSuchFileException e) {
        return Set.of();
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Versions by key, in the hub's order, up to the last message of every partition. */
  private static Map<String, List<Long>> readToTheLast(KafkaHub hub) throws Exception {
    Map<String, List<Long>> arrived = new HashMap<>();
    Set<Integer> ended = new TreeSet<>();
    try (HubSubscription subscription = hub.subscription(hub.hubTopic())) {
      Awaits.until(
          Duration.ofMinutes(3),
          () -> {
            for (HubRecord record : subscription.poll(Duration.ofMillis(200))) {
              MessageAttributes attributes = Objects.requireNonNull(record.attributes());
              if (attributes.type() == ChangeType.CONTROL) {
                ended.add(record.partition());
              } else {
                arrived
                    .computeIfAbsent(
                        new String(
                            Objects.requireNonNull(record.routingKey()), StandardCharsets.UTF_8),
                        key -> new ArrayList<>(2))
                    .add(attributes.sequence().version());
              }
            }
            return ended.size() == KilledFlow.PARTITIONS;
          });
    }
    return arrived;
  }
}
