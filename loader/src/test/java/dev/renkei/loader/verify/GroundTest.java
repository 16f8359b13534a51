package dev.renkei.loader.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.contract.Shop;
import dev.renkei.core.hub.ChunksDone;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.core.source.SourceRows.Standing;
import dev.renkei.loader.LoaderState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What cursors, and the loader's word, say to a comparison. */
class GroundTest {
  private static final Standing TABLE = new Standing(Shop.SCHEMA, "id", 7, 3, 100);

  private static Cursor cursor(
      int epoch, long version, int object, long begin, int done, @Nullable SnapshotProgress now) {
    return new Cursor(
        "a", Shop.SOURCE, Shop.STOCK, epoch, version, object, begin, done, now, Shop.NOON);
  }

  private static SnapshotProgress wanted(int generation, @Nullable String part) {
    return SnapshotProgress.wanted(generation, 5, Shop.NOON, part);
  }

  private static SnapshotProgress begun(int generation) {
    return new SnapshotProgress(generation, 1, 5, 5, null, 1, ChunksDone.NONE, "", Shop.NOON, null);
  }

  @Test
  void aTableThatWasLoadedWholeAndIsFollowedIsFirmInTheNewestEpoch() {
    assertThat(Ground.of(List.of(cursor(2, 50, 7, 3, 1, null)), TABLE))
        .isEqualTo(new Ground.Firm(2));
    assertThat(Ground.of(List.of(cursor(1, 50, 7, 3, 1, null), cursor(2, 9, 7, 3, 2, null)), TABLE))
        .isEqualTo(new Ground.Firm(2));
  }

  @Test
  void aSnapshotOfTheWholeTableThatIsNotDoneIsWaitedForAndOneOfAPartOrOfThePastIsNot() {
    for (SnapshotProgress now : List.of(wanted(2, null), begun(2))) {
      assertThat(Ground.of(List.of(cursor(1, 50, 7, 3, 1, now)), TABLE))
          .isEqualTo(new Ground.Loading());
    }
    assertThat(Ground.of(List.of(cursor(1, 50, 7, 3, 0, begun(1))), TABLE))
        .isEqualTo(new Ground.Loading());
    assertThat(Ground.of(List.of(cursor(1, 50, 7, 3, 1, wanted(2, "Id = 1"))), TABLE))
        .isEqualTo(new Ground.Firm(1));
    assertThat(
            Ground.of(
                List.of(cursor(1, 50, 7, 3, 2, null), cursor(1, 50, 7, 3, 1, begun(2))), TABLE))
        .isEqualTo(new Ground.Firm(1));
  }

  @Test
  void aTableThatNobodyFollowsAsItIsNowHasNoGround() {
    assertThat(Ground.of(List.of(), TABLE)).isEqualTo(new Ground.NotFollowed());
    assertThat(Ground.of(List.of(cursor(1, 50, 8, 3, 1, null)), TABLE))
        .isEqualTo(new Ground.NotFollowed());
    assertThat(Ground.of(List.of(cursor(1, 50, 7, 4, 1, null)), TABLE))
        .isEqualTo(new Ground.NotFollowed());
    assertThat(
            Ground.of(List.of(cursor(1, 50, 7, 3, 1, null), cursor(2, 50, 8, 3, 1, null)), TABLE))
        .isEqualTo(new Ground.NotFollowed());
  }

  @Test
  void aTableWithoutItsRowsOfBeforeWasNeverWhole() {
    assertThat(Ground.of(List.of(cursor(1, 50, 7, 3, 0, null)), TABLE))
        .isEqualTo(new Ground.NeverWhole());
  }

  @Test
  void aVersionIsReachedByTheCursorOfAnyTrackerInItsEpoch() {
    List<Cursor> cursors = List.of(cursor(1, 99, 7, 3, 1, null), cursor(1, 100, 7, 3, 1, null));

    assertThat(Ground.reaches(cursors, TABLE, 1, 100)).isTrue();
    assertThat(Ground.reaches(cursors, TABLE, 1, 101)).isFalse();
    assertThat(Ground.reaches(cursors, TABLE, 2, 100)).isFalse();
    assertThat(Ground.reaches(List.of(cursor(1, 200, 7, 4, 1, null)), TABLE, 1, 100)).isFalse();
  }

  private static LoaderState loader(
      Map<Integer, Long> positions,
      @Nullable Instant replaying,
      LoaderState.@Nullable Unsettled unsettled) {
    return new LoaderState(
        "local",
        LoaderState.Phase.LOADING,
        "hub/1",
        positions,
        Map.of(),
        0,
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        replaying,
        null,
        Map.of(),
        unsettled);
  }

  @Test
  void anOrderedHubsLoaderHasItAllBehindTheEndsOfEveryPartitionAndNotDuringAReplay() {
    Map<Integer, Long> ends = Map.of(0, 10L, 1, 0L, 2, 5L);
    Instant now = Shop.NOON;

    assertThat(isLoaded(loader(Map.of(0, 10L, 2, 5L), null, null), ends, now)).isTrue();
    assertThat(isLoaded(loader(Map.of(0, 11L, 1, 3L, 2, 9L), null, null), ends, now)).isTrue();
    assertThat(isLoaded(loader(Map.of(0, 9L, 2, 5L), null, null), ends, now)).isFalse();
    assertThat(isLoaded(loader(Map.of(0, 10L), null, null), ends, now)).isFalse();
    assertThat(isLoaded(loader(Map.of(0, 10L, 2, 5L), now, null), ends, now)).isFalse();
  }

  @Test
  void anUnorderedHubsLoaderHasItAllWhenNothingOfBeforeIsUnsettledForAWhile() {
    Instant since = Shop.NOON;
    Instant early = since.plusSeconds(1);
    Instant late = since.plus(HubArrivals.UNORDERED_GRACE).plus(Duration.ofMillis(1));
    LoaderState nothing = loader(Map.of(), null, new LoaderState.Unsettled(0, null));
    LoaderState newer = loader(Map.of(), null, new LoaderState.Unsettled(3, since.plusMillis(1)));
    LoaderState older = loader(Map.of(), null, new LoaderState.Unsettled(3, since.minusMillis(1)));
    LoaderState unknown = loader(Map.of(), null, new LoaderState.Unsettled(3, null));

    assertThat(isLoaded(nothing, Map.of(), late)).isTrue();
    assertThat(isLoaded(newer, Map.of(), late)).isTrue();
    assertThat(isLoaded(nothing, Map.of(), early)).isFalse();
    assertThat(isLoaded(older, Map.of(), late)).isFalse();
    assertThat(isLoaded(unknown, Map.of(), late)).isFalse();
  }

  private static boolean isLoaded(LoaderState state, Map<Integer, Long> ends, Instant now) {
    return HubArrivals.isLoaded(state, ends, Shop.NOON, now);
  }
}
