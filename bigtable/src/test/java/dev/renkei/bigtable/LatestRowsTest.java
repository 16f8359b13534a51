package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.bigtable.admin.v2.BigtableTableAdminClient;
import com.google.cloud.bigtable.admin.v2.models.CreateTableRequest;
import com.google.cloud.bigtable.data.v2.BigtableDataClient;
import com.google.cloud.bigtable.data.v2.models.Query;
import com.google.cloud.bigtable.data.v2.models.Row;
import com.google.cloud.bigtable.data.v2.models.RowCell;
import com.google.cloud.bigtable.data.v2.models.TableId;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.BigtableConfig;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against Google's emulator. */
class LatestRowsTest {
  private BigtableConfig config = new BigtableConfig("p", "i", "t", null);

  @BeforeEach
  void make() throws Exception {
    config = BigtableEmulator.freshTable();
    LatestTable.make(config);
  }

  private void write(List<LatestChange> changes) throws Exception {
    try (LatestWriter<LatestChange> writer = LatestWriter.open(config)) {
      for (LatestChange change : changes) {
        writer.add(change, change);
      }
      assertThat(writer.flush()).isEmpty();
    }
  }

  private Optional<String> get(int product) throws Exception {
    try (LatestRows rows = LatestRows.open(config, Duration.ZERO)) {
      return rows.get(Stock.TABLE, Stock.key(product)).map(LatestRow::json);
    }
  }

  private Map<Integer, String> all(int products) throws Exception {
    Map<Integer, String> all = new TreeMap<>();
    try (LatestRows rows = LatestRows.open(config, Duration.ZERO)) {
      for (int product = 0; product < products; product++) {
        int key = product;
        rows.get(Stock.TABLE, Stock.key(product)).ifPresent(row -> all.put(key, row.json()));
      }
    }
    return all;
  }

  /** The newest cell of every column, values too. */
  private List<String> newestCells() throws Exception {
    List<String> cells = new ArrayList<>();
    try (BigtableDataClient client = BigtableAccess.data(config)) {
      for (Row row : client.readRows(Query.create(TableId.of(config.table())))) {
        Map<String, RowCell> newest = new TreeMap<>();
        for (RowCell cell : row.getCells()) {
          newest.merge(
              cell.getFamily() + ":" + cell.getQualifier().toStringUtf8(),
              cell,
              (one, other) -> one.getTimestamp() >= other.getTimestamp() ? one : other);
        }
        newest.forEach(
            (column, cell) ->
                cells.add(
                    row.getKey().toStringUtf8()
                        + " "
                        + column
                        + " "
                        + cell.getTimestamp()
                        + " "
                        + cell.getValue().toStringUtf8()));
      }
    }
    return cells;
  }

  @Test
  void anyOrderWithCopiesEndsWithTheHighestSequenceOfEachKey() throws Exception {
    Random random = new Random(6);
    int products = 40;
    List<LatestChange> history = new ArrayList<>();
    Map<Integer, LatestChange> last = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      int product = random.nextInt(products);
      Sequence sequence =
          new Sequence(
              1 + random.nextInt(6),
              random.nextInt(40),
              random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0);
      LatestChange change =
          random.nextInt(5) == 0
              ? Stock.row(sequence, product, "")
              : Stock.quantity(sequence, product, (int) (sequence.packed() % 1_000_003));
      boolean again = last.containsKey(product) && last.get(product).sequence().equals(sequence);
      if (!again && history.stream().noneMatch(c -> same(c, change))) {
        history.add(change);
        last.merge(
            product, change, (one, o) -> one.sequence().compareTo(o.sequence()) > 0 ? one : o);
      }
    }
    List<LatestChange> delivered = new ArrayList<>(history);
    delivered.addAll(history.subList(0, 200));
    Collections.shuffle(delivered, random);

    write(delivered);

