package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.Change;
import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.KeyFolding;
import dev.renkei.core.change.Row;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.config.FeatureConfig;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final Instant NOON = Stock.NOON;

  private final Arrivals arrivals = new Arrivals(() -> 0);

  @Test
  void tellsOfEachTableAndOfAllHowLongAfterTheirCommitChangesCame() {
    arrivals.committed(
        List.of(change(ChangeType.UPDATE, NOON), change(ChangeType.INSERT, NOON.minusMillis(10))),
        NOON.plusMillis(20),
        false);

    assertThat(arrivals.state())
        .extracting(LoaderState.Arrival::table)
        .containsExactly(null, Stock.NAME);
    assertThat(arrivals.state())
        .allSatisfy(
            arrival -> {
              assertThat(arrival.changes()).isEqualTo(2);
              assertThat(arrival.last()).isEqualTo(NOON.plusMillis(20));
              assertThat(arrival.lag())
                  .isEqualTo(
                      new LoaderState.Lag(
                          2,
                          Duration.ofMillis(20),
                          Duration.ofMillis(30),
                          Duration.ofMillis(30),
                          Duration.ofMillis(30)));
            });
  }

  @Test
  void countsFromThePollWhereTheCommitCannotBeRead() {
    arrivals.committed(List.of(change(ChangeType.UPDATE, null)), NOON.plusMillis(7), false);

    assertThat(java.util.Objects.requireNonNull(arrivals.state().get(0).lag()).max())
        .isEqualTo(Duration.ofMillis(7));
  }

  @Test
  void aWindowMayWaitForItsEndAndIsCountedFromWhenItWasTold() {
    Change stock = change(ChangeType.UPDATE, NOON.minusSeconds(42));
    Change window =
        new Change(
            stock.source(),
            new TableName(FeatureConfig.SCHEMA, "visits"),
            stock.type(),
            stock.sequence(),
            stock.schemaId(),
            stock.key(),
            stock.keyValues(),
            stock.row(),
            null,
            stock.commitTime(),
            stock.poll());

    arrivals.committed(List.of(window), NOON.plusMillis(7), false);

    assertThat(java.util.Objects.requireNonNull(arrivals.state().get(0).lag()).max())
        .isEqualTo(Duration.ofMillis(7));
  }

  @Test
  void rowsOfSnapshotsAreNoChangesAndHaveNoLag() {
    arrivals.committed(List.of(change(ChangeType.SNAPSHOT_ROW, NOON)), NOON.plusSeconds(9), false);

    LoaderState.Arrival all = arrivals.state().get(0);
    assertThat(all.snapshotRows()).isEqualTo(1);
    assertThat(all.changes()).isZero();
    assertThat(all.lag()).isNull();
  }

  @Test
  void whatIsReplayedHasNoLag() {
    arrivals.committed(
        List.of(change(ChangeType.UPDATE, NOON)), NOON.plus(Duration.ofDays(3)), true);

    LoaderState.Arrival all = arrivals.state().get(0);
    assertThat(all.changes()).isEqualTo(1);
    assertThat(all.lag()).isNull();
  }

  private static Change change(ChangeType type, @Nullable Instant committed) {
    Row row = new Row(Stock.SCHEMA, new @Nullable Object[] {1, 2});
    return new Change(
        Stock.SOURCE,
        Stock.NAME,
        type,
        new Sequence(1, 5, type == ChangeType.SNAPSHOT_ROW ? 1 : 0),
        SchemaCodec.id(Stock.SCHEMA),
        KeyFolding.of(Stock.SCHEMA).fold(row),
        KeyFolding.of(Stock.SCHEMA).keyValues(row),
        row,
        null,
        committed,
        new Change.Poll(NOON, NOON, Duration.ofMillis(500)));
  }
}
