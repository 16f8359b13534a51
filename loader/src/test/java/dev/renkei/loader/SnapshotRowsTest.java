package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Lot;
import dev.renkei.core.snapshot.Lot.Table;
import dev.renkei.core.snapshot.Settled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the rows of a snapshot have all arrived (SEMANTICS 18). */
class SnapshotRowsTest {
  private static final Table STOCK = new Table(Stock.SOURCE, Stock.NAME);

  private final SnapshotRows rows = new SnapshotRows();

  /** For example {@code 10.1 c2.1 x3}: stamp and snapshot, chunk and attempt, so many rows. */
  private void arrive(String text) {
    if (text == null) {
      return;
    }
    for (String lot : text.split(";")) {
      String[] parts = lot.trim().split("[ .cx]+");
      for (long hash = 0; hash < Long.parseLong(parts[4]); hash++) {
        rows.arrived(
            lot(
                Long.parseLong(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3])),
            hash);
      }
    }
  }

  private static Lot lot(long stamp, int snapshot, int chunk, int attempt) {
    return new Lot(STOCK, new Sequence(1, stamp, snapshot), new Chunk(chunk, attempt));
  }

  private static SnapshotClosed closing(int snapshot, long start, long... attemptsAndRows) {
    SnapshotClosed.Chunk[] chunks = new SnapshotClosed.Chunk[attemptsAndRows.length / 2];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] =
          new SnapshotClosed.Chunk((int) attemptsAndRows[2 * i], attemptsAndRows[2 * i + 1]);
    }
    return Stock.closing(snapshot, start, chunks);
  }

  /**
   * The closing of snapshot 1 from 10 on: 3 rows of chunk 1, 2 rows of the 2nd attempt at chunk 2.
   */
  @ParameterizedTest
  @CsvSource({
    "                                                     , false, nothing has come",
    "10.1 c1.1 x3; 11.1 c2.2 x2                           , true, all has come",
    "11.1 c2.2 x2; 10.1 c1.1 x3                           , true, in any order",
    "10.1 c1.1 x2; 11.1 c2.2 x2                           , false, a row is missing",
    "10.1 c1.1 x3; 11.1 c2.1 x2                           , false, of an attempt that does not count",
    "10.1 c1.1 x3; 11.1 c2.1 x1; 12.1 c2.2 x2             , true, beside one that does not count",
    "10.2 c1.1 x3; 11.1 c2.2 x2                           , false, of another snapshot",
    "9.1 c1.1 x3; 11.1 c2.2 x2                            , false, of an earlier one of its number",
    "10.1 c1.1 x3; 30.1 c1.1 x3; 31.1 c2.2 x2             , false, of a later one of its number",
    "10.1 c1.1 x3; 11.1 c2.2 x1; 12.1 c2.2 x1             , false, of no attempt at all",
  })
  void isComplete(String arrived, boolean complete, String why) {
    arrive(arrived);

    assertThat(rows.complete(closing(1, 10, 1, 3, 2, 2)).isPresent()).as(why).isEqualTo(complete);
  }

  @Test
  void aSnapshotWithoutRowsIsCompleteAtOnce() {
    assertThat(rows.complete(closing(1, 10, 1, 0))).contains(new Sequence(1, 10, 1));
    assertThat(rows.complete(closing(1, 10))).contains(new Sequence(1, 10, 1));
  }

  @Test
  void aRowCountsOnce() {
    assertThat(rows.arrived(lot(10, 1, 1, 1), 7)).isTrue();
    assertThat(rows.arrived(lot(10, 1, 1, 1), 7)).isFalse();
    assertThat(rows.complete(closing(1, 10, 1, 2))).isEmpty();
  }

  @Test
  void forgetsWhatIsSettledAndWhatWasAbandonedBelow() {
    arrive("5.4 c1.1 x9; 10.1 c1.1 x3; 12.1 c2.1 x2; 20.1 c1.1 x1");
    SnapshotClosed closed = closing(1, 10, 1, 3, 1, 2);

    rows.settle(Settled.swept(closed, rows.complete(closed).orElseThrow(), 0, Stock.NOON));

    assertThat(rows.count()).as("of the next snapshot").isEqualTo(1);
    assertThat(rows.isSettled(closed)).isTrue();
    assertThat(rows.isSettled(closing(4, 5, 1, 9))).isTrue();
    assertThat(rows.isSettled(closing(1, 20, 1, 1))).isFalse();
    assertThat(rows.arrived(lot(12, 1, 2, 1), 99)).as("comes again").isFalse();
    assertThat(rows.arrived(lot(13, 1, 2, 1), 99)).as("of who knows what").isTrue();
  }

  @Test
  void thePartOfATableSettlesNothingElse() {
    arrive("10.1 c1.1 x3; 10.2 c1.1 x2");
    SnapshotClosed part =
        new SnapshotClosed(
            Stock.SOURCE,
            Stock.NAME,
            1,
            2,
            10,
            1,
            List.of(new SnapshotClosed.Chunk(1, 2)),
            new SnapshotClosed.Part(null));

    rows.settle(Settled.swept(part, rows.complete(part).orElseThrow(), 0, Stock.NOON));

    assertThat(rows.isSettled(part)).isTrue();
    assertThat(rows.isSettled(closing(1, 10, 1, 3))).isFalse();
    assertThat(rows.complete(closing(1, 10, 1, 3))).isPresent();
  }

  @Test
  void remembersThatItGaveUpUntilASnapshotIsSwept() {
    rows.settle(Settled.givenUp(closing(1, 10, 1, 3), Stock.NOON));
    assertThat(rows.wasGivenUp(STOCK)).isTrue();

    rows.settle(Settled.swept(closing(2, 10), new Sequence(1, 10, 2), 0, Stock.NOON));
    assertThat(rows.wasGivenUp(STOCK)).isFalse();
  }
}
