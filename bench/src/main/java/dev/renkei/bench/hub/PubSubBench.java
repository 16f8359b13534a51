package dev.renkei.bench.hub;

import com.google.pubsub.v1.PubsubMessage;
import dev.renkei.bench.Aim;
import dev.renkei.bench.Benchmark;
import dev.renkei.bench.Report;
import dev.renkei.bench.Series;
import dev.renkei.bench.TemporaryFolder;
import dev.renkei.core.config.HubConfig;
import dev.renkei.core.config.HubConfig.PubSub.Publish;
import dev.renkei.core.config.HubConfig.PubSub.State;
import dev.renkei.core.hub.AcknowledgedSubscription;
import dev.renkei.core.hub.AcknowledgedSubscription.Delivery;
import dev.renkei.core.hub.HubPublisher;
import dev.renkei.core.message.EncodedMessage;
import dev.renkei.hub.pubsub.PubSubEmulator;
import dev.renkei.hub.pubsub.PubSubHub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code renkei bench pubsub}. The emulator is a process of its own, another one each round. */
@Command(
    name = "pubsub",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Publishing changes and cursors to Google's Pub/Sub emulator and reading them, beside Google's",
      "client in a loop with the same settings and the same bytes. The emulator takes a share of the",
      "machine that the service would not: ratios and CPU time of this process tell more than rates.",
      "Where no emulator is found it says so, and ends with 2."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  renkei bench pubsub", "  renkei bench pubsub --messages 50000 --batch 1000"})
public final class PubSubBench extends Benchmark {
  private static final int KEYS = 300_000;
  private static final int DISTINCT = 20_000;
  private static final int LANES = 4;
  private static final long BUFFER_BYTES = 64L << 20;
  private static final int EMULATOR_HEAP_MIB = 1536;
  private static final String CONSUMER = "bench";

  @Option(
      names = "--messages",
      defaultValue = "100000",
      description = "Messages to publish (default: ${DEFAULT-VALUE}).")
  private int messages;

  @Option(
      names = "--reads",
      defaultValue = "20000",
      description = "Messages to read; emulators are slow at that (default: ${DEFAULT-VALUE}).")
  private int reads;

  @Option(
      names = "--batch",
      defaultValue = "5000",
      description = "Messages before each cursor (default: ${DEFAULT-VALUE}).")
  private int batch;

  private List<EncodedMessage> samples = List.of();
  private List<PubsubMessage> bareSamples = List.of();

  @Override
  public Integer call() throws Exception {
    if (PubSubEmulator.find() instanceof PubSubEmulator.Found.Nowhere nowhere) {
      System.err.println("pubsub: " + nowhere.sentence());
      return LEFT_OUT;
    }
    return super.call();
  }

  /** What is measured each round. */
  private record Ways(Series bare, Series one, Series four, Series bareDrain, Series drain) {}

  @Override
  protected void measure(Report report) throws Exception {
    if (quick()) {
      messages = 10_000;
    }
    reads = Math.min(reads, messages);
    report.amount("messages", messages);
    report.amount("messages read", reads);
    report.amount("messages before a cursor", batch);
    report.amount("rounds", rounds());
    samples = Messages.updates(0, Math.min(DISTINCT, messages), KEYS);
    bareSamples = samples.stream().map(BarePubSub::message).toList();
    Ways ways =
        new Ways(
            new Series(messages, rounds()),
            new Series(messages, rounds()),
            new Series(messages, rounds()),
            new Series(reads, rounds()),
            new Series(reads, rounds()));
    eachRound("publishing and reading", round -> round(round, ways));
    tell(report, ways);
  }

  private void tell(Report report, Ways ways) {
    report.amount(
        "bytes of a message",
        (long) bareSamples.stream().mapToInt(PubsubMessage::getSerializedSize).average().orElse(0));
    ways.bare().report(report, "client, publishing");
    ways.one().report(report, "publisher, one lane");
    ways.four().report(report, "publisher, %d lanes".formatted(LANES));
    ways.bareDrain().report(report, "client, reading");
    ways.drain().report(report, "subscription");
    report.ratio(
        "publisher, one lane, to client",
        Aim.atLeast(0.7),
        ways.one().rates(),
        ways.bare().rates());
    report.ratio(
        "publisher, %d lanes, to client".formatted(LANES),
        Aim.atLeast(0.7),
        ways.four().rates(),
        ways.bare().rates());
    report.ratio(
        "publisher, one lane, to client, by CPU time",
        null,
        ways.bare().cpuSecondsPerMillion(),
        ways.one().cpuSecondsPerMillion());
    report.ratio(
        "subscription to client", Aim.atLeast(0.7), ways.drain().rates(), ways.bareDrain().rates());
    report.ratio(
        "subscription to client, by CPU time",
        null,
        ways.bareDrain().cpuSecondsPerMillion(),
        ways.drain().cpuSecondsPerMillion());
  }

  private void round(int round, Ways ways) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create();
        PubSubEmulator emulator =
            PubSubEmulator.start(folder.path().resolve("emulator"), EMULATOR_HEAP_MIB);
        PubSubHub bareHub = hub(emulator, folder, "bare.");
        PubSubHub oneHub = hub(emulator, folder, "one.");
        PubSubHub fourHub = hub(emulator, folder, "four.")) {
      BarePubSub client = new BarePubSub(emulator.address());
      ways.bare()
          .add(round, () -> client.publish(bareHub.topic(), bareSamples, messages, BUFFER_BYTES));
      try (HubPublisher publisher = oneHub.publisher("bench", BUFFER_BYTES)) {
        ways.one().add(round, () -> lanes(publisher, 1));
      }
      try (HubPublisher publisher = fourHub.publisher("bench", BUFFER_BYTES)) {
        ways.four().add(round, () -> lanes(publisher, LANES));
      }
      ways.bareDrain()
          .add(
              round,
              () ->
                  client.drain(
                      bareHub.topic().replace("/topics/", "/subscriptions/") + "." + CONSUMER,
                      reads));
      ways.drain().add(round, () -> drain(oneHub));
    }
  }

  private static PubSubHub hub(PubSubEmulator emulator, TemporaryFolder folder, String prefix)
      throws Exception {
    return PubSubHub.open(
        new HubConfig.PubSub(
            "demo-project",
            prefix,
            Duration.ofDays(7),
            new State.Directory(folder.path().resolve(prefix).toAbsolutePath()),
            Publish.DEFAULT),
        emulator.access(),
        "bench",
        List.of(CONSUMER));
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

  private void drain(PubSubHub hub) throws Exception {
    try (AcknowledgedSubscription reader = hub.reader(CONSUMER)) {
      for (int read = 0; read < reads; ) {
        List<Delivery> deliveries = reader.poll(Duration.ofSeconds(1));
        deliveries.forEach(Delivery::acknowledge);
        read += deliveries.size();
      }
    }
  }
}
