package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.ChangeLog.Extent;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.core.warehouse.WarehouseException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log tells the changes that went into it. */
class DuckDbChangeLogTest {
  private static final Set<String> QUANTITY = Set.of("quantity");

  @TempDir private Path folder = Path.of("");
  private @Nullable DuckDbWarehouse opened;

  @BeforeEach
  void open() throws WarehouseException {
    opened = DuckDbWarehouse.open(folder.resolve("shop.duckdb"), Places.options());
    warehouse().prepare(Shop.record(Shop.SCHEMA));
  }

  @AfterEach
  void close() throws WarehouseException {
    warehouse().close();
  }

  private DuckDbWarehouse warehouse() {
    return Objects.requireNonNull(opened);
  }

  private void apply(List<Change> changes) throws WarehouseException {
    warehouse().apply(changes, Shop.STREAM, Map.of());
  }

  private List<Change> read(TableSchema schema, Set<String> columns, int page)
      throws WarehouseException {
    DuckDbChangeLog log = new DuckDbChangeLog(warehouse()::query, page);
    List<Change> read = new ArrayList<>();
    log.read(log.extent(schema.table()).orElseThrow(), columns, id -> schema, read::add);
    return read;
  }

  private static String text(Change change) {
    Row row = change.row();
    return "%s %s %s %s %s"
        .formatted(
            change.type(),
            change.sequence().hex(),
            change.key().folded(),
            change.commitTime(),
            row == null ? null : row.value(1));
  }

  @Test
  void tellsEachChangeOnceInTheOrderOfSequencesWhateverThePages() throws WarehouseException {
    Random random = new Random(7);
    List<Change> changes = new ArrayList<>();
    for (int version = 1; version <= 40; version++) {
      for (int product = random.nextInt(3); product < 9; product += 1 + random.nextInt(3)) {
        changes.add(
            random.nextInt(5) == 0
                ? Shop.delete(product, version)
                : Shop.update(product, version, random.nextInt(100)));
      }
    }
    List<String> inOrder = changes.stream().map(DuckDbChangeLogTest::text).toList();
    for (int from = 0; from < changes.size(); from += 20) {
      List<Change> part =
          new ArrayList<>(changes.subList(from, Math.min(from + 20, changes.size())));
      apply(part);
      apply(part); // what comes again is no change
    }

    for (int page : List.of(2, 7, 1_000)) {
      assertThat(read(Shop.SCHEMA, QUANTITY, page))
          .extracting(DuckDbChangeLogTest::text)
          .containsExactlyElementsOf(inOrder);
    }
  }

  @Test
  void everyTypeComesBackExactly() throws WarehouseException {
    TableSchema schema = TypesTest.schema();
    @Nullable Object[] values = TypesTest.values();
    warehouse().prepare(Shop.record(schema));
    apply(List.of(Shop.change(schema, ChangeType.INSERT, new Sequence(1, 5, 0), values.clone())));
    Set<String> all = Set.copyOf(schema.columns().stream().map(c -> c.name()).toList());

    List<Change> read = read(schema, all, 10);

    assertThat(read).hasSize(1);
    Row row = Objects.requireNonNull(read.get(0).row());
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof BigDecimal number) {
        assertThat((BigDecimal) row.value(i)).isEqualByComparingTo(number);
      } else {
        assertThat(row.value(i)).as(schema.columns().get(i).sqlType()).isEqualTo(values[i]);
      }
    }
    assertThat(read.get(0).keyValues()).containsExactly(1);
    assertThat(read.get(0).schemaId()).isEqualTo(SchemaCodec.id(schema));
  }

  @Test
  void columnsThatNobodyAsksForAreNull() throws WarehouseException {
    apply(List.of(Shop.update(1, 1, 5)));

    Row row = Objects.requireNonNull(read(Shop.SCHEMA, Set.of(), 10).get(0).row());

    assertThat(row.value(0)).isEqualTo(1);
    assertThat(row.value(1)).isNull();
  }

  @Test
  void leavesOutRowsThatASnapshotFoundGoneAndEqualOnes() throws WarehouseException {
    apply(List.of(Shop.update(1, 1, 5), Shop.update(2, 2, 6)));
    apply(List.of(Shop.snapshotRow(1, 3, 1, 5)));
    long swept =
        warehouse()
            .sweep(
                new Sweep(Shop.SOURCE, Shop.STOCK, 1, new Sequence(1, 3, 1), Shop.NOON),
                Shop.STREAM,
                Map.of());

    assertThat(swept).isEqualTo(1);
    assertThat(read(Shop.SCHEMA, QUANTITY, 10))
        .extracting(Change::sequence)
        .containsExactly(new Sequence(1, 1, 0), new Sequence(1, 2, 0));
  }

  @Test
  void whatComesWhileItReadsIsNotRead() throws WarehouseException {
    apply(List.of(Shop.update(1, 1, 5)));
    DuckDbChangeLog log = new DuckDbChangeLog(warehouse()::query);
    Extent before = log.extent(Shop.STOCK).orElseThrow();
    apply(List.of(Shop.update(1, 2, 6)));

    List<Change> read = new ArrayList<>();
    log.read(before, QUANTITY, id -> Shop.SCHEMA, read::add);

    assertThat(read).hasSize(1);
    assertThat(before.changes()).isEqualTo(1);
  }

  @Test
  void readsRowsOfAnEarlierTypeByTheirOwnSchema() throws WarehouseException {
    TableSchema text =
        new TableSchema(
            Shop.STOCK,
            List.of(
                Shop.key("ProductID", TypeKind.INT), Shop.plain("Quantity", TypeKind.NVARCHAR)));
    apply(List.of(Shop.update(1, 1, 5)));
    warehouse().prepare(Shop.record(text));
    apply(List.of(Shop.change(text, ChangeType.UPDATE, new Sequence(1, 2, 0), 1, "many")));
    Map<String, TableSchema> schemas =
        Map.of(SchemaCodec.id(Shop.SCHEMA), Shop.SCHEMA, SchemaCodec.id(text), text);

    DuckDbChangeLog log = new DuckDbChangeLog(warehouse()::query);
    List<@Nullable Object> quantities = new ArrayList<>();
    log.read(
        log.extent(Shop.STOCK).orElseThrow(),
        QUANTITY,
        id -> Objects.requireNonNull(schemas.get(id)),
        change -> quantities.add(Objects.requireNonNull(change.row()).value(1)));

    assertThat(quantities).isEqualTo(List.of(5, "many"));
  }

  @Test
  void knowsNoTableThatWasNeverLoaded() throws WarehouseException {
    DuckDbChangeLog log = new DuckDbChangeLog(warehouse()::query);

    assertThat(log.extent(new TableName("dbo", "Other"))).isEmpty();
    assertThat(log.extent(new TableName("DBO", "STOCK")))
        .contains(new Extent(Shop.STOCK, 0, Sequence.ZERO));
    assertThat(read(Shop.SCHEMA, Collections.emptySet(), 10)).isEmpty();
  }
}
