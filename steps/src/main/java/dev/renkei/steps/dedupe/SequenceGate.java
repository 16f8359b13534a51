package dev.renkei.steps.dedupe;

import dev.renkei.core.change.ChangeType;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets a change pass only if its sequence is higher than the last of its row's key (SEMANTICS 9).
 * Rows of snapshots and control messages pass. Keys of which nothing has come for twice the
 * retention are forgotten.
 *
 * @param retention of the stream that it reads
 */
public record SequenceGate(Duration retention) implements KeyedStep<LastSequence> {
  /** Counters. */
  public static final String DUPLICATES = "duplicates";

  public static final String SUPERSEDED = "superseded";
  public static final String FORGOTTEN = "forgotten";
  public static final String REMEMBERED = "remembered";

  /** A timer that comes so late was missed: the flow was away. */
  static final Duration LATE = Duration.ofSeconds(10);

  @Override
  public byte @Nullable [] key(FlowMessage message) {
    boolean passes =
        isType(message, ChangeType.SNAPSHOT_ROW) || isType(message, ChangeType.CONTROL);
    return passes ? null : message.routingKey();
  }

  private static boolean isType(FlowMessage message, ChangeType type) {
    String letter = message.attributes().get(MessageAttributes.TYPE);
    return letter != null && letter.length() == 1 && letter.charAt(0) == type.letter();
  }

  @Override
  public Next<LastSequence> onMessage(
      @Nullable LastSequence last, FlowMessage message, Instant now) {
    MessageAttributes attributes;
    try {
      attributes = HeaderCodec.read(message.attributes()::get);
    } catch (MessageException e) {
      return new Next<>(last, new StepResult.SetAside(String.valueOf(e.getMessage())), null);
    }
    long sequence = attributes.sequence().packed();
    return switch (Verdict.of(attributes.type(), sequence, last == null ? null : last.packed())) {
      case PASS -> new Next<>(last, StepResult.pass(message), null);
      case PASS_AND_REMEMBER ->
          new Next<>(
              new LastSequence(sequence, now),
              StepResult.pass(message),
              last == null ? due(now) : null);
      case DUPLICATE -> seenAgain(last, DUPLICATES, now);
      case SUPERSEDED -> seenAgain(last, SUPERSEDED, now);
    };
  }

  /** What is still repeated must not be forgotten; it is written down now and then only. */
  private Next<LastSequence> seenAgain(@Nullable LastSequence last, String counted, Instant now) {
    LastSequence before = Objects.requireNonNull(last);
    return new Next<>(
        before.isStale(now, retention) ? new LastSequence(before.packed(), now) : before,
        new StepResult.Nothing(counted),
        null);
  }

  /**
   * Forgets the key, or asks again when nothing has come of it for long enough. A flow that was
   * away when it should have forgotten begins anew: what it has not read yet may be of the key.
   */
  @Override
  public Next<LastSequence> onTimer(LastSequence last, Instant now) {
    Instant seen = last.seen();
    Instant due = seen == null ? now.plus(retention) : due(seen);
    StepResult remembered = new StepResult.Nothing(REMEMBERED);
    if (now.isBefore(due)) {
      return new Next<>(last, remembered, due);
    }
    return now.isAfter(due.plus(LATE))
        ? new Next<>(new LastSequence(last.packed(), now), remembered, due(now))
        : new Next<>(null, new StepResult.Nothing(FORGOTTEN), null);
  }

  private Instant due(Instant seen) {
    return seen.plus(retention).plus(retention);
  }

  @Override
  public StateCodec<LastSequence> codec() {
    return Codec.INSTANCE;
  }

  private enum Codec implements StateCodec<LastSequence> {
    INSTANCE;

    @Override
    public byte[] write(LastSequence state) {
      return state.write();
    }

    @Override
    public LastSequence read(byte[] stored) {
      return LastSequence.read(stored);
    }
  }
}
