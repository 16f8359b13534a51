package dev.renkei.hub.kafka;

import dev.renkei.core.hub.HubException;
import dev.renkei.core.message.HeaderCodec;
import dev.renkei.core.message.MessageAttributes;
import dev.renkei.core.message.MessageException;
import dev.renkei.steps.dedupe.LastSequence;
import dev.renkei.steps.dedupe.Verdict;
import dev.renkei.steps.flow.AttributeFilter;
import dev.renkei.steps.flow.Legible;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Raw to hub: forwards a change only if its sequence is higher than the last of its row's key
 * (SEMANTICS 9), on Kafka Streams with exactly once. Rows of snapshots and control messages pass;
 * what cannot be read goes to dead letters.
 */
public final class DedupeFlow implements AutoCloseable {
  private static final String SOURCE = "raw";
  private static final String GATE = "gate";
  private static final String HUB = "hub";
  private static final String DEAD_LETTERS = "dead-letters";
  private static final String LAST_SEQUENCES = "last-sequences";

  /** Everything waits for this flow, so it commits ten times a second. */
  private static final Duration FRESHNESS = Duration.ofMillis(200);

  private final RunningFlow flow;
  private final Counters counters = new Counters();

  /**
   * How the flow runs.
   *
   * @param stateDirectory kept between runs; whatever is lost there is restored from the hub's
   *     changelog topic
   * @param instance stable name of this process among those that share the flow, on all machines: a
   *     restarted one takes its partitions back at once
   * @param threads at most as many as there are partitions
   * @param filter attributes that a message must have to pass (slide 22), by name; empty lets all
   *     pass
   */
  public record Options(
      Path stateDirectory, String instance, int threads, Map<String, Set<String>> filter) {
    public Options {
      filter = Map.copyOf(filter);
      if (threads < 1) {
        throw new IllegalArgumentException("threads: " + threads);
      }
    }
  }

  /**
   * What has come and gone since this process started.
   *
   * @param duplicates changes whose sequence was the key's last one already
   * @param superseded changes that came after a newer one of their key
   * @param filtered messages that the filter held back
   * @param forgotten keys of which nothing had come for twice the retention
   */
  public record Counts(
      long in,
      long out,
      long duplicates,
      long superseded,
      long filtered,
      long deadLetters,
      long forgotten) {}

  static final class Counters {
    final LongAdder in = new LongAdder();
    final LongAdder out = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder superseded = new LongAdder();
    final LongAdder filtered = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
    final LongAdder forgotten = new LongAdder();
  }

