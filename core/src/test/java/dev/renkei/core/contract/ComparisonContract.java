package dev.renkei.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.RowKey;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeRefusedException;
import dev.renkei.core.warehouse.Comparison;
import dev.renkei.core.warehouse.Comparison.Difference;
import dev.renkei.core.warehouse.Warehouse;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a warehouse promises that can be compared with its source (SEMANTICS 27). */
public abstract class ComparisonContract {
  protected final Hands clock = new Hands();
  protected Warehouse warehouse;

  /** Opens the test's warehouse, the first time or again. */
  protected abstract Warehouse open(Clock at) throws Exception;

  /** Brings what has arrived to where it stays, where that is another place. */
  protected void settle(Warehouse of) throws Exception {}

  @BeforeEach
  void openTheFirstTime() throws Exception {
    warehouse = open(clock);
    warehouse.prepare(Shop.record(Shop.SCHEMA));
  }

  @AfterEach
  void close() throws Exception {
    warehouse.close();
  }

  private void apply(Change... changes) throws Exception {
    warehouse.apply(List.of(changes), Shop.STREAM, Map.of());
  }

  private static Change read(int product, int quantity) {
    return Shop.snapshotRow(product, 100, 1, quantity);
  }

  private Comparison compare(Change... rows) throws Exception {
    Comparison comparison = warehouse.compare(Shop.record(Shop.SCHEMA));
    comparison.add(List.of(rows));
    comparison.compare();
    return comparison;
  }

  private static List<String> found(Comparison comparison) throws Exception {
    return comparison.differences(null, 1000).stream().map(ComparisonContract::text).toList();
  }

  private static String text(Difference difference) {
    Sequence held = difference.held();
    return "%s %s %s"
        .formatted(
            difference.kind(), difference.key().folded(), held == null ? "-" : held.version());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachKindOfDifferenceIsFoundWithItsKeyAndWhatIsHeldOfIt(boolean settled) throws Exception {
    apply(
        Shop.update(1, 5, 10),
        Shop.update(2, 6, 20),
        Shop.update(3, 7, 30),
        Shop.update(5, 8, 50),
        Shop.delete(5, 9),
        Shop.update(6, 10, 60),
        Shop.delete(6, 11));
    if (settled) {
      settle(warehouse);
    }

    try (Comparison comparison = compare(read(1, 10), read(2, 21), read(4, 40), read(5, 50))) {
      assertThat(found(comparison))
          .containsExactly(
              "DIFFERENT [\"2\"] 6",
              "ONLY_IN_WAREHOUSE [\"3\"] 7",
              "MISSING [\"4\"] -",
              "MISSING [\"5\"] 9");
    }
  }

  @Test
  void nothingDiffersBetweenEmptySides() throws Exception {
    try (Comparison comparison = compare()) {
      assertThat(found(comparison)).isEmpty();
    }
  }

  @Test
  void rowsThatComeInSeveralLotsAreAllCompared() throws Exception {
    List<Change> held = IntStream.range(0, 2500).mapToObj(i -> Shop.update(i, 5, i)).toList();
    warehouse.apply(held, Shop.STREAM, Map.of());
    try (Comparison comparison = warehouse.compare(Shop.record(Shop.SCHEMA))) {
      for (int lot = 0; lot < 5; lot++) {
        comparison.add(
            IntStream.range(lot * 500, lot * 500 + 500)
                .filter(i -> i != 777)
                .mapToObj(i -> read(i, i == 1234 ? -1 : i))
                .toList());
      }
      comparison.compare();

      assertThat(found(comparison))
          .containsExactly("DIFFERENT [\"1234\"] 5", "ONLY_IN_WAREHOUSE [\"777\"] 5");
    }
  }

  @Test
  void differencesComePageByPageInTheOrderOfTheirKeys() throws Exception {
    try (Comparison comparison =
        compare(IntStream.range(0, 25).mapToObj(i -> read(i, i)).toArray(Change[]::new))) {
      List<RowKey> keys = new ArrayList<>();
      List<Difference> page = comparison.differences(null, 10);
      while (!page.isEmpty()) {
        page.forEach(one -> keys.add(one.key()));
        page = comparison.differences(keys.get(keys.size() - 1), 10);
      }

      assertThat(keys).hasSize(25).doesNotHaveDuplicates();
    }
  }

  @Test
  void asSecondLookOnlyWhatIsLeftIsComparedWithWhatTheWarehouseHasThen() throws Exception {
    apply(Shop.update(1, 5, 10), Shop.update(3, 5, 30), Shop.update(9, 5, 90));
    try (Comparison comparison =
        compare(read(1, 11), read(2, 20), read(4, 40), read(7, 70), read(9, 91))) {
      comparison.leaveOut(List.of(new RowKey("[\"9\"]")));
      apply(Shop.update(1, 6, 11), Shop.update(4, 6, 41), Shop.update(8, 6, 80));

      comparison.add(List.of(read(1, 11), read(2, 20), read(3, 30), read(4, 40)));
      comparison.compare();

      assertThat(found(comparison)).containsExactly("MISSING [\"2\"] -", "DIFFERENT [\"4\"] 6");
    }
  }

  @Test
  void aRowThatWasReadTwiceIsToldOnce() throws Exception {
    apply(Shop.update(1, 5, 10));
    try (Comparison comparison = compare(read(1, 11), read(1, 12))) {
      assertThat(found(comparison)).containsExactly("DIFFERENT [\"1\"] 5");
      comparison.add(List.of(read(1, 10)));
      comparison.compare();
      assertThat(found(comparison)).isEmpty();
    }
  }

  @Test
  void theLoadingGoesOnMeanwhileAndNothingIsLeftBehind() throws Exception {
    apply(Shop.update(1, 5, 10));
    try (Comparison one = compare(read(1, 10));
        Comparison other = compare(read(1, 12))) {
      apply(Shop.update(1, 6, 11));
      assertThat(found(one)).isEmpty();
      assertThat(found(other)).hasSize(1);
    }
    assertThat(warehouse.query("SELECT 1", 1).rows()).hasSize(1);
    try (Comparison again = compare(read(1, 11))) {
      assertThat(found(again)).isEmpty();
    }
  }

  @Test
  void keysThatTheSourceHoldsEqualAreOne() throws Exception {
    Column name =
        new Column("Name", TypeKind.NVARCHAR, 20, 0, 0, "Japanese_CI_AS", false, 1, false);
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Names"), List.of(name, Shop.plain("N", TypeKind.INT)));
    warehouse.prepare(Shop.record(schema));
    apply(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), "Abc ", 1));

