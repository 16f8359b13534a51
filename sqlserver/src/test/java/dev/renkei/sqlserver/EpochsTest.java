package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.TableName;
import dev.renkei.sqlserver.Epochs.BehindException;
import dev.renkei.sqlserver.Epochs.Epoch;
import dev.renkei.sqlserver.Epochs.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which history versions belong to, decided without a server (SEMANTICS 2). */
class EpochsTest {
  private static final List<Cursor> NO_CURSORS = List.of();

  private final MemoryHub hub = new MemoryHub();
  private final Epochs a = new Epochs(hub, "shop", "a");
  private final Epochs b = new Epochs(hub, "shop", "b");

  private static Cursor cursor(String tracker, int epoch, long version) {
    return new Cursor(
        tracker, "shop", new TableName("dbo", "T"), epoch, version, 1, 1, 1, null, Instant.EPOCH);
  }

  private static int number(Epochs epochs) {
    Epoch adopted = epochs.adopted();
    return adopted == null ? 0 : adopted.number();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // forks of the epochs so far, the fork now, went back, lived in -> what follows
        "F1, F1, false, 0, ADOPT_NEWEST",
        "F1, f1, false, 1, ADOPT_NEWEST",
        "F1, -, false, 1, ADOPT_NEWEST",
        "unseen, F1, false, 1, ADOPT_NEWEST",
        "F1 F2, F2, false, 1, ADOPT_NEWEST",
        "F1, F1, true, 1, OPEN_NEXT",
        "F1, -, true, 1, OPEN_NEXT",
        "F1, F2, false, 1, OPEN_NEXT",
        "F1, F2, false, 0, OPEN_NEXT",
        "F1 F2, F3, false, 1, OPEN_NEXT",
        "F1 F2, F1, false, 1, STAY_BEHIND",
        "F1 F2, F1, false, 0, STAY_BEHIND",
        "F1 F2, F1, false, 2, OPEN_NEXT",
        "F1 F2 F3, F1, false, 2, STAY_BEHIND",
      })
  void decidesByForkAndVersion(
      String forks, @Nullable String fork, boolean wentBack, int livedIn, Step step) {
    List<Epoch> history = new ArrayList<>();
    Arrays.stream(forks.split(" ")).forEach(f -> history.add(new Epoch(history.size() + 1, f)));

    assertThat(Epochs.next(history, fork, wentBack, livedIn)).isEqualTo(step);
  }

  @Test
  void theFirstEpochIsAgreedOnAndHoldsWhileVersionsRise() throws Exception {
    assertThat(a.settle("F1", 10, NO_CURSORS)).isTrue();
    assertThat(b.settle("F1", 12, NO_CURSORS)).isTrue();

    assertThat(a.holds("F1", 10)).isTrue();
    assertThat(a.holds("F1", 11)).isTrue();
    assertThat(number(a)).isEqualTo(1);
    assertThat(number(b)).isEqualTo(1);
  }

  @Test
  void anotherForkOpensTheNextEpochForAll() throws Exception {
    a.settle("F1", 10, NO_CURSORS);
    b.settle("F1", 10, NO_CURSORS);

    assertThat(a.holds("F2", 99)).isFalse();
    assertThat(a.settle("F2", 99, NO_CURSORS)).isTrue();
    b.look();
    assertThat(b.isSuspected()).isTrue();
    assertThat(b.settle("F2", 100, NO_CURSORS)).isTrue();

    assertThat(number(a)).isEqualTo(2);
    assertThat(number(b)).isEqualTo(2);
    assertThat(a.holds("F2", 99)).isTrue();
  }

  @Test
  void aVersionThatGoesBackOpensOneEpochEvenWhereNobodySeesTheFork() throws Exception {
    a.settle(null, 10, NO_CURSORS);
    b.settle(null, 10, NO_CURSORS);

    assertThat(a.holds(null, 9)).isFalse();
    a.settle(null, 9, NO_CURSORS);
    assertThat(b.holds(null, 9)).isFalse();
    b.settle(null, 9, NO_CURSORS);

    assertThat(number(a)).isEqualTo(2);
    assertThat(number(b)).isEqualTo(2);
  }

  @Test
  void aForkThatChangesIsNoticedByWhoeverSeesItAlsoWhereTheClaimantDidNot() throws Exception {
    a.settle(null, 10, NO_CURSORS);
    b.settle("F1", 10, NO_CURSORS);
    assertThat(b.holds("F1", 11)).isTrue();

    assertThat(b.holds("F2", 12)).isFalse();
    b.settle("F2", 12, NO_CURSORS);

    assertThat(number(b)).isEqualTo(2);
  }

  @Test
  void aVersionBelowTheCursorsOfAnEarlierRunOpensTheNextEpoch() throws Exception {
    a.settle("F1", 100, NO_CURSORS);
    Epochs restarted = new Epochs(hub, "shop", "a");

    restarted.settle("F1", 60, List.of(cursor("a", 1, 90), cursor("b", 1, 80)));

    assertThat(number(restarted)).isEqualTo(2);
  }

  @Test
  void cursorsOfEarlierEpochsSayNothingOfTheNewest() throws Exception {
    a.settle("F1", 100, NO_CURSORS);
    a.settle("F2", 60, List.of(cursor("a", 1, 90)));
    Epochs restarted = new Epochs(hub, "shop", "a");

    restarted.settle("F2", 61, List.of(cursor("a", 1, 90), cursor("b", 2, 61)));

    assertThat(number(restarted)).isEqualTo(2);
  }

  @Test
  void aTrackerThatReachesTheOldDatabaseStaysBehindUntilItReachesTheNewOne() throws Exception {
    a.settle("F1", 10, NO_CURSORS);
    b.settle("F1", 10, NO_CURSORS);
    a.settle("F2", 5, NO_CURSORS);

    assertThatThrownBy(() -> b.settle("F1", 11, List.of(cursor("b", 1, 10))))
        .isInstanceOf(BehindException.class)
        .hasMessageContaining("older history")
        .hasMessageContaining("epoch 2");
    assertThat(b.isSuspected()).isTrue();
    b.settle("F2", 6, List.of(cursor("b", 1, 10)));

    assertThat(number(b)).isEqualTo(2);
  }

  @Test
  void whoHasLivedInTheNewestEpochFollowsItsDatabaseBack() throws Exception {
    a.settle("F1", 10, NO_CURSORS);
    a.settle("F2", 5, NO_CURSORS);
    Epochs restarted = new Epochs(hub, "shop", "a");

    restarted.settle("F1", 11, List.of(cursor("a", 2, 5)));

    assertThat(number(restarted)).isEqualTo(3);
  }

  @Test
  void epochsThatAreUsedUpAreToldWithTheirCure() throws Exception {
    for (int epoch = 1; epoch <= 4095; epoch++) {
      hub.claim("shop/epoch/" + epoch, "a", "F" + epoch);
    }

    assertThatThrownBy(() -> a.settle("other", 10, NO_CURSORS))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("new `name`");
  }
}
