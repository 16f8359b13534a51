package dev.renkei.loader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.message.ControlMessage.Addressed;
import dev.renkei.core.message.ControlMessage.SnapshotClosed;
import dev.renkei.core.schema.TableName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the loader decides without hub and warehouse. */
class LoaderDecisionsTest {
  private static final TableName STOCK = new TableName("dbo", "Stock");
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Closings closings = new Closings();

  private static Addressed closing(int snapshot, int partition) {
    return new Addressed(
        new SnapshotClosed("shop", STOCK, 1, snapshot, 100, 2, List.of()), partition);
  }

  @ParameterizedTest
  @CsvSource({"1, 100", "2, 200", "3, 400", "9, 25600", "10, 30000", "1000, 30000"})
  void waitsTwiceAsLongAfterEachFailure(int failures, long millis) {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30));

    assertThat(backoff.after(failures)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void goesOnWhereItLeftOff() {
    assertThat(Beginning.of("hub/a", 3, Map.of(0, 7L, 2, 9L), Set.of("hub/a")))
        .isEqualTo(new Beginning.Resume(Map.of(0, 7L, 1, 0L, 2, 9L)));
  }

  @Test
  void aNewWarehouseBeginsWithTheFirstMessage() {
    assertThat(Beginning.of("hub/a", 2, Map.of(), Set.of("stock/x")))
        .isEqualTo(new Beginning.First(Map.of(0, 0L, 1, 0L)));
  }

  @Test
  void aTopicThatWasMadeAnewIsKnownAsSuch() {
    assertThat(Beginning.of("hub/b", 1, Map.of(), Set.of("hub/a")))
        .isEqualTo(new Beginning.Recreated(Map.of(0, 0L)));
  }

  @Test
  void theClosingOfAPartStandsForNothingElse() {
    SnapshotClosed part =
        new SnapshotClosed("shop", STOCK, 1, 2, 100, 2, List.of(), new SnapshotClosed.Part(null));
    assertThat(closings.add(closing(1, 0), 0, 10, NOON)).isEmpty();
    assertThat(closings.add(new Addressed(part, 0), 0, 11, NOON)).isEmpty();

    assertThat(closings.add(closing(1, 1), 1, 20, NOON))
        .extracting(complete -> complete.closing().part())
        .containsExactly((SnapshotClosed.Part) null);
    assertThat(closings.add(new Addressed(part, 1), 1, 21, NOON)).hasSize(1);
  }

  @Test
  void sweepsWhenAllPartitionsHaveSentTheirClosing() {
    assertThat(closings.add(closing(1, 0), 0, 10, NOON)).isEmpty();
    assertThat(closings.add(closing(1, 0), 0, 10, NOON)).isEmpty();

    assertThat(closings.add(closing(1, 1), 1, 20, NOON)).hasSize(1);
    assertThat(closings.durable(Map.of(0, 50L, 1, 60L))).isEqualTo(Map.of(0, 50L, 1, 60L));
  }

  @Test
  void aPositionDoesNotPassAClosingThatWaits() {
    closings.add(closing(1, 0), 0, 10, NOON);

    assertThat(closings.durable(Map.of(0, 50L, 1, 60L))).isEqualTo(Map.of(0, 10L, 1, 60L));
  }

  @Test
  void aLaterSnapshotTakesThePlaceOfOneThatWaits() {
    closings.add(closing(1, 0), 0, 10, NOON);
    closings.add(closing(2, 0), 0, 30, NOON);

    assertThat(closings.add(closing(1, 1), 1, 15, NOON)).isEmpty();
    assertThat(closings.durable(Map.of(0, 50L, 1, 60L))).isEqualTo(Map.of(0, 30L, 1, 60L));
    assertThat(closings.add(closing(2, 1), 1, 25, NOON))
        .extracting(c -> c.closing().snapshot())
        .containsExactly(2);
  }

  @Test
  void aClosingWhoseOthersNeverComeIsGivenUp() {
    closings.add(closing(1, 0), 0, 10, NOON);

    assertThat(closings.giveUpBefore(NOON)).isEmpty();
    assertThat(closings.giveUpBefore(NOON.plusSeconds(1))).hasSize(1);
    assertThat(closings.durable(Map.of(0, 50L))).isEqualTo(Map.of(0, 50L));
  }

  @Test
  void aReplayBeginsWhereItWasToldButNeverAheadOfWhatIsDurable() {
    assertThat(Rewind.target(Map.of(0, 50L, 1, 60L), Map.of(0, 20L, 1, 99L)))
        .isEqualTo(Map.of(0, 20L, 1, 60L));
  }

  @Test
  void aReplayIsOverWhenEveryPartitionHasPassedTheEndOfThen() {
    Rewind rewind = new Rewind(NOON, Map.of(0, 50L, 1, 60L));

    assertThat(rewind.isPassedBy(Map.of(0, 50L, 1, 59L))).isFalse();
    assertThat(rewind.isPassedBy(Map.of(0, 70L, 1, 60L))).isTrue();
  }
}
