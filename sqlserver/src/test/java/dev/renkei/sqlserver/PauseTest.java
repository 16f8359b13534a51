package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Pause;
import dev.renkei.core.hub.Pause.Part;
import dev.renkei.core.hub.Resting;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.TrackerState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rests is not read, says so, and goes on where it stood. */
@Timeout(90)
class PauseTest {
  private static final TableName SIZES = new TableName("dbo", "Sizes");

  private final Switches switches = new Switches();

  private static final class Switches implements Resting {
    private final Map<Part, Pause> resting = new ConcurrentHashMap<>();

    void rest(Part part) {
      resting.put(part, new Pause(part, "index", Instant.EPOCH));
    }

    void goOn(Part part) {
      resting.remove(part);
    }

    @Override
    public Optional<Pause> pause(Part part) {
      return Optional.ofNullable(resting.get(part));
    }
  }

  private Shop shop(int rows) throws Exception {
    Shop shop =
        new Shop(
            "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))",
            "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING",
            "CREATE TABLE dbo.Sizes (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))",
            "ALTER TABLE dbo.Sizes ENABLE CHANGE_TRACKING");
    for (int i = 0; i < rows; i++) {
      shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'note')".formatted(i));
    }
    shop.resting = switches;
    return shop;
  }

  private static void awaitPhase(Tracker tracker, TableName table, Phase phase) throws Exception {
    Shop.await(() -> Shop.state(tracker, table).phase() == phase, () -> tracker.state().toString());
  }

  private static long snapshotRows(Shop shop) {
    return shop.hub.shown().stream()
        .filter(m -> m.attributes().type() == ChangeType.SNAPSHOT_ROW)
        .filter(m -> m.attributes().table().equals(ORDERS))
        .count();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void changesWaitUntilItIsResumed(boolean wholeSource) throws Exception {
    Part part = wholeSource ? Part.SOURCE : Part.of(ORDERS);
    try (Shop shop = shop(5)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.awaitSnapshot(tracker, SIZES, 1);
      switches.rest(part);
      awaitPhase(tracker, ORDERS, Phase.PAUSED);
      TimeUnit.MILLISECONDS.sleep(300); // a read under way ends
      int before = shop.hub.shown().size();

      shop.sql("UPDATE dbo.Orders SET Note = N'later'");
      shop.sql("DELETE FROM dbo.Orders WHERE Id = 3");
      if (!wholeSource) {
        shop.sql("INSERT INTO dbo.Sizes VALUES (1, N'goes on')");
        shop.awaitMirror(SIZES);
      }
      TimeUnit.MILLISECONDS.sleep(500);

      assertThat(shop.hub.shown().subList(before, shop.hub.shown().size()))
          .noneMatch(message -> message.attributes().table().equals(ORDERS));
      TrackerState.Table resting = Shop.state(tracker, ORDERS);
      assertThat(resting.phase()).isEqualTo(Phase.PAUSED);
      assertThat(resting.problem())
          .returns("paused by an operator: index", TrackerState.Problem::message)
          .returns(
              "`renkei resume %s` when it may go on.".formatted(part.option()),
              TrackerState.Problem::cure);
      assertThat(resting.lagMillis()).isGreaterThan(500);
      assertThat(tracker.state().error()).isNull();

      switches.goOn(part);
      shop.awaitMirror(ORDERS, SIZES);
      awaitPhase(tracker, ORDERS, Phase.TRACKING);
      assertThat(snapshotRows(shop)).isEqualTo(5);
    }
  }

  @Test
  void aSnapshotGoesOnBehindItsLastChunk() throws Exception {
    try (Shop shop = shop(60)) {
      shop.chunkRows = 10;
      Semaphore gate = shop.hub.gate(25);
      Tracker tracker = shop.track("a");
      Shop.await(() -> gate.hasQueuedThreads(), () -> tracker.state().toString());
      switches.rest(Part.of(ORDERS));
      gate.release(1_000_000);
      awaitPhase(tracker, ORDERS, Phase.PAUSED);
      TimeUnit.MILLISECONDS.sleep(800);
      assertThat(snapshotRows(shop)).as("the chunk under way is read to its end").isLessThan(60);

      switches.goOn(Part.of(ORDERS));

      shop.awaitSnapshot(tracker, ORDERS, 1);
      assertThat(snapshotRows(shop)).as("no row is read twice").isEqualTo(60);
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aTrackerThatStartsWhileItRestsReadsNothing() throws Exception {
    try (Shop shop = shop(5)) {
      switches.rest(Part.of(ORDERS));
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, SIZES, 1);
      awaitPhase(tracker, ORDERS, Phase.PAUSED);
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(snapshotRows(shop)).isZero();

      switches.goOn(Part.of(ORDERS));

      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aWishToLoadIsHeldMeanwhile() throws Exception {
    try (Shop shop = shop(5)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      switches.rest(Part.of(ORDERS));
      awaitPhase(tracker, ORDERS, Phase.PAUSED);

      CompletableFuture<Boolean> wish = tracker.reload(ORDERS);

      assertThat(wish.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(snapshotRows(shop)).isEqualTo(5);
      switches.goOn(Part.of(ORDERS));
      shop.awaitSnapshot(tracker, ORDERS, 2);
      assertThat(snapshotRows(shop)).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatRestsIsNotTakenForGone(boolean wholeSource) throws Exception {
    try (Shop shop = shop(5)) {
      shop.takeOverAfter = Duration.ofMillis(600);
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      switches.rest(wholeSource ? Part.SOURCE : Part.of(ORDERS));
      awaitPhase(tracker, ORDERS, Phase.PAUSED);
      Instant paused = Instant.now();

      Shop.await(
          () ->
              shop.hub.cursors(Shop.SOURCE, ORDERS).stream()
                  .map(Cursor::at)
                  .anyMatch(at -> at.isAfter(paused.plusMillis(900))),
          () -> shop.hub.cursors(Shop.SOURCE, ORDERS).toString());
      assertThat(Shop.state(tracker, ORDERS).lagMillis()).isGreaterThan(800);
    }
  }
}
