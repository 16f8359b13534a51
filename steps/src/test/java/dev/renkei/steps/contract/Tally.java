package dev.renkei.steps.contract;

import dev.renkei.core.message.MessageAttributes;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StateCodec;
import dev.renkei.steps.flow.StepResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step for tests: numbers the messages of each key, and some time after the first that is not
 * told yet tells how many there were. A delete forgets the key, and what it has not told; one
 * without a known schema is set aside.
 */
record Tally(Duration pause) implements KeyedStep<Tally.Count> {
  static final String TOLD = "told";
  static final String NUMBER = "number";
  static final String COUNT = "count";
  static final String UNKNOWN = "unknown";

  /**
   * The state of a key.
   *
   * @param message the last one, of which the telling is made
   */
  record Count(int number, int untold, String uniqueId, String key) {}

  @Override
  public Next<Count> onMessage(@Nullable Count state, FlowMessage message, Instant now) {
    Map<String, String> attributes = new HashMap<>(message.attributes());
    if (UNKNOWN.equals(attributes.get(MessageAttributes.SCHEMA_ID))) {
      return new Next<>(state, new StepResult.SetAside("the schema is not known"), null);
    }
    int number = state == null ? 1 : state.number() + 1;
    attributes.put(NUMBER, Integer.toString(number));
    StepResult numbered =
        StepResult.pass(
            new FlowMessage(attributes, message.routingKey(), message.payload(), message.origin()));
    if ("D".equals(attributes.get(MessageAttributes.TYPE))) {
      return new Next<>(null, numbered, null);
    }
    int untold = state == null ? 1 : state.untold() + 1;
    Count count =
        new Count(
            number,
            untold,
            attributes.getOrDefault(MessageAttributes.UNIQUE_ID, ""),
            new String(message.routingKey(), StandardCharsets.UTF_8));
    return new Next<>(count, numbered, untold == 1 ? now.plus(pause) : null);
  }

  @Override
  public Next<Count> onTimer(Count state, Instant now) {
    FlowMessage told =
        new FlowMessage(
            Map.of(
                MessageAttributes.UNIQUE_ID,
                state.uniqueId(),
                COUNT,
                Integer.toString(state.untold())),
            state.key().getBytes(StandardCharsets.UTF_8),
            new byte[0]);
    return new Next<>(
        new Count(state.number(), 0, state.uniqueId(), state.key()),
        new StepResult.Outputs(List.of(new Output(TOLD, told))),
        null);
  }

  @Override
  public Set<String> outputs() {
    return Set.of(Output.MAIN, TOLD);
  }

  @Override
  public StateCodec<Count> codec() {
    return Codec.INSTANCE;
  }

  private enum Codec implements StateCodec<Count> {
    INSTANCE;

    @Override
    public byte[] write(Count state) {
      byte[] id = state.uniqueId().getBytes(StandardCharsets.UTF_8);
      byte[] key = state.key().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(12 + id.length + key.length)
          .putInt(state.number())
          .putInt(state.untold())
          .putInt(id.length)
          .put(id)
          .put(key)
          .array();
    }

    @Override
    public Count read(byte[] stored) {
      ByteBuffer bytes = ByteBuffer.wrap(stored);
      int number = bytes.getInt();
      int untold = bytes.getInt();
      byte[] id = new byte[bytes.getInt()];
      bytes.get(id);
      byte[] key = new byte[bytes.remaining()];
      bytes.get(key);
      return new Count(
          number,
          untold,
          new String(id, StandardCharsets.UTF_8),
          new String(key, StandardCharsets.UTF_8));
    }
  }
}
