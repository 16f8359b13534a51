package dev.renkei.bench.hub;

import dev.renkei.bench.Series;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.hub.kafka.DedupeFlow;
import dev.renkei.hub.kafka.KafkaHub;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/**
 * Ways to remove duplicates from a topic, half of which are some.
 *
 * @param messages raw ones, twice as many as changes
 * @param keys rows that they are about
 */
record DedupeCases(Broker broker, Admin admin, int messages, int keys) {
  private static final int BATCH = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Two trackers, one a batch behind the other. */
  void fill(String topic) {
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

  /** A consumer, a map and a producer. */
  Series.Taken bare(KafkaHub hub) {
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

  /** Kafka Streams, in this process. */
  Series.Taken flow(KafkaHub hub, String name, int flowThreads) throws Exception {
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
