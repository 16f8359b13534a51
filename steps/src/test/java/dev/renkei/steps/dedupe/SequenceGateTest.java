package dev.renkei.steps.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.change.Sequence;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.schema.TableName;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the gate keeps of a key, and for how long. */
class SequenceGateTest {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SequenceGate gate = new SequenceGate(RETENTION);

  private static FlowMessage message(ChangeType type, long version) {
    Map<String, String> attributes = new HashMap<>();
    HeaderCodec.write(
        new MessageAttributes(
            "id" + version,
            new TableName("dbo", "Stock"),
            type,
            new Sequence(1, version, type == ChangeType.SNAPSHOT_ROW ? 1 : 0),
            "schema",
            "shop",
            1,
            null),
        attributes::put);
    return new FlowMessage(attributes, new byte[] {1}, new byte[0]);
  }

  private static LastSequence last(long version, Instant seen) {
    return new LastSequence(new Sequence(1, version, 0).packed(), seen);
  }

  private KeyedStep.Next<LastSequence> update(
      @Nullable LastSequence last, long version, Instant now) {
    return gate.onMessage(last, message(ChangeType.UPDATE, version), now);
  }

  @Test
  void theFirstChangeOfAKeyPassesAndIsForgottenAfterTwiceTheRetention() {
    KeyedStep.Next<LastSequence> next = update(null, 5, START);

    assertThat(next.result()).isInstanceOf(StepResult.Outputs.class);
    assertThat(next.state()).isEqualTo(last(5, START));
    assertThat(next.timer()).isEqualTo(START.plus(Duration.ofDays(14)));
    assertThat(gate.onTimer(last(5, START), START.plus(Duration.ofDays(14))))
        .isEqualTo(
            new KeyedStep.Next<>(null, new StepResult.Nothing(SequenceGate.FORGOTTEN), null));
  }

  @Test
  void aLaterChangeMovesTheTimeWhenItIsForgottenWithoutANewTimer() {
    Instant later = START.plus(Duration.ofDays(1));

    KeyedStep.Next<LastSequence> next = update(last(5, START), 6, later);
    KeyedStep.Next<LastSequence> asked =
        gate.onTimer(last(6, later), START.plus(Duration.ofDays(14)));

    assertThat(next.state()).isEqualTo(last(6, later));
    assertThat(next.timer()).isNull();
    assertThat(asked.state()).isEqualTo(last(6, later));
    assertThat(asked.timer()).isEqualTo(later.plus(Duration.ofDays(14)));
  }

  @Test
  void copiesAndOlderChangesStayBehindAndAreToldApart() {
    assertThat(update(last(5, START), 5, START).result())
        .isEqualTo(new StepResult.Nothing(SequenceGate.DUPLICATES));
    assertThat(update(last(5, START), 4, START).result())
        .isEqualTo(new StepResult.Nothing(SequenceGate.SUPERSEDED));
  }

  @Test
  void aRepeatedChangeIsWrittenDownNowAndThenOnly() {
    Instant soon = START.plus(Duration.ofDays(3));
    Instant late = START.plus(Duration.ofDays(4));

    assertThat(update(last(5, START), 5, soon).state()).isEqualTo(last(5, START));
    assertThat(update(last(5, START), 5, late).state()).isEqualTo(last(5, late));
  }

  @Test
  void aFlowThatWasAwayForgetsNothingBeforeItHasReadWhatWaits() {
    Instant back = START.plus(Duration.ofDays(60));

    KeyedStep.Next<LastSequence> next = gate.onTimer(last(5, START), back);

    assertThat(next.state()).isEqualTo(last(5, back));
    assertThat(next.timer()).isEqualTo(back.plus(Duration.ofDays(14)));
  }

  @Test
  void rowsOfSnapshotsMeetNoState() {
    assertThat(gate.key(message(ChangeType.SNAPSHOT_ROW, 5))).isNull();
    assertThat(gate.key(message(ChangeType.UPDATE, 5))).containsExactly(1);
    assertThat(gate.onUnkeyed(message(ChangeType.SNAPSHOT_ROW, 5)))
        .isInstanceOf(StepResult.Outputs.class);
  }

  @Test
  void aStateComesBackWithItsTimeAndSoDoesOneWithoutTime() {
    for (LastSequence state : new LastSequence[] {last(5, START), new LastSequence(-1, null)}) {
      assertThat(gate.codec().read(gate.codec().write(state))).isEqualTo(state);
    }
  }
}
