package dev.renkei.steps.feature;

import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.KeyedStep.Next;
import dev.renkei.steps.flow.StepResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A keyed step whose states lie in memory, as bytes, and whose clock its owner moves. Belongs to
 * one thread.
 */
final class KeyedMemory<S> {
  private final KeyedStep<S> step;
  private final Map<String, Kept> kept = new HashMap<>();
  private final PriorityQueue<Due> dues = new PriorityQueue<>();

  /** What is kept of a key: of its places in the queue of timers only the first one counts. */
  private static final class Kept {
    private byte[] state;
    private @Nullable Instant timer;
    private @Nullable Instant queued;

    private Kept(byte[] state) {
      this.state = state;
    }
  }

  private record Due(Instant at, String key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return at.compareTo(other.at);
    }
  }

  KeyedMemory(KeyedStep<S> step) {
    this.step = step;
  }

  /** A message of a key. */
  StepResult take(byte[] key, FlowMessage message, Instant now) {
    return take(key, state -> step.onMessage(state, message, now));
  }

  /** Whatever meets the state of a key. */
  StepResult take(byte[] key, Function<@Nullable S, Next<S>> by) {
    String name = new String(key, StandardCharsets.ISO_8859_1);
    Kept before = kept.get(name);
    return keep(name, before, by.apply(before == null ? null : step.codec().read(before.state)));
  }

  private StepResult keep(String name, @Nullable Kept before, Next<S> next) {
    S state = next.state();
    if (state == null) {
      kept.remove(name);
      return next.result();
    }
    Kept now = before;
    if (now == null) {
      now = new Kept(step.codec().write(state));
      kept.put(name, now);
    } else {
      now.state = step.codec().write(state);
    }
    Instant timer = next.timer();
    if (timer != null) {
      now.timer = timer;
      Instant queued = now.queued;
      if (queued == null || timer.isBefore(queued)) {
        queue(name, now, timer);
      }
    }
    return next.result();
  }

  private void queue(String name, Kept of, Instant at) {
    of.queued = at;
    dues.add(new Due(at, name));
  }

  /** Lets the timers run until then, each at its own time. */
  void pass(Instant until, Consumer<StepResult> to) {
    for (Due due = dues.peek(); due != null && !due.at().isAfter(until); due = dues.peek()) {
      dues.remove();
      Kept of = kept.get(due.key());
      if (of != null && due.at().equals(of.queued)) {
        of.queued = null;
        fire(due, of, to);
      }
    }
  }

  private void fire(Due due, Kept of, Consumer<StepResult> to) {
    Instant timer = of.timer;
    if (timer != null && timer.isAfter(due.at())) {
      queue(due.key(), of, timer);
    } else if (timer != null) {
      of.timer = null;
      to.accept(keep(due.key(), of, step.onTimer(step.codec().read(of.state), due.at())));
    }
  }

  /** How many keys have a state. */
  int size() {
    return kept.size();
  }

  /** All states, in no order. */
  void forEach(Consumer<S> to) {
    kept.values().forEach(one -> to.accept(step.codec().read(one.state)));
  }
}
