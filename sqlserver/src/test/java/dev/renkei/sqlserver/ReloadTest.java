package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.TrackerState.Phase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wish to load again is either held by the hub, or denied with a reason to be seen. */
@Timeout(90)
class ReloadTest {
  private static final TableName SIZES = new TableName("dbo", "Sizes");

  private static Shop withOrders(int rows) throws Exception {
    Shop shop = Shop.withOrders();
    for (int i = 0; i < rows; i++) {
      shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'note')".formatted(i));
    }
    return shop;
  }

  private static boolean answer(CompletableFuture<Boolean> wish) throws Exception {
    return wish.get(30, TimeUnit.SECONDS);
  }

  private static long snapshotRows(Shop shop) {
    return shop.hub.shown().stream()
        .filter(m -> m.attributes().type() == ChangeType.SNAPSHOT_ROW)
        .count();
  }

  private static boolean holds(Cursor cursor, int snapshot) {
    Cursor.SnapshotProgress wanted = cursor.snapshot();
    return cursor.snapshotDone() >= snapshot || (wanted != null && wanted.generation() >= snapshot);
  }

  @Test
  void aTableIsLoadedAgainWhileItsChangesFlow() throws Exception {
    try (Shop shop = withOrders(30)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      assertThat(answer(tracker.reload(ORDERS))).isTrue();

      assertThat(shop.hub.cursors(Shop.SOURCE, ORDERS)).anyMatch(cursor -> holds(cursor, 2));
      shop.sql("DELETE FROM dbo.Orders WHERE Id < 5");
      shop.awaitSnapshot(tracker, ORDERS, 2);
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aWishThatIsHeldIsNotForgottenByACrash() throws Exception {
    try (Shop shop = withOrders(30)) {
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      // So that it cannot be taken before the end of the first one.
      shop.hub.claim(Shop.SOURCE + "/dbo.Orders/snapshot/2", "a tracker that is away", "");
      assertThat(answer(first.reload(ORDERS))).isTrue();
      first.close();
      assertThat(snapshotRows(shop)).isEqualTo(30);

      Tracker second = shop.track("a");

      shop.awaitSnapshot(second, ORDERS, 2);
      Shop.await(() -> snapshotRows(shop) == 60, () -> second.state().toString());
    }
  }

  @Test
  void aTableThatNobodyTracksIsDenied() throws Exception {
    try (Shop shop = withOrders(1)) {
      shop.sql("CREATE TABLE dbo.Old_archive (Id int NOT NULL PRIMARY KEY)");
      shop.sql("ALTER TABLE dbo.Old_archive ENABLE CHANGE_TRACKING");
      Tracker tracker = shop.track("a");

      assertThat(answer(tracker.reload(new TableName("dbo", "Nothing")))).isFalse();
      assertThat(answer(tracker.reload(new TableName("dbo", "Old_archive")))).isFalse();
    }
  }

  @Test
  void aTableThatCannotBeTrackedIsDeniedAndSaysWhy() throws Exception {
    try (Shop shop = new Shop("CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY)")) {
      Tracker tracker = shop.track("a");

      assertThat(answer(tracker.reload(ORDERS))).isFalse();

      assertThat(String.valueOf(Shop.state(tracker, ORDERS).problem()))
          .contains("ENABLE CHANGE_TRACKING");
    }
  }

  @Test
  void aWishBeforeTheCatalogIsKnownWaitsForIt() throws Exception {
    try (Shop shop = withOrders(30)) {
      shop.start = Start.LATEST;
      Tracker tracker = shop.tracker("a");
      CompletableFuture<Boolean> wish = tracker.reload(ORDERS);

      tracker.start();

      assertThat(answer(wish)).isTrue();
      Shop.await(() -> snapshotRows(shop) == 30, () -> tracker.state().toString());
    }
  }

  @Test
  void aTableMadeJustBeforeIsFound() throws Exception {
    try (Shop shop = withOrders(1)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.sql("CREATE TABLE dbo.Sizes (Id int NOT NULL PRIMARY KEY)");
      shop.sql("ALTER TABLE dbo.Sizes ENABLE CHANGE_TRACKING");

      assertThat(answer(tracker.reload(SIZES))).isTrue();
    }
  }

  @Test
  void allTablesAreLoadedAgainButThoseThatCannotBe() throws Exception {
    try (Shop shop = withOrders(10)) {
      shop.reloadEvery = Duration.ofDays(1);
      shop.sql("CREATE TABLE dbo.Sizes (Name nvarchar(20))");
      shop.sql("INSERT INTO dbo.Sizes VALUES (N'S'), (N'M')");
      shop.sql("CREATE TABLE dbo.Untracked (Id int NOT NULL PRIMARY KEY)");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.awaitSnapshot(tracker, SIZES, 1);

      assertThat(answer(tracker.reloadAll())).isTrue();

      assertThat(shop.hub.cursors(Shop.SOURCE)).allMatch(cursor -> holds(cursor, 2)).hasSize(2);
      shop.awaitSnapshot(tracker, ORDERS, 2);
      shop.awaitSnapshot(tracker, SIZES, 2);
      assertThat(snapshotRows(shop)).isEqualTo(24);
    }
  }

  @Test
  void whereThereIsNoTableAllOfThemAreNone() throws Exception {
    try (Shop shop = new Shop()) {
      assertThat(answer(shop.track("a").reloadAll())).isFalse();
    }
  }

  /** Or the wish would be taken for fulfilled by a snapshot of before it. */
  @Test
  void aSnapshotThatAnotherTrackerTookBeforeDoesNotCount() throws Exception {
    try (Shop shop = withOrders(10)) {
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, ORDERS, 1);
      assertThat(answer(a.reload(ORDERS))).isTrue();
      shop.awaitSnapshot(a, ORDERS, 2);
      a.close();
      assertThat(snapshotRows(shop)).isEqualTo(20);

      assertThat(answer(b.reload(ORDERS))).isTrue();

      Shop.await(() -> snapshotRows(shop) == 30, () -> b.state().toString());
    }
  }

  @Test
  void twoTrackersThatAreAskedTheSameAgree() throws Exception {
    try (Shop shop = withOrders(200)) {
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, ORDERS, 1);

      CompletableFuture<Boolean> one = a.reload(ORDERS);
      CompletableFuture<Boolean> other = b.reload(ORDERS);

      assertThat(answer(one)).isTrue();
      assertThat(answer(other)).isTrue();
      shop.awaitSnapshot(a, ORDERS, 2);
      shop.awaitSnapshot(b, ORDERS, 2);
      shop.sql("DELETE FROM dbo.Orders WHERE Id < 50");
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void aWishOfATrackerThatIsClosedIsRefused() throws Exception {
    try (Shop shop = withOrders(1)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.server.stop();
      CompletableFuture<Boolean> early = tracker.reload(ORDERS);
      tracker.close();

      for (CompletableFuture<Boolean> wish : java.util.List.of(early, tracker.reloadAll())) {
        assertThatThrownBy(() -> answer(wish))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(HubException.class)
            .hasMessageContaining("ask again when it runs");
      }
    }
  }

  @Test
  void aTrackerWhosePublisherHasDiedSaysSo() throws Exception {
    try (Shop shop = withOrders(1)) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.hub.die("another process publishes under the same tracker name");

      Shop.await(() -> tracker.state().error() != null, () -> tracker.state().toString());
      assertThat(String.valueOf(tracker.state().error()))
          .contains("another process publishes")
          .contains("new publisher");
      assertThat(Shop.state(tracker, ORDERS).phase()).isNotEqualTo(Phase.STOPPED);
    }
  }
}
