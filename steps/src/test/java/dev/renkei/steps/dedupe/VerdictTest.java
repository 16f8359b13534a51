package dev.renkei.steps.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SEMANTICS 9: per key, the hub carries a strictly rising subset of the versions, always with the
 * latest.
 */
class VerdictTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "UPDATE, 5, none, PASS_AND_REMEMBER",
        "UPDATE, 5, 4, PASS_AND_REMEMBER",
        "UPDATE, 5, 5, DUPLICATE",
        "UPDATE, 5, 6, SUPERSEDED",
        "INSERT, 5, 5, DUPLICATE",
        "DELETE, 6, 5, PASS_AND_REMEMBER",
        "SNAPSHOT_ROW, 1, 9, PASS",
        "CONTROL, 1, 9, PASS"
      })
  void theGateOpensOnlyForAHigherSequence(
      ChangeType type, long version, @Nullable Long last, Verdict expected) {
    Long lastPacked = last == null ? null : new Sequence(1, last, 0).packed();

    assertThat(Verdict.of(type, new Sequence(1, version, 0).packed(), lastPacked))
        .isEqualTo(expected);
  }

  @Test
  void anEpochCountsMoreThanAnyVersion() {
    long old = new Sequence(2047, Sequence.MAX_VERSION, 0).packed();

    assertThat(Verdict.of(ChangeType.UPDATE, new Sequence(2048, 1, 0).packed(), old))
        .isEqualTo(Verdict.PASS_AND_REMEMBER);
  }
}
