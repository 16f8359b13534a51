package dev.renkei.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.KeyRange;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.change.Where;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.SchemaRefusedException;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.QueryResult;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every warehouse promises, whoever's it is (SEMANTICS 10, 11, 18, 22 to 25). A test's
 * warehouse is new, and holds the stock of a {@link Shop}.
 */
public abstract class WarehouseContract<W extends Warehouse> {
  private static final Pattern TABLE = Pattern.compile("\\{(\\w+)}");

  protected final Hands clock = new Hands();
  protected W warehouse;

  /** Opens the test's warehouse, the first time or again. */
  protected abstract W open(Clock at) throws Exception;

  /** What a query calls a table of the schema {@code dbo}, its log or another view of it. */
  protected abstract String table(String name);

  /** What a query calls a table as it was at a time. */
  protected abstract String asOf(String name, String instant);

  /** A name in quotes. */
  protected abstract String quoted(String name);

  /** Something that a query reads as so many rows. */
  protected abstract String numbers(int count);

  /** Brings what has arrived to where it stays, where that is another place. */
  protected void settle(W of) throws Exception {}

  /** Forgets what is beyond the horizon, now. */
  protected abstract void forget(W of) throws Exception;

  @BeforeEach
  void openTheFirstTime() throws Exception {
    warehouse = open(clock);
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  @AfterEach
  void close() throws Exception {
    warehouse.close();
  }

  protected final void reopen() throws Exception {
    warehouse.close();
    openTheFirstTime();
  }

  protected final void apply(Change... changes) throws Exception {
    warehouse.apply(List.of(changes), Shop.STREAM, Map.of());
    clock.now = clock.now.plusMillis(1);
  }

  private String sql(String query) {
    return TABLE.matcher(query).replaceAll(name -> table(name.group(1)));
  }

  /** The answer to a query in which tables stand as {@code {Stock}}. */
  protected final List<String> rows(String query) throws WarehouseException {
    return Shop.rows(warehouse, sql(query));
  }

  protected final List<String> stock() throws Exception {
    return rows("SELECT ProductID, Quantity FROM {Stock} ORDER BY 1");
  }

  protected final List<String> log() throws Exception {
    return rows("SELECT ProductID, _type, Quantity FROM {Stock_changes} ORDER BY _sequence, _key");
  }

  private static Sweep sweep(long version, int snapshot) {
    return new Sweep(
        Shop.SOURCE,
        Shop.STOCK,
        snapshot,
        new Sequence(1, version, snapshot),
        Shop.NOON.plusSeconds(version));
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
    settle(warehouse);

    apply(Shop.update(1, 7, 3));

    assertThat(stock()).isEmpty();
    assertThat(log()).contains("1,U,10", "1,D,null").doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRowThatLeavesItsFilterIsDeletedOnceAndOneThatWasNeverThereIsNotInTheLog(boolean merged)
      throws Exception {
    apply(Shop.update(1, 5, 10), Shop.left(2, 5), Shop.left(2, 6));
    if (merged) {
      settle(warehouse);
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
    // A log that keeps no state may also hold what came late (SEMANTICS 10).
    assertThat(log()).endsWith("1,U,4", "1,D,null", "1,U,5");
  }

  @Test
  void changesThatAreHandedOverTwiceCountOnce() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11));
    settle(warehouse);

    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11), Shop.update(1, 7, 12));

    assertThat(log()).containsExactly("1,U,10", "1,U,11", "1,U,12");
  }

  @Test
  void anEqualSnapshotRowRaisesTheSequenceAndStaysOutOfTheLog() throws Exception {
    apply(Shop.update(1, 5, 10));

    apply(Shop.snapshotRow(1, 8, 1, 10), Shop.snapshotRow(2, 8, 1, 1));

    assertThat(log()).containsExactly("1,U,10", "2,R,1");
    assertThat(rows("SELECT _sequence FROM {Stock} WHERE ProductID = 1"))
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
    assertThat(rows("SELECT _message_id FROM {Stock_changes} WHERE _type = 'D'"))
        .containsExactly("shop/dbo.Stock/1/8/d1/[\"1\"]");
    assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, 7L));
    reopen();
    apply(Shop.update(4, 7, 30));
    assertThat(stock()).containsExactly("2,20");
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

    assertThat(rows("SELECT EXTRACT(DAY FROM %s), Name FROM {Visits}".formatted(quoted("At"))))
        .containsExactlyInAnyOrder("1,\"連\"", "1,It's", "2,It's", "3,\"連\"");
  }

  @Test
  void aMessageOfAnUnknownKeyFromBeyondTheHorizonIsDiscarded() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.delete(1, 9), Shop.update(2, 9, 1));
    settle(warehouse);
    clock.now = clock.now.plus(Duration.ofDays(16));

    forget(warehouse);
    apply(Shop.update(1, 7, 3), Shop.update(1, 12, 4));

    assertThat(log()).containsExactly("1,U,10", "1,D,null", "2,U,1", "1,U,4");
    reopen();
    apply(Shop.update(5, 8, 3));
    assertThat(stock()).containsExactly("1,4", "2,1");
  }

  @Test
  void thePastIsAsItWas() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(1, 6, 11), Shop.delete(1, 7));

    assertThat(rows("SELECT Quantity FROM " + asOf("Stock", "2026-01-01 12:00:06Z")))
        .containsExactly("11");
    assertThat(rows("SELECT Quantity FROM " + asOf("Stock", "2026-01-01 12:00:07Z"))).isEmpty();
  }

  @Test
  void allComesBackAfterARestart() throws Exception {
    warehouse.apply(List.of(Shop.update(1, 5, 10)), Shop.STREAM, Map.of(0, 3L, 1, 4L));
    warehouse.apply(List.of(), Shop.STREAM, Map.of(0, 5L));

    reopen();

    assertThat(stock()).containsExactly("1,10");
    assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, 5L, 1, 4L));
    assertThat(warehouse.positions("other")).isEmpty();
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

    apply(
        Shop.change(dropped, ChangeType.UPDATE, new Sequence(1, 7, 0), 1L, "B"),
        Shop.change(dropped, ChangeType.UPDATE, new Sequence(1, 8, 0), 1L, "C"));

    assertThat(rows("SELECT ProductID, Quantity, Shelf FROM {Stock} ORDER BY 1"))
        .containsExactly("1,10,C", "2,5000000000,A");
    apply(Shop.update(3, 8, 7));
    assertThat(stock()).contains("3,7");
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
  void aLongAnswerIsCutAndSaysSo() throws Exception {
    QueryResult result = warehouse.query("SELECT * FROM " + numbers(100_000), 3);

    assertThat(result.rows()).hasSize(3);
    assertThat(result.truncated()).isTrue();
    assertThat(warehouse.query("SELECT * FROM " + numbers(3), 3).truncated()).isFalse();
  }

  @Test
  void aWrongQueryIsNamed() {
    assertThatThrownBy(() -> warehouse.query(sql("SELECT nothing FROM {Stock}"), 3))
        .hasMessageContaining("nothing");
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
                  KeyFolding.of(sizes).fold(key),
                  List.copyOf(key),
                  new Row(sizes, new Object[] {"L"}),
                  null,
                  null,
                  new Change.Poll(Shop.NOON, Shop.NOON, Duration.ofSeconds(1)))),
          Shop.STREAM,
          Map.of());
    }

    assertThat(rows("SELECT Size FROM {Sizes}")).containsExactly("L", "L");
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

    assertThat(rows("SELECT A, B FROM {Pairs}")).containsExactly("1,23");
    assertThat(rows("SELECT A, B FROM {Pairs_changes} WHERE _type = 'D'")).containsExactly("23,1");
  }

  @Test
  void aSweepThatIsRepeatedAfterACrashDeletesNothingTwice() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.snapshotRow(2, 8, 1, 20));
    warehouse.sweep(sweep(8, 1), Shop.STREAM, Map.of());
    reopen();

    assertThat(warehouse.sweep(sweep(8, 1), Shop.STREAM, Map.of())).isZero();

    assertThat(log()).containsExactly("1,U,10", "1,D,null", "2,R,20");
  }

  @Test
  void aSweepOfATableThatThisProcessHasNotSeenYetIsDone() throws Exception {
    apply(Shop.update(1, 5, 10));
    warehouse.close();
    warehouse = open(clock);

    assertThat(warehouse.sweep(sweep(8, 1), Shop.STREAM, Map.of())).isEqualTo(1);

    assertThat(stock()).isEmpty();
    assertThat(log()).containsExactly("1,U,10", "1,D,null");
  }
}
