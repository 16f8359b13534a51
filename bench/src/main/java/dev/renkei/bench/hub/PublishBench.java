package dev.renkei.bench.hub;

import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.core.hub.CursorCodec;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.hub.kafka.KafkaHub;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench publish}. The broker is a process of its own. */
@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Publishing changes and cursors to Kafka, beside KafkaProducer in a loop.",
      "The producer sends the same bytes in transactions of the same size. A lane is a table that is",
      "being read; a cursor follows each batch."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench publish", "  renkei bench publish --messages 300000 --batch 1000"})
public final class PublishBench extends Benchmark {
  private static final int KEYS = 300_000;
  private static final int DISTINCT = 20_000;
  private static final int LANES = 4;
  private static final long BUFFER_BYTES = 64L << 20;

  @Option(
      names = "--messages",
      defaultValue = "1000000",
      description = "Messages to publish (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--batch",
      defaultValue = "5000",
      description = "Messages before each cursor (default: ${DEFAULT-VALUE}).")
  private int batch;

  private List<EncodedMessage> samples = List.of();
  private List<ProducerRecord<byte[], byte[]>> records = List.of();

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 40_000;
    }
    report.amount("messages", messages);
    report.amount("messages before a cursor", batch);
    report.amount("rounds", rounds());
    samples = Messages.updates(0, Math.min(DISTINCT, messages), KEYS);
    Series bare = new Series(messages, rounds());
    Series one = new Series(messages, rounds());
    Series four = new Series(messages, rounds());
    try (Broker broker = Broker.start();
        KafkaHub hub = broker.hub("bench.");
        KafkaProducer<byte[], byte[]> producer =
            BareClients.producer(broker.address(), "bench.bare");
        HubPublisher publisher = hub.publisher("bench", BUFFER_BYTES)) {
      records = samples.stream().map(m -> Messages.record(hub.rawTopic(), m)).toList();
      producer.initTransactions();
      eachRound(
          "publishing",
          round -> {
            bare.add(round, () -> bare(producer));
            one.add(round, () -> lanes(publisher, 1));
            four.add(round, () -> lanes(publisher, LANES));
          });
    }
    report.amount(
        "bytes of a payload",
        (long) samples.stream().mapToInt(m -> m.payload().length).average().orElse(0));
    bare.report(report, "producer");
    one.report(report, "publisher, one lane");
    four.report(report, "publisher, %d lanes".formatted(LANES));
    report.ratio("publisher, one lane, to producer", Aim.atLeast(0.7), one.rates(), bare.rates());
    report.ratio(
        "publisher, %d lanes, to producer".formatted(LANES),
        Aim.atLeast(0.7),
        four.rates(),
        bare.rates());
    report.ratio(
        "publisher, one lane, to producer, by CPU time",
        null,
        bare.cpuSecondsPerMillion(),
        one.cpuSecondsPerMillion());
  }

  private void bare(KafkaProducer<byte[], byte[]> producer) {
    byte[] key = "bare".getBytes(StandardCharsets.UTF_8);
    for (int done = 0; done < messages; done += batch) {
      producer.beginTransaction();
      for (int i = done; i < Math.min(messages, done + batch); i++) {
        ProducerRecord<byte[], byte[]> sample = records.get(i % records.size());
        producer.send(
            new ProducerRecord<>(
                sample.topic(), null, sample.key(), sample.value(), sample.headers()));
      }
      producer.send(
          new ProducerRecord<>(
              "bench.cursors", key, CursorCodec.write(Messages.cursor("bare", done))));
      producer.commitTransaction();
    }
  }

  private void lanes(HubPublisher publisher, int lanes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(lanes);
    try {
      List<Callable<Integer>> tables =
          IntStream.range(0, lanes)
              .<Callable<Integer>>mapToObj(
                  lane -> () -> lane(publisher.lane(), "lane" + lane, messages / lanes))
              .toList();
      for (Future<Integer> table : threads.invokeAll(new ArrayList<>(tables))) {
        table.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  /** As a tracker does: a cursor waits for the one before it, and rows go on meanwhile. */
  private int lane(HubPublisher.Lane lane, String name, int count) throws Exception {
    CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
    for (int i = 0; i < count; i++) {
      lane.publish(samples.get(i % samples.size()));
      if ((i + 1) % batch == 0 || i == count - 1) {
        durable.get();
        durable = lane.advance(Messages.cursor(name, i));
      }
    }
    durable.get();
    return count;
  }
}
