package dev.renkei.warehouse.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.core.warehouse.Warehouse.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes with duplicates, keys out of order, replays, snapshots, sweeps, changing columns,
 * merges and restarts: the warehouse agrees with a naive model in its current table, its log and
 * its past. More rounds with {@code -Drenkei.rounds=200}; the seed is the round's number.
 */
@Tag("long")
class RandomHistoryTest {
  private static final int KEYS = 12;
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
    for (int seed = 1; seed <= Integer.getInteger("renkei.rounds", 20); seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  private sealed interface Step {
    record Apply(Change change) implements Step {}

    record Close(Sweep sweep) implements Step {}
  }

  /** What a key is known by. */
  private record Known(
      Sequence sequence, boolean deleted, @Nullable Object quantity, @Nullable Object note) {
    boolean sameRow(Known other) {
      return java.util.Objects.equals(quantity, other.quantity)
          && java.util.Objects.equals(note, other.note);
    }
  }

  private record Logged(int product, String type, Known known) {}

  private static final class Model {
    final Map<Integer, Known> current = new TreeMap<>();
    final List<Logged> log = new ArrayList<>();
    Sequence floor = Sequence.ZERO;

    void apply(Change change) {
      int product = (Integer) java.util.Objects.requireNonNull(change.keyValues().get(0));
      Known before = current.get(product);
      if (change.sequence().compareTo(floor) < 0
          || before != null && change.sequence().compareTo(before.sequence()) <= 0) {
        return;
      }
      Row row = change.row();
      Known after =
          row == null
              ? new Known(change.sequence(), true, null, null)
              : new Known(
                  change.sequence(),
                  false,
                  value(row, "Quantity", before == null ? null : before.quantity()),
                  value(row, "Note", before == null ? null : before.note()));
      current.put(product, after);
      boolean equal =
          change.type() == ChangeType.SNAPSHOT_ROW
              && before != null
              && !before.deleted()
              && before.sameRow(after);
      if (!equal) {
        log.add(new Logged(product, String.valueOf(change.type().letter()), after));
      }
    }

    private static @Nullable Object value(Row row, String column, @Nullable Object kept) {
      int position = row.schema().indexOf(column).orElse(-1);
      return position < 0 ? kept : row.value(position);
    }

    void sweep(Sweep sweep) {
      current.replaceAll(
          (product, known) -> {
            if (known.deleted() || known.sequence().compareTo(sweep.start()) >= 0) {
              return known;
            }
            Known gone = new Known(sweep.start(), true, null, null);
            log.add(new Logged(product, "D", gone));
            return gone;
          });
      floor = sweep.start().compareTo(floor) > 0 ? sweep.start() : floor;
    }

    List<String> rows() {
      List<String> rows = new ArrayList<>();
      current.forEach(
          (product, known) -> {
            if (!known.deleted()) {
              rows.add(
                  Shop.text(
                      product,
                      known.quantity(),
                      known.note(),
                      Long.toUnsignedString(known.sequence().packed())));
            }
          });
      return rows;
    }

    List<String> logRows() {
      return log.stream()
          .map(
              l ->
                  Shop.text(
                      l.product(),
                      Long.toUnsignedString(l.known().sequence().packed()),
                      l.type(),
                      l.known().quantity(),
                      l.known().note()))
          .toList();
    }

    List<String> asOf(long version) {
      Map<Integer, Known> then = new TreeMap<>();
      for (Logged entry : log) {
        if (entry.known().sequence().version() <= version) {
          then.merge(
              entry.product(),
              entry.known(),
              (a, b) -> a.sequence().compareTo(b.sequence()) > 0 ? a : b);
        }
      }
      List<String> rows = new ArrayList<>();
      then.forEach(
          (product, known) -> {
            if (!known.deleted()) {
              rows.add(Shop.text(product, known.quantity(), known.note()));
            }
          });
      return rows;
    }
  }

  private static List<Step> history(Random random) {
    List<Step> history = new ArrayList<>();
    long version = 1;
    int snapshot = 0;
    for (int i = 0; i < 300; i++) {
      int product = random.nextInt(KEYS);
      TableSchema schema =
          i < 100 ? Shop.SCHEMA : i < 180 || random.nextInt(6) == 0 ? WITH_NOTE : NOTE_ONLY;
      version += random.nextInt(3);
      Sequence now = new Sequence(1, Math.max(1, version - random.nextInt(4)), 0);
      if (random.nextInt(40) == 0) {
        snapshot++;
        long start = version;
        for (int key = 0; key < KEYS; key++) {
          if (random.nextInt(4) > 0) {
            version += random.nextInt(2);
            history.add(
                new Step.Apply(
                    change(
                        schema,
                        ChangeType.SNAPSHOT_ROW,
                        new Sequence(1, version, snapshot),
                        key,
                        random)));
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
      } else {
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
    List<Step> history = history(random);
    Model model = new Model();
    Path file = folder.resolve("shop.duckdb");
    DuckDbWarehouse warehouse = open(file);
    int replays = 5;
    for (int at = 0; at < history.size(); ) {
      int end = Math.min(history.size(), at + 1 + random.nextInt(30));
      List<Change> batch = new ArrayList<>();
      int next = at;
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
      at = next;
      if (random.nextInt(12) == 0) {
        warehouse.merge();
      }
      if (random.nextInt(25) == 0) {
        warehouse.close();
        warehouse = open(file);
      }
      if (replays > 0 && random.nextInt(15) == 0) {
        replays--;
        at = random.nextInt(at + 1);
      }
    }

    assertThat(
            Shop.rows(
                warehouse, "SELECT ProductID, Quantity, Note, _sequence FROM dbo.Stock ORDER BY 1"))
        .isEqualTo(model.rows());
    assertThat(
            Shop.rows(
                warehouse,
                "SELECT ProductID, _sequence, _type, Quantity, Note FROM dbo.Stock_changes"))
        .containsExactlyInAnyOrderElementsOf(model.logRows());
    Map<String, Long> ids = new HashMap<>();
    Shop.rows(warehouse, "SELECT _message_id FROM dbo.Stock_changes")
        .forEach(id -> ids.merge(id, 1L, Long::sum));
    assertThat(ids.values()).allMatch(count -> count == 1);
    for (long version : new long[] {1, 50, 150, 250, 1000}) {
      assertThat(
              Shop.rows(
                  warehouse,
                  "SELECT ProductID, Quantity, Note FROM dbo.Stock_as_of('%s') ORDER BY 1"
                      .formatted(Shop.NOON.plusSeconds(version))))
          .isEqualTo(model.asOf(version));
    }
    warehouse.close();
  }

  private static DuckDbWarehouse open(Path file) throws Exception {
    DuckDbWarehouse warehouse = DuckDbWarehouse.open(file, Places.options());
    for (TableSchema schema : List.of(Shop.SCHEMA, WITH_NOTE, NOTE_ONLY)) {
      warehouse.prepare(Shop.record(schema));
    }
    return warehouse;
  }
}
