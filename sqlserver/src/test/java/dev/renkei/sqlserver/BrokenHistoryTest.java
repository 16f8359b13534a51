package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.TableSettings.OnHistoryLost;
import dev.renkei.core.hub.Cursor;
import dev.renkei.sqlserver.TrackerState.Phase;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The source goes back in time, or is another one: everything is loaded again, under an epoch. */
@Timeout(90)
class BrokenHistoryTest {
  private static void insert(Shop shop, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'note %d')".formatted(i, i));
    }
  }

  private static void awaitEpoch(Shop shop, Tracker tracker, int epoch) throws Exception {
    Shop.await(
        () ->
            shop.hub.cursors(Shop.SOURCE, ORDERS).stream()
                .anyMatch(
                    c ->
                        c.tracker().equals(tracker.state().tracker())
                            && c.epoch() == epoch
                            && c.snapshot() == null),
        () -> shop.hub.cursors(Shop.SOURCE, ORDERS) + " " + tracker.state());
  }

  @Test
  void aRestoredDatabaseIsLoadedAgainThoughItsVersionsOvertookTheCursor() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      insert(shop, 0, 10);
      shop.server.backup("Shop", "copy");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      insert(shop, 10, 20);
      shop.awaitMirror(ORDERS);

      shop.server.restore("Shop", "copy");
      insert(shop, 30, 60);

      awaitEpoch(shop, tracker, 2);
      shop.awaitMirror(ORDERS);
      assertThat(String.valueOf(Shop.state(tracker, ORDERS).lastReload())).contains("restored");
    }
  }

  @Test
  void aDatabaseThatWasRestoredWhileNobodyLookedIsLoadedAgain() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      insert(shop, 0, 10);
      shop.server.backup("Shop", "copy");
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      insert(shop, 10, 20);
      shop.awaitMirror(ORDERS);
      first.close();
      shop.server.restore("Shop", "copy");
      insert(shop, 30, 60);

      Tracker second = shop.track("a");

      awaitEpoch(shop, second, 2);
      shop.awaitMirror(ORDERS);
    }
  }

  @Test
  void twoTrackersAgreeOnTheEpochsOfTwoRestores() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      insert(shop, 0, 10);
      shop.server.backup("Shop", "copy");
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, ORDERS, 1);

      for (int restore = 1; restore <= 2; restore++) {
        insert(shop, 10 * restore, 10 * restore + 5);
        shop.awaitMirror(ORDERS);
        shop.server.restore("Shop", "copy");
        insert(shop, 30 * restore, 30 * restore + 8);
        awaitEpoch(shop, a, restore + 1);
        awaitEpoch(shop, b, restore + 1);
        shop.awaitMirror(ORDERS);
      }
    }
  }

  @Test
  void aTrackerThatReachesAnEarlierDatabasePublishesNothingAndSaysWhy() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      insert(shop, 0, 5);
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      first.close();
      int before = shop.hub.shown().size();
      shop.hub.claim(Shop.SOURCE + "/epoch/2", "b", "00000000-0000-0000-0000-000000000002");

      Tracker second = shop.track("a");
      insert(shop, 5, 10);

      Shop.await(
          () -> String.valueOf(second.state().error()).contains("older history"),
          () -> second.state().toString());
      assertThat(String.valueOf(second.state().error())).contains("source.sqlserver.host");
      assertThat(shop.hub.shown()).hasSize(before);
    }
  }

  @Test
  void aRestoreStopsATableWhereToldToUntilAReload() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      shop.onHistoryLost = OnHistoryLost.STOP;
      insert(shop, 0, 10);
      shop.server.backup("Shop", "copy");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      insert(shop, 10, 20);
      shop.awaitMirror(ORDERS);
      int before = shop.hub.shown().size();

      shop.server.restore("Shop", "copy");
      insert(shop, 30, 60);

      Shop.await(
          () -> Shop.state(tracker, ORDERS).phase() == Phase.STOPPED,
          () -> tracker.state().toString());
      assertThat(shop.hub.shown()).hasSize(before);
      assertThat(String.valueOf(Shop.state(tracker, ORDERS).problem()))
          .contains("restored")
          .contains("renkei reload dbo.Orders");

      assertThat(tracker.reload(ORDERS).get(20, TimeUnit.SECONDS)).isTrue();
      shop.awaitMirror(ORDERS);
      assertThat(shop.hub.cursors(Shop.SOURCE, ORDERS))
          .extracting(Cursor::epoch)
          .containsExactly(2);
    }
  }

  @Test
  void truncateAndSwitchingOffAreToldApart() throws Exception {
    try (Shop shop = Shop.withOrders()) {
      insert(shop, 0, 10);
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.sql("TRUNCATE TABLE dbo.Orders");
      insert(shop, 3, 6);
      shop.awaitSnapshot(tracker, ORDERS, 2);
      assertThat(String.valueOf(Shop.state(tracker, ORDERS).lastReload()))
          .contains("was truncated");

      shop.sql("ALTER TABLE dbo.Orders DISABLE CHANGE_TRACKING");
      Shop.await(
          () -> String.valueOf(Shop.state(tracker, ORDERS).problem()).contains("off"),
          () -> tracker.state().toString());
      shop.sql("DELETE FROM dbo.Orders WHERE Id = 4");
      shop.sql("ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING");
      shop.awaitSnapshot(tracker, ORDERS, 3);
      assertThat(String.valueOf(Shop.state(tracker, ORDERS).lastReload()))
          .contains("switched off and on again");
      shop.awaitMirror(ORDERS);
    }
  }
}