    Map<Integer, String> expected = new TreeMap<>();
    last.forEach(
        (product, change) -> {
          if (!change.isDelete()) {
            expected.put(product, change.row().toStringUtf8());
          }
        });
    assertThat(all(products)).isEqualTo(expected);
  }

  private static boolean same(LatestChange one, LatestChange other) {
    return one.key().equals(other.key()) && one.sequence().equals(other.sequence());
  }

  @Test
  void aReplayChangesNothing() throws Exception {
    List<LatestChange> history =
        List.of(
            Stock.quantity(10, 1, 5),
            Stock.quantity(11, 1, 4),
            Stock.quantity(12, 2, 9),
            Stock.delete(13, 2),
            Stock.quantity(new Sequence(2, 3, 0), 1, 3),
            Stock.quantity(new Sequence(2, 3, 1), 3, 1));
    write(history);
    List<String> before = newestCells();

    write(List.of(history.get(3), history.get(5), history.get(4)));
    write(history);

    assertThat(newestCells()).containsAll(before);
    assertThat(all(4))
        .isEqualTo(
            Map.of(1, "{\"ProductID\":1,\"Quantity\":3}", 3, "{\"ProductID\":3,\"Quantity\":1}"));
  }

  @Test
  void aLateOlderChangeDoesNotBringADeletedRowBack() throws Exception {
    write(List.of(Stock.quantity(10, 1, 5)));
    write(List.of(Stock.delete(12, 1)));
    write(List.of(Stock.quantity(11, 1, 4)));
    write(List.of(Stock.quantity(10, 1, 5)));

    assertThat(get(1)).isEmpty();

    write(List.of(Stock.quantity(13, 1, 2)));

    assertThat(get(1)).hasValue("{\"ProductID\":1,\"Quantity\":2}");
  }

  @Test
  void whatADeletedRowHeldIsGoneAtOnce() throws Exception {
    write(List.of(Stock.quantity(10, 1, 5), Stock.delete(12, 1)));

    try (BigtableDataClient client = BigtableAccess.data(config)) {
      Row row = client.readRow(TableId.of(config.table()), RowKeys.of(Stock.TABLE, Stock.key(1)));
      assertThat(row.getCells(Cells.ROW))
          .singleElement()
          .satisfies(cell -> assertThat(cell.getValue().isEmpty()).isTrue());
    }
  }

  @Test
  void aColumnThatANewerRowLacksDoesNotShowThrough() throws Exception {
    write(
        List.of(
            Stock.row(new Sequence(1, 10, 0), 1, "{\"ProductID\":1,\"Note\":\"old\"}"),
            Stock.row(new Sequence(1, 11, 0), 1, "{\"ProductID\":1}")));

    assertThat(get(1)).hasValue("{\"ProductID\":1}");
  }

  @Test
  void belowAFloorRowsAreGoneForReadersAtOnceAndForGoodWhenDeleted() throws Exception {
    Sequence start = new Sequence(1, 20, 1);
    write(
        List.of(
            Stock.quantity(10, 1, 5),
            Stock.quantity(20, 2, 5),
            Stock.delete(9, 3),
            Stock.quantity(11, 4, 6),
            Stock.quantity(start, 4, 7),
            Stock.quantity(30, 5, 8)));
    try (Floors floors = Floors.open(config)) {
      floors.raise(Stock.TABLE, start);
      floors.raise(Stock.TABLE, new Sequence(1, 15, 2));

      assertThat(floors.of(Stock.TABLE)).isEqualTo(start);
      assertThat(all(6).keySet()).containsExactly(4, 5);

      assertThat(floors.deleteBelow(Stock.TABLE)).isEqualTo(3);
      assertThat(floors.deleteBelow(Stock.TABLE)).isZero();
    }
    assertThat(newestCells()).noneMatch(cell -> cell.contains("\"1\"") || cell.contains("\"3\""));

    write(List.of(Stock.quantity(11, 1, 6)));

    assertThat(all(6).keySet()).containsExactly(4, 5);
  }

  @Test
  void keysAreLookedUpAsTheSourceComparesThem() throws Exception {
    TableSchema schema =
        new TableSchema(
            Stock.TABLE,
            List.of(
                new Column(
                    "Code", TypeKind.NVARCHAR, 20, 0, 0, "Latin1_General_CI_AS", false, 1, false)));
    LatestChange change =
        new LatestChange(
            Stock.TABLE,
            KeyFolding.of(schema).fold(List.of("abc")),
            new Sequence(1, 1, 0),
            "a1b2",
            "2026-01-01T00:00:00Z",
            com.google.protobuf.ByteString.copyFromUtf8("{\"Code\":\"abc\"}"));
    write(List.of(change));

    try (LatestRows rows = LatestRows.open(config, Duration.ofMinutes(1))) {
      assertThat(rows.get(schema, "ABC "))
          .hasValue(new LatestRow(new Sequence(1, 1, 0), "{\"Code\":\"abc\"}"));
      assertThat(rows.get(schema, "abd")).isEmpty();
      assertThat(rows.get(Stock.TABLE, List.of(change.key(), Stock.key(1))))
          .containsOnlyKeys(change.key());
    }
  }

  @Test
  void aTableThatIsThereIsTakenAndAnothersIsRefused() throws Exception {
    LatestTable.make(config);
    BigtableConfig other = BigtableEmulator.freshTable();
    try (BigtableTableAdminClient admin = BigtableAccess.admin(other)) {
      admin.createTable(CreateTableRequest.of(other.table()).addFamily("cf"));
    }

    assertThatThrownBy(() -> LatestTable.make(other))
        .isInstanceOf(BigtableException.class)
        .hasMessageContaining("is not a table of Renkei's: it has the families [cf]")
        .hasMessageContaining("`bigtable.table`");
  }
}
