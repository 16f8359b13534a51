package dev.renkei.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.demo.Edit.Form;
import dev.renkei.demo.Edit.Kind;
import dev.renkei.demo.LedgerFile.ChangedRow;
import dev.renkei.demo.Workload.Transaction;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  private final Map<ShopTable, KeyPool> pools = new EnumMap<>(ShopTable.class);

  private Workload workload(long seed) {
    ShopRows rows = new ShopRows(new SplittableRandom(1), CATALOGUE);
    List<Object[]> carts = new ArrayList<>();
    for (ShopTable table : ShopTable.values()) {
      KeyPool pool = new KeyPool(table);
      for (int n = 0; n < table.rowsOf(2_000); n++) {
        Object[] key = rows.key(table, n, carts);
        pool.add(key);
        if (table == ShopTable.CARTS) {
          carts.add(key);
        }
      }
      pools.put(table, pool);
    }
    return new Workload(
        seed, CATALOGUE, pools, Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
  }

  private static String told(Transaction transaction) {
    StringBuilder text = new StringBuilder();
    for (Edit edit : transaction.edits()) {
      text.append(edit.form()).append(java.util.Arrays.deepToString(edit.values()));
    }
    return text.append(transaction.net()).toString();
  }

  @Test
  void theSameSeedDoesTheSame() {
    Workload one = workload(7);
    Workload other = workload(7);
    Workload another = workload(8);

    assertThat(told(one.next(200))).isEqualTo(told(other.next(200)));
    assertThat(told(one.next(200))).isNotEqualTo(told(another.next(200)));
  }

  @Test
  void everyKindOfChangeHappensToEveryTable() {
    Workload workload = workload(7);
    Set<Form> forms = new HashSet<>();
    for (int i = 0; i < 3_000; i++) {
      workload.next(1 + i % 5).edits().forEach(edit -> forms.add(edit.form()));
    }

    assertThat(forms).hasSize(ShopTable.values().length * Kind.values().length);
  }

  @Test
  void aKeyMovedIsOneKeyGoneAndOneThere() {
    Workload workload = workload(7);
    int moved = 0;
    int respelled = 0;
    for (int i = 0; i < 2_000; i++) {
      Transaction transaction = workload.next(1);
      if (transaction.edits().get(0).form().kind() == Kind.MOVE) {
        if (transaction.net().size() == 1) {
          respelled++;
          assertThat(transaction.net()).containsValue(false);
        } else {
          moved++;
          assertThat(transaction.net().values()).containsExactly(true, false);
        }
      }
    }

    assertThat(moved).isPositive();
    assertThat(respelled).as("abc to ABC is one key").isPositive();
  }

  @Test
  void bringsBackDeletedKeys() {
    Workload workload = workload(7);
    Map<ChangedRow, Boolean> gone = new HashMap<>();
    int back = 0;
    for (int i = 0; i < 2_000; i++) {
      for (Map.Entry<ChangedRow, Boolean> change : workload.next(1).net().entrySet()) {
        back += !change.getValue() && gone.getOrDefault(change.getKey(), false) ? 1 : 0;
        gone.put(change.getKey(), change.getValue());
      }
    }

    assertThat(back).isPositive();
  }

  @Test
  void theKeysItKnowsAreThoseThatItsChangesLeave() {
    Workload workload = workload(7);
    Map<ChangedRow, Boolean> last = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      last.putAll(workload.next(60).net());
    }

    for (ShopTable table : ShopTable.values()) {
      long made = last.entrySet().stream().filter(e -> e.getKey().table() == table).count();
      assertThat(made).as(table.toString()).isPositive();
    }
    SplittableRandom random = new SplittableRandom(3);
    for (Map.Entry<ShopTable, KeyPool> pool : pools.entrySet()) {
      for (int i = 0; i < 100; i++) {
        String key = pool.getKey().keyText(pool.getValue().any(random));
        assertThat(last.getOrDefault(new ChangedRow(pool.getKey(), key), false)).isFalse();
      }
    }
  }

  @Test
  void someKeysAreHot() {
    workload(7);
    SplittableRandom random = new SplittableRandom(3);
    KeyPool stock = pools.getOrDefault(ShopTable.STOCK, new KeyPool(ShopTable.STOCK));
    Map<String, Integer> hits = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      hits.merge(ShopTable.STOCK.keyText(stock.hot(random)), 1, Integer::sum);
    }

    assertThat(hits.values().stream().mapToInt(Integer::intValue).max().orElse(0))
        .isGreaterThan(20 * 10_000 / stock.size());
  }
}
