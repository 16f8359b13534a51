package dev.renkei.beam.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.beam.warehouse.SnapshotEvent.Counted;
import dev.renkei.beam.warehouse.TableSnapshots.Complete;
import dev.renkei.beam.warehouse.TableSnapshots.Due;
import dev.renkei.beam.warehouse.TableSnapshots.Waiting;
import dev.renkei.core.change.Change.Chunk;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.snapshot.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableSnapshotsTest {
  private static final Instant NOON = Shop.NOON;
  private static final CountedRows NO_ROWS = new CountedRows(List.of());

  private static SnapshotClosed closing(int snapshot, long start, int partitions, long... rows) {
    return closing(snapshot, start, partitions, null, rows);
  }

  private static SnapshotClosed closing(
      int snapshot, long start, int partitions, SnapshotClosed.@Nullable Part part, long... rows) {
    List<SnapshotClosed.Chunk> chunks =
        java.util.Arrays.stream(rows).mapToObj(n -> new SnapshotClosed.Chunk(1, n)).toList();
    return new SnapshotClosed(
        Shop.SOURCE, Shop.STOCK.table(), 1, snapshot, start, partitions, chunks, part);
  }

  private static Counted counted(int snapshot, long version, int chunk, int attempt, long rows) {
    return new Counted(
        new Sequence(1, version, snapshot),
        new Chunk(chunk, attempt),
        rows,
        NOON.minusSeconds(version));
  }

  private static List<Sequence> complete(TableSnapshots snapshots, Counted... counts) {
    return snapshots.complete(new CountedRows(List.of(counts))).stream()
        .map(Complete::last)
        .toList();
  }

  @Test
  void aSnapshotIsCompleteWhenAllClosingsAndAsManyRowsOfTheCountingAttemptsHaveCome() {
    SnapshotClosed closing = closing(3, 20, 2, 5, 0, 7);
    TableSnapshots one = TableSnapshots.NONE.closed(closing, 0, NOON);
    TableSnapshots both = one.closed(closing, 1, NOON);
    Counted first = counted(3, 20, 1, 1, 5);
    Counted third = counted(3, 24, 3, 1, 7);

    assertThat(complete(both, first, third)).containsExactly(new Sequence(1, 24, 3));
    assertThat(complete(one, first, third)).as("a partition's closing is missing").isEmpty();
    assertThat(complete(both, first)).as("a chunk is missing").isEmpty();
    assertThat(complete(both, first, counted(3, 24, 3, 1, 6))).as("a row is missing").isEmpty();
    assertThat(complete(both, first, counted(3, 24, 3, 2, 7)))
        .as("another attempt does not count")
        .isEmpty();
    assertThat(complete(both, counted(2, 20, 1, 1, 5), third)).as("another snapshot").isEmpty();
    assertThat(complete(both, counted(3, 19, 1, 1, 5), third))
        .as("an earlier snapshot of the same number")
        .isEmpty();
    assertThat(complete(TableSnapshots.NONE.closed(closing(1, 9, 1), 0, NOON)))
        .as("a table without rows")
        .containsExactly(new Sequence(1, 9, 1));
  }

  @Test
  void aLaterSnapshotDoesForAnEarlierOneButAPartNotForTheWhole() {
    SnapshotClosed early = closing(1, 10, 1, 5);
    SnapshotClosed late = closing(2, 20, 1, 5);
    SnapshotClosed part = closing(3, 30, 1, new SnapshotClosed.Part(null), 5);

    assertThat(waiting(early, late)).containsExactly(late);
    assertThat(waiting(late, early)).containsExactly(late);
    assertThat(waiting(early, part)).containsExactly(early, part);
    assertThat(waiting(part, closing(4, 40, 1, 5))).containsExactly(closing(4, 40, 1, 5));
    assertThat(waiting(early, early)).containsExactly(early);
  }

  private static List<SnapshotClosed> waiting(SnapshotClosed... closings) {
    TableSnapshots snapshots = TableSnapshots.NONE;
    for (SnapshotClosed closing : closings) {
      snapshots = snapshots.closed(closing, 0, NOON);
    }
    return snapshots.waiting().stream().map(Waiting::closing).toList();
  }

  @Test
  void aClosingThatComesAgainAfterTheSweepHasNothingToAdd() {
    SnapshotClosed closing = closing(1, 10, 1, 5);
    TableSnapshots before = TableSnapshots.NONE.closed(closing, 0, NOON);
    Settled settled = Settled.swept(closing, new Sequence(1, 12, 1), 3, NOON);

    TableSnapshots after = before.settled(before.waiting().get(0), settled);

    assertThat(after.closed(closing, 0, NOON)).isEqualTo(after);
    assertThat(after.waiting()).isEmpty();
    assertThat(after.closed(closing(2, 20, 1, 5), 0, NOON).waiting()).hasSize(1);
  }

  @Test
  void whatIsDueIsSweptInTimeAndIsNotFoundCompleteTwice() {
    TableSnapshots before = TableSnapshots.NONE.closed(closing(1, 10, 1), 0, NOON);
    Due due = new Due(NOON.plusSeconds(90), NOON, new Sequence(1, 10, 1), NOON);

    TableSnapshots after = before.due(before.waiting().get(0), due);

    assertThat(after.complete(NO_ROWS)).isEmpty();
    assertThat(after.nextDue()).contains(NOON.plusSeconds(90));
    assertThat(after.nextGivingUp(Duration.ofHours(1))).isEmpty();
    assertThat(after.dueBy(NOON.plusSeconds(89))).isEmpty();
    assertThat(after.dueBy(NOON.plusSeconds(90))).hasSize(1);
    assertThat(after.closed(closing(1, 10, 1), 0, NOON).dueBy(Instant.MAX))
        .as("the same closing once more does not delay it")
        .hasSize(1);
  }

  @Test
  void aClosingIsGivenUpWhenNothingOfItsTableWasHeardForLong() {
    TableSnapshots snapshots = TableSnapshots.NONE.closed(closing(1, 10, 1, 5), 0, NOON);
    TableSnapshots heard = snapshots.heard(NOON.plusSeconds(60));

    assertThat(snapshots.nextGivingUp(Duration.ofHours(1))).contains(NOON.plusSeconds(3600));
    assertThat(snapshots.quietBefore(NOON)).hasSize(1);
    assertThat(heard.quietBefore(NOON)).isEmpty();
    assertThat(heard.quietBefore(NOON.plusSeconds(60))).hasSize(1);
  }

  @Test
  void theLogIsAskedFromWhenTheFirstRowOfTheSnapshotCame() {
    CountedRows rows =
        new CountedRows(
            List.of(counted(1, 30, 1, 1, 5), counted(1, 40, 2, 1, 5), counted(2, 50, 1, 1, 5)));

    assertThat(rows.firstOf(closing(1, 30, 1, 5, 5), NOON)).isEqualTo(NOON.minusSeconds(40));
    assertThat(rows.firstOf(closing(3, 60, 1), NOON)).isEqualTo(NOON);
  }

  @Test
  void whatIsKeptOutlivesTheWorker() throws Exception {
    TableSnapshots before =
        Stream.of(closing(1, 10, 2, 5), closing(2, 8, 1, new SnapshotClosed.Part(null), 3))
            .reduce(TableSnapshots.NONE, (s, c) -> s.closed(c, 0, NOON), (a, b) -> b);
    TableSnapshots kept =
        before.due(before.waiting().get(0), new Due(NOON, NOON, new Sequence(1, 10, 1), NOON));

    SerializableCoder<TableSnapshots> coder = SerializableCoder.of(TableSnapshots.class);

    assertThat(CoderUtils.clone(coder, kept)).isEqualTo(kept);
  }
}
