package dev.renkei.bench.hub;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.hub.kafka.KafkaHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench dedupe}. The broker is a process of its own. */
@Command(
    name = "dedupe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Removing duplicates, beside a consumer, a map and a producer in a loop.",
      "Half of the messages are duplicates. The loop commits offsets and output in one transaction,",
      "ten times a second, as the flow does; its map is lost when it dies, the flow's state is not."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench dedupe", "  renkei bench dedupe --messages 200000 --threads 2"})
public final class DedupeBench extends Benchmark {
  private static final int BATCH = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Option(
      names = "--messages",
      defaultValue = "1000000",
      description = "Raw messages, twice as many as changes (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--keys",
      defaultValue = "300000",
      description = "Rows that they are about (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(
      names = "--threads",
      description =
          "Threads of the flow beside the case of one; the loop has one (default: as many as processors, as in use).")
  private int threads;

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 40_000;
      keys = 10_000;
    }
    if (threads == 0) {
      threads = Math.min(Broker.PARTITIONS, Runtime.getRuntime().availableProcessors());
    }
    report.amount("messages", messages);
    report.amount("keys", keys);
    report.amount("rounds", rounds());
    Series bare = new Series(messages, rounds());
    Map<Integer, Series> flows = new TreeMap<>();
    flows.put(1, new Series(messages, rounds()));
    flows.put(threads, new Series(messages, rounds()));
    try (Broker broker = Broker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      eachRound(
          "removing duplicates",
          round -> {
            String name = "round" + (round + 1);
            try (KafkaHub hub = broker.hub(name + ".")) {
              fill(broker, hub.rawTopic());
              bare.addTimed(round, () -> bare(broker, hub));
            }
            for (Map.Entry<Integer, Series> flow : flows.entrySet()) {
              String again = name + "." + flow.getKey();
              try (KafkaHub hub = broker.hub(again + ".")) {
                fill(broker, hub.rawTopic());
                flow.getValue()
                    .addTimed(round, () -> flow(broker, admin, hub, again, flow.getKey()));
              }
            }
          });
    }
    bare.report(report, "loop");
    flows.forEach(
        (count, flow) -> {
          String what = "flow, %d thread%s".formatted(count, count == 1 ? "" : "s");
          Aim aim = count == threads ? Aim.atLeast(0.6) : null;
          flow.report(report, what);
          report.ratio(what + ", to loop", aim, flow.rates(), bare.rates());
          report.ratio(
              what + ", to loop, by CPU time",
              null,
              bare.cpuSecondsPerMillion(),
              flow.cpuSecondsPerMillion());
        });
  }

  /** Two trackers, one a batch behind the other. */
  private void fill(Broker broker, String topic) {
    try (KafkaProducer<byte[], byte[]> producer =
        BareClients.producer(broker.address(), topic + ".fill")) {
      producer.initTransactions();
      for (int from = 0; from < messages / 2; from += BATCH) {
        List<EncodedMessage> batch =
            Messages.updates(from, Math.min(BATCH, messages / 2 - from), keys);
        for (int tracker = 0; tracker < 2; tracker++) {
          producer.beginTransaction();
          for (EncodedMessage message : batch) {
            producer.send(Messages.record(topic, message));
          }
          producer.commitTransaction();
        }
      }
    }
  }

  private Series.Taken bare(Broker broker, KafkaHub hub) {
    try (KafkaConsumer<byte[], byte[]> consumer =
            BareClients.consumer(broker.address(), hub.rawTopic() + ".bare");
        KafkaProducer<byte[], byte[]> producer =
            BareClients.producer(broker.address(), hub.hubTopic() + ".bare")) {
      producer.initTransactions();
      BareDedupe.Result result =
          new BareDedupe(hub.hubTopic()).run(consumer, producer, hub.rawTopic(), messages);
      check(result.out());
      return result.taken();
    }
  }

  private Series.Taken flow(Broker broker, Admin admin, KafkaHub hub, String name, int flowThreads)
      throws Exception {
    try (DedupeFlow flow =
        hub.dedupe(
            new DedupeFlow.Options(broker.folder("state-" + name), name, flowThreads, Map.of()))) {
      flow.start();
      await(() -> flow.counts().in() > 0, flow);
      Series.Stopwatch stopwatch = new Series.Stopwatch();
      await(() -> flow.counts().in() == messages, flow);
      await(() -> isCommitted(admin, name + ".dedupe", hub.rawTopic()), flow);
      Series.Taken taken = stopwatch.taken();
      check(flow.counts().out());
      return taken;
    }
  }

  /** Whether a group has committed all of a topic. */
  private static boolean isCommitted(Admin admin, String group, String topic) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Broker.PARTITIONS; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    var ends = admin.listOffsets(latest).all().get();
    // Behind the last message stands the end of its transaction.
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              OffsetAndMetadata at = committed.get(end.getKey());
              return at != null && at.offset() >= end.getValue().offset() - 1;
            });
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, DedupeFlow flow) throws Exception {
    long patient = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > patient) {
        throw new IllegalStateException(
            "the flow is %s after %s: %s".formatted(flow.state(), PATIENCE, flow.counts()));
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private void check(long passed) {
    if (passed != messages / 2) {
      throw new IllegalStateException(
          "%,d of %,d messages passed, half are duplicates".formatted(passed, messages));
    }
  }
}
