package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.steps.flow.KeyedStep;
import dev.renkei.steps.flow.Output;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * A step on Kafka Streams, from one topic into others, exactly once. What cannot be read, and what
 * the step sets aside, goes to dead letters.
 */
public final class StepFlow implements AutoCloseable {
  private static final String SOURCE = "from";
  private static final String STEP = "step";
  static final String DEAD_LETTERS = "dead-letters";
  static final String STATES = "states";
  static final String TIMERS = "timers";

  /** No flow is fresher: a transaction costs about 20 ms whatever its size. */
  private static final Duration FRESHEST = Duration.ofMillis(200);

  private final RunningFlow flow;
  private final KeyedStep<?> step;
  private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();

  /**
   * How the flow runs.
   *
   * @param name of the flow among those of this hub
   * @param from the topic that it reads
   * @param to the topics that the step's outputs are written to, by the names of the outputs; each
   *     has as many partitions as {@code from}
   * @param stateDirectory kept between runs
   * @param instance stable name of this process among those that share the flow, on all machines
   * @param threads at most as many as there are partitions
   * @param deadLetters the topic of what is set aside; null for the hub's
   * @param routing where outputs go
   * @param freshness how long a message may take through the flow when nothing is behind: what
   *     comes within about half of it shares a fetch and a transaction
   */
  public record Options(
      String name,
      String from,
      Map<String, String> to,
      Path stateDirectory,
      String instance,
      int threads,
      @Nullable String deadLetters,
      Routing routing,
      Duration freshness) {
    /** With the hub's dead letters, outputs routed by their keys. */
    public Options(
        String name,
        String from,
        Map<String, String> to,
        Path stateDirectory,
        String instance,
        int threads) {
      this(name, from, to, stateDirectory, instance, threads, null, Routing.BY_KEY, FRESHEST);
    }

    /** The same with another freshness. */
    public Options within(Duration time) {
      return new Options(
          name, from, to, stateDirectory, instance, threads, deadLetters, routing, time);
    }

    public Options {
      to = Map.copyOf(to);
      if (threads < 1) {
        throw new IllegalArgumentException("threads: " + threads);
      }
      if (freshness.compareTo(FRESHEST) < 0) {
        throw new IllegalArgumentException("freshness: " + freshness);
      }
    }
  }

  /** To which partition an output goes. */
  public enum Routing {
    /** Where its key leads; a control message to the one that it names. */
    BY_KEY,
    /** To the one from which the message was read that it was made of. */
    AS_READ
  }

  StepFlow(KafkaSettings kafka, Topics topics, Options options, KeyedStep<?> step, Admin admin) {
    if (!options.to().keySet().equals(step.outputs())) {
      throw new IllegalArgumentException(
          "%s: topics for %s, but the step's outputs are %s"
              .formatted(options.name(), options.to().keySet(), step.outputs()));
    }
    this.step = step;
    String application = topics.prefix() + options.name();
    this.flow =
        new RunningFlow(
            options.name(),
            topology(topics, options, step, this::count),
            FlowSettings.of(
                kafka,
                application,
                options.stateDirectory(),
                options.instance(),
                options.threads(),
                options.freshness()),
            LeftTransactions.ofStreams(admin, application));
  }

  /** Starts; returns at once. */
  public void start() {
    flow.start();
  }

  /**
   * Waits until the flow runs.
   *
   * @throws HubException where it does not within the time
   */
  public void awaitRunning(Duration atMost) throws HubException, InterruptedException {
    flow.awaitRunning(atMost);
  }

  /**
   * How often this process has counted something since it started.
   *
   * @param counter {@code in}, {@code out}, {@code dead_letters}, or one of the step's own
   */
  public long counted(String counter) {
    LongAdder adder = counters.get(counter);
    return adder == null ? 0 : adder.sum();
  }

  /** All that this process has counted since it started, by those names. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counters.forEach((name, adder) -> counts.put(name, adder.sum()));
    return counts;
  }

  /** Lets it rest, or go on; before its start, too. */
  public void rest(boolean resting) {
    flow.rest(resting);
  }

  /** Kafka Streams' word for what the flow does now, for example {@code RUNNING}. */
  public String state() {
    return flow.state();
  }

  private void count(String name) {
    counters.computeIfAbsent(name, n -> new LongAdder()).increment();
  }

  /** Leaves, so that another process goes on at once, if there is one. */
  @Override
  public void close() {
    flow.close();
    step.release();
  }

  /** The topology by the names that operators meet in metrics. */
  static <S> Topology topology(
      Topics topics, Options options, KeyedStep<S> step, StepProcessor.Counting counting) {
    Topology topology = new Topology();
    ThreadLocal<Integer> readFrom = new ThreadLocal<>();
    topology.addSource(
        SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), options.from());
    topology.addProcessor(
        STEP, () -> new StepProcessor<>(step, options.from(), counting, readFrom), SOURCE);
    topology.addStateStore(store(STATES), STEP);
    topology.addStateStore(store(TIMERS), STEP);
    for (String output : step.outputs()) {
      topology.addSink(
          sink(output),
          options.to().get(output),
          new ByteArraySerializer(),
          new ByteArraySerializer(),
          options.routing() == Routing.AS_READ
              ? new PartitionAsRead(readFrom)
              : new SamePartition(),
          STEP);
    }
    topology.addSink(
        DEAD_LETTERS,
        Objects.requireNonNullElse(options.deadLetters(), topics.deadLetters()),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        STEP);
    return topology;
  }

  /** The sink of an output. */
  static String sink(String output) {
    return output.equals(Output.MAIN) ? output : "to-" + output;
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }
}
