package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.WarehouseException;
import dev.renkei.loader.LoaderState.Phase;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The loader from a hub without order into a real warehouse. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class UnorderedLoaderTest {
  @TempDir private Path folder = Path.of("");
  private final UnorderedHub hub = new UnorderedHub("hub/1", 1);
  private final MemoryPorts ports = new MemoryPorts();
  private DuckDbWarehouse warehouse;
  private Duration patience = Duration.ofHours(1);
  private Clock clock = Clock.systemUTC();
  private @Nullable Loader loader;

  @BeforeEach
  void open() throws Exception {
    ports.put(Stock.RECORD);
    warehouse =
        DuckDbWarehouse.open(
            folder.resolve("shop.duckdb"), DuckDbOptions.forRetention(Duration.ofDays(7)));
  }

  @AfterEach
  void close() throws Exception {
    stop();
    warehouse.close();
  }

  private Loader start() {
    return start(warehouse);
  }

  private Loader start(Warehouse into) {
    LoaderOptions options =
        new LoaderOptions(
            "test",
            20_000,
            1 << 20,
            Duration.ofMillis(5),
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            patience,
            clock,
            Set.of(Stock.SOURCE),
            folder.resolve("counts"),
            Duration.ofDays(7));
    Loader started = new Loader(hub.reader(), ports.ports(), into, options, LoadObserver.NONE);
    loader = started;
    started.start();
    return started;
  }

  private void stop() throws Exception {
    Loader running = loader;
    if (running != null) {
      running.close();
    }
    loader = null;
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void until(Condition condition) throws Exception {
    long patient = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new AssertionError("the condition did not hold within a minute and a half");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private List<String> stock() throws Exception {
    List<String> rows = new ArrayList<>();
    for (List<@Nullable Object> row :
        warehouse.query("SELECT ProductID, Quantity FROM dbo.Stock ORDER BY 1", 1_000).rows()) {
      rows.add(String.join(",", row.stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  private static SnapshotClosed.Chunk chunk(int attempt, long rows) {
    return new SnapshotClosed.Chunk(attempt, rows);
  }

  @Test
  void theSequenceSettlesWhichChangeIsTheLast() throws Exception {
    for (int version = 5; version < 205; version++) {
      hub.publish(Stock.update(version % 5, version, version));
    }

    Loader running = start();

    until(hub::isDrained);
    assertThat(stock()).containsExactly("0,200", "1,201", "2,202", "3,203", "4,204");
    until(() -> held(running) == 0);
    assertThat(running.state().positions()).isEmpty();
    assertThat(running.state().phase()).isEqualTo(Phase.LOADING);
    assertThat(ports.reloads).isEmpty();
  }

  @Test
  void aNewWarehouseOfAHubThatHasBeenUsedBeginsWithAReloadOnce() throws Exception {
    ports.cursors.add(Stock.CURSOR);
    Loader first = start();
    until(() -> first.state().phase() == Phase.LOADING);
    stop();

    Loader second = start();
    until(() -> second.state().phase() == Phase.LOADING);

    assertThat(ports.reloads)
        .singleElement()
        .asString()
        .startsWith("all: this warehouse is new")
        .contains("all tables are loaded again");
    assertThat(first.state().alert()).contains("this warehouse is new");
    assertThat(second.state().alert()).isNull();
    assertThat(warehouse.streams()).containsExactly("hub/1");
  }

  @Test
  void aLoaderThatWasAwayForLongerThanTheHubKeepsMessagesReloads() throws Exception {
    Loader first = start();
    until(() -> first.state().phase() == Phase.LOADING);
    hub.publish(Stock.update(1, 5, 1));
    until(() -> hub.isDrained() && Files.exists(folder.resolve("counts/caught-up")));
    stop();

    clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(6));
    Loader soon = start();
    until(() -> caughtUp().isAfter(Instant.now().plus(Duration.ofDays(5))));
    assertThat(ports.reloads).isEmpty();
    assertThat(soon.state().alert()).isNull();
    stop();

    clock = Clock.offset(Clock.systemUTC(), Duration.ofDays(13));
    Loader late = start();
    until(() -> late.state().alert() != null);
    assertThat(ports.reloads)
        .singleElement()
        .asString()
        .startsWith("all: nothing was dealt with for")
        .contains("all tables are loaded again");
    until(() -> caughtUp().isAfter(Instant.now().plus(Duration.ofDays(12))));
    assertThat(ports.reloads).as("asked for once").hasSize(1);
  }

  private Instant caughtUp() throws Exception {
    return Instant.parse(Files.readString(folder.resolve("counts/caught-up")));
  }

  @Test
  void aSubscriptionThatHoldsEverythingNeedsNoReload() throws Exception {
    ports.cursors.add(Stock.CURSOR);
    hub.holdsBeginning();
    hub.publish(Stock.update(1, 5, 1));

    Loader running = start();

    until(hub::isDrained);
    assertThat(stock()).containsExactly("1,1");
    assertThat(ports.reloads).isEmpty();
    assertThat(running.state().alert()).isNull();
  }

  @Test
  void aSecondWarehouseOfASubscriptionThatOnceHeldEverythingBeginsWithAReload() throws Exception {
    ports.cursors.add(Stock.CURSOR);
    hub.holdsBeginning();
    hub.publish(Stock.update(1, 5, 1));
    start();
    until(hub::isDrained);
    stop();

    try (DuckDbWarehouse second = another()) {
      Loader running = start(second);
      until(() -> running.state().phase() == Phase.LOADING);
      assertThat(ports.reloads).singleElement().asString().contains("this warehouse is new");
      stop();
    }
  }

  @Test
  void whatWasHeldBeforeAnythingWasPublishedIsNotTrustedByALaterWarehouse() throws Exception {
    hub.holdsBeginning();
    Loader first = start();
    until(() -> first.state().phase() == Phase.LOADING);
    hub.publish(Stock.update(1, 5, 1));
    until(hub::isDrained);
    stop();
    ports.cursors.add(Stock.CURSOR);

    try (DuckDbWarehouse second = another()) {
      Loader running = start(second);
      until(() -> running.state().phase() == Phase.LOADING);
      assertThat(ports.reloads).singleElement().asString().contains("this warehouse is new");
      stop();
    }
  }

  @Test
  void aWarehouseThatWasLoadedFromElsewhereBeginsWithAReload() throws Exception {
    ports.cursors.add(Stock.CURSOR);
    hub.holdsBeginning();
    warehouse.apply(List.of(), "kafka/1", Map.of());

    Loader running = start();

    until(() -> running.state().phase() == Phase.LOADING);
    assertThat(ports.reloads).singleElement().asString().contains("this warehouse is new");
  }

  @Test
  void aSubscriptionMadeAnewAsksForAReloadThoughItHoldsAllThatCameSince() throws Exception {
    hub.holdsBeginning();
    warehouse.apply(List.of(), "hub/0", Map.of());

    Loader running = start();

    until(() -> running.state().phase() == Phase.LOADING);
    assertThat(ports.reloads).singleElement().asString().contains("made anew");
  }

  private DuckDbWarehouse another() throws Exception {
    return DuckDbWarehouse.open(
        folder.resolve("another.duckdb"), DuckDbOptions.forRetention(Duration.ofDays(7)));
  }

  @Test
  void aSubscriptionMadeAnewAsksForAReload() throws Exception {
    warehouse.apply(List.of(), "hub/0", Map.of());

    Loader running = start();

    until(() -> running.state().phase() == Phase.LOADING);
    assertThat(ports.reloads).singleElement().asString().contains("made anew");
  }

  @Test
  void aSubscriptionMadeAnewWhileItIsReadAsksForAReloadAndGoesOn() throws Exception {
    hub.publish(Stock.closing(1, 8, chunk(1, 1)).encode(0));
    Loader running = start();
    until(() -> held(running) > 0);

    hub.makeAnew("hub/2");
    hub.publish(Stock.update(1, 5, 1));

    until(() -> !ports.reloads.isEmpty() && hub.isDrained());
    assertThat(ports.reloads).singleElement().asString().contains("subscription was made anew");
    assertThat(running.state().stream()).isEqualTo("hub/2");
    assertThat(stock()).containsExactly("1,1");
    assertThat(warehouse.streams()).containsExactly("hub/1", "hub/2");
  }

  @Test
  void aHubThatFailsIsReadAgain() throws Exception {
    hub.failWith(new HubException("the hub is away"));
    hub.publish(Stock.update(1, 5, 1));

    Loader running = start();

    until(hub::isDrained);
    assertThat(running.state().lastError()).isEqualTo("the hub is away");
    assertThat(running.state().phase()).isEqualTo(Phase.LOADING);
    assertThat(stock()).containsExactly("1,1");
  }

  @Test
  void theCountsOfAnotherWarehouseAreForgotten() throws Exception {
    SnapshotRows rows = new SnapshotRows();
    Loader first = start();
    hub.publish(Stock.row(1, 10, 1, 1, 1, 1));
    until(hub::isDrained);
    stop();
    warehouse.close();
    Files.delete(folder.resolve("shop.duckdb"));
    open();

    Loader second = start();
    until(() -> second.state().phase() == Phase.LOADING);
    stop();

    assertThat(first.state().rows()).isPositive();
    SnapshotJournal.open(folder.resolve("counts"), rows).close();
    assertThat(rows.count()).isZero();
  }

  @Test
  void sweepsOnlyWhenAllRowsOfTheAttemptsThatCountHaveCome() throws Exception {
    for (int product = 0; product < 10; product++) {
      hub.publish(Stock.update(product, 5, 1));
    }
    hub.publish(Stock.closing(1, 8, chunk(1, 2), chunk(2, 1)).encode(0));
    hub.publish(Stock.row(0, 8, 1, 1, 1, 1));
    hub.publish(Stock.row(2, 9, 1, 2, 1, 1));
    Loader running = start();
    until(() -> hub.unacknowledged() == 1);
    assertThat(stock()).hasSize(10);

    hub.publish(Stock.row(1, 8, 1, 1, 1, 1));
    until(() -> hub.unacknowledged() == 1);
    assertThat(running.state().swept()).isZero();
    assertThat(held(running)).isPositive();
    stop();
    Loader again = start();
    hub.publish(Stock.row(2, 10, 1, 2, 2, 1));

    until(hub::isDrained);
    assertThat(again.state().swept()).isEqualTo(7);
    assertThat(loaded(again).rows()).isEqualTo(3);
    assertThat(stock()).containsExactly("0,1", "1,1", "2,1");
  }

  @Test
  void whatComesFromBelowTheFloorAfterASweepIsDropped() throws Exception {
    hub.publish(Stock.row(1, 10, 1, 1, 1, 7));
    hub.publish(Stock.closing(1, 10, chunk(1, 1)).encode(0));
    Loader running = start();
    until(() -> running.state().loads().containsKey(Stock.NAME));

    hub.publish(Stock.update(2, 9, 1));
    hub.publish(Stock.update(3, 10, 1));
    hub.publish(Stock.row(4, 9, 3, 1, 1, 1));

    until(hub::isDrained);
    assertThat(stock()).containsExactly("1,7");
  }

  @Test
  void aSnapshotThatWasSweptIsKnownAfterARestart() throws Exception {
    EncodedMessage closing = Stock.closing(1, 10, chunk(1, 1)).encode(0);
    hub.publish(Stock.row(1, 10, 1, 1, 1, 7));
    hub.publish(closing);
    Loader first = start();
    until(() -> first.state().loads().containsKey(Stock.NAME));
    stop();
    hub.publish(closing);

    Loader second = start();

    until(hub::isDrained);
    assertThat(loaded(second).start().version()).isEqualTo(10);
    assertThat(ports.reloads).isEmpty();
  }

  @Test
  void rowsThatAreSetAsideCountAsArrived() throws Exception {
    EncodedMessage row = Stock.row(2, 8, 1, 1, 1, 1);
    hub.publish(Stock.row(1, 8, 1, 1, 1, 1));
    hub.publish(
        new EncodedMessage(
            row.attributes(), row.routingKey(), "{".getBytes(StandardCharsets.UTF_8)));
    hub.publish(Stock.closing(1, 8, chunk(1, 2)).encode(0));

    Loader running = start();

    until(hub::isDrained);
    assertThat(running.state().loads()).containsKey(Stock.NAME);
    assertThat(ports.letters).isNotEmpty();
    assertThat(running.state().deadLetters()).isPositive();
    assertThat(stock()).containsExactly("1,1");
  }

  @Test
  void whereTheCountIsLostTheTableIsLoadedAgainOnceInsteadOfBeingSwept() throws Exception {
    hub.trouble(0);
    hub.publish(Stock.update(7, 5, 1));
    hub.publish(Stock.row(1, 8, 1, 1, 1, 1));
    start();
    until(hub::isDrained);
    stop();
    Files.delete(folder.resolve("counts").resolve("snapshot-rows"));
    patience = Duration.ZERO;

    hub.publish(Stock.closing(1, 8, chunk(1, 1)).encode(0));
    Loader running = start();

    until(hub::isDrained);
    assertThat(ports.reloads)
        .singleElement()
        .asString()
        .startsWith("dbo.Stock: dbo.Stock: rows of its snapshot have not arrived")
        .endsWith("the table is loaded again.");
    assertThat(running.state().alert()).contains("have not arrived");
    assertThat(stock()).containsExactly("1,1", "7,1");

    hub.publish(Stock.closing(1, 20, chunk(1, 1)).encode(0));
    until(hub::isDrained);
    assertThat(ports.reloads).as("once").hasSize(1);
    assertThat(running.state().alert()).contains("loaded again for that already");

    hub.publish(Stock.row(1, 30, 1, 1, 1, 1));
    until(hub::isDrained);
    hub.publish(Stock.closing(1, 30, chunk(1, 1)).encode(0));
    until(hub::isDrained);
    assertThat(running.state().swept()).isEqualTo(1);
  }

  @Test
  void aLaterSnapshotTakesThePlaceOfOneThatWaits() throws Exception {
    hub.trouble(0);
    hub.publish(Stock.closing(1, 8, chunk(1, 2)).encode(0));
    Loader running = start();
    until(() -> held(running) == 1);

    hub.publish(Stock.closing(1, 20, chunk(1, 1)).encode(0));
    until(() -> hub.unacknowledged() == 1 && held(running) == 1);
    hub.publish(Stock.row(1, 20, 1, 1, 1, 1));

    until(hub::isDrained);
    assertThat(loaded(running).start().version()).isEqualTo(20);
  }

  private static LoaderState.Load loaded(Loader loader) {
    return Objects.requireNonNull(loader.state().loads().get(Stock.NAME));
  }

  private static Duration lag(Loader loader) {
    LoaderState.Unsettled unsettled = loader.state().unsettled();
    return unsettled == null ? Duration.ZERO : unsettled.lag(Instant.now());
  }

  private static int held(Loader loader) {
    LoaderState.Unsettled unsettled = loader.state().unsettled();
    return unsettled == null ? 0 : unsettled.deliveries();
  }

  @Test
  void nothingIsAcknowledgedWhileTheWarehouseIsAway() throws Exception {
    hub.trouble(0);
    for (int product = 0; product < 200; product++) {
      hub.publish(Stock.update(product, 5, product), Instant.now().minusSeconds(60));
    }
    Failing failing = new Failing(warehouse);
    Loader running = start(failing);
    until(() -> running.state().phase() == Phase.RETRYING && held(running) > 0);

    assertThat(hub.unacknowledged()).isEqualTo(200);
    assertThat(held(running)).isLessThanOrEqualTo(50);
    assertThat(lag(running)).isGreaterThan(Duration.ofSeconds(59));
    failing.fails = false;

    until(hub::isDrained);
    assertThat(stock()).hasSize(200);
    until(() -> lag(running).isZero());
  }

  @Test
  void whatIsNotDurableIsReleasedAtTheEnd() throws Exception {
    hub.publish(Stock.update(1, 5, 1));
    Loader first = start(new Failing(warehouse));
    until(() -> first.state().phase() == Phase.RETRYING && held(first) > 0);
    stop();
    assertThat(first.state().phase()).isEqualTo(Phase.STOPPED);

    start();

    until(hub::isDrained);
    assertThat(stock()).containsExactly("1,1");
  }

  @Test
  void aReplayBringsWhatWasAcknowledgedAgain() throws Exception {
    hub.trouble(0);
    Instant before = Instant.now().minusSeconds(3_600);
    for (int product = 0; product < 30; product++) {
      hub.publish(Stock.update(product, 5, product), before.plusSeconds(product));
    }
    Loader running = start();
    until(hub::isDrained);
    List<String> stock = stock();
    long rows = running.state().rows();

    running.replay(before.plusSeconds(10)).get(30, TimeUnit.SECONDS);

    until(() -> running.state().rows() == rows + 20 && hub.isDrained());
    until(() -> running.state().replayingFrom() == null);
    assertThat(stock()).isEqualTo(stock);
  }

  @Test
  void aReplayFromAMarkBringsWhatWasAcknowledgedSinceItWasSet() throws Exception {
    hub.trouble(0);
    hub.publish(Stock.update(1, 5, 1));
    Loader running = start();
    until(hub::isDrained);
    hub.mark("before", Instant.now());
    for (int product = 2; product < 12; product++) {
      hub.publish(Stock.update(product, 5, product));
    }
    until(() -> hub.isDrained() && running.state().rows() == 11);
    List<String> stock = stock();

    running.replayFromMark("before").get(30, TimeUnit.SECONDS);

    until(() -> running.state().rows() == 21 && hub.isDrained());
    until(() -> running.state().replayingFrom() == null);
    assertThat(stock()).isEqualTo(stock);
    assertThat(running.state().alert()).isNull();
  }

  @Test
  void aMarkThatIsGoneIsToldAndHoldsNothingUp() throws Exception {
    hub.trouble(0);
    hub.mark("before", Instant.now());
    hub.removeMark("before");
    Loader running = start();

    running.replayFromMark("before").get(30, TimeUnit.SECONDS);

    hub.publish(Stock.update(1, 5, 1));
    until(hub::isDrained);
    assertThat(running.state().alert()).contains("no mark 'before' of 'test'");
    assertThat(stock()).containsExactly("1,1");
  }

  @Test
  void aMarkDoesNotCutShortAReplayFromFurtherBack() throws Exception {
    hub.trouble(0);
    Failing failing = new Failing(warehouse);
    failing.fails = false;
    Instant longAgo = Instant.now().minusSeconds(7_200);
    for (int product = 0; product < 30; product++) {
      hub.publish(Stock.update(product, 5, product), longAgo.plusSeconds(product));
    }
    Loader running = start(failing);
    until(() -> hub.isDrained() && running.state().rows() == 30);
    hub.mark("later", Instant.now());
    failing.fails = true;
    running.replay(longAgo).get(30, TimeUnit.SECONDS);
    until(() -> running.state().phase() == Phase.RETRYING);

    var durable = running.replayFromMark("later");
    failing.fails = false;
    durable.get(30, TimeUnit.SECONDS);

    until(() -> running.state().rows() >= 60 && hub.isDrained());
  }

  @Test
  void aReplayFromATimeAheadLeavesNothingOut() throws Exception {
    hub.trouble(0);
    Failing failing = new Failing(warehouse);
    for (int product = 0; product < 200; product++) {
      hub.publish(Stock.update(product, 5, product), Instant.now().minusSeconds(product));
    }
    Loader running = start(failing);
    until(() -> running.state().phase() == Phase.RETRYING && held(running) > 0);

    var durable = running.replay(Instant.now().plusSeconds(3_600));
    failing.fails = false;
    durable.get(30, TimeUnit.SECONDS);

    until(hub::isDrained);
    assertThat(stock()).hasSize(200);
  }

  @Test
  void aMessageWhoseAttributesCannotBeReadGoesToTheDeadLetters() throws Exception {
    hub.publish(Stock.update(1, 5, 1));
    hub.publishGarbage();

    start();

    until(hub::isDrained);
    assertThat(ports.letters).isNotEmpty();
    assertThat(stock()).containsExactly("1,1");
  }

  /** Takes no changes while it fails. */
  private static final class Failing extends PassingWarehouse {
    volatile boolean fails = true;

    Failing(Warehouse real) {
      super(real);
    }

    @Override
    public void apply(List<Change> changes, String streamId, Map<Integer, Long> nextOffsets)
        throws WarehouseException {
      if (fails && !changes.isEmpty()) {
        throw new WarehouseException("the disk is full");
      }
      super.apply(changes, streamId, nextOffsets);
    }
  }
}
