package dev.renkei.hub.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.config.HubConfig;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.hub.HubSubscription;
import dev.renkei.core.hub.HubSubscription.HubRecord;
import dev.renkei.core.schema.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trackers that share the tables, on a real broker (SEMANTICS 15). */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TrackerGroupTest {
  private static final long BUFFER = 16 << 20;
  private static final List<TableName> TABLES =
      IntStream.range(0, 100).mapToObj(i -> new TableName("dbo", "Table" + i)).toList();

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

  private static KafkaHub newHub() throws Exception {
    return KafkaHub.open(config(broker.bootstrapServers(), "group" + hubs++ + "."), folder);
  }

  private static HubConfig.Kafka config(String bootstrapServers, String prefix) {
    return new HubConfig.Kafka(List.of(bootstrapServers), prefix, 2, Duration.ofDays(7), Map.of());
  }

  private static HubPublisher share(KafkaHub hub, String tracker) throws Exception {
    HubPublisher publisher = hub.sharingPublisher(tracker, BUFFER);
    publisher.assignment().join();
    return publisher;
  }

  private static long tablesOf(HubPublisher tracker) {
    return TABLES.stream()
        .filter(table -> tracker.assignment().term(ShopMessages.SOURCE, table).isPresent())
        .count();
  }

  private static boolean hasStock(HubPublisher tracker) {
    return tracker.assignment().term(ShopMessages.SOURCE, ShopMessages.STOCK).isPresent();
  }

  private static boolean divided(HubPublisher one, HubPublisher other) {
    return TABLES.stream()
            .allMatch(
                table ->
                    one.assignment().term(ShopMessages.SOURCE, table).isPresent()
                        != other.assignment().term(ShopMessages.SOURCE, table).isPresent())
        && tablesOf(one) > 0
        && tablesOf(other) > 0;
  }

  private static void advance(HubPublisher.Lane lane, String tracker, long version)
      throws HubException, InterruptedException, ExecutionException {
    lane.publish(ShopMessages.update(1, version, 1));
    lane.advance(ShopMessages.cursor(tracker, version)).get();
  }

  @Test
  void aTableBelongsToOneTrackerAtATimeAndGoesToTheOtherAtOnceWhenItsOwnLeaves() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher first = share(hub, "tracker-a")) {
      Awaits.until(() -> tablesOf(first) == TABLES.size());
      HubPublisher second = share(hub, "tracker-b");
      Awaits.until(() -> divided(first, second));
      long before = tablesOf(first);

      long begun = System.nanoTime();
      second.close();
      Awaits.until(() -> tablesOf(first) == TABLES.size());

      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      System.out.printf(
          "TrackerGroupTest: %d and %d of %d tables; after one left the other had all in %d ms%n",
          before, TABLES.size() - before, TABLES.size(), took.toMillis());
      assertThat(took).isLessThan(TrackerGroup.SESSION_TIMEOUT);
    }
  }

  @Test
  void aTrackerThatDoesNotReachItsSourceHasNoTables() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher first = share(hub, "tracker-a");
        HubPublisher second = hub.sharingPublisher("tracker-b", BUFFER)) {
      Awaits.until(() -> tablesOf(first) == TABLES.size());
      second.assignment().join();
      Awaits.until(() -> divided(first, second));

      first.assignment().stepBack();

      Awaits.until(() -> tablesOf(second) == TABLES.size());
      first.assignment().join();
      Awaits.until(() -> divided(first, second));
    }
  }

  @Test
  void aTableIsPublishedOnlyByTheTrackerThatHasIt() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher first = share(hub, "tracker-a")) {
      assertThatThrownBy(() -> first.lane().publish(ShopMessages.update(1, 1, 1)))
          .hasMessageContaining("another tracker has this table now");
      Awaits.until(() -> hasStock(first));

      advance(first.lane(), "tracker-a", 1);

      Awaits.until(() -> !hub.cursors().cursors(ShopMessages.SOURCE).isEmpty());
    }
  }

  /** What is open when tables move is committed first, and the next one finds its cursor. */
  @Test
  void tablesThatMoveTakeNothingThatIsUnderWayWithThem() throws Exception {
    try (KafkaHub hub = newHub();
        HubPublisher first = share(hub, "tracker-a")) {
      Awaits.until(() -> hasStock(first));
      long version = 0;
      for (int round = 0; round < 2; round++) {
        try (HubPublisher second = share(hub, "tracker-b")) {
          HubPublisher.Lane lane = first.lane();
          long begun = System.nanoTime();
          int refused = 0;
          while (!divided(first, second)) {
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(30));
            try {
              advance(lane, "tracker-a", ++version);
            } catch (HubException | ExecutionException e) {
              refused++;
              lane = first.lane();
              version--;
            }
          }
          System.out.printf(
              "TrackerGroupTest: moved after %d ms, %d times refused%n",
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun), refused);
          HubPublisher now = hasStock(first) ? first : second;
          assertThat(lastCursor(hub)).isEqualTo(version);
          advance(now.lane(), now == first ? "tracker-a" : "tracker-b", ++version);
        }
        Awaits.until(() -> tablesOf(first) == TABLES.size());
        assertThat(lastCursor(hub)).isEqualTo(version);
      }
      assertThat(versions(hub)).doesNotHaveDuplicates().isSorted();
    }
  }

  private static long lastCursor(KafkaHub hub) throws Exception {
    return hub.cursors().cursors(ShopMessages.SOURCE).stream()
        .mapToLong(Cursor::version)
        .max()
        .orElse(0);
  }

  private static List<Long> versions(KafkaHub hub) throws Exception {
    List<Long> versions = new ArrayList<>();
    try (HubSubscription subscription = hub.subscription(hub.rawTopic())) {
      for (int quiet = 0; quiet < 3; ) {
        List<HubRecord> some = subscription.poll(Duration.ofMillis(200));
        quiet = some.isEmpty() ? quiet + 1 : 0;
        some.forEach(
            record ->
                versions.add(Objects.requireNonNull(record.attributes()).sequence().version()));
      }
    }
    return versions;
  }

  /** A tracker in a process of its own, until it is refused. */
  static final class Sharer {
    static final String BUSY = "busy";
    static final String QUIET = "quiet";
    static final String PUBLISHES = "publishes";
    static final String REFUSED = "refused";
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private Sharer() {}

    public static void main(String[] broker) throws Exception {
      try (KafkaHub hub = KafkaHub.open(config(broker[0], broker[1]), Path.of(broker[2]));
          HubPublisher publisher = share(hub, "tracker-a")) {
        Awaits.until(() -> hasStock(publisher));
        HubPublisher.Lane lane = publisher.lane();
        try {
          if (broker[3].equals(BUSY)) {
            publishOnAndOn(lane);
          } else {
            publishAfterAPause(lane);
          }
        } catch (HubException | ExecutionException e) {
          System.out.println(REFUSED + " " + e.getMessage());
          Thread.currentThread().join();
        }
      }
    }

    /** Without a cursor, so that a transaction is open nearly always. */
    private static void publishOnAndOn(HubPublisher.Lane lane) throws Exception {
      for (long version = 1; ; version++) {
        lane.publish(ShopMessages.update(1, version, 1));
        if (version == 500) {
          System.out.println(PUBLISHES);
        }
        Thread.sleep(1);
      }
    }

    /** No transaction is open while it is paused; the next one is refused by the group alone. */
    private static void publishAfterAPause(HubPublisher.Lane lane) throws Exception {
      advance(lane, "tracker-a", 1);
      System.out.println(PUBLISHES);
      long before = System.nanoTime();
      for (long now = before; now - before < PAUSE.toNanos(); now = System.nanoTime()) {
        before = now;
        Thread.sleep(5);
      }
      advance(lane, "tracker-a", 2);
    }
  }

  private static ChildProcess startSharer(String prefix, String how) throws Exception {
    ChildProcess child =
        ChildProcess.start(
            Sharer.class,
            List.of(),
            broker.bootstrapServers(),
            prefix,
            folder.resolve("child").toString(),
            how);
    child.awaitLine(Sharer.PUBLISHES);
    return child;
  }

  @Test
  void tablesOfATrackerThatWasKilledGoToTheOtherWithinItsSessionAndItsTransactionIsEnded()
      throws Exception {
    String prefix = "group" + hubs++ + ".";
    try (KafkaHub hub = KafkaHub.open(config(broker.bootstrapServers(), prefix), folder);
        ChildProcess first = startSharer(prefix, Sharer.BUSY);
        HubPublisher second = share(hub, "tracker-b")) {
      Awaits.until(() -> tablesOf(second) > 0);
      first.kill();
      long killed = System.nanoTime();

      Awaits.until(() -> tablesOf(second) == TABLES.size());

      Duration took = Duration.ofNanos(System.nanoTime() - killed);
      advance(second.lane(), "tracker-b", 1_000_000_000);
      Awaits.until(() -> lastCursor(hub) == 1_000_000_000);
      Duration read = Duration.ofNanos(System.nanoTime() - killed);
      System.out.printf(
          "TrackerGroupTest: taken over %d ms after the kill, read committed after %d ms%n",
          took.toMillis(), read.toMillis());
      assertThat(read).isLessThan(KafkaPublisher.TRANSACTION_TIMEOUT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Sharer.BUSY, Sharer.QUIET})
  void aTrackerThatWasPausedWhileItsTablesWentPublishesNothingMoreOfThem(String how)
      throws Exception {
    String prefix = "group" + hubs++ + ".";
    try (KafkaHub hub = KafkaHub.open(config(broker.bootstrapServers(), prefix), folder);
        ChildProcess first = startSharer(prefix, how)) {
      first.signal("STOP");
      try (HubPublisher second = share(hub, "tracker-b")) {
        Awaits.until(() -> tablesOf(second) == TABLES.size());
        advance(second.lane(), "tracker-b", 1_000_000_000);
        int before = versions(hub).size();

        first.signal("CONT");
        first.awaitLine(Sharer.REFUSED);

        List<Long> versions = versions(hub);
        assertThat(versions).hasSize(before);
        assertThat(versions.get(before - 1)).isEqualTo(1_000_000_000);
      }
    }
  }
}
