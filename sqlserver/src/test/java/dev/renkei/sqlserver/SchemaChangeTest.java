package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.hub.Cursor;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table is altered while it is tracked: old rows are right too (SEMANTICS 19 to 21). */
@Timeout(90)
class SchemaChangeTest {
  private static Shop withRows() throws Exception {
    Shop shop = Shop.withOrders();
    for (int i = 0; i < 20; i++) {
      shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'%d')".formatted(i, i));
    }
    return shop;
  }

  private static void awaitReload(Shop shop, Tracker tracker, String why) throws Exception {
    Shop.await(
        () -> String.valueOf(Shop.state(tracker, ORDERS).lastReload()).contains(why),
        () -> tracker.state().toString());
    shop.awaitMirror(ORDERS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE dbo.Orders ADD Extra int NOT NULL DEFAULT 5 | Extra was added with values",
        "ALTER TABLE dbo.Orders ADD Extra int NULL DEFAULT 5 WITH VALUES | Extra was added with",
        "ALTER TABLE dbo.Orders ADD Twice AS Id * 2 | Twice was added with values",
        "EXEC sp_rename 'dbo.Orders.Note', 'Remark', 'COLUMN' | Note was renamed to Remark",
        "ALTER TABLE dbo.Orders ALTER COLUMN Note int | column Note was nvarchar(50) and is int now",
      })
  void whatAltersStoredValuesIsLoadedAgain(String ddl, String why) throws Exception {
    try (Shop shop = withRows()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.sql(ddl);
      shop.sql("DELETE FROM dbo.Orders WHERE Id = 7"); // the read that meets a renamed column fails

      awaitReload(shop, tracker, why);
      shop.awaitSnapshot(tracker, ORDERS, 2);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE dbo.Orders ADD Extra int NULL",
        "ALTER TABLE dbo.Orders DROP COLUMN Note",
        "ALTER TABLE dbo.Orders ALTER COLUMN Note nvarchar(100)",
      })
  void whatLeavesStoredValuesAsTheyAreIsNotLoadedAgain(String ddl) throws Exception {
    try (Shop shop = withRows()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.sql(ddl);
      shop.sql("INSERT INTO dbo.Orders (Id) VALUES (100)");

      Shop.await(
          () -> Shop.show(Mirror.of(shop.hub, Shop.SOURCE, ORDERS)).size() == 21,
          () -> tracker.state().toString());
      assertThat(Shop.state(tracker, ORDERS).lastReload()).isNull();
      assertThat(Shop.state(tracker, ORDERS).snapshotsDone()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 300})
  void aComputedColumnWithAnotherExpressionIsLoadedAgain(int millisBetween) throws Exception {
    try (Shop shop = withRows()) {
      shop.sql("ALTER TABLE dbo.Orders ADD Twice AS Id * 2");
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);

      shop.sql("ALTER TABLE dbo.Orders DROP COLUMN Twice");
      Thread.sleep(millisBetween); // a poll may see the table without it, and publish no row so
      shop.sql("ALTER TABLE dbo.Orders ADD Twice AS Id * 20");

      awaitReload(shop, tracker, "Twice was added with values");
    }
  }

  @Test
  void anEmptyColumnUnderAUsedNameIsLoadedAgainSinceConsumersKeepTheOldOne() throws Exception {
    try (Shop shop = withRows()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.sql("ALTER TABLE dbo.Orders DROP COLUMN Note");
      shop.sql("INSERT INTO dbo.Orders (Id) VALUES (100)");
      Shop.await(
          () -> Shop.show(Mirror.of(shop.hub, Shop.SOURCE, ORDERS)).size() == 21,
          () -> tracker.state().toString());
      assertThat(Shop.state(tracker, ORDERS).lastReload()).isNull();

      shop.sql("ALTER TABLE dbo.Orders ADD Note nvarchar(50) NULL");
      shop.sql("INSERT INTO dbo.Orders (Id) VALUES (101)");

      awaitReload(shop, tracker, "column Note was dropped and added again");
    }
  }

  @Test
  void aNameIsKnownAsUsedThoughTheTableWentBackToAnEarlierSchema() throws Exception {
    try (Shop shop = withRows()) {
      Tracker tracker = shop.track("a");
      shop.awaitSnapshot(tracker, ORDERS, 1);
      shop.sql("ALTER TABLE dbo.Orders ADD Extra int NULL");
      shop.sql("INSERT INTO dbo.Orders (Id, Extra) VALUES (100, 5)");
      shop.awaitMirror(ORDERS);
      shop.sql("ALTER TABLE dbo.Orders DROP COLUMN Extra");
      shop.sql("INSERT INTO dbo.Orders (Id) VALUES (101)");
      Shop.await(
          () -> Shop.show(Mirror.of(shop.hub, Shop.SOURCE, ORDERS)).size() == 22,
          () -> tracker.state().toString());

      shop.sql("ALTER TABLE dbo.Orders ADD Extra int NULL");

      awaitReload(shop, tracker, "column Extra was dropped and added again");
    }
  }

  @Test
  void whatWasAlteredWhileNobodyLookedIsLoadedAgainOnceByOneOfTwo() throws Exception {
    try (Shop shop = withRows()) {
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      shop.awaitMirror(ORDERS);
      first.close();
      shop.sql("ALTER TABLE dbo.Orders ADD Extra int NOT NULL DEFAULT 5");

      Tracker a = shop.track("a");
      Tracker b = shop.track("b");

      shop.awaitSnapshot(a, ORDERS, 2);
      shop.awaitSnapshot(b, ORDERS, 2);
      shop.awaitMirror(ORDERS);
      assertThat(Shop.state(a, ORDERS).snapshotsDone()).isEqualTo(2);
      assertThat(Shop.state(b, ORDERS).snapshotsDone()).isEqualTo(2);
    }
  }

  @Test
  void aColumnThatIsNoLongerLeftOutIsLoadedOnceNoTrackerLeavesItOut() throws Exception {
    try (Shop shop = withRows()) {
      shop.excludedColumns = Set.of("Note");
      shop.takeOverAfter = Duration.ofSeconds(30);
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, ORDERS, 1);
      Shop.await(
          () -> shop.hub.cursors(Shop.SOURCE, ORDERS).size() == 2, () -> b.state().toString());

      a.close();
      shop.excludedColumns = Set.of();
      Tracker changed = shop.track("a");
      for (int i = 100; i < 120; i++) {
        shop.sql("INSERT INTO dbo.Orders VALUES (%d, N'%d')".formatted(i, i));
      }
      Shop.await(
          () ->
              shop.hub.cursors(Shop.SOURCE, ORDERS).stream().map(Cursor::config).distinct().count()
                  == 2,
          () -> changed.state().toString());
      assertThat(Shop.state(changed, ORDERS).lastReload())
          .as("the other one would go on leaving it out")
          .isNull();
      b.close();
      Tracker other = shop.track("b");

      shop.awaitMirror(ORDERS);
      shop.awaitSnapshot(changed, ORDERS, 2);
      shop.awaitSnapshot(other, ORDERS, 2);
    }
  }

  @Test
  void anotherFilterIsAppliedToRowsThatWereReadBefore() throws Exception {
    try (Shop shop = withRows()) {
      Tracker first = shop.track("a");
      shop.awaitSnapshot(first, ORDERS, 1);
      first.close();
      shop.where = "row.Id < 5";
      shop.filter = row -> row.value(0) instanceof Integer id && id < 5;

      Tracker second = shop.track("a");

      Shop.await(
          () -> Mirror.of(shop.hub, Shop.SOURCE, ORDERS).size() == 5,
          () -> second.state().toString());
      assertThat(String.valueOf(Shop.state(second, ORDERS).lastReload())).contains("`where`");
    }
  }
}
