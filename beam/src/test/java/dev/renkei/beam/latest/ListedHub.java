package dev.renkei.beam.latest;

import dev.renkei.beam.flow.FlowMessageCoder;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.steps.flow.FlowMessage;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** A hub that holds some messages; workers find its dead letters by its number. */
record ListedHub(int number) implements LatestHub {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Map<Integer, List<FlowMessage>> MESSAGES = new ConcurrentHashMap<>();
  private static final Map<Integer, Queue<DeadLetter>> LETTERS = new ConcurrentHashMap<>();

  static ListedHub of(List<FlowMessage> messages) {
    ListedHub hub = new ListedHub(NEXT.incrementAndGet());
    MESSAGES.put(hub.number, List.copyOf(messages));
    return hub;
  }

  List<DeadLetter> letters() {
    return List.copyOf(LETTERS.getOrDefault(number, new ConcurrentLinkedQueue<>()));
  }

  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline) {
    return pipeline.apply(
        "Hub",
        Create.of(MESSAGES.getOrDefault(number, List.of())).withCoder(FlowMessageCoder.of()));
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", ParDo.of(new Keep(number)));
  }

  private static final class Keep extends DoFn<DeadLetter, Void> {
    private static final long serialVersionUID = 1;
    private final int number;

    Keep(int number) {
      this.number = number;
    }

    @ProcessElement
    public void process(@Element DeadLetter letter) {
      LETTERS.computeIfAbsent(number, n -> new ConcurrentLinkedQueue<>()).add(letter);
    }
  }
}
