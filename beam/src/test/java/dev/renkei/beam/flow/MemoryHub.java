package dev.renkei.beam.flow;

import dev.renkei.core.change.Sequence;
import dev.renkei.core.hub.DeadLetters.DeadLetter;
import dev.renkei.core.hub.SchemaStore;
import dev.renkei.core.schema.SchemaCodec;
import dev.renkei.core.schema.TableName;
import dev.renkei.core.schema.TableSchema;
import dev.renkei.steps.flow.FlowMessage;
import dev.renkei.steps.flow.OpenSchemas;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** A hub in memory; workers find it by its number. */
public record MemoryHub(int number) implements FlowHub {
  private static final long serialVersionUID = 1;
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Map<Integer, State> STATES = new ConcurrentHashMap<>();

  private static final class State {
    final Map<String, SchemaStore.SchemaRecord> schemas = new ConcurrentHashMap<>();
    final Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
    final Map<String, Queue<FlowMessage>> published = new ConcurrentHashMap<>();
    List<List<FlowMessage>> messages = List.of();
    long between;
  }

  public static MemoryHub of(TableSchema... schemas) {
    MemoryHub hub = new MemoryHub(NEXT.incrementAndGet());
    STATES.put(hub.number, new State());
    for (TableSchema schema : schemas) {
      SchemaStore.SchemaRecord stored =
          new SchemaStore.SchemaRecord(
              "shop", SchemaCodec.id(schema), schema, new Sequence(1, 1, 0));
      hub.state().schemas.put(stored.schemaId(), stored);
    }
    return hub;
  }

  private State state() {
    return java.util.Objects.requireNonNull(STATES.get(number));
  }

  /** What the next pipeline reads, in any order. */
  public MemoryHub holding(List<FlowMessage> messages) {
    state().messages = List.of(List.copyOf(messages));
    return this;
  }

  /** What the next pipeline reads, one part after the other. */
  public MemoryHub holdingInTurn(List<List<FlowMessage>> parts) {
    return holdingInTurn(0, parts);
  }

  /** The same, so many seconds of the runner's time between two parts. */
  public MemoryHub holdingInTurn(long between, List<List<FlowMessage>> parts) {
    state().messages = List.copyOf(parts);
    state().between = between;
    return this;
  }

  /** What pipelines have brought to a topic. */
  public List<FlowMessage> published(String topic) {
    return List.copyOf(state().published.getOrDefault(topic, new ConcurrentLinkedQueue<>()));
  }

  public List<DeadLetter> letters() {
    return List.copyOf(state().letters);
  }

  @Override
  public PCollection<FlowMessage> read(Pipeline pipeline, String flow) {
    List<List<FlowMessage>> parts = state().messages;
    if (parts.size() == 1) {
      return pipeline.apply("Hub", Create.of(parts.get(0)).withCoder(FlowMessageCoder.of()));
    }
    // The runner's clock begins at the beginning of all time.
    TestStream.Builder<FlowMessage> stream =
        TestStream.create(FlowMessageCoder.of())
            .advanceProcessingTime(new Duration(BoundedWindow.TIMESTAMP_MIN_VALUE, Instant.now()));
    for (List<FlowMessage> part : parts) {
      stream =
          stream.addElements(part.get(0), part.subList(1, part.size()).toArray(FlowMessage[]::new));
      if (state().between > 0) {
        stream = stream.advanceProcessingTime(Duration.standardSeconds(state().between));
      }
    }
    return pipeline.apply("Hub", stream.advanceWatermarkToInfinity());
  }

  @Override
  public void publish(PCollection<FlowMessage> messages, String name, String topic, String flow) {
    messages.apply(name, ParDo.of(new Publish(this, topic)));
  }

  private static final class Publish extends DoFn<FlowMessage, Void> {
    private static final long serialVersionUID = 1;
    private final MemoryHub hub;
    private final String topic;

    Publish(MemoryHub hub, String topic) {
      this.hub = hub;
      this.topic = topic;
    }

    @ProcessElement
    public void process(@Element FlowMessage message) {
      hub.state().published.computeIfAbsent(topic, t -> new ConcurrentLinkedQueue<>()).add(message);
    }
  }

  @Override
  public void setAside(PCollection<DeadLetter> letters) {
    letters.apply("Dead letters", ParDo.of(new Keep(this)));
  }

  private static final class Keep extends DoFn<DeadLetter, Void> {
    private static final long serialVersionUID = 1;
    private final MemoryHub hub;

    Keep(MemoryHub hub) {
      this.hub = hub;
    }

    @ProcessElement
    public void process(@Element DeadLetter letter) {
      hub.state().letters.add(letter);
    }
  }

  @Override
  public OpenSchemas openSchemas() {
    State state = state();
    return new OpenSchemas() {
      @Override
      public SchemaStore store() {
        return new SchemaStore() {
          @Override
          public void put(SchemaRecord schema) {
            state.schemas.put(schema.schemaId(), schema);
          }

          @Override
          public Optional<SchemaRecord> find(String schemaId) {
            return Optional.ofNullable(state.schemas.get(schemaId));
          }

          @Override
          public Collection<SchemaRecord> of(String source, TableName table) {
            return state.schemas.values().stream()
                .filter(s -> s.source().equals(source) && s.schema().table().equals(table))
                .toList();
          }
        };
      }

      @Override
      public void close() {}
    };
  }
}
