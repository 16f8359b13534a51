package dev.renkei.sqlserver;

import static dev.renkei.sqlserver.Shop.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.RowKey;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.source.SourceRows;
import dev.renkei.core.source.SourceRows.ReadRow;
import dev.renkei.core.source.SourceRows.Standing;
import dev.renkei.core.source.SourceRowsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a comparison reads of the source. */
@Timeout(90)
class SqlServerRowsTest {
  private static SourceRows open(Shop shop, int rowsPerSecond) {
    TrackerOptions options = shop.options("a");
    return new SqlServerRows(
        options.source(), options.tables(), shop.filter, "renkei verify", rowsPerSecond);
  }

  private static void fill(Shop shop, int rows) throws Exception {
    StringBuilder sql = new StringBuilder("BEGIN TRAN\n");
    for (int i = 0; i < rows; i++) {
      sql.append("INSERT INTO dbo.Orders VALUES (%d, N'note %d')\n".formatted(i, i));
    }
    shop.sql(sql.append("COMMIT").toString());
  }

  private static List<String> all(SourceRows rows, Standing table) throws Exception {
    List<String> keys = new ArrayList<>();
    rows.all(table, some -> some.forEach(row -> keys.add(text(row))));
    return keys;
  }

  private static String text(ReadRow row) {
    return row.key().folded() + row.keyValues() + row.row().value(1);
  }

  private static RowKey key(int id) {
    return new RowKey("[\"" + id + "\"]");
  }

  @Test
  void readsWholeTablesInTheOrderOfTheirKeyChunkByChunk() throws Exception {
    try (Shop shop = Shop.withOrders();
        SourceRows rows = open(shop, 30)) {
      fill(shop, 50);

      assertThat(all(rows, rows.look(ORDERS)))
          .containsExactlyElementsOf(
              IntStream.range(0, 50)
                  .mapToObj(i -> "[\"%1$d\"][%1$d]note %1$d".formatted(i))
                  .toList());
      shop.sql("DELETE FROM dbo.Orders");
      assertThat(all(rows, rows.look(ORDERS))).isEmpty();
    }
  }

  @Test
  void readsRowsByTheirKeysAndTellsWhichHaveChanged() throws Exception {
    try (Shop shop = Shop.withOrders();
        SourceRows rows = open(shop, 10_000)) {
      fill(shop, 300);
      Standing before = rows.look(ORDERS);
      shop.sql("UPDATE dbo.Orders SET Note = N'new' WHERE Id = 7");
      shop.sql("DELETE FROM dbo.Orders WHERE Id = 8");
      shop.sql("INSERT INTO dbo.Orders VALUES (1000, N'more')");
      List<RowKey> keys = IntStream.range(5, 250).mapToObj(SqlServerRowsTest::key).toList();

      List<RowKey> found = new ArrayList<>();
      rows.some(before, keys, some -> some.forEach(row -> found.add(row.key())));

      assertThat(found).hasSize(244).doesNotContain(key(8)).contains(key(7));
      assertThat(rows.changed(before, before.version(), keys)).isEqualTo(Set.of(key(7), key(8)));
      assertThat(rows.changed(before, before.version(), List.of(key(1000), key(1))))
          .isEqualTo(Set.of(key(1000)));
      assertThat(rows.changed(before, rows.look(ORDERS).version(), keys)).isEmpty();
    }
  }

