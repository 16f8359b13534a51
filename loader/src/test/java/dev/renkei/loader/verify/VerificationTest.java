package dev.renkei.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.contract.Shop;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.source.SourceRowsException;
import dev.renkei.core.warehouse.Comparison.Kind;
import dev.renkei.loader.verify.TwoSides.Written;
import dev.renkei.loader.verify.Verification.Stage;
import dev.renkei.loader.verify.Verified.Example;
import dev.renkei.loader.verify.Verified.State;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as a difference, whatever is written meanwhile. */
class VerificationTest {
  private static final int KEY = 5;

  /** What may be wrong before it begins. */
  private enum Planted {
    NOTHING,
    LOSS,
    WRONG_VALUE,
    GHOST
  }

  private static Verified verify(TwoSides sides) throws InterruptedException {
    return new Verification(
            sides, Shop.SOURCE, sides, sides, Clock.systemUTC(), (stage, rows) -> {})
        .run(Shop.STOCK);
  }

  /** Three rows that arrived, and what is planted at one key. */
  private static TwoSides sides(Planted planted, boolean there, boolean eager) {
    TwoSides sides = new TwoSides(eager);
    sides.put(1, 10);
    sides.put(9, 90);
    if (there) {
      sides.put(KEY, 50);
    }
    sides.deliverAll();
    Written before = sides.held.get(KEY);
    switch (planted) {
      case NOTHING -> {}
      case LOSS -> sides.held.remove(KEY);
      case WRONG_VALUE -> {
        if (before != null) {
          sides.held.put(KEY, new Written(-1, before.version()));
        }
      }
      case GHOST -> sides.held.putIfAbsent(KEY, new Written(-2, 1));
    }
    return sides;
  }

  @Test
  void whatIsPlantedIsFoundWithItsKeyAndWhatIsNotIsNot() throws Exception {
    assertThat(verify(sides(Planted.NOTHING, true, false)))
        .returns(State.EQUAL, Verified::state)
        .returns(3L, Verified::rows);
    assertFound(verify(sides(Planted.LOSS, true, false)), Kind.MISSING);
    assertFound(verify(sides(Planted.WRONG_VALUE, true, false)), Kind.DIFFERENT);
    assertFound(verify(sides(Planted.GHOST, false, false)), Kind.ONLY_IN_WAREHOUSE);
  }

  private static void assertFound(Verified result, Kind kind) {
    assertThat(result.state()).isEqualTo(State.DIFFERENT);
    assertThat(result.differences()).isEqualTo(Map.of(kind, 1L));
    assertThat(result.examples()).containsExactly(new Example(kind, "[\"5\"]"));
    assertThat(result.leftOut()).isZero();
  }

  /** A write at the source; null deletes. */
  private record Write(int moment, @Nullable Integer value) {}

  /**
   * Two writes to the planted key at any two moments of a comparison, each of any kind, whatever is
   * planted, with a delivery that brings no more than it must or as much as it can.
   */
  @Test
  void noWriteAtAnyMomentMakesADifferenceThatIsNone() throws Exception {
    int told = 0;
    for (Planted planted : Planted.values()) {
      for (boolean there : new boolean[] {true, false}) {
        for (boolean eager : new boolean[] {true, false}) {
          TwoSides dry = sides(planted, there, eager);
          var unused = verify(dry);
          int moments = dry.moments() + 8;
          for (int first = 0; first < moments; first++) {
            for (int second = first + 1; second <= moments; second++) {
              for (Integer one : new @Nullable Integer[] {51, null}) {
                for (Integer other : new @Nullable Integer[] {50, 52, null}) {
                  TwoSides sides = sides(planted, there, eager);
                  told +=
                      check(planted, sides, new Write(first, one), new Write(second, other))
                          ? 1
                          : 0;
                }
              }
            }
          }
        }
      }
    }
    assertThat(told).isPositive();
  }

  private static boolean check(Planted planted, TwoSides sides, Write... writes)
      throws InterruptedException {
    for (Write write : writes) {
      sides.events.put(write.moment(), () -> sides.put(KEY, write.value()));
    }

    Verified result = verify(sides);

    String what = "%s, %s: %s".formatted(planted, List.of(writes), result);
    assertThat(result.state()).as(what).isIn(State.EQUAL, State.DIFFERENT);
    assertThat(sides.closed).as(what).isOne();
    boolean told = result.state() == State.DIFFERENT;
    if (planted == Planted.NOTHING) {
      assertThat(told).as(what).isFalse();
    }
    boolean written = writes[0].moment() < sides.moments();
    if (!written) {
      sides.deliverAll();
      assertThat(told).as(what).isEqualTo(!sides.isEqual());
    }
    return told;
  }

  @Test
  void aWriteAfterTheSecondLookHealsWhatWasRightlyTold() throws Exception {
    TwoSides sides = sides(Planted.LOSS, true, false);
    int moments = moments(Planted.LOSS);
    sides.events.put(moments - 1, () -> sides.put(KEY, 7));

    assertThat(verify(sides).state()).isEqualTo(State.DIFFERENT);
    sides.deliverAll();
    assertThat(sides.isEqual()).isTrue();
  }

