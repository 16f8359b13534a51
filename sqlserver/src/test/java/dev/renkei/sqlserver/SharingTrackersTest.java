package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.TrackerState.Table;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trackers of which each has tables of its own, which may move (SEMANTICS 15). */
@Timeout(90)
class SharingTrackersTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");

  private final SharedTables shares = new SharedTables();

  private Shop shop() throws Exception {
    Shop shop =
        new Shop(
            "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Note nvarchar(50))",
            "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING",
            "CREATE TABLE dbo.Stock (Id int NOT NULL PRIMARY KEY, Quantity int)",
            "ALTER TABLE dbo.Stock ENABLE CHANGE_TRACKING");
    shop.shares = shares;
    return shop;
  }

  private static void insert(Shop shop, int from, int to) throws Exception {
    StringBuilder sql = new StringBuilder("BEGIN TRAN\n");
    for (int i = from; i < to; i++) {
      sql.append("INSERT INTO dbo.Orders (Id, Note) VALUES (%d, N'note %d')\n".formatted(i, i));
    }
    shop.sql(sql.append("COMMIT").toString());
  }

  private static boolean has(Tracker tracker, TableName table) {
    return tracker.state().tables().stream().map(Table::table).anyMatch(table::equals);
  }

  private static long snapshotRows(Shop shop) {
    return shop.hub.shown().stream()
        .filter(m -> m.attributes().type() == ChangeType.SNAPSHOT_ROW)
        .count();
  }

  @Test
  void eachTrackerReadsItsOwnTablesOnly() throws Exception {
    try (Shop shop = shop()) {
      insert(shop, 0, 100);
      shares.give(ORDERS, "a");
      shares.give(STOCK, "b");
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");

      shop.awaitSnapshot(a, ORDERS, 1);
      shop.awaitSnapshot(b, STOCK, 1);
      shop.sql("INSERT INTO dbo.Stock VALUES (1, 1)");
      insert(shop, 100, 120);

      shop.awaitMirror(ORDERS, STOCK);
      assertThat(a.state().tables()).extracting(Table::table).containsExactly(ORDERS);
      assertThat(b.state().tables()).extracting(Table::table).containsExactly(STOCK);
      assertThat(snapshotRows(shop)).isEqualTo(100);
    }
  }

  @Test
  void aTableThatMovesGoesOnAtItsLastCursorWithoutASnapshot() throws Exception {
    try (Shop shop = shop()) {
      insert(shop, 0, 100);
      shares.give(ORDERS, "a");
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);
      for (int i = 0; i < 10; i++) {
        insert(shop, 100 + i * 30, 130 + i * 30);
        shop.sql("DELETE FROM dbo.Orders WHERE Id = " + i);

        shares.give(ORDERS, i % 2 == 0 ? "b" : "a");
      }

      shop.awaitMirror(ORDERS);
      Shop.await(() -> has(a, ORDERS) && !has(b, ORDERS), () -> a.state() + " " + b.state());
      assertThat(Shop.state(a, ORDERS).snapshotsDone()).isEqualTo(1);
      assertThat(snapshotRows(shop)).isEqualTo(100);
    }
  }

  @Test
  void aSnapshotUnderWayIsGivenUpWithItsTableAndTakenByWhoeverGetsIt() throws Exception {
    try (Shop shop = shop()) {
      shop.maxRowsPerSecond = 1000;
      insert(shop, 0, 3000);
      shares.give(ORDERS, "a");
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      Shop.await(() -> Shop.state(a, ORDERS).snapshotRows() > 300, () -> a.state().toString());

      shares.give(ORDERS, "b");
      insert(shop, 3000, 3010);

      Shop.await(() -> Shop.state(b, ORDERS).snapshotsDone() > 0, () -> b.state().toString());
      shop.awaitMirror(ORDERS);
      assertThat(a.state().tables()).isEmpty();
    }
  }

  @Test
  void aReloadIsTheTablesOwnTrackersAndOfWhoeverGetsTheTableBeforeItIsWrittenDown()
      throws Exception {
    try (Shop shop = shop()) {
      insert(shop, 0, 100);
      shares.give(ORDERS, "a");
      Tracker a = shop.track("a");
      Tracker b = shop.track("b");
      shop.awaitSnapshot(a, ORDERS, 1);

      assertThat(b.reload(ORDERS).get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(snapshotRows(shop)).isEqualTo(100);
      shares.give(ORDERS, "b");

      shop.awaitSnapshot(b, ORDERS, 2);
      shares.give(ORDERS, "a");
      shares.give(ORDERS, "b");
      insert(shop, 100, 101);
      shop.awaitMirror(ORDERS);
      assertThat(snapshotRows(shop)).isEqualTo(200);
    }
  }
}
