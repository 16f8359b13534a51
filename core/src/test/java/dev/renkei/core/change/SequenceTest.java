package dev.renkei.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceTest {
  @Test
  void aSnapshotRowWinsATieWithAChangeAndALaterSnapshotWithAnEarlier() {
    Sequence change = new Sequence(1, 100, 0);

    assertThat(new Sequence(1, 100, 1)).isGreaterThan(change);
    assertThat(new Sequence(1, 100, 2)).isGreaterThan(new Sequence(1, 100, 1));
    assertThat(new Sequence(1, 101, 0)).isGreaterThan(new Sequence(1, 100, 4095));
    assertThat(new Sequence(2, 0, 0)).isGreaterThan(new Sequence(1, Sequence.MAX_VERSION, 4095));
  }

  @Test
  void packedAndHexOrderAsSequencesDo() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Sequence a = draw(random);
      Sequence b = draw(random);

      assertThat(Sequence.unpacked(a.packed())).isEqualTo(a);
      assertThat(Sequence.ofHex(a.hex())).isEqualTo(a);
      assertThat(Integer.signum(a.compareTo(b)))
          .isEqualTo(Integer.signum(a.hex().compareTo(b.hex())))
          .isEqualTo(Integer.signum(byFields(a, b)));
    }
  }

  @ParameterizedTest
  @CsvSource({"4096,0,0", "0,1099511627776,0", "0,0,4096", "-1,0,0", "0,-1,0", "0,0,-1"})
  void refusesWhatDoesNotFit(int epoch, long version, int snapshot) {
    assertThatThrownBy(() -> new Sequence(epoch, version, snapshot))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sequence out of range");
  }

  private static Sequence draw(Random random) {
    return new Sequence(
        random.nextInt(4096) >> random.nextInt(12),
        (random.nextLong() & Sequence.MAX_VERSION) >> random.nextInt(40),
        random.nextInt(4096) >> random.nextInt(12));
  }

  private static int byFields(Sequence a, Sequence b) {
    return java.util.Comparator.comparingInt(Sequence::epoch)
        .thenComparingLong(Sequence::version)
        .thenComparingInt(Sequence::snapshot)
        .compare(a, b);
  }
}
