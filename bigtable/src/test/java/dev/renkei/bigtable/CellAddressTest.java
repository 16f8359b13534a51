package dev.renkei.bigtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.renkei.core.change.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellAddressTest {
  private static final Comparator<CellAddress> AS_READ =
      Comparator.<CellAddress, String>comparing(a -> a.column()).thenComparingLong(a -> a.micros());

  private static List<Sequence> sequences() {
    List<Sequence> sequences = new ArrayList<>();
    int[] epochs = {1, 2, 15, 16, Sequence.MAX_EPOCH};
    long[] versions = {0, 1, 20417, 1L << 39, Sequence.MAX_VERSION};
    int[] snapshots = {0, 1, 2, Sequence.MAX_SNAPSHOT};
    for (int epoch : epochs) {
      for (long version : versions) {
        for (int snapshot : snapshots) {
          sequences.add(new Sequence(epoch, version, snapshot));
        }
      }
    }
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      sequences.add(
          new Sequence(
              1 + random.nextInt(Sequence.MAX_EPOCH),
              random.nextLong(Sequence.MAX_VERSION + 1),
              random.nextInt(Sequence.MAX_SNAPSHOT + 1)));
    }
    return sequences;
  }

  @Test
  void addressesOrderAsSequencesDo() {
    for (Sequence one : sequences()) {
      for (Sequence other : sequences()) {
        assertThat(Integer.signum(AS_READ.compare(CellAddress.of(one), CellAddress.of(other))))
            .isEqualTo(Integer.signum(one.compareTo(other)));
      }
    }
  }

  @Test
  void anAddressTellsItsSequence() {
    assertThat(sequences())
        .allSatisfy(
            sequence -> assertThat(CellAddress.of(sequence).sequence()).isEqualTo(sequence));
  }

  @Test
  void timestampsAreWholeMillisecondsThatBigtableCanHold() {
    assertThat(CellAddress.of(new Sequence(1, 20417, 3)))
        .isEqualTo(new CellAddress("001", (20417L * 4096 + 3) * 1000));
    assertThat(sequences())
        .allSatisfy(
            sequence -> {
              long micros = CellAddress.of(sequence).micros();
              assertThat(micros % 1000).isZero();
              assertThat(micros).isBetween(0L, 1L << 62);
            });
  }

  @Test
  void whatIsNoCellOfOursIsRefused() {
    assertThatThrownBy(() -> new CellAddress("1", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CellAddress("001", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
