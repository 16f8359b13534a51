package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.change.Where;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the warehouse promises, on real files. */
class DuckDbWarehouseTest {
  @TempDir private Path folder = Path.of("");
  private Path file = Path.of("");
  private DuckDbWarehouse warehouse;

  private static final class Hands extends Clock {
    private Instant now = Shop.NOON;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final Hands clock = new Hands();

  @BeforeEach
  void open() throws Exception {
    file = folder.resolve("shop.duckdb");
    warehouse = DuckDbWarehouse.open(file, Shop.options(clock));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  @AfterEach
  void close() throws Exception {
    warehouse.close();
  }

  private void apply(Change... changes) throws Exception {
    warehouse.apply(List.of(changes), Shop.STREAM, Map.of());
  }

  private List<String> stock() throws Exception {
    return Shop.rows(warehouse, "SELECT ProductID, Quantity FROM dbo.Stock ORDER BY 1");
  }

  private List<String> log() throws Exception {
    return Shop.rows(
        warehouse,
        "SELECT ProductID, _type, Quantity FROM dbo.Stock_changes ORDER BY _sequence, _key");
  }

  @Test
  void aChangeIsVisibleToQueriesAsSoonAsItIsApplied() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(2, 5, 20), Shop.update(1, 6, 9));

    assertThat(stock()).containsExactly("1,9", "2,20");
    assertThat(log()).containsExactly("1,U,10", "2,U,20", "1,U,9");
  }