  @Test
  void keysOfManyTypesAreFoundAgainByWhatTheyFoldTo() throws Exception {
    TableName name = new TableName("dbo", "Keys");
    try (Shop shop =
            new Shop(
                """
                CREATE TABLE dbo.Keys (
                  A nvarchar(20) COLLATE Japanese_CI_AS NOT NULL, B datetime2 NOT NULL, C decimal(9,2) NOT NULL,
                  D uniqueidentifier NOT NULL, E varbinary(8) NOT NULL, F date NOT NULL, G bigint NOT NULL,
                  PRIMARY KEY (A, B, C, D, E, F, G))""",
                "ALTER TABLE dbo.Keys ENABLE CHANGE_TRACKING",
                """
                INSERT INTO dbo.Keys VALUES (N'It''s Åb]', '2024-02-29T01:02:03.1234567', 1.50,
                  '6F9619FF-8B86-D011-B42D-00C04FC964FF', 0x0102, '2024-02-29', -5)""");
        SourceRows rows = open(shop, 10_000)) {
      Standing table = rows.look(name);
      List<RowKey> keys = new ArrayList<>();
      rows.all(table, some -> some.forEach(row -> keys.add(row.key())));

      List<RowKey> again = new ArrayList<>();
      rows.some(table, keys, some -> some.forEach(row -> again.add(row.key())));

      assertThat(again).hasSize(1).isEqualTo(keys);
      assertThat(rows.changed(table, 0, keys)).isEqualTo(Set.copyOf(keys));
    }
  }

  @Test
  void readsAsTrackersDoWithoutColumnsThatAreLeftOutAndRowsThatTheFilterRefuses() throws Exception {
    try (Shop shop =
        new Shop(
            "CREATE TABLE dbo.Orders (Id int NOT NULL PRIMARY KEY, Secret int, Note nvarchar(50))",
            "ALTER TABLE dbo.Orders ENABLE CHANGE_TRACKING",
            "INSERT INTO dbo.Orders VALUES (1, 1, N'a'), (2, 1, N'draft'), (3, 1, N'c')")) {
      shop.excludedColumns = Set.of("secret");
      shop.filter = row -> !"draft".equals(row.value(1));
      try (SourceRows rows = open(shop, 10_000)) {
        Standing table = rows.look(ORDERS);

        assertThat(table.schema().columns()).hasSize(2);
        assertThat(all(rows, table)).containsExactly("[\"1\"][1]a", "[\"3\"][3]c");
      }
    }
  }

  @Test
  void seesThatATableIsAnotherByNow() throws Exception {
    try (Shop shop = Shop.withOrders();
        SourceRows rows = open(shop, 10_000)) {
      fill(shop, 3);
      Standing before = rows.look(ORDERS);
      fill2(shop);
      assertThat(before.isSameTable(rows.look(ORDERS))).isTrue();

      shop.sql("ALTER TABLE dbo.Orders ADD Extra int");
      assertThat(before.isSameTable(rows.look(ORDERS))).isFalse();
      assertThat(before.isSameTable(rows.look(ORDERS))).isFalse();
      shop.sql("TRUNCATE TABLE dbo.Orders");
      assertThatThrownBy(() -> rows.changed(before, before.version(), List.of(key(1))))
          .isInstanceOf(SourceRowsException.class)
          .hasMessageContaining("dbo.Orders cannot be compared to the end");
    }
  }

  private static void fill2(Shop shop) throws Exception {
    shop.sql("INSERT INTO dbo.Orders VALUES (100, N'more')");
  }

  @Test
  void refusesWithASentenceWhatCannotBeCompared() throws Exception {
    try (Shop shop =
            new Shop(
                "CREATE TABLE dbo.Heap (Id int NOT NULL)",
                "CREATE TABLE dbo.Quiet (Id int NOT NULL PRIMARY KEY)");
        SourceRows rows = open(shop, 10_000)) {
      assertRefused(rows, "Heap", "it has no primary key");
      assertRefused(rows, "Quiet", "Change Tracking is off for it");
      assertRefused(rows, "Nothing", "no such table");
    }
  }

  private static void assertRefused(SourceRows rows, String table, String why) {
    assertThatThrownBy(() -> rows.look(new TableName("dbo", table)))
        .isInstanceOfSatisfying(SourceRowsException.class, e -> assertThat(e.isRefused()).isTrue())
        .hasMessageContaining("dbo." + table + " cannot be compared")
        .hasMessageContaining(why);
  }
}
