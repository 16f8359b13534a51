package dev.renkei.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.config.TableSettings.Start;
import dev.renkei.core.hub.ChunksDone;
import dev.renkei.core.hub.Cursor;
import dev.renkei.core.hub.HubException;
import dev.renkei.core.schema.Column;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TypeKind;
import dev.renkei.sqlserver.SourceTable.Tracking;
import dev.renkei.sqlserver.Validity.Identity;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided without a server. */
class DecisionsTest {
  private static final TableName TABLE = new TableName("dbo", "T");

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // cursor, object, begin, least valid, current -> verdict, for object 1 begun at 3
        "10, 1, 3, 5, 12, HOLDS",
        "5, 1, 3, 5, 12, HOLDS",
        "0, 1, 3, 0, 0, HOLDS",
        "4, 1, 3, 5, 12, EXPIRED",
        "10, 2, 3, 5, 12, RECREATED",
        "10, 2, -, -, 12, RECREATED",
        "10, 1, 11, 11, 12, RESET",
        "10, 1, 3, -, 12, NOT_SEEN",
        "10, 1, -, -, 12, TRACKING_OFF",
        "10, 1, 3, 5, 9, WENT_BACK",
      })
  void judgesACursor(
      long cursor,
      int object,
      @Nullable Long begin,
      @Nullable Long minValid,
      long current,
      Validity verdict) {
    Tracking tracking = begin == null ? null : new Tracking(begin, minValid);
    assertThat(Validity.of(new Identity(1, 3), cursor, object, tracking, current))
        .isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "1205, TRANSIENT", "1222, TRANSIENT", "3960, TRANSIENT", "3961, TRANSIENT",
    "40197, TRANSIENT", "40501, TRANSIENT", "40613, TRANSIENT", "49918, TRANSIENT",
    "207, SCHEMA_CHANGED", "208, SCHEMA_CHANGED", "229, PERMISSION", "230, PERMISSION",
    "18456, LOGIN", "4060, CONNECTION", "22105, TRACKING_OFF", "22117, SECONDARY",
    "0, CONNECTION", "8134, OTHER",
  })
  void knowsFailuresByTheirNumber(int number, FailureKind kind) {
    assertThat(FailureKind.of(new SQLException("x", "S0001", number))).isEqualTo(kind);
  }

  @Test
  void knowsCutConnectionsAndTheHub() {
    assertThat(FailureKind.of(new SQLException("reset", "08S01", 17)))
        .isEqualTo(FailureKind.CONNECTION);
    assertThat(FailureKind.of(new HubException("x"))).isEqualTo(FailureKind.HUB);
  }

  @Test
  void waitsLongerWithEachFailureUpToHalfAMinute() {
    assertThat(FailureKind.TRANSIENT.delay(1, 0)).isEqualTo(Duration.ofMillis(50));
    assertThat(FailureKind.TRANSIENT.delay(1, 1)).isEqualTo(Duration.ofMillis(100));
    assertThat(FailureKind.TRANSIENT.delay(4, 1)).isEqualTo(Duration.ofMillis(800));
    assertThat(FailureKind.TRANSIENT.delay(1000, 1)).isEqualTo(Duration.ofSeconds(30));
  }

  private static Cursor cursor(String tracker, long version, int done, int pending) {
    return new Cursor(
        tracker,
        "shop",
        TABLE,
        1,
        version,
        1,
        3,
        done,
        pending == 0 ? null : progress(pending, version),
        Instant.EPOCH);
  }

  private static Cursor.SnapshotProgress progress(int generation, long version) {
    return new Cursor.SnapshotProgress(
        generation, 1, version, version, "[7]", 1, ChunksDone.NONE, "layout", Instant.EPOCH, null);
  }

  private static StartingPoint start(Start start, Cursor... cursors) {
    return StartingPoint.of(
        "a", 1, List.of(cursors), new Identity(1, 3), new Tracking(3, 5L), 20, start, "layout");
  }

  @Test
  void beginsWithASnapshotOrAtTheLatestVersionWhereNobodyKnowsTheTable() {
    assertThat(start(Start.SNAPSHOT)).isEqualTo(new StartingPoint(20, 0, 1, null, null));
    assertThat(start(Start.LATEST)).isEqualTo(new StartingPoint(20, 0, 0, null, null));
  }

  @Test
  void beginsAtTheHighestValidCursorOfAnyTracker() {
    assertThat(start(Start.SNAPSHOT, cursor("a", 10, 1, 0), cursor("b", 15, 1, 0)))
        .isEqualTo(new StartingPoint(15, 1, 0, null, null));
    assertThat(start(Start.SNAPSHOT, cursor("a", 10, 1, 0), cursor("b", 25, 1, 0)).version())
        .as("another tracker has moved it beyond what was current a moment ago")
        .isEqualTo(25);
  }

  @Test
  void loadsAgainInANewEpochWhateverTheVersions() {
    assertThat(
            StartingPoint.of(
                "a",
                2,
                List.of(cursor("a", 10, 3, 0), cursor("b", 15, 4, 5)),
                new Identity(1, 3),
                new Tracking(3, 5L),
                20,
                Start.SNAPSHOT,
                "layout"))
        .isEqualTo(new StartingPoint(20, 0, 6, null, Validity.RESTORED));
  }

  @Test
  void goesOnWithASnapshotOfItsOwnAndWaitsForThoseOfOthers() {
    assertThat(start(Start.SNAPSHOT, cursor("a", 10, 0, 1)))
        .isEqualTo(new StartingPoint(10, 0, 1, progress(1, 10), null));
    assertThat(start(Start.SNAPSHOT, cursor("b", 10, 0, 1)))
        .isEqualTo(new StartingPoint(10, 0, 1, null, null));
    assertThat(start(Start.SNAPSHOT, cursor("a", 10, 0, 1), cursor("b", 10, 1, 0)))
        .as("done by another meanwhile")
        .isEqualTo(new StartingPoint(10, 1, 0, progress(1, 10), null));
    assertThat(start(Start.SNAPSHOT, cursor("a", 10, 0, 1), cursor("b", 10, 0, 2)))
        .as("taken over by another meanwhile")
        .isEqualTo(new StartingPoint(10, 0, 2, progress(1, 10), null));
  }

  @Test
  void beginsASnapshotAgainWhereItsTableIsReadAsAnother() {
    StartingPoint start =
        StartingPoint.of(
            "a",
            1,
            List.of(cursor("a", 10, 0, 1)),
            new Identity(1, 3),
            new Tracking(3, 5L),
            20,
            Start.SNAPSHOT,
            "another layout");

    assertThat(start.snapshot()).isEqualTo(2);
  }

  @Test
  void loadsAgainWhereNoCursorIsValidAnyMore() {
    assertThat(start(Start.LATEST, cursor("a", 4, 7, 0)))
        .isEqualTo(new StartingPoint(20, 0, 8, null, Validity.EXPIRED));
  }

  @Test
  void goesOnBehindACompositeKeyInTheServersOrder() {
    Column first = new Column("A]", TypeKind.INT, 0, 0, 0, null, false, 1, false);
    Column second =
        new Column("B", TypeKind.NVARCHAR, 10, 0, 0, "Latin1_General_CI_AS", false, 2, false);
    assertThat(Position.behind("c", List.of(first, second)))
        .isEqualTo(
            "(c.[A]]] >= CAST(? AS int) AND (c.[A]]] > CAST(? AS int) OR (c.[A]]] = CAST(? AS int) AND c.[B] > CAST(? AS nvarchar(10)))))");
  }
}