  @Test
  void aDeletedKeyStaysDeletedWhenAnOlderChangeComesLate() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.delete(1, 9));
    warehouse.merge();

    apply(Shop.update(1, 7, 3));

    assertThat(stock()).isEmpty();
    assertThat(log()).containsExactly("1,U,10", "1,D,null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowThatLeavesItsFilterIsDeletedOnceAndOneThatWasNeverThereIsNotInTheLog(boolean merged)
      throws Exception {
    apply(Shop.update(1, 5, 10), Shop.left(2, 5), Shop.left(2, 6));
    if (merged) {
      warehouse.merge();
    }

    apply(Shop.left(1, 7), Shop.left(1, 8), Shop.left(2, 8), Shop.delete(3, 8));

    assertThat(stock()).isEmpty();
    assertThat(log()).containsExactly("1,U,10", "1,D,null", "3,D,null");
  }

  @Test
  void aRowThatLeftItsFilterStaysAwayFromOlderChangesAndComesBackWithANewerOne() throws Exception {
    apply(Shop.left(1, 5));

    apply(Shop.update(1, 4, 3));
    assertThat(stock()).isEmpty();
    apply(Shop.update(1, 6, 4), Shop.left(1, 7), Shop.update(1, 8, 5));

    assertThat(stock()).containsExactly("1,5");
    assertThat(log()).containsExactly("1,U,4", "1,D,null", "1,U,5");
  }

  @Test
  void changesThatAreHandedOverTwiceCountOnce() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11));
    warehouse.merge();

    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11), Shop.update(1, 7, 12));

    assertThat(log()).containsExactly("1,U,10", "1,U,11", "1,U,12");
  }

  @Test
  void anEqualSnapshotRowRaisesTheSequenceAndStaysOutOfTheLog() throws Exception {
    apply(Shop.update(1, 5, 10));

    apply(Shop.snapshotRow(1, 8, 1, 10), Shop.snapshotRow(2, 8, 1, 1));

    assertThat(log()).containsExactly("1,U,10", "2,R,1");
    assertThat(Shop.rows(warehouse, "SELECT _sequence FROM dbo.Stock WHERE ProductID = 1"))
        .containsExactly(Long.toUnsignedString(new Sequence(1, 8, 1).packed()));
  }

  @Test
  void aSnapshotRowAndAChangeOfOneKeyInOneBatchAreJudgedInOrder() throws Exception {
    apply(
        Shop.update(1, 5, 10),
        Shop.snapshotRow(1, 6, 1, 10),
        Shop.update(1, 7, 11),
        Shop.snapshotRow(1, 8, 1, 12));

    assertThat(log()).containsExactly("1,U,10", "1,U,11", "1,R,12");
    assertThat(stock()).containsExactly("1,12");
  }

  @Test
  void aSweepDeletesAsChangesWhatIsGoneAndDropsWhatComesFromBelow() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(2, 5, 20), Shop.snapshotRow(2, 8, 1, 20));

    long swept =
        warehouse.sweep(
            new Sweep(Shop.SOURCE, Shop.STOCK, 1, new Sequence(1, 8, 1), Shop.NOON.plusSeconds(8)),
            Shop.STREAM,
            Map.of(0, 7L));
    apply(Shop.update(3, 7, 30));

    assertThat(swept).isEqualTo(1);
    assertThat(stock()).containsExactly("2,20");
    assertThat(log()).contains("1,D,null");
    assertThat(Shop.rows(warehouse, "SELECT _message_id FROM dbo.Stock_changes WHERE _type = 'D'"))
        .containsExactly("shop/dbo.Stock/1/8/d1/[\"1\"]");
    assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, 7L));
    assertThat(warehouse.applied().belowFloor()).isEqualTo(1);
  }

  @Test
  void aSweepOfARangeOfKeysLeavesTheOthersAndRaisesNoFloor() throws Exception {
    apply(
        Shop.update(9, 5, 10),
        Shop.update(10, 5, 10),
        Shop.update(11, 5, 20),
        Shop.update(100, 5, 20),
        Shop.snapshotRow(10, 8, 1, 20));
    KeyRange range =
        new KeyRange(
            List.of(
                new KeyRange.Bound(0, KeyRange.Operator.AT_LEAST, true, 0, "10"),
                new KeyRange.Bound(0, KeyRange.Operator.LESS, true, 0, "100")));

    long swept =
        warehouse.sweep(
            new Sweep(
                Shop.SOURCE, Shop.STOCK, 1, new Sequence(1, 8, 1), Shop.NOON.plusSeconds(8), range),
            Shop.STREAM,
            Map.of(0, 7L));
    apply(Shop.update(3, 7, 30), Shop.update(11, 7, 99));

    assertThat(swept).isEqualTo(1);
    assertThat(stock()).containsExactlyInAnyOrder("9,10", "10,20", "100,20", "3,30");
    assertThat(log()).contains("11,D,null");
    assertThat(warehouse.applied().belowFloor()).isZero();
  }

  @Test
  void aSweepOfARangeComparesTimesAndTextAsKeysHaveThem() throws Exception {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Visits"),
            List.of(
                new Column("At", TypeKind.DATETIME2, 0, 0, 3, null, false, 1, false),
                new Column(
                    "Name", TypeKind.NVARCHAR, 20, 0, 0, "Japanese_CI_AS", false, 2, false)));
    warehouse.prepare(Shop.record(schema));
    List<Change> changes = new ArrayList<>();
    for (int day = 1; day <= 3; day++) {
      for (String name : List.of("It's", "\"連\"")) {
        changes.add(
            Shop.change(
                schema,
                ChangeType.INSERT,
                new Sequence(1, 5, 0),
                LocalDateTime.of(2024, 1, day, 0, 0),
                name));
      }
    }
    warehouse.apply(changes, Shop.STREAM, Map.of());

    for (String where :
        List.of(
            "[At] BETWEEN '2024-01-02' AND '2024-01-02T23:59:59.999' AND Name = N'\"連\"'",
            "[At] >= '2024-01-03' AND Name = 'IT''S'")) {
      warehouse.sweep(
          new Sweep(
              Shop.SOURCE,
              schema.table(),
              1,
              new Sequence(1, 8, 1),
              Shop.NOON,
              Where.parse(where).keyRange(schema).orElseThrow()),
          Shop.STREAM,
          Map.of());
    }

    assertThat(Shop.rows(warehouse, "SELECT day(\"At\") || ' ' || Name FROM dbo.Visits ORDER BY 1"))
        .containsExactly("1 \"連\"", "1 It's", "2 It's", "3 \"連\"");
  }

  @Test
  void aMessageOfAnUnknownKeyFromBeyondTheHorizonIsDiscarded() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.delete(1, 9), Shop.update(2, 9, 1));
    warehouse.merge();
    clock.now = clock.now.plus(Duration.ofDays(16));

    warehouse.purge();
    apply(Shop.update(1, 7, 3), Shop.update(1, 12, 4));

    assertThat(log()).containsExactly("1,U,10", "1,D,null", "2,U,1", "1,U,4");
    reopen();
    apply(Shop.update(5, 8, 3));
    assertThat(stock()).containsExactly("1,4", "2,1");
  }

  private void reopen() throws Exception {
    warehouse.close();
    warehouse = DuckDbWarehouse.open(file, Shop.options(clock));
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  @Test
  void thePastIsAsItWas() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11), Shop.delete(1, 7));

    assertThat(Shop.rows(warehouse, "SELECT Quantity FROM dbo.Stock_as_of('2026-01-01 12:00:06Z')"))
        .containsExactly("11");
    assertThat(Shop.rows(warehouse, "SELECT Quantity FROM dbo.Stock_as_of('2026-01-01 12:00:07Z')"))
        .isEmpty();
  }

  @Test
  void allComesBackAfterARestart() throws Exception {
    warehouse.apply(List.of(Shop.update(1, 5, 10)), Shop.STREAM, Map.of(0, 3L, 1, 4L));

    reopen();

    assertThat(stock()).containsExactly("1,10");
    assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, 3L, 1, 4L));
    assertThat(warehouse.streams()).containsExactly(Shop.STREAM);
  }

  @Test
  void aStreamToldWithoutPositionsIsKnownAlsoAfterwards() throws Exception {
    warehouse.apply(List.of(), "unordered/1", Map.of());
    warehouse.apply(List.of(), "unordered/1", Map.of());
    warehouse.apply(List.of(), Shop.STREAM, Map.of(0, 3L));

    assertThat(warehouse.streams()).containsExactly(Shop.STREAM, "unordered/1");
    assertThat(warehouse.positions("unordered/1")).isEmpty();
    reopen();
    assertThat(warehouse.streams()).containsExactly(Shop.STREAM, "unordered/1");
  }

  @Test
  void aChangeThatDoesNotFitIsNamedAndNothingIsApplied() throws Exception {
    Change wrong =
        Shop.change(Shop.SCHEMA, ChangeType.UPDATE, new Sequence(1, 6, 0), 2, "not a number");

    assertThatThrownBy(() -> apply(Shop.update(1, 5, 10), wrong))
        .isInstanceOfSatisfying(
            ChangeRefusedException.class, e -> assertThat(e.change()).isSameAs(wrong))
        .hasMessageContaining("dbo.Stock")
        .hasMessageContaining("Quantity")
        .hasMessageNotContaining("not a number");
    assertThat(stock()).isEmpty();
    apply(Shop.update(1, 5, 10));
    assertThat(stock()).containsExactly("1,10");
  }

  @Test
  void columnsAreAddedWidenedAndKept() throws Exception {
    apply(Shop.update(1, 5, 10));
    TableSchema wider =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.BIGINT),
                Shop.plain("Shelf", TypeKind.NVARCHAR),
                Shop.plain("Quantity", TypeKind.BIGINT)));
    TableSchema dropped =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.BIGINT), Shop.plain("Shelf", TypeKind.NVARCHAR)));
    warehouse.prepare(Shop.record(wider));
    apply(Shop.change(wider, ChangeType.UPDATE, new Sequence(1, 6, 0), 2L, "A", 5_000_000_000L));
    warehouse.prepare(Shop.record(dropped));

    apply(Shop.change(dropped, ChangeType.UPDATE, new Sequence(1, 7, 0), 1L, "B"));

    assertThat(Shop.rows(warehouse, "SELECT ProductID, Quantity, Shelf FROM dbo.Stock ORDER BY 1"))
        .containsExactly("1,10,B", "2,5000000000,A");
    apply(Shop.update(3, 8, 7));
    assertThat(stock()).contains("3,7");
  }

  @Test
  void namesThatNeedQuotesAndOnesThatAreTaken() throws Exception {
    TableName name = new TableName("営業 部", "Order \"Details\"");
    TableSchema schema =
        new TableSchema(
            name,
            List.of(
                Shop.key("select", TypeKind.INT),
                Shop.plain("数量 ]x'", TypeKind.INT),
                Shop.plain("_Sequence", TypeKind.INT)));
    warehouse.prepare(Shop.record(schema));

    apply(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), 1, 2, 3));
    warehouse.merge();

    assertThat(
            Shop.rows(
                warehouse,
                "SELECT \"select\", \"数量 ]x'\", \"_Sequence_\" FROM \"営業 部\".\"Order \"\"Details\"\"\""))
        .containsExactly("1,2,3");
  }

  @Test
  void aTableWhoseNameIsAnotherOnesLogIsRefused() {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "stock_CHANGES"), List.of(Shop.key("Id", TypeKind.INT)));

    assertThatThrownBy(() -> warehouse.prepare(Shop.record(schema)))
        .isInstanceOf(SchemaRefusedException.class)
        .hasMessageContaining("dbo.stock_CHANGES")
        .hasMessageContaining("taken by dbo.Stock");
  }

  @Test
  void aSecondWriterIsRefusedWithAWayOut() {
    assertThatThrownBy(() -> DuckDbWarehouse.open(file, Shop.options()))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("another process writes this warehouse")
        .hasMessageContaining("renkei query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO _renkei.positions VALUES ('x', 1, 1)",
        "DROP VIEW dbo.Stock",
        "SELECT 1; DROP VIEW dbo.Stock",
        "CREATE TABLE t(i INTEGER)",
        "SET threads = 1",
        "COMMIT",
        "COPY dbo.Stock TO 'stock.csv'",
        "ATTACH 'other.duckdb'",
        "CHECKPOINT"
      })
  void onlyQueriesAreAnswered(String sql) {
    assertThatThrownBy(() -> warehouse.query(sql, 10))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("only a query");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DESCRIBE dbo.Stock",
        "SHOW ALL TABLES",
        "FROM dbo.Stock",
        "SUMMARIZE dbo.Stock",
        "WITH s AS (SELECT 1) SELECT * FROM s"
      })
  void whatOnlyReadsIsAnswered(String sql) throws Exception {
    assertThat(warehouse.query(sql, 10).columns()).isNotEmpty();
  }

  @Test
  void aQueryCannotReadFilesOfTheMachine() {
    assertThatThrownBy(() -> warehouse.query("SELECT * FROM read_text('/etc/hostname')", 10))
        .isInstanceOf(WarehouseException.class)
        .hasMessageContaining("disabled");
  }

  @Test
  void aLongAnswerIsCutAndSaysSo() throws Exception {
    QueryResult result = warehouse.query("SELECT * FROM range(1000000000)", 3);

    assertThat(result.rows()).hasSize(3);
    assertThat(result.truncated()).isTrue();
    assertThat(warehouse.query("SELECT * FROM range(3)", 3).truncated()).isFalse();
  }

  @Test
  void valuesAreRenderedAsTheDatabaseDoes() throws Exception {
    assertThat(
            Shop.rows(
                warehouse,
                "SELECT timestamptz '2024-01-01 00:00:00.5+09', timestamp '0001-01-01 00:00:00', time '10:00:00', date '0001-01-01', 1.50, true, blob 'x\\xFF', [1, 2]"))
        .containsExactly(
            "2023-12-31 15:00:00.5+00,0001-01-01 00:00:00,10:00:00,0001-01-01,1.50,true,x\\xFF,[1, 2]");
  }

  @Test
  void aWrongQueryIsNamed() {
    assertThatThrownBy(() -> warehouse.query("SELEC 1", 3)).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> warehouse.query("SELECT nothing FROM dbo.Stock", 3))
        .hasMessageContaining("nothing");
  }

  @Test
  void queriesGoOnWhileAnotherThreadLoads() throws Exception {
    Thread loading =
        new Thread(
            () -> {
              try {
                for (int version = 1; version <= 60; version++) {
                  apply(Shop.update(1, version, version), Shop.update(2, version, version));
                  if (version % 20 == 0) {
                    warehouse.merge();
                    warehouse.checkpoint();
                  }
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    loading.start();
    while (loading.isAlive()) {
      // Both rows of one batch, or none: each batch is seen whole.
      assertThat(Shop.rows(warehouse, "SELECT count(DISTINCT Quantity) FROM dbo.Stock"))
          .first()
          .isIn("0", "1");
    }
    loading.join();
    assertThat(stock()).containsExactly("1,60", "2,60");
  }

  @Test
  void aTableWithoutAKeyIsKnownByHashAndOccurrence() throws Exception {
    TableSchema sizes =
        new TableSchema(
            new TableName("dbo", "Sizes"), List.of(Shop.plain("Size", TypeKind.NVARCHAR)));
    warehouse.prepare(Shop.record(sizes));
    for (long occurrence = 1; occurrence <= 2; occurrence++) {
      List<Object> key = List.of("ab".repeat(32), occurrence);
      warehouse.apply(
          List.of(
              new Change(
                  Shop.SOURCE,
                  sizes.table(),
                  ChangeType.SNAPSHOT_ROW,
                  new Sequence(1, 5, 1),
                  Shop.record(sizes).schemaId(),
                  dev.renkei.core.change.KeyFolding.of(sizes).fold(key),
                  List.copyOf(key),
                  new dev.renkei.core.change.Row(sizes, new Object[] {"L"}),
                  null,
                  null,
                  new Change.Poll(Shop.NOON, Shop.NOON, Duration.ofSeconds(1)))),
          Shop.STREAM,
          Map.of());
    }

    assertThat(Shop.rows(warehouse, "SELECT Size FROM dbo.Sizes")).containsExactly("L", "L");
  }

  @Test
  void columnsOfAKeyMayBeSeveral() throws Exception {
    Column first = new Column("A", TypeKind.INT, 0, 0, 0, null, false, 1, false);
    Column second = new Column("B", TypeKind.INT, 0, 0, 0, null, false, 2, false);
    TableSchema pairs = new TableSchema(new TableName("dbo", "Pairs"), List.of(second, first));
    warehouse.prepare(Shop.record(pairs));
    apply(
        Shop.change(pairs, ChangeType.INSERT, new Sequence(1, 5, 0), 1, 23),
        Shop.change(pairs, ChangeType.INSERT, new Sequence(1, 5, 0), 23, 1));

    apply(Shop.change(pairs, ChangeType.DELETE, new Sequence(1, 6, 0), 1, 23));

    assertThat(Shop.rows(warehouse, "SELECT A, B FROM dbo.Pairs")).containsExactly("1,23");
    assertThat(Shop.rows(warehouse, "SELECT A, B FROM dbo.Pairs_changes WHERE _type = 'D'"))
        .containsExactly("23,1");
  }
}
