package dev.renkei.steps.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.EventsConfig.LateMaster;
import dev.renkei.core.config.EventsConfig.Missing;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.core.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnrichStepTest {
  private static final Column ID = PureJoin.column("CustomerID", TypeKind.INT, 1);

  private static PureJoin join(Missing then, LateMaster late) {
    return new PureJoin(then, late, ID);
  }

  @Test
  void anEventMeetsTheLatestRowBySequence() {
    PureJoin join = join(Missing.EMIT, LateMaster.KEEP);
    join.customer(7, 1, 70);
    join.customer(5, 1, 50);
    join.event("a", "1");
    join.customer(8, 1, 80);
    join.event("b", "1");

    assertThat(join.told()).containsExactly("a v1 70", "b v1 80");
  }

  @Test
  void anEventWaitsForItsMaster() {
    PureJoin join = join(Missing.DROP, LateMaster.KEEP);
    join.event("a", "1");
    join.pass(Duration.ofSeconds(9));
    assertThat(join.told()).isEmpty();
    join.customer(5, 1, 50);
    join.pass(Duration.ofDays(3));

    assertThat(join.told()).containsExactly("a v1 50");
  }

  @Test
  void afterTheWaitItGoesOnAsDeclared() {
    PureJoin emits = join(Missing.EMIT, LateMaster.KEEP);
    PureJoin drops = join(Missing.DROP, LateMaster.KEEP);
    PureJoin buries = join(Missing.DEAD_LETTER, LateMaster.KEEP);
    for (PureJoin join : List.of(emits, drops, buries)) {
      join.event("a", "1");
      join.pass(PureJoin.WAIT);
      join.customer(5, 1, 50);
    }

    assertThat(emits.told()).containsExactly("a v1 null");
    assertThat(drops.told()).isEmpty();
    assertThat(drops.counted(EnrichStep.DROPPED)).isEqualTo(1);
    assertThat(buries.buried())
        .containsExactly("events.view: its master in dbo.Customers has not come within PT10S");
  }

  @Test
  void aLateMasterReplacesWhatWentOnWithoutOnceAndForADay() {
    PureJoin join = join(Missing.EMIT, LateMaster.UPDATE);
    join.event("a", "1");
    join.event("b", "2");
    join.pass(Duration.ofHours(23));
    join.customer(5, 1, 50);
    join.customer(6, 1, 60);
    join.pass(Duration.ofHours(2));
    join.customer(7, 2, 70);

    assertThat(join.told()).containsExactly("a v1 null", "b v1 null", "a v2 50");
    assertThat(join.keys()).isEqualTo(2); // the masters alone
  }

  @Test
  void anEventThatNamesNoMasterDoesNotWait() {
    PureJoin join = join(Missing.EMIT, LateMaster.UPDATE);
    join.event("a", null);

    assertThat(join.told()).containsExactly("a v1 null");
    assertThat(join.keys()).isZero();
  }

  @Test
  void aDeletedMasterIsNotKnown() {
    PureJoin join = join(Missing.EMIT, LateMaster.KEEP);
    join.customer(5, 1, 50);
    join.customerGone(6, 1);
    join.customer(4, 1, 40);
    join.event("a", "1");
    join.pass(PureJoin.WAIT);

    assertThat(join.told()).containsExactly("a v1 null");
  }

  @Test
  void whatWaitsForOneMasterHasABound() {
    PureJoin join = join(Missing.EMIT, LateMaster.KEEP);
    for (int i = 0; i < 2_000; i++) {
      join.event("e" + i, "1");
    }

    assertThat(join.told()).isNotEmpty().hasSizeLessThan(2_000);
    join.pass(PureJoin.WAIT);
    assertThat(join.told()).hasSize(2_000);
  }

  @ParameterizedTest
  @CsvSource({
    "INT, 7, true",
    "INT, 07, true",
    "INT, 7.0, true",
    "INT, 7.5, false",
    "INT, x, false",
    "INT, 99999999999, false",
    "BIGINT, 99999999999, true",
    "NVARCHAR, 7, false",
  })
  void aTextNamesANumber(TypeKind kind, String text, boolean matches) {
    Object key =
        kind == TypeKind.INT ? (Object) 7 : kind == TypeKind.BIGINT ? (Object) 99999999999L : "007";
    PureJoin join =
        new PureJoin(Missing.EMIT, LateMaster.KEEP, PureJoin.column("CustomerID", kind, 1));
    join.customer(1, key, 5);
    join.event("a", text);
    join.pass(PureJoin.WAIT);

    assertThat(join.told()).containsExactly(matches ? "a v1 5" : "a v1 null");
  }

  @Test
  void textsAreComparedAsTheMastersColumnCompares() {
    Column key = new Column("Code", TypeKind.NVARCHAR, 10, 0, 0, "Japanese_CI_AS", false, 1, false);
    PureJoin join = new PureJoin(Missing.EMIT, LateMaster.KEEP, key);
    join.customer(1, "ABC", 5);
    join.event("a", "abc ");
    join.pass(PureJoin.WAIT);

    assertThat(join.told()).containsExactly("a v1 5");
  }

  @Test
  void keysThatEventsCannotNameAreRefused() {
    Column text = PureJoin.column("customer_id", TypeKind.NVARCHAR, 0);
    Column bit = PureJoin.column("customer_id", TypeKind.BIT, 0);
    TableSchema two =
        new TableSchema(PureJoin.CUSTOMERS, List.of(ID, PureJoin.column("B", TypeKind.INT, 2)));
    TableSchema one = new TableSchema(PureJoin.CUSTOMERS, List.of(ID));

    assertThat(MasterKeys.misfit(text, one)).isEmpty();
    assertThat(MasterKeys.misfit(bit, one))
        .contains("dbo.Customers: its key CustomerID is int, of which an event's bit names none");
    assertThat(MasterKeys.misfit(text, two)).contains("dbo.Customers: its key is not one column");
    assertThat(MasterKeys.folded(new BigDecimal("7.00"), one)).isEqualTo("[\"7\"]");
  }

  /** Events and masters in any order, against the join that one loop over them makes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anyOrderGivesWhatABareLoopGives(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      PureJoin join = join(Missing.EMIT, LateMaster.UPDATE);
      Map<Integer, Long> seen = new HashMap<>(); // version, negative where deleted
      Map<String, @Nullable Object> expected = new TreeMap<>();
      Map<String, Integer> open = new TreeMap<>();
      List<int[]> changes = new ArrayList<>();
      for (int version = 1; version <= 20; version++) {
        changes.add(new int[] {version, random.nextInt(4), random.nextInt(5)});
      }
      Collections.shuffle(changes, random);
      for (int i = 0; i < 60; i++) {
        if (random.nextInt(3) > 0 || changes.isEmpty()) {
          int customer = random.nextInt(4);
          String id = "e%02d".formatted(i);
          Long known = seen.get(customer);
          expected.put(id, known == null || known < 0 ? null : (Object) known.intValue());
          if (expected.get(id) == null) {
            open.put(id, customer);
          }
          join.event(id, Integer.toString(customer));
        } else {
          int[] change = changes.remove(0);
          int customer = change[1];
          boolean gone = change[2] == 0;
          if (gone) {
            join.customerGone(change[0], customer);
          } else {
            join.customer(change[0], customer, change[0]);
          }
          if (change[0] > Math.abs(seen.getOrDefault(customer, 0L))) {
            seen.put(customer, gone ? -(long) change[0] : change[0]);
            if (!gone) {
              open.entrySet()
                  .removeIf(
                      waiting -> {
                        boolean his = waiting.getValue() == customer;
                        if (his) {
                          expected.put(waiting.getKey(), change[0]);
                        }
                        return his;
                      });
            }
          }
        }
        join.pass(Duration.ofSeconds(random.nextInt(8)));
      }
      join.pass(PureJoin.WAIT);

      assertThat(join.latest()).isEqualTo(expected);
    }
  }
}