  DedupeFlow(KafkaSettings kafka, Topics topics, Options options, Admin admin) {
    this.flow =
        new RunningFlow(
            "dedupe",
            topology(topics, options, counters),
            FlowSettings.of(
                kafka,
                application(topics),
                options.stateDirectory(),
                options.instance(),
                options.threads(),
                FRESHNESS),
            LeftTransactions.ofStreams(admin, application(topics)));
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

  /** Lets it rest, or go on; before its start, too. */
  public void rest(boolean resting) {
    flow.rest(resting);
  }

  /** Kafka Streams' word for what the flow does now, for example {@code RUNNING}. */
  public String state() {
    return flow.state();
  }

  public Counts counts() {
    return new Counts(
        counters.in.sum(),
        counters.out.sum(),
        counters.duplicates.sum(),
        counters.superseded.sum(),
        counters.filtered.sum(),
        counters.deadLetters.sum(),
        counters.forgotten.sum());
  }

  /** Leaves, so that another process goes on at once, if there is one. */
  @Override
  public void close() {
    flow.close();
  }

  private static String application(Topics topics) {
    return topics.prefix() + "dedupe";
  }

  /** The topology by the names that operators meet in metrics. */
  static Topology topology(Topics topics, Options options, Counters counters) {
    Topology topology = new Topology();
    topology.addSource(
        SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topics.raw());
    topology.addProcessor(GATE, () -> new Gate(topics, options, counters), SOURCE);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(LAST_SEQUENCES), Serdes.Bytes(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingEnabled(Map.of()),
        GATE);
    topology.addSink(
        HUB,
        topics.hub(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        new SamePartition(),
        GATE);
    topology.addSink(
        DEAD_LETTERS,
        topics.deadLetters(),
        new ByteArraySerializer(),
        new ByteArraySerializer(),
        GATE);
    return topology;
  }

  private static final class Gate implements Processor<byte[], byte[], byte[], byte[]> {
    private final Topics topics;
    private final AttributeFilter filter;
    private final Counters counters;
    private @Nullable ProcessorContext<byte[], byte[]> context;
    private @Nullable KeyValueStore<Bytes, byte[]> lastSequences;

    Gate(Topics topics, Options options, Counters counters) {
      this.topics = topics;
      this.filter = new AttributeFilter(options.filter());
      this.counters = counters;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
      context = processorContext;
      KeyValueStore<Bytes, byte[]> store = processorContext.getStateStore(LAST_SEQUENCES);
      lastSequences = store;
      new Forgetting(processorContext, store, topics.retention(), counters.forgotten).start();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      counters.in.increment();
      ProcessorContext<byte[], byte[]> to = java.util.Objects.requireNonNull(context);
      MessageAttributes attributes;
      try {
        attributes =
            HeaderCodec.read(name -> KafkaSubscription.text(record.headers().lastHeader(name)));
        if (record.key() == null) {
          Legible.address(attributes, record.value());
        }
      } catch (MessageException e) {
        setAside(to, record, String.valueOf(e.getMessage()));
        return;
      }
      if (!filter.passes(name -> KafkaSubscription.text(record.headers().lastHeader(name)))) {
        counters.filtered.increment();
        return;
      }
      judge(to, record, attributes);
    }

    private void judge(
        ProcessorContext<byte[], byte[]> to,
        Record<byte[], byte[]> record,
        MessageAttributes attributes) {
      KeyValueStore<Bytes, byte[]> store = java.util.Objects.requireNonNull(lastSequences);
      Bytes key = Verdict.isGated(attributes.type()) ? Bytes.wrap(record.key()) : null;
      byte[] stored = key == null ? null : store.get(key);
      LastSequence last = stored == null ? null : LastSequence.read(stored);
      long sequence = attributes.sequence().packed();
      switch (Verdict.of(attributes.type(), sequence, last == null ? null : last.packed())) {
        case PASS -> forward(to, record);
        case PASS_AND_REMEMBER -> {
          remember(store, key, sequence, now(to));
          forward(to, record);
        }
        case DUPLICATE -> {
          counters.duplicates.increment();
          seenAgain(store, key, last, now(to));
        }
        case SUPERSEDED -> {
          counters.superseded.increment();
          seenAgain(store, key, last, now(to));
        }
      }
    }

    private static Instant now(ProcessorContext<byte[], byte[]> context) {
      return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }

    private static void remember(
        KeyValueStore<Bytes, byte[]> store, @Nullable Bytes key, long sequence, Instant now) {
      store.put(java.util.Objects.requireNonNull(key), LastSequence.write(sequence, now));
    }

    /** What is still repeated must not be forgotten; it is written down now and then only. */
    private void seenAgain(
        KeyValueStore<Bytes, byte[]> store,
        @Nullable Bytes key,
        @Nullable LastSequence last,
        Instant now) {
      if (last != null && last.isStale(now, topics.retention())) {
        remember(store, key, last.packed(), now);
      }
    }

    private void forward(ProcessorContext<byte[], byte[]> to, Record<byte[], byte[]> record) {
      counters.out.increment();
      to.forward(record, HUB);
    }

    private void setAside(
        ProcessorContext<byte[], byte[]> to, Record<byte[], byte[]> record, String reason) {
      counters.deadLetters.increment();
      to.recordMetadata()
          .ifPresent(
              at ->
                  KafkaDeadLetters.mark(
                      record.headers(),
                      topics.raw(),
                      at.partition(),
                      at.offset(),
                      reason,
                      Instant.ofEpochMilli(record.timestamp())));
      to.forward(record, DEAD_LETTERS);
    }
  }
}