    try (Comparison comparison = warehouse.compare(Shop.record(schema))) {
      comparison.add(
          List.of(Shop.change(schema, ChangeType.SNAPSHOT_ROW, new Sequence(1, 9, 1), "abc", 1)));
      comparison.compare();

      // One key; and spelled otherwise, which a row of a snapshot would correct.
      assertThat(found(comparison)).containsExactly("DIFFERENT [\"abc\"] 5");
    }
  }

  private static Stream<Arguments> values() {
    byte[] bytes = {0, -1, 'a'};
    return Stream.of(
        Arguments.of(TypeKind.BIT, true, false),
        Arguments.of(TypeKind.TINYINT, 255, 0),
        Arguments.of(TypeKind.SMALLINT, -32768, 1),
        Arguments.of(TypeKind.INT, Integer.MIN_VALUE, null),
        Arguments.of(TypeKind.BIGINT, Long.MIN_VALUE, Long.MAX_VALUE),
        Arguments.of(TypeKind.DECIMAL, new BigDecimal("1.5"), new BigDecimal("1.5000000001")),
        Arguments.of(
            TypeKind.MONEY,
            new BigDecimal("-922337203685477.5808"),
            new BigDecimal("-922337203685477.5807")),
        Arguments.of(TypeKind.SMALLMONEY, new BigDecimal("0.0001"), new BigDecimal("0.0002")),
        Arguments.of(TypeKind.REAL, 0.1f, Math.nextUp(0.1f)),
        Arguments.of(TypeKind.FLOAT, Double.MAX_VALUE, Math.nextDown(Double.MAX_VALUE)),
        Arguments.of(TypeKind.FLOAT, Double.NaN, 0.0),
        Arguments.of(TypeKind.FLOAT, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
        Arguments.of(TypeKind.CHAR, "ab  ", "ab"),
        Arguments.of(TypeKind.VARCHAR, "", null),
        Arguments.of(TypeKind.NVARCHAR, "東京😀", "東京😁"),
        Arguments.of(TypeKind.NVARCHAR, "a\0b", "a\0c"),
        Arguments.of(TypeKind.NVARCHAR, "x\uD83D", "x\uFFFD"),
        Arguments.of(TypeKind.NVARCHAR, "x\uD83D", "x\uD83C"),
        Arguments.of(TypeKind.NVARCHAR, "abc", "ABC"),
        Arguments.of(TypeKind.VARBINARY, bytes, new byte[] {0, -1, 'b'}),
        Arguments.of(TypeKind.VARBINARY, new byte[0], null),
        Arguments.of(TypeKind.ROWVERSION, new byte[8], new byte[] {0, 0, 0, 0, 0, 0, 0, 1}),
        Arguments.of(TypeKind.DATE, LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)),
        Arguments.of(
            TypeKind.TIME,
            LocalTime.parse("23:59:59.9999999"),
            LocalTime.parse("23:59:59.9999998")),
        Arguments.of(
            TypeKind.TIME,
            LocalTime.parse("23:59:59.9999990"),
            LocalTime.parse("23:59:59.9999991")),
        Arguments.of(
            TypeKind.DATETIME2,
            LocalDateTime.parse("9999-12-31T23:59:59.9999999"),
            LocalDateTime.parse("9999-12-31T23:59:59.9999998")),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-02-29T23:59:59.1234567+09:00"),
            OffsetDateTime.parse("2024-02-29T14:59:59.1234567+00:00")),
        Arguments.of(
            TypeKind.DATETIMEOFFSET,
            OffsetDateTime.parse("2024-02-29T23:59:59.5Z"),
            OffsetDateTime.parse("2024-02-29T23:59:59.5+01:00")),
        Arguments.of(
            TypeKind.UNIQUEIDENTIFIER,
            "6F9619FF-8B86-D011-B42D-00C04FC964FF",
            "6F9619FF-8B86-D011-B42D-00C04FC964FE"),
        Arguments.of(TypeKind.XML, "<a b=\"1\"/>", "<a b=\"2\"/>"),
        Arguments.of(TypeKind.SQL_VARIANT, "1.50", "1.5"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesOfEveryTypeAreEqualToThemselvesAndToNoOther(
      TypeKind kind, Object value, @Nullable Object other) throws Exception {
    TableSchema schema =
        new TableSchema(
            new TableName("dbo", "Types"),
            List.of(
                Shop.key("Id", TypeKind.INT),
                Shop.plain("It's \"V\"", kind),
                Shop.plain("W", TypeKind.TIME)));
    warehouse.prepare(Shop.record(schema));
    LocalTime time = LocalTime.parse("01:02:03.1234567");
    List<Change> held = new ArrayList<>();
    List<Change> read = new ArrayList<>();
    @Nullable Object[][] pairs = {{value, value}, {value, other}, {other, value}, {null, null}};
    for (int i = 0; i < pairs.length; i++) {
      @Nullable Object[] pair = pairs[i];
      held.add(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), i, pair[0], time));
      read.add(
          Shop.change(schema, ChangeType.SNAPSHOT_ROW, new Sequence(1, 9, 1), i, pair[1], time));
    }
    warehouse.apply(held, Shop.STREAM, Map.of());

    try (Comparison comparison = warehouse.compare(Shop.record(schema))) {
      comparison.add(read);
      comparison.compare();

      assertThat(found(comparison)).containsExactly("DIFFERENT [\"1\"] 5", "DIFFERENT [\"2\"] 5");
    }
  }

  @Test
  void aColumnThatTheSourceHasDroppedIsNotComparedAndAnAddedOneIs() throws Exception {
    TableSchema before =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Quantity", TypeKind.INT),
                Shop.plain("At", TypeKind.TIME)));
    TableSchema after =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT),
                Shop.plain("Quantity", TypeKind.INT),
                Shop.plain("Shelf", TypeKind.NVARCHAR)));
    warehouse.prepare(Shop.record(before));
    LocalTime time = LocalTime.parse("01:02:03.1234567");
    Sequence old = new Sequence(1, 5, 0);
    apply(
        Shop.change(before, ChangeType.INSERT, old, 1, 10, time),
        Shop.change(before, ChangeType.INSERT, old, 2, 20, time),
        Shop.change(before, ChangeType.INSERT, old, 3, 30, null));

    try (Comparison comparison = warehouse.compare(Shop.record(after))) {
      Sequence now = new Sequence(1, 9, 1);
      comparison.add(
          List.of(
              Shop.change(after, ChangeType.SNAPSHOT_ROW, now, 1, 10, null),
              Shop.change(after, ChangeType.SNAPSHOT_ROW, now, 2, 20, "A"),
              Shop.change(after, ChangeType.SNAPSHOT_ROW, now, 3, 31, null)));
      comparison.compare();

      assertThat(found(comparison)).containsExactly("DIFFERENT [\"2\"] 5", "DIFFERENT [\"3\"] 5");
    }
  }

  @Test
  void aTableThatChangesMeanwhileIsNamedInsteadOfCompared() throws Exception {
    apply(Shop.update(1, 5, 10));
    try (Comparison comparison = warehouse.compare(Shop.record(Shop.SCHEMA))) {
      comparison.add(List.of(read(1, 10)));
      warehouse.prepare(
          Shop.record(
              new TableSchema(
                  Shop.STOCK,
                  List.of(
                      Shop.key("ProductID", TypeKind.INT),
                      Shop.plain("Quantity", TypeKind.BIGINT)))));

      assertThatThrownBy(comparison::compare)
          .hasMessageContaining("dbo.Stock")
          .hasMessageContaining("columns have changed");
    }
  }

  @Test
  void aRowThatTheWarehouseCouldNotStoreIsNamed() throws Exception {
    Change wrong =
        Shop.change(Shop.SCHEMA, ChangeType.SNAPSHOT_ROW, new Sequence(1, 6, 1), 2, "no number");
    try (Comparison comparison = warehouse.compare(Shop.record(Shop.SCHEMA))) {
      assertThatThrownBy(() -> comparison.add(List.of(read(1, 1), wrong)))
          .isInstanceOf(ChangeRefusedException.class)
          .hasMessageContaining("Quantity")
          .hasMessageNotContaining("no number");
    }
  }
}