  private static int moments(Planted planted) throws InterruptedException {
    TwoSides dry = sides(planted, true, false);
    var unused = verify(dry);
    return dry.moments();
  }

  @Test
  void whatIsWrittenToAtEachLookIsLeftOutAndCounted() throws Exception {
    TwoSides sides = sides(Planted.NOTHING, true, false);
    sides.events.put(2, () -> sides.put(KEY, 51)); // before any row is read, after the version is

    Verified result = verify(sides);

    assertThat(result.state()).isEqualTo(State.EQUAL);
    assertThat(result.leftOut()).isLessThanOrEqualTo(1);
  }

  @Test
  void manyDifferencesAreCountedAndSomeOfThemShown() throws Exception {
    TwoSides sides = new TwoSides(false);
    for (int i = 0; i < 1_700; i++) {
      sides.put(i, i);
    }
    sides.deliverAll();
    for (int i = 0; i < 1_650; i++) {
      sides.held.remove(i);
    }
    sides.held.put(5_000, new Written(1, 1));

    Verified result = verify(sides);

    assertThat(result.differences())
        .isEqualTo(Map.of(Kind.MISSING, 1_650L, Kind.ONLY_IN_WAREHOUSE, 1L));
    assertThat(result.count()).isEqualTo(1_651);
    assertThat(result.examples()).hasSize(Verified.EXAMPLES_PER_KIND + 1).doesNotHaveDuplicates();
  }

  @Test
  void whoeverWatchesSeesTheStagesAndTheRows() throws Exception {
    TwoSides sides = sides(Planted.LOSS, true, false);
    Set<Stage> stages = new LinkedHashSet<>();
    List<Long> rows = new ArrayList<>();

    var unused =
        new Verification(
                sides,
                Shop.SOURCE,
                sides,
                sides,
                Clock.systemUTC(),
                (stage, read) -> {
                  stages.add(stage);
                  rows.add(read);
                })
            .run(Shop.STOCK);

    assertThat(stages)
        .containsExactly(Stage.READING, Stage.WAITING, Stage.COMPARING, Stage.LOOKING_AGAIN);
    assertThat(rows).isSorted().endsWith(3L);
  }

  @Test
  void whatCannotBeComparedIsToldWithItsReason() throws Exception {
    TwoSides sides = sides(Planted.NOTHING, true, false);
    record Case(dev.renkei.core.source.SourceRows source, Arrivals arrivals, State state) {}
    Arrivals loading = ground(new Ground.Loading());
    Arrivals never = ground(new Ground.NeverWhole());
    Arrivals unfollowed = ground(new Ground.NotFollowed());
    for (Case one :
        List.of(
            new Case(sides, loading, State.FAILED),
            new Case(sides, unfollowed, State.FAILED),
            new Case(sides, never, State.REFUSED))) {
      Verified result =
          new Verification(
                  one.source(), Shop.SOURCE, sides, one.arrivals(), Clock.systemUTC(), (s, r) -> {})
              .run(Shop.STOCK);
      assertThat(result.state()).isEqualTo(one.state());
      assertThat(result.problem()).startsWith("dbo.Stock ").endsWith(".");
    }
    assertThat(sides.closed).isZero();
  }

  private static Arrivals ground(Ground ground) {
    return new Arrivals() {
      @Override
      public Ground ground(dev.renkei.core.source.SourceRows.Standing table) {
        return ground;
      }

      @Override
      public void await(dev.renkei.core.source.SourceRows.Standing table, int epoch) {
        throw new AssertionError("nothing to wait for");
      }
    };
  }

  @Test
  void aSourceThatGoesAwayInTheMiddleIsToldAndNothingIsLeftOpen() throws Exception {
    TwoSides sides = sides(Planted.NOTHING, true, false);
    var broken =
        new BrokenSource(sides, new SourceRowsException("dbo.Stock: the source is away.", false));

    Verified result =
        new Verification(broken, Shop.SOURCE, sides, sides, Clock.systemUTC(), (s, r) -> {})
            .run(Shop.STOCK);

    assertThat(result.state()).isEqualTo(State.FAILED);
    assertThat(result.problem()).isEqualTo("dbo.Stock: the source is away.");
    assertThat(sides.closed).isOne();
  }

  /** Fails at the first row. */
  private record BrokenSource(TwoSides sides, SourceRowsException failure)
      implements dev.renkei.core.source.SourceRows {
    @Override
    public Standing look(TableName table) {
      return sides.look(table);
    }

    @Override
    public <E extends Exception> void all(Standing table, Sink<E> sink) throws SourceRowsException {
      throw failure;
    }

    @Override
    public <E extends Exception> void some(
        Standing table, java.util.Collection<dev.renkei.core.change.RowKey> keys, Sink<E> sink)
        throws SourceRowsException {
      throw failure;
    }

    @Override
    public Set<dev.renkei.core.change.RowKey> changed(
        Standing table, long after, java.util.Collection<dev.renkei.core.change.RowKey> keys)
        throws SourceRowsException {
      throw failure;
    }

    @Override
    public void close() {}
  }
}
