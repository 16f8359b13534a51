package dev.renkei.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.hub.HubSubscription;
import dev.renkei.demo.Evidence;
import dev.renkei.hub.kafka.KafkaHub;

/** What must hold at the end, whatever was killed on the way. */
final class Verdict {
  private Verdict() {}

  /**
   * Nothing lost, nothing twice, tables equal. All sums balance too: trackers' rows and cursors are
   * of one transaction, and so are dedupe's state, its positions and what it lets through; whoever
   * reads only what is committed sees no trace of a kill.
   */
  static void assertWhole(Evidence evidence, String what) {
    assertThat(evidence.differences()).as(what).isEmpty();
    assertThat(evidence.lost()).as(what).isZero();
    assertThat(evidence.duplicated()).as(what).isZero();
    assertThat(evidence.verify().equal()).as(what).isTrue();
    assertThat(evidence.unbalanced()).as(what).isEmpty();
    assertThat(evidence.committed()).as(what).isPositive();
    assertThat(evidence.delivered()).as(what).isPositive();
  }

  static void print(String what, Evidence evidence) {
    System.out.printf(
        "%s: %d committed, %d delivered, %d raw, %d snapshot rows, lost %d, duplicated %d%n",
        what,
        evidence.committed(),
        evidence.delivered(),
        evidence.rawMessages(),
        evidence.snapshotRows(),
        evidence.lost(),
        evidence.duplicated());
  }

  static void assertNothingSetAside(KafkaHub hub) throws Exception {
    try (HubSubscription deadLetters = hub.subscription("renkei.dead-letters")) {
      assertThat(deadLetters.endOffsets().values()).as("dead letters").allMatch(end -> end == 0);
    }
  }
}
