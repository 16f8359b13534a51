package dev.renkei.hub.kafka;

import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Legible;
import dev.renkei.steps.flow.Origin;
import dev.renkei.steps.flow.Output;
import dev.renkei.steps.flow.StepResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Runs a step: states and timers of its keys lie in two stores of the partition. */
final class StepProcessor<S> implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Legible LEGIBLE = new Legible(true);

  private final KeyedStep<S> step;
  private final String from;
  private final Counting counting;
  private final ThreadLocal<Integer> readFrom;
  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable KeyValueStore<Bytes, byte[]> states;
  private @Nullable StepTimers timers;

  /** Counts by names; any thread may call it. */
  @FunctionalInterface
  interface Counting {
    void count(String name);
  }

  /**
   * @param readFrom told the partition of each message before anything is handed on
   */
  StepProcessor(KeyedStep<S> step, String from, Counting counting, ThreadLocal<Integer> readFrom) {
    this.step = step;
    this.from = from;
    this.counting = counting;
    this.readFrom = readFrom;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    states = processorContext.getStateStore(StepFlow.STATES);
    StepTimers opened =
        new StepTimers(
            processorContext, processorContext.getStateStore(StepFlow.TIMERS), this::onTimer);
    timers = opened;
    opened.start();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    readFrom.set(Objects.requireNonNull(context).taskId().partition());
    counting.count("in");
    FlowMessage message = message(record);
    StepResult legible = LEGIBLE.apply(message);
    byte @Nullable [] key = legible instanceof StepResult.Outputs ? step.key(message) : null;
    if (legible instanceof StepResult.SetAside && step.isConfidential()) {
      put(Legible.TOLD_TO_ALL, message, record.timestamp());
    } else if (!(legible instanceof StepResult.Outputs)) {
      put(legible, message, record.timestamp());
    } else if (key == null) {
      put(step.onUnkeyed(message), message, record.timestamp());
    } else {
      onMessage(Bytes.wrap(key), message, record.timestamp());
    }
  }

  private void onMessage(Bytes key, FlowMessage message, long timestamp) {
    KeptState before = kept(key);
    KeyedStep.Next<S> next =
        step.onMessage(before == null ? null : step.codec().read(before.state()), message, now());
    keep(key, next, before);
    put(next.result(), message, timestamp);
  }

  private void onTimer(Bytes key) {
    readFrom.set(Objects.requireNonNull(context).taskId().partition());
    KeptState kept = kept(key);
    if (kept == null) {
      return;
    }
    Instant now = now();
    KeptState before = new KeptState(null, kept.state());
    KeyedStep.Next<S> next = step.onTimer(step.codec().read(before.state()), now);
    keep(key, next, before);
    refuseSetAside(next.result());
    put(next.result(), new FlowMessage(Map.of(), null, new byte[0]), now.toEpochMilli());
  }

  private void refuseSetAside(StepResult result) {
    if (result instanceof StepResult.SetAside) {
      throw new IllegalStateException(from + ": a step has set a timer aside");
    } else if (result instanceof StepResult.Several several) {
      several.results().forEach(this::refuseSetAside);
    }
  }

  private @Nullable KeptState kept(Bytes key) {
    byte[] stored = Objects.requireNonNull(states).get(key);
    return stored == null ? null : KeptState.read(stored);
  }

  private void keep(Bytes key, KeyedStep.Next<S> next, @Nullable KeptState before) {
    Instant timer = before == null ? null : before.timer();
    Instant due = next.state() == null ? null : next.timer() == null ? timer : millis(next.timer());
    if (!Objects.equals(timer, due)) {
      if (timer != null) {
        Objects.requireNonNull(timers).clear(key, timer);
      }
      if (due != null) {
        Objects.requireNonNull(timers).set(key, due);
      }
    }
    S state = next.state();
    if (state == null) {
      Objects.requireNonNull(states).delete(key);
    } else {
      byte[] written = new KeptState(due, step.codec().write(state)).write();
      Objects.requireNonNull(states).put(key, written);
    }
  }

  private static Instant millis(Instant instant) {
    return Instant.ofEpochMilli(instant.toEpochMilli());
  }

  private Instant now() {
    return Instant.ofEpochMilli(Objects.requireNonNull(context).currentSystemTimeMs());
  }

  private void put(StepResult result, FlowMessage message, long timestamp) {
    if (result instanceof StepResult.Outputs outputs) {
      for (Output output : outputs.outputs()) {
        counting.count("out");
        Objects.requireNonNull(context)
            .forward(record(output.message(), timestamp), StepFlow.sink(output.name()));
      }
    } else if (result instanceof StepResult.SetAside aside) {
      bury(message, aside.reason(), timestamp);
    } else if (result instanceof StepResult.Buried buried) {
      bury(buried.message(), buried.reason(), timestamp);
    } else if (result instanceof StepResult.Nothing nothing) {
      counting.count(nothing.counted());
    } else if (result instanceof StepResult.Several several) {
      several.results().forEach(one -> put(one, message, timestamp));
    }
  }

  private void bury(FlowMessage message, String reason, long timestamp) {
    counting.count("dead_letters");
    DeadLetter letter =
        step.isConfidential() ? message.placeOnly(reason) : message.deadLetter(reason);
    Record<byte[], byte[]> record =
        record(
            new FlowMessage(letter.attributes(), letter.routingKey(), letter.payload()), timestamp);
    KafkaDeadLetters.mark(
        record.headers(),
        letter.stream(),
        letter.partition(),
        letter.offset(),
        letter.reason(),
        letter.at());
    Objects.requireNonNull(context).forward(record, StepFlow.DEAD_LETTERS);
  }

  private FlowMessage message(Record<byte[], byte[]> record) {
    Map<String, String> attributes = new HashMap<>();
    for (Header header : record.headers()) {
      String text = KafkaSubscription.text(header);
      if (text != null) {
        attributes.put(header.key(), text);
      }
    }
    Instant at = Instant.ofEpochMilli(record.timestamp());
    Origin origin =
        Objects.requireNonNull(context)
            .recordMetadata()
            .map(read -> new Origin(from, read.partition(), read.offset(), at))
            .orElse(Origin.NONE);
    byte @Nullable [] payload = record.value();
    return new FlowMessage(
        attributes, record.key(), payload == null ? new byte[0] : payload, origin);
  }

  private static Record<byte[], byte[]> record(FlowMessage message, long timestamp) {
    Headers headers = new RecordHeaders();
    new TreeMap<>(message.attributes())
        .forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return new Record<>(message.routingKey(), message.payload(), timestamp, headers);
  }
}
