package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.ChunksDone;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.Cursor.LastSnapshot;
import dev.renkei.core.hub.Cursor.SnapshotProgress;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SnapshotNumber.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, stamps and positions of snapshots, decided without a server. */
class SnapshotDecisionsTest {
  @ParameterizedTest
  @CsvSource({
    // the last one's number, stamp, whether complete; the next one's start -> its number
    "1, 100, true, 101, 1",
    "1, 100, true, 100, 2",
    "7, 100, true, 100, 8",
    "7, 100, true, 99, 8",
    "7, 100, false, 101, 8",
    "4094, 100, true, 100, 4095",
    "4095, 100, true, 101, 1",
  })
  void numbersRestartWhereTheStartIsAboveEveryStampOfTheLastSnapshot(
      int number, long stamp, boolean complete, long start, int next) {
    List<Used> used =
        List.of(new Used(5, number, stamp, complete), new Used(4, 4000, stamp - 1, true));

    assertThat(SnapshotNumber.next(start, used)).isEqualTo(OptionalInt.of(next));
  }

  @Test
  void theFirstSnapshotIsNumberOne() {
    assertThat(SnapshotNumber.next(0, List.of())).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void atOneVersionNumbersEnd() {
    assertThat(SnapshotNumber.next(100, List.of(new Used(5, Sequence.MAX_SNAPSHOT, 100, true))))
        .isEmpty();
  }

  private static Cursor cursor(
      int epoch, int done, @Nullable SnapshotProgress progress, @Nullable LastSnapshot last) {
    return new Cursor(
        "a",
        "shop",
        new TableName("dbo", "T"),
        epoch,
        10,
        1,
        3,
        done,
        progress,
        null,
        null,
        last,
        Instant.EPOCH);
  }

  private static LastSnapshot last(int epoch, int generation, long stamp) {
    return new LastSnapshot(
        epoch, generation, 2, stamp, stamp, true, 5, 1, Instant.EPOCH, Instant.EPOCH, null);
  }

  @Test
  void whatWasUsedInAnotherEpochDoesNotCount() {
    assertThat(
            SnapshotNumber.used(
                List.of(cursor(2, 7, null, last(1, 7, 90)), cursor(1, 6, null, null)), 2, 8))
        .isEmpty();
  }

  @Test
  void aSnapshotThatAnotherTrackerLeftUnfinishedCounts() {
    SnapshotProgress left =
        new SnapshotProgress(7, 3, 80, 85, "[1]", 1, ChunksDone.NONE, "", Instant.EPOCH, null);

    List<Used> used =
        SnapshotNumber.used(
            List.of(cursor(1, 6, left, last(1, 6, 70)), cursor(1, 6, null, last(1, 6, 70))), 1, 8);

    assertThat(SnapshotNumber.next(90, used)).isEqualTo(OptionalInt.of(4));
    assertThat(SnapshotNumber.leastStart(used)).isEqualTo(85);
  }

  @Test
  void aCursorOfAnEarlierBuildCountsByItsGeneration() {
    List<Used> used = SnapshotNumber.used(List.of(cursor(1, 6, null, null)), 1, 7);

    assertThat(SnapshotNumber.next(1000, used)).isEqualTo(OptionalInt.of(7));
    assertThat(SnapshotNumber.leastStart(used)).isZero();
  }

  private static long millis(long count) {
    return Duration.ofMillis(count).toNanos();
  }

  @Test
  void aStampIsTheNewestVersionThatIsKnownLongEnough() {
    VersionHistory history = new VersionHistory(Duration.ofMillis(100));
    assertThat(history.settled(millis(0))).isEmpty();

    for (int at = 0; at <= 1000; at += 20) {
      history.note(at, millis(at));
    }

    assertThat(history.settled(millis(1000))).isEqualTo(OptionalLong.of(900));
    assertThat(history.settled(millis(1050))).isEqualTo(OptionalLong.of(940));
  }

  @Test
  void aVersionIsNoStampBeforeItsTime() {
    VersionHistory history = new VersionHistory(Duration.ofMillis(100));
    history.note(5, millis(0));

    assertThat(history.settled(millis(99))).isEmpty();
    assertThat(history.settled(millis(100))).isEqualTo(OptionalLong.of(5));
  }

  @Test
  void aVersionThatWentBackVoidsWhatWasKnown() {
    VersionHistory history = new VersionHistory(Duration.ofMillis(100));
    history.note(500, millis(0));
    history.note(20, millis(150));

    assertThat(history.settled(millis(200))).isEmpty();
    assertThat(history.settled(millis(250))).isEqualTo(OptionalLong.of(20));
  }

  @Test
  void withoutAGraceTheNewestVersionIsTheStamp() {
    VersionHistory history = new VersionHistory(Duration.ZERO);
    history.note(5, 0);
    history.note(6, 1);

    assertThat(history.settled(1)).isEqualTo(OptionalLong.of(6));
  }

  @Test
  void textIsComparedUnderItsOwnCollationAndCodePage() {
    Column column = new Column("K", TypeKind.VARCHAR, 10, 0, 0, "Japanese_CI_AS", false, 1, false);

    assertThat(Position.behind("t", List.of(column)))
        .isEqualTo("t.[K] > CAST(? COLLATE Japanese_CI_AS AS varchar(10))");
  }
}
