package dev.renkei.warehouse.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.bigquery.standin.BigQueryStandIn;
import dev.renkei.bigquery.standin.write.AppendFault;
import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Hands;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.Warehouse;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import dev.renkei.warehouse.duckdb.DuckDbOptions;
import dev.renkei.warehouse.duckdb.DuckDbWarehouse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes with duplicates, out of order, replays, snapshots, sweeps, a column that comes and
 * goes, dropped connections and restarts: the warehouse agrees with a naive model in its current
 * table, its log and its past. More rounds with {@code -Drenkei.rounds=50}; the seed is the round's
 * number.
 */
@Tag("long")
class RandomHistoryTest {
  private static final int KEYS = 8;
  private static final TableSchema WITH_NOTE =
      new TableSchema(
          Shop.STOCK,
          List.of(
              Shop.key("ProductID", TypeKind.INT),
              Shop.plain("Quantity", TypeKind.INT),
              Shop.plain("Note", TypeKind.NVARCHAR)));
  private static final TableSchema NOTE_ONLY =
      new TableSchema(
          Shop.STOCK,
          List.of(Shop.plain("Note", TypeKind.NVARCHAR), Shop.key("ProductID", TypeKind.INT)));

  @TempDir private Path folder = Path.of("");

  static List<Integer> seeds() {
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 1; seed <= Integer.getInteger("renkei.rounds", 2); seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  private sealed interface Step {
    record Apply(Change change) implements Step {}

    record Close(Sweep sweep) implements Step {}
  }

  private record Known(
      Sequence sequence, String type, @Nullable Object quantity, @Nullable Object note) {
    boolean isDeleted() {
      return type.equals("D");
    }

    boolean sameRow(Known other) {
      return Objects.equals(quantity, other.quantity) && Objects.equals(note, other.note);
    }
  }

  /** The log takes all that is not below the floor, once; what is shown follows from it. */
  private static final class Model {
    final Map<Integer, TreeMap<Sequence, Known>> log = new TreeMap<>();
    Sequence floor = Sequence.ZERO;

    void apply(Change change) {
      if (change.sequence().compareTo(floor) < 0) {
        return;
      }
      int product = (Integer) Objects.requireNonNull(change.keyValues().get(0));
      TreeMap<Sequence, Known> rows = log.computeIfAbsent(product, p -> new TreeMap<>());
      Known newest = rows.isEmpty() ? null : rows.lastEntry().getValue();
      // A row that comes late keeps nothing of newer ones.
      boolean keeps =
          newest != null
              && !newest.isDeleted()
              && newest.sequence().compareTo(change.sequence()) <= 0;
      Row row = change.row();
      rows.putIfAbsent(
          change.sequence(),
          new Known(
              change.sequence(),
              String.valueOf(change.type().letter()),
              row == null
                  ? null
                  : value(row, "Quantity", keeps && newest != null ? newest.quantity() : null),
              row == null
                  ? null
                  : value(row, "Note", keeps && newest != null ? newest.note() : null)));
    }

    private static @Nullable Object value(Row row, String column, @Nullable Object kept) {
      int position = row.schema().indexOf(column).orElse(-1);
      return position < 0 ? kept : row.value(position);
    }

    void sweep(Sweep sweep) {
      log.values()
          .forEach(
              rows -> {
                Known newest = rows.lastEntry().getValue();
                if (!newest.isDeleted() && newest.sequence().compareTo(sweep.start()) < 0) {
                  rows.put(sweep.start(), new Known(sweep.start(), "D", null, null));
                }
              });
      floor = sweep.start().compareTo(floor) > 0 ? sweep.start() : floor;
    }

    List<String> rows(long version) {
      List<String> current = new ArrayList<>();
      log.forEach(
          (product, rows) ->
              rows.values().stream()
                  .filter(k -> k.sequence().version() <= version)
                  .max(Comparator.comparing(Known::sequence))
                  .filter(k -> !k.isDeleted())
                  .ifPresent(k -> current.add(Shop.text(product, k.quantity(), k.note()))));
      return current;
    }

    List<String> changes() {
      List<String> changes = new ArrayList<>();
      log.forEach(
          (product, rows) -> {
            Known before = null;
            for (Known row : rows.values()) {
              boolean equal =
                  row.type().equals("R")
                      && before != null
                      && !before.isDeleted()
                      && before.sameRow(row);
              if (!equal) {
                changes.add(
                    Shop.text(
                        product,
                        Long.toUnsignedString(row.sequence().packed()),
                        row.type(),
                        row.quantity(),
                        row.note()));
              }
              before = row;
            }
          });
      return changes;
    }
  }

  /**
   * @param disorder how many versions a change may come late, at most
   */
  private static List<Step> history(Random random, int disorder) {
    List<Step> history = new ArrayList<>();
    Set<String> used = new HashSet<>();
    long version = 1;
    int snapshot = 0;
    for (int i = 0; i < 120; i++) {
      int product = random.nextInt(KEYS);
      TableSchema schema =
          i < 40 ? Shop.SCHEMA : i < 70 || random.nextInt(6) == 0 ? WITH_NOTE : NOTE_ONLY;
      version += random.nextInt(3);
      Sequence now = new Sequence(1, Math.max(1, version - random.nextInt(disorder + 1)), 0);
      if (random.nextInt(30) == 0) {
        snapshot++;
        long start = version;
        for (int key = 0; key < KEYS; key++) {
          if (random.nextInt(4) > 0) {
            version += random.nextInt(2);
            Sequence at = new Sequence(1, version, snapshot);
            history.add(new Step.Apply(change(schema, ChangeType.SNAPSHOT_ROW, at, key, random)));
          }
        }
        history.add(
            new Step.Close(
                new Sweep(
                    Shop.SOURCE,
                    Shop.STOCK,
                    snapshot,
                    new Sequence(1, start, snapshot),
                    Shop.NOON.plusSeconds(start))));
        // A change of the last row's version would come behind it, and be late.
        version += disorder == 0 ? 1 : 0;
      } else if (used.add(product + "@" + now)) {
        // One change has one content, however often it comes.
        ChangeType type =
            switch (random.nextInt(4)) {
              case 0 -> ChangeType.DELETE;
              case 1 -> ChangeType.INSERT;
              default -> ChangeType.UPDATE;
            };
        history.add(new Step.Apply(change(schema, type, now, product, random)));
      }
      if (random.nextInt(10) == 0) {
        history.add(history.get(random.nextInt(history.size())));
      }
    }
    return history;
  }

  private static Change change(
      TableSchema schema, ChangeType type, Sequence sequence, int product, Random random) {
    @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (schema.columns().get(i).name()) {
            case "ProductID" -> product;
            case "Quantity" -> random.nextInt(3);
            default -> random.nextInt(3) == 0 ? null : "n" + random.nextInt(2);
          };
    }
    return Shop.change(schema, type, sequence, values);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithANaiveModel(int seed) throws Exception {
    Random random = new Random(seed);
    List<Step> history = history(random, 3);
    Model model = new Model();
    Hands clock = new Hands();
    try (BigQueryStandIn standIn = BigQueryStandIn.start()) {
      BigQueryWarehouse warehouse = open(standIn, clock, seed);
      int replays = 3;
      for (int at = 0; at < history.size(); ) {
        int end = Math.min(history.size(), at + 1 + random.nextInt(30));
        List<Change> batch = new ArrayList<>();
        int next = at;
        if (random.nextInt(4) == 0) {
          standIn
              .faults()
              .onAppend(
                  random.nextBoolean()
                      ? AppendFault.DROP_AFTER_APPLY
                      : AppendFault.DROP_BEFORE_APPLY,
                  1);
        }
        while (next < end && history.get(next) instanceof Step.Apply apply) {
          batch.add(apply.change());
          model.apply(apply.change());
          next++;
        }
        if (next < end && history.get(next) instanceof Step.Close close && batch.isEmpty()) {
          next++;
          model.sweep(close.sweep());
          warehouse.sweep(close.sweep(), Shop.STREAM, Map.of(0, (long) next));
        } else {
          warehouse.apply(batch, Shop.STREAM, Map.of(0, (long) next));
        }
        assertThat(warehouse.positions(Shop.STREAM)).isEqualTo(Map.of(0, (long) next));
        clock.now = clock.now.plusMillis(1);
        at = next;
        if (random.nextInt(12) == 0) {
          warehouse.close();
          warehouse = open(standIn, clock, seed);
        }
        if (replays > 0 && random.nextInt(8) == 0) {
          replays--;
          at = random.nextInt(at + 1);
        }
      }

      warehouse.settleSpool(Shop.STOCK);
      String values = "SELECT ProductID, Quantity, Note FROM %s ORDER BY 1";
      assertThat(Shop.rows(warehouse, values.formatted("dbo_Stock")))
          .isEqualTo(model.rows(Long.MAX_VALUE));
      assertThat(Shop.rows(warehouse, values.formatted("dbo_Stock_latest")))
          .isEqualTo(model.rows(Long.MAX_VALUE));
      assertThat(
              Shop.rows(
                  warehouse,
                  "SELECT ProductID, _sequence, _type, Quantity, Note FROM dbo_Stock_changes"))
          .containsExactlyInAnyOrderElementsOf(model.changes());
      for (long version : new long[] {1, 50, 150, 1000}) {
        String past =
            "shop.dbo_Stock_as_of(TIMESTAMP '%s')".formatted(Shop.NOON.plusSeconds(version));
        assertThat(Shop.rows(warehouse, values.formatted(past))).isEqualTo(model.rows(version));
      }
      warehouse.close();
    }
  }

  /** Changes of a key in order, as a hub with partitions keeps them, some of them repeated. */
  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTheWarehouseOnDuckDb(int seed) throws Exception {
    Random random = new Random(-seed);
    List<Step> history = history(random, 0);
    Hands clock = new Hands();
    try (BigQueryStandIn standIn = BigQueryStandIn.start();
        BigQueryWarehouse bigQuery = open(standIn, clock, seed);
        DuckDbWarehouse duckDb =
            DuckDbWarehouse.open(
                folder.resolve("same.duckdb"), DuckDbOptions.forRetention(Duration.ofDays(7)))) {
      for (TableSchema schema : List.of(Shop.SCHEMA, WITH_NOTE, NOTE_ONLY)) {
        duckDb.prepare(Shop.record(schema));
      }
      int at = 0;
      while (at < history.size()) {
        int end = Math.min(history.size(), at + 1 + random.nextInt(30));
        List<Change> batch = new ArrayList<>();
        while (at < end && history.get(at) instanceof Step.Apply apply) {
          batch.add(apply.change());
          at++;
        }
        for (Warehouse warehouse : List.of(bigQuery, duckDb)) {
          warehouse.apply(batch, Shop.STREAM, Map.of(0, (long) at));
        }
        if (at < history.size() && history.get(at) instanceof Step.Close close) {
          at++;
          assertThat(bigQuery.sweep(close.sweep(), Shop.STREAM, Map.of()))
              .isEqualTo(duckDb.sweep(close.sweep(), Shop.STREAM, Map.of()));
        }
        clock.now = clock.now.plusMillis(1);
      }

      bigQuery.settleSpool(Shop.STOCK);
      String rows = "SELECT ProductID, Quantity, Note, _sequence, _exact FROM dbo%sStock";
      assertThat(Shop.rows(bigQuery, rows.formatted("_")))
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(Shop.rows(duckDb, rows.formatted(".")));
      String changes =
          "SELECT ProductID, Quantity, Note, _sequence, _type, _key, _message_id, _schema_id FROM dbo%sStock_changes";
      assertThat(Shop.rows(bigQuery, changes.formatted("_")))
          .containsExactlyInAnyOrderElementsOf(Shop.rows(duckDb, changes.formatted(".")));
    }
  }

  /** With load jobs where the seed is odd. */
  private BigQueryWarehouse open(BigQueryStandIn standIn, Hands clock, int seed) throws Exception {
    BigQueryOptions options = Places.options(clock);
    BigQueryWarehouse warehouse =
        BigQueryWarehouse.open(
            Places.config(standIn, "shop"),
            seed % 2 == 0 ? options : options.with(Places.spooling(folder, 2_000, 300)));
    for (TableSchema schema : List.of(Shop.SCHEMA, WITH_NOTE, NOTE_ONLY)) {
      warehouse.prepare(Shop.record(schema));
    }
    return warehouse;
  }
}
